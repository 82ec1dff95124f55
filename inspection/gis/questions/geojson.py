"""Reading GeoJSON (RFC 7946) of any kind into points, lines and areas; every fault has its place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from inspection.errors import InvalidError

MAX_VERTICES = 10_000
MAX_DEPTH = 10
Positions = list[list[float]]
_COORDINATES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
ALLOWED = ", ".join((*_COORDINATES, "GeometryCollection", "Feature", "FeatureCollection"))


@dataclass
class Parts:
    """What a document draws, in its own coordinates: [first, second] each, heights dropped."""

    points: Positions = field(default_factory=list)
    lines: list[Positions] = field(default_factory=list)
    areas: list[list[Positions]] = field(default_factory=list)
    vertices: int = 0


def read_parts(document: Any) -> Parts:
    """Read a geometry, feature or collection. Raises InvalidError naming the place of a fault."""
    parts = Parts()
    _read(document, "", parts, 0)
    if not parts.vertices:
        raise InvalidError.of("geometry", "図形が一つもありません。")
    return parts


def _read(value: Any, path: str, parts: Parts, depth: int) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if depth > MAX_DEPTH:
        raise InvalidError.of(path, f"入れ子は {MAX_DEPTH} 段までです。")
    if kind == "FeatureCollection":
        _read_all(value, "features", path, parts, depth)
    elif kind == "GeometryCollection":
        _read_all(value, "geometries", path, parts, depth)
    elif kind == "Feature":
        if value.get("geometry") is not None:
            _read(value["geometry"], _below(path, "geometry"), parts, depth + 1)
    elif kind in _COORDINATES:
        _read_coordinates(kind, value.get("coordinates"), _below(path, "coordinates"), parts)
    else:
        shown = repr(kind)[:40]
        raise InvalidError.of(
            _below(path, "type"), f"{shown} は GeoJSON の種類ではありません。使えるもの: {ALLOWED}"
        )


def _read_all(value: dict[str, Any], name: str, path: str, parts: Parts, depth: int) -> None:
    listed = _list(value.get(name), _below(path, name))
    for n, each in enumerate(listed):
        _read(each, f"{_below(path, name)}.{n}", parts, depth + 1)


def _read_coordinates(kind: str, value: Any, path: str, parts: Parts) -> None:
    if kind == "Point":
        if value == []:
            return
        parts.points.append(_position(value, path, parts))
    elif kind == "MultiPoint":
        parts.points += _positions(value, path, parts)
    elif kind == "LineString":
        _line(value, path, parts)
    elif kind == "Polygon":
        _area(value, path, parts)
    else:
        read = _line if kind == "MultiLineString" else _area
        for n, each in enumerate(_list(value, path)):
            read(each, f"{path}.{n}", parts)


def _line(value: Any, path: str, parts: Parts) -> None:
    line = _positions(value, path, parts)
    if len(line) == 1:
        raise InvalidError.of(path, "線には 2 点以上が必要です。")
    if line:
        parts.lines.append(line)


def _area(value: Any, path: str, parts: Parts) -> None:
    rings = [_positions(r, f"{path}.{n}", parts) for n, r in enumerate(_list(value, path))]
    for n, ring in enumerate(rings):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise InvalidError.of(
                f"{path}.{n}", "多角形の輪郭は 4 点以上で、最初と最後を同じ点にしてください。"
            )
    if rings:
        parts.areas.append(rings)


def _positions(value: Any, path: str, parts: Parts) -> Positions:
    return [_position(each, f"{path}.{n}", parts) for n, each in enumerate(_list(value, path))]


def _position(value: Any, path: str, parts: Parts) -> list[float]:
    parts.vertices += 1
    if parts.vertices > MAX_VERTICES:
        raise InvalidError.of("geometry", f"図形の点は {MAX_VERTICES:,} 個までです。")
    numbers = _list(value, path)
    if not 2 <= len(numbers) <= 4 or not all(
        isinstance(number, float) and math.isfinite(number) for number in numbers[:2]
    ):
        raise InvalidError.of(path, "位置は [経度, 緯度] のように 2 つの数値で指定してください。")
    return numbers[:2]


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidError.of(path, "リスト([ ])で指定してください。")
    return value


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
