"""The formats of exports, one a file, listed once. They take plain data and know no database.

A new format is one file with a FORMAT and one line here.
"""

from __future__ import annotations

from dataclasses import dataclass

from inspection.gis.formats import fgb, geojson, gpkg, kml, parquet, text_csv, xlsx
from inspection.gis.formats.model import Format

PATH = "/api/v1/exports"
FORMATS: dict[str, Format] = {
    each.FORMAT.extension: each.FORMAT
    for each in (geojson, gpkg, fgb, parquet, text_csv, xlsx, kml)
}


@dataclass(frozen=True)
class Offer:
    """One way to take a collection away: what the format is called, its type and its address."""

    title: str
    media_type: str
    path: str


def offered(collection_id: str) -> list[Offer]:
    """Return the files that a collection is offered as, for links beside its description."""
    return [
        Offer(each.title, each.media_type, f"{PATH}/{collection_id}.{each.extension}")
        for each in FORMATS.values()
    ]
