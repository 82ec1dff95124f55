"""Geometry literals: GeoJSON or a box, checked, in the axis order of their system.

Coordinates come in the authority's order and are kept here as (x, y) = (east, north), as the
databases have them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from inspection.gis.bbox import BoundingBox, degrees
from inspection.gis.cql2.errors import refuse
from inspection.gis.cql2.scope import Scope
from inspection.gis.crs import Crs

Position = tuple[float, float]
_FARTHEST_M = 1e9
_LEVELS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip
_BUILDERS: dict[str, Callable[[Any], BaseGeometry]] = {
    "Point": shapely.Point,
    "MultiPoint": shapely.MultiPoint,
    "LineString": shapely.LineString,
    "MultiLineString": shapely.MultiLineString,
    "Polygon": lambda rings: shapely.Polygon(rings[0], rings[1:]),
    "MultiPolygon": lambda many: shapely.MultiPolygon([(r[0], r[1:]) for r in many]),
}


@dataclass(frozen=True)
class Region:
    """A geometry in (x, y) of its system; `box` is set when it was written as a box."""

    shape: BaseGeometry
    crs: Crs
    box: BoundingBox | None = None

    @property
    def envelope(self) -> BoundingBox:
        """Its outline in the axis order of its system."""
        west, south, east, north = self.shape.bounds
        low, high = (_turned((west, south), self.crs), _turned((east, north), self.crs))
        return BoundingBox(low, high, self.crs)


def is_geometry(node: Any) -> bool:
    """Say whether a node of the tree is a geometry literal."""
    return isinstance(node, dict) and (set(node) == {"bbox"} or "type" in node)


def read_region(node: dict[str, Any], scope: Scope) -> Region:
    """Return a geometry literal. Raises BadRequestError naming `filter`: malformed, invalid."""
    scope.count_geometry()
    if "type" not in node:
        return _read_box(node["bbox"], scope)
    if node["type"] == "GeometryCollection":
        shape = _collected(node, scope)
    else:
        shape = _read_shape(node, scope)
    if not shape.is_valid:
        raise refuse(f"{node['type']} が正しくありません({shapely.is_valid_reason(shape)})。")
    return Region(shape, scope.crs)


def _collected(node: dict[str, Any], scope: Scope) -> BaseGeometry:
    parts = node.get("geometries")
    if not isinstance(parts, list) or not parts or not all(map(is_geometry, parts)):
        raise refuse("GeometryCollection には geometries に1つ以上の図形が必要です。")
    shapes = [_read_shape(part, scope) for part in parts]
    if len({shapely.get_dimensions(shape) for shape in shapes}) > 1:
        raise refuse("GeometryCollection には点・線・面のうち1種類だけを入れてください。")
    flat = [single for shape in shapes for single in getattr(shape, "geoms", [shape])]
    if not all(shape.is_valid for shape in flat):
        raise refuse("GeometryCollection の図形が正しくありません。")
    return shapely.union_all(flat)


def _read_shape(node: dict[str, Any], scope: Scope) -> BaseGeometry:
    kind = node.get("type")
    if not isinstance(kind, str) or kind not in _LEVELS:
        raise refuse(f"図形 {str(kind)[:40]!r} は使えません。使えるもの: {', '.join(_LEVELS)}")
    coordinates = _nested(node.get("coordinates"), _LEVELS[kind], kind, scope)
    rings = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    for ring in (ring for polygon in rings for ring in polygon):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise refuse(f"{kind} の輪は4点以上で、始点と終点を同じにしてください。")
    lines = {"LineString": [coordinates], "MultiLineString": coordinates}.get(kind, [])
    if any(len(set(line)) < 2 for line in lines):
        raise refuse(f"{kind} には異なる2点以上が必要です。")
    return _BUILDERS[kind](coordinates)


def _nested(value: Any, levels: int, kind: str, scope: Scope) -> Any:
    """Return positions as (x, y) in lists nested so many levels."""
    if levels == 0:
        scope.count_vertices(1)
        return _position(value, scope.crs)
    if not isinstance(value, list) or not value:
        raise refuse(f"{kind} の coordinates が正しくありません。")
    return [_nested(part, levels - 1, kind, scope) for part in value]


def _position(value: Any, crs: Crs) -> Position:
    if not isinstance(value, list) or len(value) not in (2, 3) or not all(map(_is_number, value)):
        raise refuse(f"座標 {str(value)[:60]} は使えません。2個か3個の数です。")
    x, y = _turned((float(value[0]), float(value[1])), crs)
    if crs.geographic and not (abs(x) <= 180 and abs(y) <= 90):
        order = "経度, 緯度" if crs.kind == "lonlat" else "緯度, 経度"
        raise refuse(f"座標 {str(value)[:60]} は範囲の外です。{crs.code} は({order})の順です。")
    if not (abs(x) <= _FARTHEST_M and abs(y) <= _FARTHEST_M):
        raise refuse(f"座標 {str(value)[:60]} は範囲の外です。")
    return x, y


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _turned(pair: Position, crs: Crs) -> Position:
    """Swap the two coordinates where the authority gives the northward one first."""
    return (pair[1], pair[0]) if crs.kind in ("latlon", "plane") else pair


def _read_box(numbers: Any, scope: Scope) -> Region:
    if (
        not isinstance(numbers, list)
        or len(numbers) not in (4, 6)
        or not all(map(_is_number, numbers))
    ):
        raise refuse("BBOX には4個か6個の数を、小さい角、大きい角の順に指定してください。")
    half = len(numbers) // 2
    scope.count_vertices(4)
    low, high = (
        (float(corner[0]), float(corner[1])) for corner in (numbers[:half], numbers[half:])
    )
    box = BoundingBox(low, high, scope.crs)
    wraps = {"lonlat": 0, "latlon": 1}.get(scope.crs.kind)
    for axis in (0, 1):
        if axis != wraps and low[axis] > high[axis]:
            raise refuse(f"BBOX の {low[axis]:g} は {high[axis]:g} より大きい値です。")
    return Region(_box_shape(box), scope.crs, box)


def _box_shape(box: BoundingBox) -> BaseGeometry:
    if not box.crs.geographic:
        low, high = (_turned(corner, box.crs) for corner in (box.low, box.high))
        if max(map(abs, (*low, *high))) > _FARTHEST_M:
            raise refuse("BBOX の座標が範囲の外です。")
        return _rectangle(*low, *high)
    found = degrees(box)
    if found is None:
        raise refuse("BBOX の緯度が範囲の外です。")
    west, south, east, north = found
    if west <= east:
        return _rectangle(west, south, east, north)
    parts = [_rectangle(west, south, 180.0, north), _rectangle(-180.0, south, east, north)]
    return shapely.union_all(parts)


def _rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Return a box; one without width or height is the line or point that it is."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)
