"""Mapbox Vector Tiles, written with numpy: many features a call, no object for any of them.

A layer of points, or of polygons with as many corners each, is a run of variable-length integers, so all features become one matrix of
numbers, and that one array of bytes. Source: Mapbox Vector Tile Specification 2.1.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
"""Units along a tile's edge."""

Value = str | int | float | bool | None
Numbers = NDArray[np.uint64]
_ABSENT = -1
_VERSION_2 = b"\x78\x02"
_EXTENT_FIELD = 5 << 3
# Field keys of a feature: 2 = the layer's features, 1 = id, 2 = tags, 3 = type, 4 = geometry.
_FEATURE, _ID, _TAGS, _TYPE, _GEOMETRY = 0x12, 0x08, 0x12, 0x18, 0x22
_POINT, _POLYGON = 1, 3
# Commands: 1 (MoveTo), 2 (LineTo), 7 (ClosePath) | how many times << 3.
_MOVE_ONCE, _LINE, _CLOSE = 1 | 1 << 3, 2, 7 | 1 << 3


def encode_points(
    layer: str,
    x: Sequence[int] | NDArray[Any],
    y: Sequence[int] | NDArray[Any],
    columns: Mapping[str, Sequence[Value]],
) -> bytes:
    """Return a tile with one layer of points; no bytes at all without a point.

    x, y: tile units from the upper left corner, one each a point; they may lie outside the tile.
    columns: attribute name -> a value each point; None leaves the attribute out.
    """
    if not len(x):
        return b""
    places = [_zigzag(np.asarray(axis, np.int64)) for axis in (x, y)]
    geometry = np.stack([np.full(len(x), _MOVE_ONCE, np.uint64), *places], axis=1)
    return _layer(layer, columns, _POINT, geometry, None)


def encode_polygons(
    layer: str,
    rings: NDArray[np.int64],
    columns: Mapping[str, Sequence[Value]],
    ids: NDArray[np.int64],
) -> bytes:
    """Return a tile with one layer of polygons without holes; no bytes without a polygon.

    rings: n × corners × 2 tile units (x, y from the upper left corner; they may lie outside the
    tile), clockwise as seen on the map, the first corner not repeated. ids: 0 or more, one each.
    columns: as for points.
    """
    if not len(rings):
        return b""
    size, corners, _ = rings.shape
    steps = _zigzag(np.diff(rings, axis=1, prepend=0)).reshape(size, 2 * corners)

    def same(command: int) -> Numbers:
        return np.full((size, 1), command, np.uint64)

    lines = same(_LINE | (corners - 1) << 3)
    geometry = np.hstack([same(_MOVE_ONCE), steps[:, :2], lines, steps[:, 2:], same(_CLOSE)])
    return _layer(layer, columns, _POLYGON, geometry, ids)


def _layer(
    layer: str,
    columns: Mapping[str, Sequence[Value]],
    kind: int,
    geometry: Numbers,
    ids: NDArray[np.int64] | None,
) -> bytes:
    tags, values = _tags(columns, len(geometry))
    body = b"".join(
        [
            _VERSION_2,
            _bytes_field(1, layer.encode()),
            _features(tags, kind, geometry, ids),
            *(_bytes_field(3, key.encode()) for key in columns),
            *(_bytes_field(4, value) for value in values),
            bytes([_EXTENT_FIELD]) + _varint(EXTENT),
        ]
    )
    return _bytes_field(3, body)


def _tags(
    columns: Mapping[str, Sequence[Value]], size: int
) -> tuple[NDArray[np.int64], list[bytes]]:
    """Return the indexes of values, one row a feature and one column an attribute, and the values."""
    indexes = np.full((size, len(columns)), _ABSENT, np.int64)
    values: list[bytes] = []
    for place, column in enumerate(columns.values()):
        known: dict[tuple[type, Value], int] = {}  # by type too, for False == 0 == 0.0
        first = len(values)
        indexes[:, place] = [
            _ABSENT if value is None else first + known.setdefault((type(value), value), len(known))
            for value in column
        ]
        values += [_value(value) for _, value in known]
    return indexes, values


def _features(
    tags: NDArray[np.int64], kind: int, geometry: Numbers, ids: NDArray[np.int64] | None
) -> bytes:
    """Return all features of a layer, each with its field key and length."""
    size, keys = tags.shape
    present = np.repeat(tags != _ABSENT, 2, axis=1)
    pairs = np.empty((size, 2 * keys), np.uint64)
    pairs[:, 0::2] = np.arange(keys)
    pairs[:, 1::2] = np.maximum(tags, 0)
    tag_bytes = (_sizes(pairs) * present).sum(axis=1)
    tagged = tag_bytes > 0
    geometry_bytes = _sizes(geometry).sum(axis=1)
    whole = 3 + _sizes(geometry_bytes) + geometry_bytes
    whole += np.where(tagged, 1 + _sizes(tag_bytes) + tag_bytes, 0)

    def same(number: int) -> Numbers:
        return np.full((size, 1), number, np.uint64)

    def one(numbers: NDArray[Any]) -> Numbers:
        return numbers.astype(np.uint64).reshape(size, 1)

    named: list[Numbers] = []
    if ids is not None:
        named = [same(_ID), one(ids)]
        whole += 1 + _sizes(named[1])[:, 0]
    heads = [same(_FEATURE), one(whole), *named, same(_TAGS), one(tag_bytes)]
    tails = [same(_TYPE), same(kind), same(_GEOMETRY), one(geometry_bytes), geometry]
    numbers = np.hstack([*heads, pairs, *tails])
    written = np.ones(numbers.shape, bool)
    first = len(heads)
    written[:, first - 2 : first] = tagged[:, None]
    written[:, first : first + 2 * keys] = present
    return _varints(numbers[written])


def _zigzag(numbers: NDArray[np.int64]) -> Numbers:
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)


def _sizes(numbers: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many bytes each number takes, seven bits a byte."""
    sizes = np.ones(numbers.shape, np.int64)
    for bits in range(7, 64, 7):
        longer = numbers >= np.uint64(1 << bits)
        if not longer.any():
            break
        sizes += longer
    return sizes


def _varints(numbers: Numbers) -> bytes:
    sizes = _sizes(numbers)
    starts = np.cumsum(sizes) - sizes
    written = np.zeros(int(sizes.sum()), np.uint8)
    for place in range(int(sizes.max(initial=0))):
        there = sizes > place
        low = (numbers[there] >> np.uint64(7 * place)) & np.uint64(0x7F)
        more = (sizes[there] > place + 1).astype(np.uint64) << np.uint64(7)
        written[starts[there] + place] = low | more
    return written.tobytes()


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _bytes_field(field: int, content: bytes) -> bytes:
    return b"".join([bytes([field << 3 | 2]), _varint(len(content)), content])


def _value(value: Value) -> bytes:
    """Return one Value message: text, double, integer (sint where negative) or boolean."""
    if isinstance(value, str):
        return _bytes_field(1, value.encode())
    if isinstance(value, bool):
        return bytes([7 << 3, value])
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    assert value is not None
    if value < 0:
        return bytes([6 << 3]) + _varint(-2 * value - 1)
    return bytes([5 << 3]) + _varint(value)
