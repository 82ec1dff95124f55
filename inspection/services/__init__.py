"""What the application does: verbs with plain arguments that own their transaction."""
