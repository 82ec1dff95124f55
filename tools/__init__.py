"""Set-up of a fresh machine, called by the Makefile; standard library only."""
