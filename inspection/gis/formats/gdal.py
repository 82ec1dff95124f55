"""GeoPackage and FlatGeobuf, written by GDAL from a stream of Arrow batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyogrio.errors import DataSourceError
from pyogrio.raw import write_arrow

from inspection.gis.formats import arrow
from inspection.gis.formats.model import Batch, Layer


def write_with(
    driver: str,
    layer: Layer,
    batches: Iterator[Batch],
    path: Path,
    options: dict[str, Any],
    file_options: dict[str, Any] | None = None,
) -> None:
    """Write a file with one of GDAL's drivers; GDAL takes one batch after the other.

    options: of the layer; file_options: of the file, as the driver names them.

    Raises OSError when it cannot be written, and what the batches raise.
    """
    geometry = pa.field(arrow.GEOMETRY, pa.binary(), metadata={_EXTENSION: b"ogc.wkb"})
    columns = arrow.schema(layer, geometry)
    watched = _Watched(batches)
    stream = pa.RecordBatchReader.from_batches(columns, arrow.record_batches(columns, watched))
    try:
        write_arrow(
            stream,
            path,
            layer=layer.name,
            driver=driver,
            geometry_name=arrow.GEOMETRY,
            geometry_type="Point",
            # Files are always longitude first, which is how GDAL reads this code too.
            crs=f"EPSG:{layer.crs.epsg or 4326}",
            encoding="UTF-8",
            layer_options=options,
            dataset_options=file_options,
        )
    except (DataSourceError, RuntimeError, OSError) as error:
        if watched.failure is not None:
            raise watched.failure from None
        raise OSError(f"{driver}: {error}") from error
    if watched.failure is not None:
        raise watched.failure


_EXTENSION = b"ARROW:extension:name"


class _Watched:
    """Batches whose exception is kept: on its way through GDAL it becomes a text."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = iter(batches)
        self.failure: BaseException | None = None

    def __iter__(self) -> Iterator[Batch]:
        try:
            yield from self._batches
        except BaseException as error:
            self.failure = error
            raise
