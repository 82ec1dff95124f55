"""Many houses at once: read as bodies, written as `put_house` writes one."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from inspection import audit
from inspection.auth import Actor
from inspection.changes import note_houses
from inspection.extensions import db
from inspection.geometry import lon_lat
from inspection.imports.values import whole
from inspection.models import House
from inspection.models.types import WGS84
from inspection.services.houses import FIELDS


@dataclass(frozen=True, slots=True)
class KnownHouse:
    """A house's body and its digest; pk is None for one that is not stored yet."""

    id: uuid.UUID
    body: dict[str, Any]
    sha256: str
    pk: int | None = None
    revision: int = 1


@dataclass
class KnownHouses:
    """Houses by code and by id, kept as they would stand after the rows so far."""

    by_code: dict[str, KnownHouse] = field(default_factory=dict)
    by_id: dict[uuid.UUID, KnownHouse] = field(default_factory=dict)

    def add(self, house: KnownHouse, earlier: KnownHouse | None = None) -> None:
        """Take in a house, in the place of its earlier state."""
        if earlier is not None:
            self.by_code.pop(earlier.body["code"], None)
        self.by_code[house.body["code"]] = house
        self.by_id[house.id] = house


def known_houses(codes: Collection[str], ids: Collection[uuid.UUID], *, lock: bool) -> KnownHouses:
    """Return the houses that have one of these codes or ids, locked against others when asked."""
    columns = [getattr(House, name) for name in FIELDS]
    query = select(House.pk, House.id, House.revision, House.body_sha256, House.location, *columns)
    query = query.where(House.code.in_(codes) | House.id.in_(ids)).order_by(House.pk)
    known = KnownHouses()
    for row in db.session.execute(query.with_for_update() if lock else query):
        known.add(KnownHouse(row.id, _body(row), row.body_sha256, row.pk, row.revision))
    return known


def _body(row: Row[Any]) -> dict[str, Any]:
    where = lon_lat(row.location)
    location = {"type": "Point", "coordinates": [whole(n) for n in where]} if where else None
    return {**{name: getattr(row, name) for name in FIELDS}, "location": location}


def write_houses(
    created: Iterable[KnownHouse], changed: Iterable[tuple[KnownHouse, KnownHouse]], actor: Actor
) -> None:
    """Store new houses and new states of known ones (before, after), with their audit entries.

    Must run inside a write transaction. Changes go first, and in their order: they free codes.
    """
    made, turned = list(created), list(changed)
    if turned:
        columns = [*FIELDS, "location", "revision", "body_sha256"]
        query = update(House.__table__).where(House.__table__.c.pk == bindparam("this"))
        query = query.values({name: bindparam(f"new_{name}") for name in columns})
        rows = [{f"new_{k}": v for k, v in _row(new).items() if k in columns} for _, new in turned]
        db.session.execute(
            query, [{**row, "this": new.pk} for row, (_, new) in zip(rows, turned, strict=True)]
        )
        note_houses(old.pk for old, _ in turned if old.pk is not None)
    if made:
        db.session.execute(insert(House.__table__), [_row(house) for house in made])
    acts = [
        *(
            audit.Act("house.change", f"house/{new.id}", old.sha256, new.sha256)
            for old, new in turned
        ),
        *(audit.Act("house.create", f"house/{house.id}", None, house.sha256) for house in made),
    ]
    audit.record_many(acts, actor)


def _row(house: KnownHouse) -> dict[str, Any]:
    location = house.body["location"]
    return {
        **{name: house.body[name] for name in FIELDS},
        "id": house.id,
        "location": _ewkt(*location["coordinates"]) if location else None,
        "revision": house.revision,
        "body_sha256": house.sha256,
    }


def _ewkt(lon: float, lat: float) -> str:
    return f"SRID={WGS84};POINT({lon!r} {lat!r})"
