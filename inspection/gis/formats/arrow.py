"""Rows as Arrow record batches: what GeoParquet, GeoPackage and FlatGeobuf are written from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from inspection.gis.formats.model import Batch, Field, Layer

GEOMETRY = "geometry"
ALIAS = b"GDAL:OGR:alternative_name"
"""Metadata of a column that GDAL takes as its second, readable name."""

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "uuid": pa.string(),
    "integer": pa.int32(),
    "number": pa.float64(),
    "instant": pa.timestamp("us", tz="UTC"),
}
# ISO WKB of a point: byte order, type, two doubles.
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])


def schema(layer: Layer, geometry: pa.Field) -> pa.Schema:
    """Return the columns of a layer, each with its Japanese title, the geometry last."""
    return pa.schema([*(_column(each) for each in layer.fields), geometry])


def _column(item: Field) -> pa.Field:
    notes = {ALIAS: item.heading.encode(), b"description": item.heading.encode()}
    return pa.field(item.name, _TYPES[item.kind], nullable=True, metadata=notes)


def record_batches(
    columns: pa.Schema, batches: Iterator[Batch], **further: Any
) -> Iterator[pa.RecordBatch]:
    """Return the batches in Arrow's form. further: makers of columns beside, by name, of a batch."""
    count = len(columns) - 1 - len(further)
    for batch in batches:
        if not batch.rows:
            continue
        values = list(zip(*batch.rows, strict=True))
        arrays = [pa.array(values[n], type=columns.field(n).type) for n in range(count)]
        arrays.append(points(batch))
        arrays += [make(batch) for make in further.values()]
        yield pa.record_batch(arrays, schema=columns)


def points(batch: Batch) -> pa.Array:
    """Return the points of a batch as WKB, null where there is none."""
    xs, ys = coordinates(batch)
    there = ~np.isnan(xs)
    wkb = np.empty(int(there.sum()), dtype=_POINT)
    wkb["order"], wkb["type"], wkb["x"], wkb["y"] = 1, 1, xs[there], ys[there]
    offsets = np.zeros(len(xs) + 1, dtype=np.int32)
    np.cumsum(there * _POINT.itemsize, out=offsets[1:])
    present = np.packbits(there, bitorder="little")
    buffers = [pa.py_buffer(present.tobytes()), pa.py_buffer(offsets), pa.py_buffer(wkb.tobytes())]
    return pa.Array.from_buffers(pa.binary(), len(xs), buffers)


def coordinates(batch: Batch) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return both coordinates of a batch as numbers, NaN where there is no point."""
    xs, ys = (np.array(each, dtype=np.float64) for each in (batch.xs, batch.ys))
    return xs, ys
