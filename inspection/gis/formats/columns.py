"""The columns of a table: attributes, the meaning of codes, and the two coordinates."""

from __future__ import annotations

from inspection.gis.crs import Crs
from inspection.gis.formats.model import Field, Layer

JAPANESE, NAMES = "ja", "names"


def headings(layer: Layer, *, labelled: bool = False) -> list[str]:
    """Return the table's headings: the names of the fields, or their Japanese titles.

    labelled: a field with codes has a second column behind it for what they mean.
    """
    japanese = layer.headings == JAPANESE
    found: list[str] = []
    for each in layer.fields:
        found += _of(each, japanese=japanese, labelled=labelled and bool(each.labels))
    return [*found, *coordinate_headings(layer.crs, japanese=japanese)]


def _of(item: Field, *, japanese: bool, labelled: bool) -> list[str]:
    if not labelled:
        return [item.heading if japanese else item.name]
    if not japanese:
        return [item.name, f"{item.name}_label"]
    plain = item.title.removesuffix("コード")
    return [f"{plain}コード", plain]


def coordinate_headings(crs: Crs, *, japanese: bool) -> list[str]:
    """Return what the columns of the two coordinates are called, the system in the name.

    In the plane systems X is northing and Y is easting, as surveyors have them.
    """
    if crs.kind == "plane":
        codes = [f"x_north_epsg{crs.epsg}", f"y_east_epsg{crs.epsg}"]
        zone = crs.epsg - 6668
        words = [f"X座標(北、{zone}系、m)", f"Y座標(東、{zone}系、m)"]
    elif crs.kind == "mercator":
        codes = [f"easting_epsg{crs.epsg}", f"northing_epsg{crs.epsg}"]
        words = [f"東距(EPSG:{crs.epsg}、m)", f"北距(EPSG:{crs.epsg}、m)"]
    else:
        codes, words = ["lon", "lat"], ["経度", "緯度"]
    return words if japanese else codes


def in_columns(crs: Crs, x: float | None, y: float | None) -> tuple[float | None, float | None]:
    """Return a point's coordinates in the order of their columns."""
    return (y, x) if crs.kind == "plane" else (x, y)
