"""Bytes to checked, stored photos. Knows no Flask, no database and no scoring.

storage, local, spool: where bytes lie and how they get there without being lost.
images, structure: is it an acceptable picture, by header and structure, without decoding.
derivatives, picture_server, render: what is shown, always re-encoded, in a limited process.
exif, tiff: what the camera says about place and time.
checks: warnings about a photo, one check a file.
"""
