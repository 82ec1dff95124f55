"""Questions that GIS staff ask of the houses: counts by ward and cell, distance, change.

arguments (what is asked) -> wards, cells, near, changes (one question each) -> tables (the answer
as CSV or GeoJSON). mesh, hexagons, drawing and distance are arithmetic without a database. Which
houses are asked for, and what a role may see, is the same as everywhere below `inspection.gis`.
"""
