"""GeoJSON (RFC 7946), one feature a line; other systems than CRS84 with the older `crs` member."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from inspection.gis.crs import METRE_DIGITS
from inspection.gis.formats.model import Batch, Format, Layer


def write(layer: Layer, batches: Iterator[Batch], out: BinaryIO) -> None:
    """Write the collection from features that are text already (see Format.finished)."""
    out.write(_head(layer))
    comma = ""
    for batch in batches:
        if batch.rows:
            out.write((comma + ",\n".join(_texts(layer, batch))).encode())
            comma = ",\n"
    out.write(b"\n]}\n")


def _head(layer: Layer) -> bytes:
    document = {"type": "FeatureCollection", "name": layer.name}
    if layer.crs.epsg:
        # Readers take such coordinates as easting, northing, whatever the authority says.
        name = f"urn:ogc:def:crs:EPSG::{layer.crs.epsg}"
        document["crs"] = {"type": "name", "properties": {"name": name}}  # type: ignore[assignment]
    return f'{json.dumps(document, ensure_ascii=False)[:-1]}, "features": [\n'.encode()


def _texts(layer: Layer, batch: Batch) -> list[str]:
    if not batch.xs:
        return [row[0] for row in batch.rows]
    digits = 17 if layer.crs.geographic else METRE_DIGITS
    return [
        f"{row[0]}{_geometry(x, y, digits)}}}"
        for row, x, y in zip(batch.rows, batch.xs, batch.ys, strict=True)
    ]


def _geometry(x: float | None, y: float | None, digits: int) -> str:
    if x is None or y is None:
        return "null"
    return f'{{"type":"Point","coordinates":[{round(x, digits)!r},{round(y, digits)!r}]}}'


FORMAT = Format("geojson", "application/geo+json", "GeoJSON", write, finished=True)
