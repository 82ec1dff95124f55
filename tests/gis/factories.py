"""Rows for the GIS tests, written past the services: any status, any place, any time."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import select

from inspection.extensions import db
from inspection.geometry import to_database
from inspection.models import Case, House, Inspection, Meeting, Photo, RuleTableDigest

_numbers = itertools.count(1)
NOON = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)


@contextmanager
def rows(app) -> Iterator[None]:
    """Write rows inside, all in one transaction, with an application context of their own."""
    with app.app_context():
        yield
        db.session.commit()


def a_house(lon: float | None = 130.8752, lat: float = 33.8834, **fields) -> House:
    number = next(_numbers)
    values = {
        "id": uuid.uuid4(),
        "code": f"H-{number:05}",
        "address": f"北九州市小倉北区城内{number}",
        "town": "城内",
        "ward_code": "401064",
        "structure": "wooden",
        "storeys": 2,
        "built_year": 1961,
        "body_sha256": "0" * 64,
        "notes": "隣家の犬に注意",
        "lot_number": "123番地4",
        "residence_number": "5番6号",
        "location": None if lon is None else to_database(lon, lat),
    }
    return _added(House(**{**values, **fields}))


def a_visit(house: House, status: str = "confirmed", at: datetime = NOON, **fields) -> Inspection:
    """A visit; a confirmed one becomes the house's result, as the services would make it."""
    values = {
        "id": uuid.uuid4(),
        "house": house,
        "rule_table": _rule_table(),
        "method": "full",
        "inspected_at": at,
        "status": status,
        "record": {"inspectors": ["判定 太郎"], "remarks": "秘密の所見"},
        "score": {},
        "body_sha256": "1" * 64,
        "total": 100.0,
        "low": 90.0,
        "high": 122.5,
        "judgement": "substandard",
    }
    position = fields.pop("position", None)
    fields["position"] = to_database(*position) if position else None
    visit = _added(Inspection(**{**values, **fields}))
    if status in ("confirmed", "scheduled", "decided"):
        house.result_inspection_pk = visit.pk
        for name in ("total", "low", "high", "judgement", "status", "inspected_at"):
            setattr(house, name, getattr(visit, name))
    return visit


def a_photo(visit: Inspection, **fields) -> Photo:
    values = {
        "id": uuid.uuid4(),
        "inspection": visit,
        "item": "2-2",
        "caption": "撮影者 判定 太郎",
        "filename": "IMG_0001.JPG",
        "sha256": uuid.uuid4().hex * 2,
        "bytes": 1000,
        "media_type": "image/jpeg",
        "width": 4000,
        "height": 3000,
        "status": "ready",
        "uploaded_by": "tablet",
        "taken_at": NOON,
        "direction_deg": 271.5,
        "distance_m": 12.25,
    }
    position = fields.pop("position", None)
    fields["position"] = to_database(*position) if position else None
    return _added(Photo(**{**values, **fields}))


def a_case(visit: Inspection) -> Case:
    meeting = Meeting(id=uuid.uuid4(), title="判定委員会", held_at=NOON)
    return _added(Case(meeting=meeting, inspection=visit, position=1))


def _rule_table() -> RuleTableDigest:
    known = db.session.scalar(select(RuleTableDigest).limit(1))
    return known or RuleTableDigest(
        table_id="jp.substandard-dwelling.wooden", version="1", sha256="2" * 64, document={}
    )


def _added(row):
    db.session.add(row)
    db.session.flush()
    return row
