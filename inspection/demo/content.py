"""What the demo consists of: houses, visits, photos and meetings, read from data/*.toml.

Every id is a UUID made from the thing's name, so that loading again finds what is there.
"""

from __future__ import annotations

import tomllib
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
NAMESPACE = uuid.UUID("6f0b7c52-4d0e-5c57-9d0a-1f1f8f3c7a21")


def demo_id(*names: object) -> uuid.UUID:
    """Return the fixed id of a demo thing: its kind and its names."""
    return uuid.uuid5(NAMESPACE, "/".join(str(name) for name in names))


@dataclass(frozen=True)
class DemoPhoto:
    """A photo of a visit. `shows` is what is drawn, where that differs from the item.

    shot: varies the drawing, by its place among the photos unless given. from_deg: the side of
    the house from which it was taken, clockwise from north; any side when None.
    far: taken 400 m from the house. withheld: announced, but never sent.
    """

    item: str
    caption: str
    shows: str | None = None
    shot: int | None = None
    from_deg: float | None = None
    portrait: bool = False
    gps: bool = True
    far: bool = False
    withheld: bool = False
    released: bool = False
    boxes: tuple[dict[str, float], ...] = ()


@dataclass(frozen=True)
class DemoRecord:
    """One state of a visit's record, and the secretariat's word on it, if any.

    found: answers by item code. unknown: items that could not be observed, `*` for all the rest.
    Everything else was looked at and had no fault.
    """

    found: dict[str, Any]
    unknown: tuple[str, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    remarks: str | None = None
    returned: str | None = None
    confirmed: bool = False


@dataclass(frozen=True)
class DemoVisit:
    """A visit: its records in the order in which they came, the last one standing."""

    house: str
    number: int
    at: datetime
    inspectors: tuple[str, ...]
    method: str
    draft: bool
    conditions: dict[str, Any]
    records: tuple[DemoRecord, ...]
    photos: tuple[DemoPhoto, ...]

    @cached_property
    def id(self) -> uuid.UUID:
        """Id of the visit."""
        return demo_id("visit", self.house, self.number)

    def photo_id(self, place: int) -> uuid.UUID:
        """Return the id of the visit's photo at a place in its list."""
        return demo_id("photo", self.house, self.number, place)


@dataclass(frozen=True)
class DemoHouse:
    """A house: `fields` as in the API's body, the owner's as well."""

    index: int
    fields: dict[str, Any]
    owner: dict[str, Any] | None
    visits: tuple[DemoVisit, ...]

    @cached_property
    def code(self) -> str:
        """The case number."""
        return str(self.fields["code"])

    @cached_property
    def id(self) -> uuid.UUID:
        """Id of the house."""
        return demo_id("house", self.code)

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude in degrees."""
        lon, lat = self.fields["location"]["coordinates"]
        return lon, lat


@dataclass(frozen=True)
class DemoCase:
    """A case on a meeting and, on one that was held, what became of it."""

    house: str
    visit: int
    proposal: str
    decision: str | None = None
    reason: str | None = None

    @property
    def inspection_id(self) -> uuid.UUID:
        """Id of the visit that the case rests on."""
        return demo_id("visit", self.house, self.visit)


@dataclass(frozen=True)
class DemoMeeting:
    """A meeting: `fields` as in the API's body."""

    key: str
    fields: dict[str, Any]
    cases: tuple[DemoCase, ...]

    @property
    def id(self) -> uuid.UUID:
        """Id of the meeting."""
        return demo_id("meeting", self.key)

    @property
    def held_on(self) -> date:
        """The day of the meeting."""
        moment: datetime = self.fields["held_at"]
        return moment.date()


NEXT_MEETING = demo_id("meeting", "r8-4")
"""Id of the coming meeting, whose pack the demo shows."""


def read_houses() -> list[DemoHouse]:
    """Return all houses, ward by ward."""
    houses: list[DemoHouse] = []
    for path in sorted(DATA.glob("4*.toml")):
        ward = tomllib.loads(path.read_text(encoding="utf-8"))
        for raw in ward["houses"]:
            houses.append(_house(len(houses), ward, dict(raw)))
    return houses


def _house(index: int, ward: dict[str, Any], raw: dict[str, Any]) -> DemoHouse:
    visits, owner = raw.pop("visits", []), raw.pop("owner", None)
    point = [raw.pop("lon"), raw.pop("lat")]
    fields = {
        **raw,
        "ward_code": ward["ward_code"],
        "address": f"北九州市{ward['ward']}{raw['town']}{raw['residence_number']}",
        "location": {"type": "Point", "coordinates": point},
    }
    made = tuple(_visit(raw["code"], number, dict(v)) for number, v in enumerate(visits, 1))
    return DemoHouse(index, fields, owner, made)


def _visit(house: str, number: int, raw: dict[str, Any]) -> DemoVisit:
    ends = raw.pop("ends")
    last = {"confirmed": ends == "confirmed", "returned": raw.pop("comment", None)}
    last |= {
        name: raw.pop(name) for name in ("found", "unknown", "notes", "remarks") if name in raw
    }
    earlier = raw.pop("earlier", [])
    return DemoVisit(
        house=house,
        number=number,
        at=raw.pop("at"),
        inspectors=tuple(raw.pop("inspectors")),
        method=raw.pop("method", "full"),
        draft=ends == "draft",
        conditions=raw.pop("conditions", {}),
        records=tuple(DemoRecord(**record) for record in (*earlier, last)),
        photos=tuple(DemoPhoto(**photo) for photo in raw.pop("photos", [])),
    )


def read_meetings() -> list[DemoMeeting]:
    """Return the meetings, the earliest first."""
    raw = tomllib.loads((DATA / "meetings.toml").read_text(encoding="utf-8"))
    return [_meeting(dict(meeting)) for meeting in raw["meetings"]]


def _meeting(raw: dict[str, Any]) -> DemoMeeting:
    key, cases = raw.pop("key"), raw.pop("cases")
    return DemoMeeting(key, raw, tuple(DemoCase(**case) for case in cases))
