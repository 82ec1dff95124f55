"""Lists of a meeting as office files: frozen data in, bytes out. No database, no clock."""
