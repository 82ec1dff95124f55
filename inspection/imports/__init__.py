"""Lists that a city has already: files to rows, headings to fields, cells to values.

Nothing here knows the database but `checks.py`, which lends the API's own rules to the services
`import_houses` and `import_inspections`. A format is one file and one line in `opening.READERS`.
"""
