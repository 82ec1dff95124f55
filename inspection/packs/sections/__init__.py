"""The sections of a case's sheet: one file each, listed once in `sheets.SECTIONS`."""
