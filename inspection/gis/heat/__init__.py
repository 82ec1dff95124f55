"""Heat tiles: houses counted by the cells of a mesh or of hexagons, as polygons in vector tiles.

views -> tiles.store (what is kept) -> points (one pass over the houses) -> cells (one grid) ->
drawing (one tile). The cells are those of `questions`, with the same names; sizes follow the zoom.
"""
