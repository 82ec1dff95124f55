"""The definition of a reference system, as files carry it."""

from __future__ import annotations

from functools import lru_cache

from pyproj import CRS

from inspection.gis.crs import Crs


@lru_cache
def system(crs: Crs) -> CRS:
    """Return pyproj's definition; formats write it as WKT or PROJJSON."""
    return CRS.from_user_input(crs.code)
