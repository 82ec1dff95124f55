"""FlatGeobuf: the packed spatial index where every feature has a point, Japanese column titles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from inspection.gis.formats.gdal import write_with
from inspection.gis.formats.model import Batch, Format, Layer


def write(layer: Layer, batches: Iterator[Batch], path: Path) -> None:
    """Write one layer of points. The format has no index over features that lack a point."""
    options = {
        "SPATIAL_INDEX": "NO" if layer.pointless else "YES",
        "TITLE": layer.title,
        "DESCRIPTION": layer.description,
        "TEMPORARY_DIR": str(path.parent),
    }
    write_with("FlatGeobuf", layer, batches, path, options)


FORMAT = Format("fgb", "application/vnd.flatgeobuf", "FlatGeobuf", write, whole=True)
