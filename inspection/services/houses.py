"""Creating, changing and reading houses and their owner data."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from inspection import audit
from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import write_transaction
from inspection.errors import ConflictError, NotFoundError, PreconditionFailedError
from inspection.extensions import db
from inspection.geometry import lon_lat, to_database
from inspection.models import House, HouseOwner
from inspection.numbers import plain
from inspection.services.collisions import once_more_on_collision

FIELDS = (
    "code",
    "address",
    "town",
    "lot_number",
    "residence_number",
    "ward_code",
    "structure",
    "storeys",
    "floor_area_m2",
    "built_year",
    "use",
    "notes",
    "extra",
)
OWNER_FIELDS = ("name", "address", "phone", "notes")
NO_HOUSE = "この家屋はありません。"


def find(house_id: uuid.UUID, *, lock: bool = False) -> House | None:
    """Return a house by its id, locked against other writers when asked."""
    query = select(House).where(House.id == house_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def must_exist(house_id: uuid.UUID, **_: Any) -> None:
    """Raise NotFoundError when there is no such house."""
    if find(house_id) is None:
        raise NotFoundError(NO_HOUSE)


def check_precondition(house_id: uuid.UUID, *, if_match: str | None) -> None:
    """Raise PreconditionFailedError when If-Match is given and names another revision."""
    house = find(house_id)
    if house is not None:
        _check_match(house, if_match)


def _check_match(house: House, if_match: str | None) -> None:
    if if_match is None or if_match == "*" or str(house.revision) in if_match.split(","):
        return
    raise PreconditionFailedError(
        "この家屋は別の更新で変わっています。", extra={"current": json_values(house)}
    )


@once_more_on_collision
def put_house(
    house_id: uuid.UUID, body: dict[str, Any], *, actor: Actor, if_match: str | None = None
) -> tuple[House, bool]:
    """Create or replace a house; return it and whether it is new.

    The same body again changes nothing. Raises ConflictError for a code in use,
    PreconditionFailedError for a stale If-Match.
    """
    body_sha256 = digest(body)
    with write_transaction():
        house = find(house_id, lock=True)
        if house is not None and house.body_sha256 == body_sha256:
            return house, False
        created = house is None
        before = None if house is None else house.body_sha256
        if house is not None:
            _check_match(house, if_match)
        _check_code_free(house_id, body["code"])
        if house is None:
            house = House(id=house_id, revision=0)
            db.session.add(house)
        house.revision += 1
        _fill(house, body)
        house.body_sha256 = body_sha256
        db.session.flush()
        act = "house.create" if created else "house.change"
        audit.record(act, f"house/{house_id}", actor, before=before, after=body_sha256)
    return house, created


def _fill(house: House, body: dict[str, Any]) -> None:
    for name in FIELDS:
        setattr(house, name, body[name])
    location = body["location"]
    house.location = to_database(*location["coordinates"]) if location else None


def _check_code_free(house_id: uuid.UUID, code: str) -> None:
    taken = select(House.pk).where(House.code == code, House.id != house_id)
    if db.session.scalar(taken) is not None:
        raise ConflictError(f"案件番号 {code} は別の家屋で使われています。")


def read_owner(house_id: uuid.UUID, *, actor: Actor) -> HouseOwner:
    """Return the owner data and note the read. Raises NotFoundError when none is known."""
    with write_transaction():
        house = find(house_id)
        if house is None:
            raise NotFoundError(NO_HOUSE)
        audit.record("owner.read", f"house/{house_id}", actor)
        owner = house.owner
    if owner is None:
        raise NotFoundError("所有者の情報は登録されていません。")
    return owner


def put_owner(
    house_id: uuid.UUID, body: dict[str, Any], *, actor: Actor
) -> tuple[HouseOwner, bool]:
    """Create or replace the owner data; return it and whether it is new."""
    with write_transaction():
        house = find(house_id, lock=True)
        if house is None:
            raise NotFoundError(NO_HOUSE)
        owner, created = house.owner, house.owner is None
        before = None if owner is None else digest({n: getattr(owner, n) for n in OWNER_FIELDS})
        if owner is None:
            owner = HouseOwner(house=house)
            db.session.add(owner)
        for name in OWNER_FIELDS:
            setattr(owner, name, body[name])
        after = digest({name: body[name] for name in OWNER_FIELDS})
        if before != after:
            audit.record("owner.write", f"house/{house_id}", actor, before=before, after=after)
    return owner, created


def to_json(house: House) -> dict[str, Any]:
    """Return a house as plain data for a reply: its fields and its newest confirmed result."""
    where = lon_lat(house.location)
    return {
        **{name: getattr(house, name) for name in FIELDS},
        "id": house.id,
        "location": {"type": "Point", "coordinates": list(where)} if where else None,
        "revision": house.revision,
        "created_at": house.created_at,
        "updated_at": house.updated_at,
        "total": plain(house.total),
        "low": plain(house.low),
        "high": plain(house.high),
        "judgement": house.judgement,
        "status": house.status,
        "inspected_at": house.inspected_at,
    }


def json_values(house: House) -> dict[str, Any]:
    """Return a house in JSON form: times and id as text."""
    values = to_json(house)
    for name in ("created_at", "updated_at", "inspected_at"):
        values[name] = values[name].isoformat() if values[name] else None
    return {**values, "id": str(house.id)}
