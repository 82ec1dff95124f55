"""GeoPackage: a spatial index, Japanese column names in the schema extension, CRS by its code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from inspection.gis.formats.gdal import write_with
from inspection.gis.formats.model import Batch, Format, Layer


def write(layer: Layer, batches: Iterator[Batch], path: Path) -> None:
    """Write one layer of points."""
    options = {
        "SPATIAL_INDEX": "YES",
        "IDENTIFIER": layer.title,
        "DESCRIPTION": layer.description,
        "FID": "fid",
    }
    # Older programs warn of newer versions, which bring nothing for points.
    write_with("GPKG", layer, batches, path, options, {"VERSION": "1.2"})


FORMAT = Format("gpkg", "application/geopackage+sqlite3", "GeoPackage", write, whole=True)
