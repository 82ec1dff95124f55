"""Random filters on both databases select exactly the rows that plain Python selects."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime, timedelta

import cql2
import pytest
import shapely
from sqlalchemy import select

from inspection.extensions import db
from inspection.gis.collections import COLLECTIONS
from inspection.gis.cql2 import parse_filter
from inspection.gis.cql2.text import parse_text
from inspection.gis.crs import CRS84
from tests.gis import factories as make
from tests.gis.cql2_filters import ODD_TEXTS, Filters, text_of
from tests.gis.cql2_oracle import ZONE, evaluate

FILTERS = 80
"""For each collection and database."""

MIDNIGHT = datetime(2026, 4, 30, 15, tzinfo=UTC)  # of 1 May in Tokyo
TIMES = [
    MIDNIGHT - timedelta(microseconds=1), MIDNIGHT, MIDNIGHT + timedelta(hours=12),
    MIDNIGHT + timedelta(days=1, seconds=0.5), MIDNIGHT + timedelta(days=4),
]  # fmt: skip
A_ROW = {
    item.name: {"integer": 2, "number": 100.25, "text": "城内%", "uuid": uuid.UUID(int=5)}.get(
        item.kind
    )
    for item in COLLECTIONS["houses"].queryables
}


@pytest.fixture
def rows(app):
    """Rows of every collection as the oracle sees them: values by name, a shapely point or None."""
    chance = random.Random(5)
    found = {name: [] for name in COLLECTIONS}
    with make.rows(app):
        for _ in range(30):
            house = _house(chance)
            point = shapely.Point(*house.spot) if house.spot else None
            for _ in range(chance.choice((0, 1, 1, 2))):
                _visit(chance, house, point, found)
            house.updated_at = chance.choice(TIMES)  # last, for every change sets it to now
            found["houses"].append(_values(COLLECTIONS["houses"], house, point))
    return found


def _spot(chance, missing):
    if chance.random() < missing:
        return None
    return 130 + chance.randint(0, 4) / 4, 33 + chance.randint(0, 4) / 4


def _maybe(chance, *values):
    return chance.choice((None, *values))


def _house(chance):
    spot = _spot(chance, 0.3)
    house = make.a_house(
        *(spot or (None,)),
        address=_maybe(chance, *ODD_TEXTS),
        town=_maybe(chance, *ODD_TEXTS),
        ward_code=_maybe(chance, "401064", "401072"),
        storeys=_maybe(chance, 1, 2, 3),
        built_year=_maybe(chance, 1950, 1961),
    )
    house.spot = spot
    return house


def _visit(chance, house, house_point, found):
    spot = _spot(chance, 0.5)
    status = chance.choice(("confirmed", "draft"))
    visit = make.a_visit(
        house, status, at=chance.choice(TIMES), position=spot,
        total=chance.choice((0.0, 100.0, 100.25, 250.0)), low=chance.choice((0.0, 90.5)),
    )  # fmt: skip
    point = shapely.Point(*spot) if spot else house_point
    joined = {"house_id": house.id, "code": house.code, "ward_code": house.ward_code}
    found["inspections"].append(_values(COLLECTIONS["inspections"], visit, point, **joined))
    if chance.random() < 0.7:
        _photo(chance, visit, point, "inspection" if spot else "house", found)


def _photo(chance, visit, visit_point, source, found):
    spot = _spot(chance, 0.5)
    photo = make.a_photo(
        visit, position=spot, item=chance.choice(("2-2", "overview")),
        direction_deg=_maybe(chance, 0.0, 271.5), distance_m=_maybe(chance, 12.25),
        taken_at=_maybe(chance, *TIMES),
    )  # fmt: skip
    point = shapely.Point(*spot) if spot else visit_point
    joined = {"inspection_id": visit.id, "code": visit.house.code}
    joined["position_source"] = "photo" if spot else source if point else None
    found["photos"].append(_values(COLLECTIONS["photos"], photo, point, **joined))


def _values(collection, entity, point, **joined):
    names = [item.name for item in collection.queryables if item.name not in joined]
    return {name: getattr(entity, name) for name in names} | joined | {"geometry": point}


def _selected(collection, text, language):
    condition = parse_filter(text, language, CRS84, collection, ZONE)
    statement = collection.joined(select(collection.entity.id)).where(condition)
    return set(db.session.scalars(statement))


def test_random_filters_select_what_plain_python_selects(app, rows):
    hits = misses = unknown = 0
    with app.app_context():
        for name, collection in COLLECTIONS.items():
            filters = Filters(random.Random(f"{name}-1"), collection, rows[name])
            for number in range(FILTERS):
                tree = filters.tree()
                truths = {row["id"]: evaluate(tree, row) for row in rows[name]}
                expected = {key for key, truth in truths.items() if truth}

                found = _selected(collection, json.dumps(tree), "cql2-json")

                assert found == expected, (name, text_of(tree))
                hits += len(expected)
                misses += sum(truth is False for truth in truths.values())
                unknown += sum(truth is None for truth in truths.values())
                if number % 5 == 0:
                    assert _selected(collection, text_of(tree), "cql2-text") == expected
    assert min(hits, misses, unknown) > 300  # the filters decide something


def test_text_and_json_are_the_same_tree_and_the_one_that_another_reader_reads():
    filters = Filters(random.Random(7), COLLECTIONS["houses"], [A_ROW])
    for _ in range(400):
        tree = filters.tree()
        text = text_of(tree)

        assert parse_text(text) == tree, text
        assert _plain(cql2.parse_text(text).to_json()) == _plain(tree), text


def _plain(node):
    """A tree whose AND within AND (OR within OR) is one, and whose times are instants."""
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, dict):
        return node
    if "timestamp" in node:
        return datetime.fromisoformat(node["timestamp"])
    args = []
    for part in map(_plain, node.get("args", [])):
        same = isinstance(part, dict) and part.get("op") == node["op"] in ("and", "or")
        args += part["args"] if same else [part]
    return {**node, "args": args}
