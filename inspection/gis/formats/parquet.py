"""GeoParquet 1.1: WKB points, boxes of rows as a covering, the system as PROJJSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from inspection.gis.crs import Crs
from inspection.gis.formats import arrow
from inspection.gis.formats.model import Batch, Format, Layer
from inspection.gis.formats.systems import system

ROW_GROUP = 20_000
COVERING = "bbox"
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_BOX = pa.struct([(name, pa.float64()) for name in _CORNERS])


def write(layer: Layer, batches: Iterator[Batch], out: BinaryIO) -> None:
    """Write row groups of 20,000 rows; the box of all points is known, and written, at the end."""
    geometry = pa.field(arrow.GEOMETRY, pa.binary())
    columns = arrow.schema(layer, geometry).append(pa.field(COVERING, _BOX))
    extent = _Extent()
    found = arrow.record_batches(columns, extent.watch(batches), bbox=_boxes)
    with pq.ParquetWriter(out, columns, compression="zstd", compression_level=3) as writer:
        waiting: list[pa.RecordBatch] = []
        for each in found:
            waiting.append(each)
            if sum(len(one) for one in waiting) >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(waiting, columns))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting, columns))
        writer.add_key_value_metadata({"geo": json.dumps(_geo(layer.crs, extent.box))})


def _boxes(batch: Batch) -> pa.Array:
    xs, ys = (pa.array(each, from_pandas=True) for each in arrow.coordinates(batch))
    return pa.StructArray.from_arrays([xs, ys, xs, ys], fields=list(_BOX), mask=xs.is_null())


class _Extent:
    """The box of the points that went by, in the order of the file's axes; None without any."""

    def __init__(self) -> None:
        self.box: list[float] | None = None

    def watch(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        for batch in batches:
            xs, ys = (each[~np.isnan(each)] for each in arrow.coordinates(batch))
            if len(xs):
                self._widen([float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())])
            yield batch

    def _widen(self, box: list[float]) -> None:
        if self.box is not None:
            lows = [min(pair) for pair in zip(self.box[:2], box[:2], strict=True)]
            box = [*lows, *(max(pair) for pair in zip(self.box[2:], box[2:], strict=True))]
        self.box = box


def _geo(crs: Crs, box: list[float] | None) -> dict[str, Any]:
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "crs": system(crs).to_json_dict(),
        "covering": {COVERING: {name: [COVERING, name] for name in _CORNERS}},
    }
    if box is not None:
        column["bbox"] = box
    return {
        "version": "1.1.0",
        "primary_column": arrow.GEOMETRY,
        "columns": {arrow.GEOMETRY: column},
    }


FORMAT = Format("parquet", "application/vnd.apache.parquet", "GeoParquet", write)
