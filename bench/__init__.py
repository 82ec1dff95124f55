"""Measurements side by side with other software: `python -m bench`, or `make bench`."""
