"""Reference systems that clients may ask for, each with the axis order of its authority.

Points are stored in WGS84 (longitude, latitude). JGD2011 (EPSG:6668) is taken as equal to it: they
differ by less than any GPS fix, and the EPSG transformation between them is the null one.

pyproj is imported here, when the application is made and so before SpatiaLite is loaded: the other
way round, the two copies of PROJ in the process free the same memory at its end.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pyproj import Transformer

from inspection.gis.errors import parameter_error
from inspection.models.types import WGS84

OGC_BASE = "http://www.opengis.net/def/crs"
METRE_DIGITS = 5
"""Decimals of metres that are written: a hundredth of a millimetre."""

PLANE_REACH_DEG = 45.0
"""How far from its central meridian a plane zone's arithmetic is relied on."""

# Central meridians of zones I to XIX, degrees (平面直角座標系, 平成14年国土交通省告示第9号).
_ZONE_MERIDIANS = (
    129.5, 131.0, 396.5 / 3, 133.5, 403.0 / 3, 136.0, 411.5 / 3, 138.5, 419.5 / 3, 422.5 / 3,
    140.25, 142.25, 144.25, 142.0, 127.5, 124.0, 131.0, 136.0, 154.0,
)  # fmt: skip
_ROMAN = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
    "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX",
)  # fmt: skip


@dataclass(frozen=True)
class Crs:
    """One reference system.

    epsg: its code, 0 for CRS84. kind: `lonlat`, `latlon`, `mercator` (easting, northing) or
    `plane` (northing X, easting Y). meridian: a plane zone's central meridian in degrees.
    """

    epsg: int
    title: str
    kind: str
    meridian: float = 0.0

    @cached_property
    def uri(self) -> str:
        """Its URI, as `crs` parameters, `Content-Crs` and collection descriptions give it."""
        return f"{OGC_BASE}/EPSG/0/{self.epsg}" if self.epsg else f"{OGC_BASE}/OGC/1.3/CRS84"

    @cached_property
    def code(self) -> str:
        """Its short name, such as `EPSG:6670`."""
        return f"EPSG:{self.epsg}" if self.epsg else "OGC:CRS84"

    @property
    def geographic(self) -> bool:
        """Whether its coordinates are degrees."""
        return self.kind in ("lonlat", "latlon")


CRS84 = Crs(0, "WGS 84 (経度, 緯度)", "lonlat")
ALL: tuple[Crs, ...] = (
    CRS84,
    Crs(WGS84, "WGS 84 (緯度, 経度)", "latlon"),
    Crs(6668, "JGD2011 (緯度, 経度)", "latlon"),
    *(
        Crs(6669 + n, f"JGD2011 平面直角座標系 第{_ROMAN[n]}系 (X 北, Y 東)", "plane", meridian)
        for n, meridian in enumerate(_ZONE_MERIDIANS)
    ),
    Crs(3857, "Web メルカトル (東, 北)", "mercator"),
)
_BY_NAME = {name: crs for crs in ALL for name in (crs.uri, crs.code)}
_SHORT = re.compile(r"[A-Za-z]{3,4}:[A-Za-z0-9]{1,8}")


def parse_crs(text: str, parameter: str) -> Crs:
    """Return the system that a `crs` or `bbox-crs` parameter names, by URI or as `EPSG:6670`.

    Raises BadRequestError naming the parameter for any other.
    """
    found = _BY_NAME.get(text.upper() if _SHORT.fullmatch(text) else text)
    if found is None:
        allowed = "OGC:CRS84, EPSG:4326, EPSG:6668, EPSG:6669 … EPSG:6687, EPSG:3857"
        raise parameter_error(parameter, f"{text[:80]!r} は使えません。{allowed} またはその URI。")
    return found


_local = threading.local()


def _transformer(crs: Crs) -> Transformer:
    """Return this thread's transformer from (lon, lat) to the system: they are not shared."""
    known: dict[int, Transformer] = _local.__dict__.setdefault("transformers", {})
    if crs.epsg not in known:
        known[crs.epsg] = Transformer.from_crs("OGC:CRS84", f"EPSG:{crs.epsg}")
    return known[crs.epsg]


def from_lon_lat(
    crs: Crs, lons: Sequence[float], lats: Sequence[float]
) -> tuple[Sequence[float], Sequence[float]]:
    """Return the two coordinates of points, in the authority's axis order; infinite where none.

    lons, lats: degrees. Example: EPSG:6670 of (130.8752, 33.8834) is (97977.183, -11544.200).
    """
    if crs.kind == "lonlat":
        return lons, lats
    if crs.kind == "latlon":
        return lats, lons
    return _transformer(crs).transform(lons, lats)  # type: ignore[no-any-return]


def to_lon_lat(crs: Crs, first: float, second: float) -> tuple[float, float]:
    """Return (lon, lat) in degrees of a point in the authority's axis order; infinite if none."""
    if crs.kind == "lonlat":
        return first, second
    if crs.kind == "latlon":
        return second, first
    return _transformer(crs).transform(first, second, direction="INVERSE")  # type: ignore[no-any-return]


def geometry_texts(
    crs: Crs, lons: Sequence[float | None], lats: Sequence[float | None]
) -> list[str]:
    """Return GeoJSON points as text; `null` for no point and for one that the system cannot hold."""
    present = [n for n, lon in enumerate(lons) if lon is not None]
    firsts, seconds = from_lon_lat(crs, [lons[n] for n in present], [lats[n] for n in present])  # type: ignore[misc]
    digits = None if crs.geographic else METRE_DIGITS
    texts = ["null"] * len(lons)
    for n, first, second in zip(present, firsts, seconds, strict=True):
        if math.isfinite(first) and math.isfinite(second):
            if digits is not None:
                first, second = round(first, digits), round(second, digits)
            texts[n] = f'{{"type":"Point","coordinates":[{first!r},{second!r}]}}'
    return texts
