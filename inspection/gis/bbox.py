"""The `bbox` parameter: parsed, turned into conditions that use the index and are exact."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func

from inspection.geometry import Box, within
from inspection.gis.crs import PLANE_REACH_DEG, Crs, to_lon_lat
from inspection.gis.errors import parameter_error

PARAMETER = "bbox"
ALLOWED = "4 個または 6 個の数をコンマで区切り、小さい角、大きい角の順に指定してください。"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 60
_PLANE_LIMIT_M = 2_000_000.0
"""Within it of a zone's origin, a plane box's outline in degrees is computed; else its whole domain."""

EARTH_RADIUS_M = 6378137.0
"""Of the sphere of Web Mercator."""

_MERCATOR_LIMIT_M = math.pi * EARTH_RADIUS_M
_EDGE_POINTS = 21


@dataclass(frozen=True)
class BoundingBox:
    """A box in the axis order of its system: (first, second) of the low and of the high corner."""

    low: tuple[float, float]
    high: tuple[float, float]
    crs: Crs


def parse_bbox(text: str, crs: Crs) -> BoundingBox:
    """Return the box of a `bbox` parameter in a system; heights are ignored, points have none.

    In degrees, west may be greater than east: the box then crosses the antimeridian.
    Raises BadRequestError naming `bbox`.
    """
    numbers = [_number(word) for word in text.split(",")]
    if len(numbers) not in (4, 6):
        raise parameter_error(PARAMETER, f"{len(numbers)} 個の値があります。{ALLOWED}")
    half = len(numbers) // 2
    low, high = (numbers[0], numbers[1]), (numbers[half], numbers[half + 1])
    wraps = {"lonlat": 0, "latlon": 1}.get(crs.kind)
    for axis in (0, 1):
        if axis != wraps and low[axis] > high[axis]:
            raise parameter_error(
                PARAMETER, f"{low[axis]:g} は {high[axis]:g} より大きい値です。{ALLOWED}"
            )
    return BoundingBox(low, high, crs)


def _number(word: str) -> float:
    value = math.nan
    if len(word) <= _LONGEST_NUMBER and _NUMBER.fullmatch(word):
        value = float(word)
    if not math.isfinite(value):
        raise parameter_error(PARAMETER, f"{word[:40]!r} は数ではありません。{ALLOWED}")
    return value


def inside(column: Any, box: BoundingBox) -> ColumnElement[bool]:
    """Return the condition that a point column lies in the box, its edges included."""
    if box.crs.kind == "plane":
        return _inside_plane(column, box)
    found = degrees(box)
    return false() if found is None else within(column, found)


def outline(box: BoundingBox) -> Box | None:
    """Return (west, south, east, north) in degrees around a box; None when no point is in it."""
    if box.crs.kind == "plane":
        return _plane_outline(box)
    found = degrees(box)
    if found is None or box.crs.geographic:
        return found
    west, south, east, north = found
    margin = 1e-9  # the arithmetic of the two directions differs in the last digits
    return west - margin, south - margin, east + margin, north + margin


def degrees(box: BoundingBox) -> Box | None:
    """Return (west, south, east, north) of a box whose edges follow meridians and parallels."""
    if box.crs.kind == "mercator":
        return _mercator_degrees(box)
    (west, south), (east, north) = (
        corner if box.crs.kind == "lonlat" else (corner[1], corner[0])
        for corner in (box.low, box.high)
    )
    if south > 90 or north < -90:
        return None
    if not west > east and east - west >= 360:
        return -180.0, max(south, -90.0), 180.0, min(north, 90.0)
    return _wrapped(west), max(south, -90.0), _wrapped(east), min(north, 90.0)


def _wrapped(lon: float) -> float:
    """Bring a longitude beyond ±180 back: 190 is -170."""
    if -180 <= lon <= 180:
        return lon
    return math.fmod(math.fmod(lon + 180, 360) + 360, 360) - 180


def _mercator_degrees(box: BoundingBox) -> Box | None:
    reach = _MERCATOR_LIMIT_M
    if box.low[0] > reach or box.high[0] < -reach:
        return None
    x = [min(max(corner[0], -reach), reach) for corner in (box.low, box.high)]
    # Beyond ±1e8 m the latitude is 90° within rounding.
    y = [min(max(corner[1], -1e8), 1e8) for corner in (box.low, box.high)]
    west, south = to_lon_lat(box.crs, x[0], y[0])
    east, north = to_lon_lat(box.crs, x[1], y[1])
    return (-180.0 if x[0] == -reach else west), south, (180.0 if x[1] == reach else east), north


def _inside_plane(column: Any, box: BoundingBox) -> ColumnElement[bool]:
    """Compare a point's own plane coordinates, inside a box in degrees that the index answers.

    `case` keeps the database from transforming points for which the zone has no arithmetic.
    """
    outline = _plane_outline(box)
    if outline is None:
        return false()
    plane = func.ST_Transform(column, box.crs.epsg)
    northing, easting = func.ST_Y(plane), func.ST_X(plane)
    exact = and_(
        northing.between(box.low[0], box.high[0]), easting.between(box.low[1], box.high[1])
    )
    return and_(within(column, outline), case((in_domain(column, box.crs), exact), else_=false()))


def _domain(crs: Crs) -> Box:
    if crs.kind == "mercator":
        return -180.0, -89.9, 180.0, 89.9
    return crs.meridian - PLANE_REACH_DEG, -89.0, crs.meridian + PLANE_REACH_DEG, 89.0


def in_domain(column: Any, crs: Crs) -> ColumnElement[bool]:
    """Return the condition that a point may be transformed into a plane or Mercator system."""
    west, south, east, north = _domain(crs)
    lon, lat = func.ST_X(column), func.ST_Y(column)
    return and_(lon.between(west, min(east, 180.0)), lat.between(south, north))


def _plane_outline(box: BoundingBox) -> Box | None:
    """Return a box in degrees that surely holds the plane box; None when that lies elsewhere."""
    west, south, east, north = _domain(box.crs)
    east = min(east, 180.0)
    if max(map(abs, (*box.low, *box.high))) > _PLANE_LIMIT_M:
        return west, south, east, north
    corners = [to_lon_lat(box.crs, *point) for point in _outline_points(box)]
    lons, lats = [lon for lon, _ in corners], [lat for _, lat in corners]
    if not all(map(math.isfinite, (*lons, *lats))):
        return west, south, east, north
    # Between two points of the outline an edge bends outward by far less than this.
    margin = 1e-6 + 0.01 * max(max(lons) - min(lons), max(lats) - min(lats))
    west, east = max(west, min(lons) - margin), min(east, max(lons) + margin)
    south, north = max(south, min(lats) - margin), min(north, max(lats) + margin)
    return (west, south, east, north) if west <= east and south <= north else None


def _outline_points(box: BoundingBox) -> list[tuple[float, float]]:
    (x0, y0), (x1, y1) = box.low, box.high
    steps = [n / (_EDGE_POINTS - 1) for n in range(_EDGE_POINTS)]
    along_x = [(x0 + (x1 - x0) * s, y) for s in steps for y in (y0, y1)]
    along_y = [(x, y0 + (y1 - y0) * s) for s in steps for x in (x0, x1)]
    return along_x + along_y
