"""Points between their forms: GeoJSON (lon, lat), the database, and bounding-box filters."""

from __future__ import annotations

import struct
from typing import Any

from geoalchemy2 import WKBElement, WKTElement
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.sql import column, table

from inspection.extensions import db
from inspection.models.types import WGS84

Box = tuple[float, float, float, float]


def to_database(lon: float, lat: float) -> WKTElement:
    """Return a point as the database takes it. repr keeps every digit of the client's numbers."""
    return WKTElement(f"POINT({lon!r} {lat!r})", srid=WGS84)


def lon_lat(value: WKBElement | WKTElement | None) -> tuple[float, float] | None:
    """Return (lon, lat) in degrees of a point, stored or about to be; None for none."""
    if value is None:
        return None
    if isinstance(value, WKTElement):
        lon, lat = str(value.data).removeprefix("POINT(").removesuffix(")").split()
        return float(lon), float(lat)
    data = value.data
    raw = bytes.fromhex(data) if isinstance(data, str) else bytes(data)
    order = "<" if raw[0] == 1 else ">"
    (kind,) = struct.unpack_from(f"{order}I", raw, 1)
    start = 9 if kind & 0x20000000 else 5  # EWKB carries the SRID after the type
    lon, lat = struct.unpack_from(f"{order}dd", raw, start)
    return lon, lat


def within(geometry: Any, box: Box) -> ColumnElement[bool]:
    """Return the condition that a point column lies in a box, by the spatial index and exactly.

    box: (west, south, east, north) in degrees; west > east crosses the antimeridian.
    The index holds 32-bit boxes, so the real comparison follows it.
    """
    west, south, east, north = box
    if west > east:
        return or_(
            within_plain(geometry, (west, south, 180, north)),
            within_plain(geometry, (-180, south, east, north)),
        )
    return within_plain(geometry, box)


def within_plain(geometry: Any, box: tuple[Any, Any, Any, Any]) -> ColumnElement[bool]:
    """Return the same for a box that does not cross the antimeridian; its sides may be parameters."""
    west, south, east, north = box
    exact = and_(func.ST_X(geometry).between(west, east), func.ST_Y(geometry).between(south, north))
    if db.session.get_bind().dialect.name == "postgresql":
        envelope = func.ST_MakeEnvelope(west, south, east, north, WGS84)
        return and_(geometry.op("&&")(envelope), exact)
    return and_(_in_rtree(geometry, box), exact)


def _in_rtree(geometry: Any, box: tuple[Any, Any, Any, Any]) -> ColumnElement[bool]:
    """Name SpatiaLite's R*Tree, which it does not use by itself; widened by its rounding."""
    west, south, east, north = box
    margin = 1e-4
    name = f"idx_{geometry.class_.__tablename__}_{geometry.key}"
    index = table(name, *(column(c) for c in ("pkid", "xmin", "xmax", "ymin", "ymax")))
    hits = select(index.c.pkid).where(
        index.c.xmin <= east + margin,
        index.c.xmax >= west - margin,
        index.c.ymin <= north + margin,
        index.c.ymax >= south - margin,
    )
    return geometry.class_.pk.in_(hits)
