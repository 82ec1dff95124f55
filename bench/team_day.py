"""The book of a day: what each tablet will send, and what must be there in the evening."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench import load_bodies
from bench.team_photos import Shot, take
from scoring.model import RuleTable

DAY = datetime(2026, 11, 25, 8, 30, tzinfo=load_bodies.JST)
ITEMS = ("overview", "surroundings", "1-1", "2-2", "2-3", "3-1", "4-1", "6-2")
CLOCKS_S = (0, 95, -140, 7200, -25_200, 31, -8)
"""How far the tablets' clocks are off; one is two hours ahead, one seven behind."""

JPEGS = 0.92
NOTE = "北側の塀も傾いている。"
FIELDS = (
    *("house_id", "method", "inspected_at", "inspectors", "position", "answers", "conditions"),
    *("override", "notes", "remarks", "expected_photos", "rule_table", "complete"),
)


@dataclass(frozen=True)
class Photo:
    """One file of a tablet. ready: whether it can be shown; else it must be rejected."""

    id: str
    visit_id: str
    item: str
    path: Path
    kind: str
    sha256: str
    bytes: int

    @property
    def ready(self) -> bool:
        return self.kind != "broken"

    def expected(self) -> dict[str, Any]:
        """Return the line of `expected_photos`."""
        return {"id": self.id, "sha256": self.sha256, "bytes": self.bytes, "item": self.item}


@dataclass
class Write:
    """One record to send: a new one, or changes to one that is there already.

    changes: fields of this tablet alone; put over whatever stands on the server after a 412.
    """

    op: str
    id: str
    body: dict[str, Any]
    changes: dict[str, Any] | None = None


@dataclass
class Tablet:
    """A tablet and its day. token and device_id come with enrolment."""

    name: str
    clock_s: int
    seed: int
    writes: list[Write] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    token: str = ""
    device_id: str = ""

    def clock(self) -> dict[str, str]:
        """Return the header that tells this tablet's own clock."""
        at = datetime.now(load_bodies.JST) + timedelta(seconds=self.clock_s)
        return {"Hantei-Device-Time": at.isoformat()}


@dataclass
class Day:
    """Everything: houses and drafts that are there in the morning, tablets, expected evening."""

    table: RuleTable
    houses: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Houses as the secretariat enters them in the morning, by id."""
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Visits that a tablet began in the morning, by id."""
    tablets: list[Tablet] = field(default_factory=list)
    visits: dict[str, tuple[dict[str, Any], int]] = field(default_factory=dict)
    """Evening: the record and its revision, by id."""
    evening_houses: dict[str, tuple[dict[str, Any], int]] = field(default_factory=dict)
    teams: list[tuple[list[Tablet], list[str]]] = field(default_factory=list)
    """Tablets that go together, and the ids of the houses on their list."""

    @property
    def photos(self) -> list[Photo]:
        return [photo for tablet in self.tablets for photo in tablet.photos]


@dataclass(frozen=True)
class Size:
    """How large a day: tablets × houses × photos; scale of the pictures' sides."""

    tablets: int = 20
    houses: int = 20
    photos: int = 8
    scale: float = 1.0


def plan(size: Size, folder: Path, seed: int) -> Day:
    """Draw a day from a seed and take its photos into the folder.

    Tablets go in pairs (a team); the pair's first tenth of houses, one at least, is visited by
    both: the visit is begun by one in the morning, both go on with it without a network. Each
    tablet also finds a house that nobody knew, and takes one picture there that cannot be opened.
    """
    return _Planner(size, folder, random.Random(seed)).plan()


class _Planner:
    def __init__(self, size: Size, folder: Path, numbers: random.Random) -> None:
        self.size, self.folder, self.numbers = size, folder, numbers
        self.day = Day(load_bodies.wooden())
        self.orders: list[tuple[Tablet, str, str, Shot]] = []

    def plan(self) -> Day:
        for number in range(self.size.tablets):
            clock = CLOCKS_S[number % len(CLOCKS_S)]
            self.day.tablets.append(Tablet(f"tablet-{number + 1:02}", clock, number))
        for at in range(0, self.size.tablets, 2):
            self._pair(self.day.tablets[at : at + 2])
        self._take_photos()
        return self.day

    def _pair(self, pair: list[Tablet]) -> None:
        both = max(1, self.size.houses // 10) if len(pair) == 2 else 0
        houses = [self._house() for _ in range(both)]
        for house_id in houses:
            self._shared(pair, house_id)
        for tablet in pair:
            own = [self._house() for _ in range(self.size.houses - both)]
            houses += own
            for house_id in own:
                self._own_visit(tablet, house_id, self.size.photos)
            self._found_on_the_spot(tablet)
        self.day.teams.append((pair, houses))

    def _house(self) -> str:
        house_id = load_bodies.new_id(self.numbers)
        house = load_bodies.a_house(self.numbers, f"T-{len(self.day.houses) + 1:05}")
        self.day.houses[house_id] = house
        self.day.evening_houses[house_id] = (house, 1)
        return house_id

    def _found_on_the_spot(self, tablet: Tablet) -> None:
        house_id = load_bodies.new_id(self.numbers)
        house = load_bodies.a_house(self.numbers, f"N-{tablet.name}")
        tablet.writes.append(Write("put_house", house_id, house))
        self.day.evening_houses[house_id] = (house, 1)
        visit_id = self._own_visit(tablet, house_id, 1)
        self._order(tablet, visit_id, "broken", "overview")

    def _own_visit(self, tablet: Tablet, house_id: str, photos: int) -> str:
        visit_id, body = load_bodies.new_id(self.numbers), self._visit(house_id)
        tablet.writes.append(Write("put_inspection", visit_id, body))
        self.day.visits[visit_id] = (body, 1)
        self._orders(tablet, visit_id, photos)
        return visit_id

    def _visit(self, house_id: str) -> dict[str, Any]:
        place = self.day.evening_houses[house_id][0]["location"]["coordinates"]
        at = DAY + timedelta(seconds=self.numbers.randrange(28_800))
        return load_bodies.a_visit(self.numbers, self.day.table, house_id, place, at)

    def _shared(self, pair: list[Tablet], house_id: str) -> None:
        """Both tablets change the same house and the same visit, each what the other does not."""
        house = before = self.day.houses[house_id]
        for tablet, change in zip(pair, ({"notes": NOTE}, {"storeys": 3}), strict=True):
            tablet.writes.append(Write("put_house", house_id, {**before, **change}, change))
            house = {**house, **change}
        self.day.evening_houses[house_id] = (house, 3)
        visit_id, whole = load_bodies.new_id(self.numbers), self._visit(house_id)
        draft = {**whole, "answers": {}, "notes": {}, "complete": False}
        self.day.drafts[visit_id] = draft
        for half, tablet in enumerate(pair):
            mine = {name: _half(whole[name], half) for name in ("answers", "notes")}
            mine["complete"] = True
            tablet.writes.append(Write("put_inspection", visit_id, {**draft, **mine}, mine))
            self._orders(tablet, visit_id, self.size.photos)
        self.day.visits[visit_id] = (whole, 3)

    def _orders(self, tablet: Tablet, visit_id: str, count: int) -> None:
        for number in range(count):
            kind = "jpg" if self.numbers.random() < JPEGS else self.numbers.choice(("heic", "png"))
            self._order(tablet, visit_id, kind, ITEMS[number % len(ITEMS)])

    def _order(self, tablet: Tablet, visit_id: str, kind: str, item: str) -> None:
        visit = self.day.visits.get(visit_id, (self.day.drafts.get(visit_id), 0))[0]
        path = self.folder / f"{len(self.orders):05}.{kind}"
        at = datetime.fromisoformat(visit["inspected_at"]) + timedelta(minutes=3)
        seed, place = self.numbers.getrandbits(48), visit["position"]
        shot = Shot(path, kind, seed, place["lon"], place["lat"], at, self.size.scale)
        self.orders.append((tablet, visit_id, item, shot))

    def _take_photos(self) -> None:
        """Take all photos, then announce each in its visit; the broken ones are not announced."""
        taken = take(shot for *_, shot in self.orders)
        announced: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for (tablet, visit_id, item, shot), (sha256, size) in zip(self.orders, taken, strict=True):
            photo_id = load_bodies.new_id(self.numbers)
            photo = Photo(photo_id, visit_id, item, shot.path, shot.kind, sha256, size)
            tablet.photos.append(photo)
            if photo.ready:
                announced.setdefault((tablet.name, visit_id), []).append(photo.expected())
        for tablet in self.day.tablets:
            for write in tablet.writes:
                if write.op == "put_inspection":
                    lines = announced.get((tablet.name, write.id), [])
                    self._announce(write, lines)

    def _announce(self, write: Write, lines: list[dict[str, Any]]) -> None:
        write.body["expected_photos"] = lines
        evening = self.day.visits[write.id][0]
        if write.changes is not None:
            write.changes["expected_photos"] = lines
            evening["expected_photos"] = [*evening["expected_photos"], *lines]


def _half(of: dict[str, Any], half: int) -> dict[str, Any]:
    """Return the entries of categories 1 to 3, or of the others."""
    return {code: value for code, value in of.items() if (code[0] > "3") == bool(half)}
