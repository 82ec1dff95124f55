"""The structure of picture files, walked without decoding a pixel. One format a file."""
