"""GeoJSON (RFC 7946), a feature a line, commas first; other systems with the older `crs` member."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from inspection.gis.crs import METRE_DIGITS
from inspection.gis.formats.model import Batch, Format, Layer


def write(layer: Layer, batches: Iterator[Batch], out: BinaryIO) -> None:
    """Write the collection from features that are text already (see Format.finished)."""
    out.write(_head(layer))
    comma = b""
    for batch in batches:
        text = batch.joined or ",".join(_lines(layer, batch)).encode()
        if text:
            out.write(comma + text)
            comma = b","
    out.write(b"]}\n")


def _head(layer: Layer) -> bytes:
    document = {"type": "FeatureCollection", "name": layer.name}
    if layer.crs.epsg:
        # Readers take such coordinates as easting, northing, whatever the authority says.
        name = f"urn:ogc:def:crs:EPSG::{layer.crs.epsg}"
        document["crs"] = {"type": "name", "properties": {"name": name}}  # type: ignore[assignment]
    return f'{json.dumps(document, ensure_ascii=False)[:-1]}, "features": [\n'.encode()


def _lines(layer: Layer, batch: Batch) -> Iterator[str]:
    digits = 17 if layer.crs.geographic else METRE_DIGITS
    for row, x, y in zip(batch.rows, batch.xs, batch.ys, strict=True):
        yield f"{row[0]}{_geometry(x, y, digits)}}}\n"


def _geometry(x: float | None, y: float | None, digits: int) -> str:
    if x is None or y is None:
        return "null"
    return f'{{"type":"Point","coordinates":[{round(x, digits)!r},{round(y, digits)!r}]}}'


FORMAT = Format("geojson", "application/geo+json", "GeoJSON", write, finished=True)
