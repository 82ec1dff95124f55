"""What the databases do for a filter: the plans name the indexes."""

from __future__ import annotations

import itertools
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from inspection.auth import Actor
from inspection.extensions import db
from inspection.gis.collections import COLLECTIONS
from inspection.gis.features import matching
from inspection.gis.parameters import parse_selection

SECRETARIAT = Actor(label="test", role="secretariat")
TOKYO = ZoneInfo("Asia/Tokyo")
SPATIAL = {
    "houses": ("idx_houses_location",),
    "inspections": ("idx_inspections_position", "idx_houses_location"),
    "photos": ("idx_photos_position", "idx_inspections_position", "idx_houses_location"),
}
RING = "(({0} {1}, {2} {1}, {2} {3}, {0} {3}, {0} {1}))"
REGIONS = {
    "BBOX(130.80, 33.80, 130.81, 33.81)": "OGC:CRS84",
    "POINT(130.80 33.80)": "OGC:CRS84",
    "POLYGON" + RING.format(130.8, 33.8, 130.81, 33.81): "OGC:CRS84",
    "POLYGON" + RING.format(97000, -12000, 97010, -11990): "EPSG:6670",
    "POLYGON" + RING.format(14560000, 4000000, 14560100, 4000100): "EPSG:3857",
}
VALUES = {
    "ward_code = '401064'": "ix_houses_facets",
    "ward_code IN ('401064', '401072')": "ix_houses_facets",
    "judgement = 'substandard'": "ix_houses_judgement",
    "total > 100": "ix_houses_total",
    "total BETWEEN 100 AND 120": "ix_houses_total",
    "100 <= total": "ix_houses_total",
    "inspected_at > DATE('2026-05-01')": "ix_houses_inspected_at",
    "inspected_at = DATE('2026-05-01')": "ix_houses_inspected_at",
    "T_AFTER(inspected_at, TIMESTAMP('2026-05-01T00:00:00Z'))": "ix_houses_inspected_at",
    "T_DURING(inspected_at, INTERVAL('2026-05-01', '2026-05-31'))": "ix_houses_inspected_at",
    "T_INTERSECTS(inspected_at, INTERVAL('2026-05-01', '..'))": "ix_houses_inspected_at",
    "total > 100 AND NOT (town LIKE '城%')": "ix_houses_total",
}
PARAMETERS = {
    "ward_code": ("401064", "ix_houses_facets"),
    "judgement": ("substandard", "ix_houses_judgement"),
    "total": ("100", "ix_houses_total"),
    "inspected_at": ("2026-05-01", "ix_houses_inspected_at"),
    "code": ("H-1", "code"),
    "id": ("6f9619ff-8b86-d011-b42d-00cf4fc964ff", "id"),
}


def plan_of(collection, **arguments):
    """The plan of a select under parameters, as text."""
    arguments = {name.replace("_crs", "-crs"): value for name, value in arguments.items()}
    selection = parse_selection(MultiDict(arguments), collection, TOKYO)
    keys = collection.joined(select(collection.entity.pk))
    statement = keys.where(*matching(collection, selection, SECRETARIAT))
    bind = db.session.get_bind()
    prefix = "EXPLAIN QUERY PLAN"
    if bind.dialect.name == "postgresql":
        # The test's tables are empty: leave the planner only the choice that large ones give it.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        prefix = "EXPLAIN"
    compiled = statement.compile(bind, compile_kwargs={"render_postcompile": True})
    processors = compiled._bind_processors
    values = {
        name: processors[name](value) if name in processors else value
        for name, value in compiled.params.items()
    }
    if compiled.positional:
        values = tuple(values[name] for name in compiled.positiontup)
    rows = db.session.connection().exec_driver_sql(f"{prefix} {compiled}", values)
    return "\n".join(" ".join(str(cell) for cell in row) for row in rows)


def test_a_geometry_asks_every_spatial_index(app):
    asked = itertools.product(
        SPATIAL, REGIONS.items(), ("S_INTERSECTS", "S_WITHIN", "NOT S_DISJOINT")
    )
    with app.app_context():
        for collection, (region, system), function in asked:
            filter_text = f"{function}(geometry, {region})"

            plan = plan_of(COLLECTIONS[collection], filter=filter_text, filter_crs=system)

            for index in SPATIAL[collection]:
                assert index in plan, (filter_text, plan)
            for table in ("houses", "photos"):
                assert f"SCAN {table}" not in plan, (filter_text, plan)


def test_values_and_ranges_ask_their_own_index(app):
    houses = COLLECTIONS["houses"]
    with app.app_context():
        for filter_text, index in VALUES.items():
            plan = plan_of(houses, filter=filter_text)
            assert index in plan, (filter_text, plan)
            assert "SCAN houses" not in plan, (filter_text, plan)
        for name, (value, index) in PARAMETERS.items():
            plan = plan_of(houses, **{name: value})
            assert index in plan, (name, plan)
            assert "SCAN houses" not in plan, (name, plan)
