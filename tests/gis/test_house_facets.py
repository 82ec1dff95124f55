"""Counts by facet are those of the rows, whoever writes; filters of facets are counted from them."""

from __future__ import annotations

import dataclasses
import json
import random
import threading
import uuid
from collections import Counter
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import MultiDict

from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.gis.facet_counts import asks_facets, count_by_facets
from inspection.gis.filter_shapes import shape_of
from inspection.gis.parameters import parse_selection
from inspection.models import House, HouseFacet
from inspection.models.house_facet import FACETS
from inspection.paging import encode_cursor
from inspection.services import feature_counts
from tests import databases
from tests.gis import factories as make
from tests.gis.cql2_filters import Filters
from tests.gis.cql2_oracle import evaluate
from tests.gis.test_kept_counts import do, writing

VALUES = {
    "ward_code": ("401064", "401072", None),
    "total": (100.5, 0.0, None),
    "judgement": ("substandard", None),
    "status": ("confirmed", None),
    "structure": ("wooden", "other"),
}
OF_FACETS = (
    "ward_code = '401064'",
    "ward_code IN ('401064', '401072') AND total >= 93.5",
    "NOT (judgement = 'substandard' OR status IS NULL)",
    "CASEI(structure) LIKE CASEI('WOOD%')",
    "judgement > ward_code AND total BETWEEN 1 AND 200",
    "total IN (95, 105.1)",
    "1 = 1",
    "1 = 2",
)
OF_MORE = (
    "storeys = 2",
    "low > 90 AND ward_code = '401064'",
    "inspected_at > DATE('2026-05-01')",
    "code = 'K-00001'",
    "id = '6f9619ff-8b86-d011-b42d-00cf4fc964ff'",
    "ward_code = '401064' AND S_INTERSECTS(geometry, BBOX(130.8, 33.8, 130.9, 33.9))",
    "total > low",
    "geometry IS NULL",
)


def grouped(connection, entity, number):
    """The numbers by combination, those of nought left out."""
    facets = [getattr(entity, name) for name in FACETS]
    rows = connection.execute(select(*facets, number).group_by(*facets)).all()
    return Counter({tuple(row[:-1]): int(row[-1]) for row in rows if row[-1]})


def counted(connection):
    """What is kept by combination; the rows must agree."""
    kept = grouped(connection, HouseFacet, func.sum(HouseFacet.number))
    assert kept == grouped(connection, House, func.count())
    return kept


def a_row(chance, **more):
    return {
        "id": uuid.uuid4(),
        "code": uuid.uuid4().hex,
        "body_sha256": "0" * 64,
        **{name: chance.choice(values) for name, values in VALUES.items()},
        **more,
    }


def write(connection, chance):
    """One statement of a random kind, on one house or on many."""
    name = chance.choice(FACETS)
    some = House.pk % chance.randint(1, 5) == 0
    connection.execute(
        chance.choice((
            insert(House).values([a_row(chance) for _ in range(chance.randint(1, 4))]),
            insert(House).values(a_row(chance)),
            delete(House).where(some, House.pk % 3 == 0),
            update(House).where(some).values({name: chance.choice(VALUES[name])}),
            update(House).where(some).values(notes="城内", total=House.total),
            update(House).values({name: chance.choice(VALUES[name]), "status": "confirmed"}),
        ))
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_random_writes_and_what_is_rolled_back(app, seed):
    chance = random.Random(seed)
    for _ in range(12):
        with writing(app) as connection:
            before = counted(connection)
            write(connection, chance)
            with connection.begin_nested() as point:
                write(connection, chance)
                if chance.random() < 0.5:
                    point.rollback()
            within = counted(connection)
            kept = chance.random() < 0.6
            (connection.commit if kept else connection.rollback)()
            assert counted(connection) == (within if kept else before)
    with app.app_context():
        feature_counts.compact()
        assert counted(db.session) == (within if kept else before)
        assert db.session.scalar(select(func.count()).select_from(HouseFacet)) == len(
            counted(db.session)
        )


def test_writers_of_one_combination_neither_wait_nor_see_each_other(app, database_kind):
    if database_kind == "spatialite":
        pytest.skip("SQLite has one writer")
    row = a_row(random.Random(1))
    do(app, insert(House).values(row))
    with writing(app) as first, writing(app) as second:
        for number, connection in enumerate((first, second), 2):
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            other = {"id": uuid.uuid4(), "code": uuid.uuid4().hex}
            connection.execute(insert(House).values({**row, **other}))
            assert counted(connection).total() == 2, number
        with app.app_context():
            feature_counts.compact()  # nor does it wait, nor take what is not finished
            assert counted(db.session).total() == 1
        first.commit()
        assert counted(second).total() == 3
        second.rollback()
        assert counted(second).total() == 2


def test_every_snapshot_agrees_while_all_write_and_rows_are_drawn_together(app, database_kind):
    """Four writers of rows of their own and few combinations, one that compacts, one that reads."""
    done = threading.Event()
    compared, faults = [], []

    def run(work):
        try:
            work()
        except Exception as fault:
            faults.append(fault)

    def write_some(seed):
        chance = random.Random(seed)
        mine = House.notes == f"writer {seed}"
        for _ in range(8):
            with writing(app) as connection:
                connection.execute(insert(House).values(a_row(chance, notes=f"writer {seed}")))
                name = chance.choice(FACETS)
                change = update(House).values({name: chance.choice(VALUES[name])})
                connection.execute(change.where(mine))
                connection.execute(delete(House).where(mine, House.total == 0))
                (connection.commit if chance.random() < 0.7 else connection.rollback)()

    def compact():
        while not done.is_set():
            with app.app_context():
                feature_counts.compact()

    def read():
        postgis = database_kind == "postgis"
        level = {"isolation_level": "REPEATABLE READ"} if postgis else {}
        while not done.is_set():
            with app.app_context(), db.engine.connect().execution_options(**level) as connection:
                compared.append(counted(connection).total())

    writers = [threading.Thread(target=run, args=(partial(write_some, n),)) for n in range(4)]
    others = [threading.Thread(target=run, args=(work,)) for work in (compact, read)]
    for thread in (*writers, *others):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in others:
        thread.join()

    assert faults == []
    assert compared
    with app.app_context():
        assert counted(db.session).total() > 0


def test_compaction_goes_on_until_each_combination_has_one_row(app, database_kind, monkeypatch):
    if database_kind == "spatialite":
        pytest.skip("SQLite has one row a combination anyway")
    monkeypatch.setattr("inspection.services.house_facets._CHUNK", 3)
    wards = ("401064", None, "401072") * 5
    rows = [a_row(random.Random(1), ward_code=ward) for ward in wards]
    do(app, *(insert(House).values(row) for row in rows))
    do(app, *(delete(House).where(House.code == row["code"]) for row in rows[2::3]))
    with app.app_context():
        assert feature_counts.compact() == (20 - 2) + (20 - 1)  # with those of all houses
        kept = db.session.scalars(select(HouseFacet.number)).all()
        assert (sorted(kept), counted(db.session).total()) == ([5, 5], 10)


def test_an_emptied_table_has_no_combinations(app, database_kind):
    if database_kind == "spatialite":
        pytest.skip("SQLite has no TRUNCATE")
    do(app, *(insert(House).values(a_row(random.Random(n))) for n in range(6)))
    with writing(app) as connection:
        connection.execute(text("TRUNCATE houses CASCADE"))
        assert counted(connection) == Counter()
        connection.rollback()
        assert counted(connection).total() == 6
    do(app, text("TRUNCATE houses CASCADE"))
    with app.app_context():
        feature_counts.compact()
        assert db.session.scalars(select(HouseFacet)).all() == []


def test_a_wrong_combination_is_found_and_mended_though_the_sum_is_right(app):
    rows = [a_row(random.Random(7), ward_code=ward) for ward in ("401064", "401072", None)]
    do(app, *(insert(House).values(row) for row in rows))
    run = app.test_cli_runner().invoke
    assert "houses by facet: kept 3, rows 3, right" in run(args=["features", "verify"]).output

    do(
        app,
        update(HouseFacet).where(HouseFacet.ward_code == "401064").values(number=3),
        update(HouseFacet).where(HouseFacet.ward_code.is_(None)).values(ward_code="401080"),
        delete(HouseFacet).where(HouseFacet.ward_code == "401072"),
        insert(HouseFacet).values(structure="steel", number=-1),
    )

    found = run(args=["features", "verify"])
    assert found.exit_code == 1
    assert "houses by facet: kept 3, rows 3, WRONG in 5 parts" in found.output
    assert "1 kept counts were wrong" in run(args=["features", "recount"]).output
    assert run(args=["features", "verify"]).exit_code == 0
    do(app, insert(House).values({**rows[2], "id": uuid.uuid4(), "code": "new"}))
    with app.app_context():
        assert counted(db.session).total() == 4


def test_the_migration_counts_the_houses_that_are_there(run_databases, database_kind, tmp_path):
    from flask_migrate import downgrade, upgrade

    from inspection import create_app

    url = run_databases.bare(database_kind, tmp_path)
    app = create_app(databases.settings(url, tmp_path))
    chance = random.Random(3)
    with app.app_context():
        upgrade()
        downgrade(revision="0012")
        db.session.remove()
    do(app, *(insert(House).values(a_row(chance)) for _ in range(12)))
    with app.app_context():
        upgrade()
        assert counted(db.session).total() == 12
        db.session.remove()
        downgrade(revision="0012")
        upgrade()
    do(app, delete(House).where(House.pk > 6))
    with app.app_context():
        assert counted(db.session).total() == 6
        db.session.remove()
        db.engine.dispose()


def conditions_of(**arguments):
    return parse_selection(MultiDict(arguments), HOUSES, ZoneInfo("Asia/Tokyo")).conditions


def test_what_asks_facets_alone(world):
    with world.app.app_context():
        for written in OF_FACETS:
            assert asks_facets(conditions_of(filter=written)), written
        for written in OF_MORE:
            assert not asks_facets(conditions_of(filter=written)), written
        assert asks_facets(conditions_of(ward_code="401064", total="100"))
        assert not asks_facets([House.status == "confirmed"])
        assert not asks_facets([House.pk.in_(select(HouseFacet.pk))])


class FacetFilters(Filters):
    """Random filters that ask facets alone."""

    def __init__(self, chance, rows):
        wanted = tuple(item for item in HOUSES.properties if item.name in FACETS)
        super().__init__(chance, dataclasses.replace(HOUSES, properties=wanted), rows)
        del self.kinds["uuid"], self.values["id"]

    def _named(self, *kinds):
        return super()._named(*(kind for kind in kinds if kind in self.kinds))

    def _null(self):
        return {"op": "isNull", "args": [{"property": self.chance.choice(list(self.values))}]}

    def _spatial(self):
        return self._comparison()

    def _temporal(self):
        return self._in()


def test_random_filters_of_facets_count_what_plain_python_counts(world, city):
    with world.app.app_context():
        numbers = grouped(db.session, House, func.count())
    rows = [(dict(zip(FACETS, key, strict=True)), number) for key, number in numbers.items()]
    filters = FacetFilters(random.Random(13), [{**row, "id": None} for row, _ in rows])

    for _ in range(70):
        tree = filters.tree()
        expected = sum(number for row, number in rows if evaluate(tree, row) is True)
        asked = {"filter": json.dumps(tree), "filter-lang": "cql2-json", "limit": 1}
        page = city.items("houses", asked)
        assert page["numberMatched"] == expected, tree
        with world.app.app_context():
            language = {"filter-lang": "cql2-json"}
            conditions = conditions_of(filter=asked["filter"], **language)
            assert asks_facets(conditions), tree
            assert db.session.scalar(count_by_facets(conditions)) == expected, tree
            kept = shape_of(conditions)
            named = count_by_facets(kept.conditions())
            assert db.session.scalar(named, kept.values) == expected, tree


@pytest.mark.parametrize("written", [*OF_FACETS, *OF_MORE])
def test_every_page_says_the_same_number_as_the_rows(world, city, written):
    with world.app.app_context():
        conditions = conditions_of(filter=written)
        expected = db.session.scalar(select(func.count()).select_from(House).where(*conditions))
    for query in ({"limit": 2}, {"limit": 10_000}, {"limit": 5, "cursor": encode_cursor(1500)},
                  {"cursor": encode_cursor(10**6)}, {"limit": 2, "crs": "http://www.opengis.net/def/crs/EPSG/0/6670"}):  # fmt: skip
        page = city.items("houses", {"filter": written, **query})
        assert page["numberMatched"] == expected, query
        assert page["numberReturned"] <= expected


def test_filters_alike_differ_in_their_values_alone(world, city):
    def asked(written):
        return city.items("houses", {"filter": written, "limit": 1})["numberMatched"]

    def there(*conditions):
        with world.app.app_context():
            return db.session.scalar(select(func.count(House.pk)).where(*conditions))

    for ward in ("401013", "401030", "none"):
        assert asked(f"ward_code = '{ward}'") == there(House.ward_code == ward)
        for more in (("401064",), ("401064", "401072")):
            wards = (ward, *more)
            assert asked(f"ward_code IN {wards}") == there(House.ward_code.in_(wards))
    for total in (0, 95, 95.1, 200):
        assert asked(f"total > {total}") == there(House.total > total)


def test_the_committee_is_counted_by_what_it_sees(app, reader_of):
    with make.rows(app):
        houses = [make.a_house(ward_code="401064") for _ in range(4)]
        for visit in [make.a_visit(house) for house in houses][:2]:
            make.a_case(visit)
    asked = {"filter": "ward_code = '401064' AND total >= 100", "limit": 1}

    numbers = {role: reader_of(role).items("houses", asked) for role in ("gis", "committee")}

    assert {role: page["numberMatched"] for role, page in numbers.items()} == {
        "gis": 4,
        "committee": 2,
    }


def test_the_facets_have_the_types_of_the_houses():
    """Else a condition might not mean the same of both."""
    for name in FACETS:
        kept, there = HouseFacet.__table__.c[name], House.__table__.c[name]
        assert (repr(kept.type), kept.nullable) == (repr(there.type), there.nullable)


def test_nobody_waits_for_a_lock_that_a_writer_never_takes(app, database_kind):
    """A writer locks no row of the counts: it works while another holds all of them."""
    if database_kind == "spatialite":
        pytest.skip("SQLite has one writer")
    do(app, insert(House).values(a_row(random.Random(1))))
    with writing(app) as holder:
        holder.execute(select(HouseFacet).with_for_update())
        try:
            do(app, text("SET LOCAL lock_timeout = '2s'"), update(House).values(ward_code=None))
        except DBAPIError as error:
            pytest.fail(f"a writer waited: {error.orig}")
        holder.rollback()
