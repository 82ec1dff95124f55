"""A small PDF writer that streams: objects go to disk as they are made, never kept in memory.

Built to the rules of PDF/A-2b (everything embedded, no transparency, sRGB OutputIntent, XMP equal
to Info, /ID from the content). It knows nothing of packs.
"""
