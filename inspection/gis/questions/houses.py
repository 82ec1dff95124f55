"""The houses of an answer, with the properties of the collection `houses` and their point."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.models import House

_CHUNK = 1_000
NAMES: tuple[str, ...] = tuple(item.name for item in HOUSES.properties)


@dataclass(frozen=True)
class ShownHouse:
    """One house as readers may see it; properties as the collection gives them."""

    id: uuid.UUID
    lon: float | None
    lat: float | None
    properties: dict[str, Any]


def fetch_houses(pks: Sequence[int]) -> dict[int, ShownHouse]:
    """Return houses by key. What the reader may see was asked when the keys were found."""
    columns = [getattr(House, name) for name in NAMES]
    point = (func.ST_X(House.location), func.ST_Y(House.location))
    found: dict[int, ShownHouse] = {}
    for start in range(0, len(pks), _CHUNK):
        query = select(House.pk, House.id, *point, *columns).where(
            House.pk.in_(pks[start : start + _CHUNK])
        )
        for pk, house_id, lon, lat, *values in db.session.execute(query):
            found[pk] = ShownHouse(house_id, lon, lat, dict(zip(NAMES, values, strict=True)))
    return found


def as_json(value: Any) -> Any:
    """Return a property's value as JSON has it; a time in UTC, as /ogc writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, uuid.UUID) else value
