"""Geometries in CQL2 text (well-known text and BBOX), read into GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspection.gis.cql2.errors import refuse

if TYPE_CHECKING:
    from inspection.gis.cql2.text import Reader

_TYPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_BY_WORD = {name.upper(): name for name in _TYPES}
_LEVELS = {
    "Point": 0, "LineString": 1, "Polygon": 2,
    "MultiPoint": 1, "MultiLineString": 2, "MultiPolygon": 3,
}  # fmt: skip
KINDS = (*_BY_WORD, "GEOMETRYCOLLECTION", "BBOX")


def read_geometry(reader: Reader, word: str) -> dict[str, Any]:
    """Read a geometry whose first word, in capitals, has been read. Returns GeoJSON."""
    if word == "BBOX":
        return {"bbox": reader.listed(reader.number)}
    reader.accept("Z")
    if word == "GEOMETRYCOLLECTION":
        return {"type": "GeometryCollection", "geometries": reader.listed(lambda: _part(reader))}
    name = _BY_WORD[word]
    if name == "Point":
        reader.expect("(")
        position = _position(reader)
        reader.expect(")")
        return {"type": name, "coordinates": position}
    return {"type": name, "coordinates": _nested(reader, _LEVELS[name], name)}


def _part(reader: Reader) -> dict[str, Any]:
    word = reader.take().word.upper()
    if word not in _BY_WORD:
        raise refuse(f"GEOMETRYCOLLECTION の中に {word[:40]!r} は置けません。")
    return read_geometry(reader, word)


def _nested(reader: Reader, levels: int, name: str) -> list[Any]:
    """Read positions in so many pairs of parentheses."""
    if levels == 1:
        single = _point_of_many if name == "MultiPoint" else _position
        return reader.listed(lambda: single(reader))
    return reader.listed(lambda: _nested(reader, levels - 1, name))


def _point_of_many(reader: Reader) -> list[float]:
    # Both MULTIPOINT(1 2, 3 4) and MULTIPOINT((1 2), (3 4)) are written.
    if reader.accept("("):
        position = _position(reader)
        reader.expect(")")
        return position
    return _position(reader)


def _position(reader: Reader) -> list[float]:
    position = [reader.number(), reader.number()]
    if reader.next.kind == "number" or reader.next.is_word("-", "+"):
        position.append(reader.number())
    return position
