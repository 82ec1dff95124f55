"""The same pack by general software: an engine a module, run in an environment of its own."""
