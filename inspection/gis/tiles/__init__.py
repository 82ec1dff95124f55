"""Vector tiles of the collections (OGC API - Tiles, Mapbox Vector Tiles), TileJSON and a style.

views -> store (what is kept) -> clusters below DETAIL_ZOOM, features from it on -> encoder. A
point belongs to exactly one tile of a zoom, so that counts add up and nothing is drawn twice.
"""
