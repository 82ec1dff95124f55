"""A box filter is exact and asks the spatial index."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from inspection.auth import Actor
from inspection.extensions import db
from inspection.gis.bbox import parse_bbox
from inspection.gis.collections import COLLECTIONS
from inspection.gis.crs import parse_crs
from inspection.gis.features import _columns, matching
from inspection.gis.parameters import Selection
from tests.gis import factories as make


@pytest.fixture
def scattered(app):
    """200 points, among them pairs that differ by less than a 32-bit float can tell."""
    chance = random.Random(6)
    points = [(chance.uniform(-180, 180), chance.uniform(-90, 90)) for _ in range(120)]
    points += [(130.8 + n * 1e-9, 33.8) for n in range(40)]
    points += [(5.0, 5.0), (175.0, 40.0), (-175.0, 40.0)]
    points += [(180.0, n - 10.0) for n in range(20)] + [(-180.0, n - 10.0) for n in range(20)]
    with make.rows(app):
        return {str(make.a_house(lon=lon, lat=lat).id): (lon, lat) for lon, lat in points}


BOXES = (
    (-180, -90, 180, 90),
    (130.8, 33.8, 130.8 + 20e-9, 33.8),
    (130.8 + 1e-9, 33, 130.8 + 2e-9, 34),
    (0, 0, 180, 90),
    (170, -90, -170, 90),
    (180, -5, -180, 5),
    (100, 0, 99, 90),
    (-10, -90, 10, -60),
)
BEYOND_THE_MAP = (
    ((170, -90, 190, 90), (170, -90, -170, 90)),
    ((-190, -90, -170, 90), (170, -90, -170, 90)),
    ((-500, -90, 500, 90), (-180, -90, 180, 90)),
    ((-180, -95, 180, 95), (-180, -90, 180, 90)),
    ((360, -90, 370, 90), (0, -90, 10, 90)),
)
"""A box, and the box that it means."""


def test_a_box_holds_exactly_the_points_between_its_edges(reader, scattered):
    for box in BOXES:
        west, south, east, north = box

        page = reader.items("houses", {"bbox": ",".join(map(repr, box)), "limit": "1000"})

        expected = set()
        for key, (lon, lat) in scattered.items():
            across = lon >= west or lon <= east
            if south <= lat <= north and (west <= lon <= east if west <= east else across):
                expected.add(key)
        assert {feature["id"] for feature in page["features"]} == expected, box
        assert page["numberMatched"] == len(expected)


def test_a_box_beyond_the_edge_of_the_map_is_the_box_that_it_means(reader, scattered):
    for boxes in BEYOND_THE_MAP:
        queries = [{"bbox": ",".join(map(str, box)), "limit": "1000"} for box in boxes]

        found, expected = (set(reader.ids("houses", query)) for query in queries)

        assert found == expected, boxes
        assert found


SECRETARIAT = Actor(label="test", role="secretariat")
TABLES = {
    "houses": ("idx_houses_location",),
    "inspections": ("idx_inspections_position", "idx_houses_location"),
    "photos": ("idx_photos_position", "idx_inspections_position", "idx_houses_location"),
}


def test_the_plan_of_a_box_query_asks_every_spatial_index(app):
    boxes = {"OGC:CRS84": "130.80,33.80,130.81,33.81", "EPSG:6670": "97000,-12000,97010,-11990"}
    for collection, indexes in TABLES.items():
        for system, corners in boxes.items():
            with app.app_context():
                box = parse_bbox(corners, parse_crs(system, "bbox-crs"))
                plan = _plan(COLLECTIONS[collection], box)

            for index in indexes:
                assert index in plan, plan
            assert "SCAN houses" not in plan
            assert "SCAN photos" not in plan


def _plan(collection, box):
    statement = _columns(collection, lonlat=True).where(
        *matching(collection, Selection(bbox=box), SECRETARIAT)
    )
    bind = db.session.get_bind()
    if bind.dialect.name == "postgresql":
        # The test's tables are small: leave the planner only the choice that large ones give it.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_indexscan = on"))
    prefix = "EXPLAIN" if bind.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    compiled = statement.compile(bind, compile_kwargs={"literal_binds": False})
    rows = db.session.connection().exec_driver_sql(
        f"{prefix} {compiled}", _driver_parameters(compiled)
    )
    return "\n".join(" ".join(str(cell) for cell in row) for row in rows)


def _driver_parameters(compiled):
    values = compiled.construct_params()
    if compiled.positional:
        return tuple(values[name] for name in compiled.positiontup)
    return values
