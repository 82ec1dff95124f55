"""Where and when a collection's features lie: a box that holds them all, rounded outwards.

Descriptions are open without a token, so the box is rounded to about a kilometre and the time to a
day: it tells a map where to look and nothing of a single house.
"""

from __future__ import annotations

import math
import time
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.sql import column, table

from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.gis.collections import Collection
from inspection.gis.crs import CRS84

JAPAN = [122.9, 20.4, 154.0, 45.6]
GRID_DEG = 0.01
KEPT_S = 60.0
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def extent(collection: Collection) -> dict[str, Any]:
    """Return the `extent` of a collection's description. Without features the box is Japan."""
    with read_transaction():
        boxes = [_kept_box(source.column) for source in collection.points]
        first = db.session.scalar(select(func.min(collection.instant)))
    found = [box for box in boxes if box is not None]
    return {
        "spatial": {"bbox": [_union(found) if found else JAPAN], "crs": CRS84.uri},
        "temporal": {"interval": [[_day(first), None]], "trs": _GREGORIAN},
    }


def _day(first: datetime | None) -> str | None:
    return None if first is None else f"{first:%Y-%m-%d}T00:00:00Z"


def _union(boxes: list[list[float]]) -> list[float]:
    lows = [math.floor(min(box[n] for box in boxes) / GRID_DEG) for n in (0, 1)]
    highs = [math.ceil(max(box[n] for box in boxes) / GRID_DEG) for n in (2, 3)]
    limits = (-180.0, -90.0, 180.0, 90.0)
    values = [round(n * GRID_DEG, 2) for n in (*lows, *highs)]
    return [max(values[n], limits[n]) if n < 2 else min(values[n], limits[n]) for n in range(4)]


def _kept_box(points: Any) -> list[float] | None:
    """Return the box of a column, kept for a minute at most and only while no row changes.

    A deleted row leaves the box too large, which is allowed; a changed one moves `updated_at`.
    """
    entity = points.class_
    kept = current_app.extensions.setdefault("hantei_ogc_extents", {})
    newest = db.session.scalar(select(func.max(entity.updated_at)))
    known = kept.get(entity.__tablename__)
    if known is not None and known[0] == newest and time.monotonic() - known[1] < KEPT_S:
        return known[2]  # type: ignore[no-any-return]
    box = _box(points)
    kept[entity.__tablename__] = (newest, time.monotonic(), box)
    return box


def _box(points: Any) -> list[float] | None:
    """Return [west, south, east, north] of all points of a column, or None without any."""
    if db.session.get_bind().dialect.name == "postgresql":
        lon, lat = func.ST_X(points), func.ST_Y(points)
        query = select(func.min(lon), func.min(lat), func.max(lon), func.max(lat))
    else:
        # The R*Tree is a quarter of the table, and its boxes are rounded outwards.
        names = ("xmin", "ymin", "xmax", "ymax")
        index = table(
            f"idx_{points.class_.__tablename__}_{points.key}", *(column(n) for n in names)
        )
        low, high = (index.c.xmin, index.c.ymin), (index.c.xmax, index.c.ymax)
        query = select(*(func.min(c) for c in low), *(func.max(c) for c in high))
    values = list(db.session.execute(query).one())
    return None if values[0] is None else values
