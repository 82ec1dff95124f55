"""PostgreSQL's stored text of a house is the one that the columns make, whoever wrote the row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import literal_column, text, update

from inspection.extensions import db
from inspection.gis import export_copy
from inspection.gis.feature_sql import feature_sql, made_sql
from inspection.gis.stored_texts import wrong_texts
from inspection.models import House
from tests import databases
from tests.gis import factories as make

AWKWARD = [
    {},
    {"address": None, "town": None, "ward_code": None, "storeys": None, "built_year": None},
    {"lon": None},
    {"code": 'C"1\\2', "address": "\x01\x02\t\r\n\b\f\x1f\x7f/</script>", "town": '","geometry":'},
    {"address": '"geometry":null}', "town": "\\\\n\\u0000%s%%1$s", "judgement": "geometry"},
    {"address": "髙﨑𠮷野家😀\u2028", "town": "", "ward_code": "４"},
    {"address": "あ" * 300, "town": '"' * 100, "notes": "長い覚え書き。" * 2000},
    {"total": 0.0, "low": -0.0, "high": 1e15},
    {"total": 0.1 + 0.2, "low": 1e-7, "high": 1.7976931348623157e308},
    {"total": 99.99999999999999, "low": 5e-324, "high": 123456789012345.0},
    {"total": 999999999999999.0, "low": -12.5, "high": 1e22},
    {"lon": 130.87520000000001, "lat": 33.883400000000002},
    {"lon": -179.99999999999997, "lat": 1e-17},
    {"lon": 130.0, "lat": -0.0},
    {"inspected_at": datetime(2026, 5, 1, 3, 0, 0, 1, tzinfo=UTC)},
    {"inspected_at": datetime(2026, 5, 1, 3, 0, 0, 120000, tzinfo=UTC)},
    {"inspected_at": datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)},
    {
        "inspected_at": datetime(1, 1, 1, tzinfo=UTC),
        "updated_at": datetime(1600, 2, 29, tzinfo=UTC),
    },
    {"inspected_at": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)},
    {"inspected_at": datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=9)))},
]
ODD_SESSION = {
    "DateStyle": "SQL, DMY",
    "TimeZone": "Asia/Kathmandu",
    "extra_float_digits": "-15",
    "IntervalStyle": "sql_standard",
    "search_path": '"$user", public, pg_catalog',
    "bytea_output": "escape",
    "standard_conforming_strings": "off",
    "backslash_quote": "on",
    "lc_numeric": "C",
}
PLAIN_SESSION = {"DateStyle": "ISO, MDY", "TimeZone": "UTC", "extra_float_digits": "1"}


@pytest.fixture(params=["postgis"])
def database_kind(request):
    """SQLite keeps no text."""
    return request.param


def be(session):
    """Make the transaction's session so."""
    for name, value in session.items():
        db.session.execute(text("select set_config(:n, :v, true)"), {"n": name, "v": value})


def both():
    """Every house's stored text and the one made now, in an ordinary session."""
    be(PLAIN_SESSION)
    stored, made = feature_sql("houses", "postgresql"), made_sql("houses", "postgresql")
    assert stored != made
    query = f"select {stored}, {made} from houses order by pk".replace(":", "\\:")
    return [tuple(row) for row in db.session.execute(text(query))]


def check_equal(count):
    """Every house has the very text that its columns make."""
    rows = both()
    assert len(rows) == count
    for stored, made in rows:
        assert stored == made
        json.loads(stored)


@pytest.fixture(params=[PLAIN_SESSION, ODD_SESSION], ids=["plain", "odd"])
def written(app, request):
    """The awkward houses, written in a session of some kind."""
    with app.app_context():
        be(request.param)
        for fields in AWKWARD:
            make.a_house(**fields)
        db.session.commit()
        yield request.param


def test_inserted(written):
    check_equal(len(AWKWARD))


def test_updated(written):
    be(written)
    fields = {"address": "\\", "total": 1 / 3, "inspected_at": make.NOON, "location": None}
    db.session.execute(update(House).values(fields))
    db.session.commit()
    check_equal(len(AWKWARD))

    moved = text("update houses set location = ST_SetSRID(ST_MakePoint(0.1, 1 / 3.0), 4326)")
    db.session.execute(moved)
    db.session.commit()
    check_equal(len(AWKWARD))
    assert '"coordinates":[0.1,0.333333333333333' in both()[0][0]


def test_copied_out_and_in(written):
    names = ", ".join(column.name for column in House.__table__.columns)
    driver = db.session.connection().connection.driver_connection
    be({"extra_float_digits": "1", "DateStyle": "ISO"})  # what is copied out shall have every digit
    before = both()
    with driver.cursor() as cursor:
        with cursor.copy(f"copy houses ({names}) to stdout") as out:
            data = b"".join(bytes(block) for block in out)
        cursor.execute("delete from houses")
        be(written)
        with cursor.copy(f"copy houses ({names}) from stdin") as into:
            into.write(data)
    db.session.commit()

    check_equal(len(AWKWARD))
    assert sorted(both()) == sorted(before)


def test_the_text_lies_in_the_row_as_it_is(written):
    """However long the notes make the row: nothing to fetch, nothing to unpack."""
    packed = "select count(*) from houses where pg_column_size(feature) < octet_length(feature)"
    assert db.session.scalar(text(packed)) == 0
    assert db.session.scalar(text("select max(octet_length(feature)) from houses")) > 1400


def test_nobody_else_can_write_it_and_the_models_do_not_read_it(written):
    assert "feature" not in House.__table__.columns
    with pytest.raises(Exception, match="generated column"):
        db.session.execute(text("update houses set feature = 'x'"))
    db.session.rollback()


def test_verify_finds_a_text_that_is_not_what_the_columns_make(app, written):
    assert wrong_texts() == 0
    run = app.test_cli_runner().invoke
    assert "texts of houses: 0 wrong" in run(args=["features", "verify"]).output

    # As if another release's function had made one text.
    kept = db.session.scalar(text("select pg_get_functiondef('house_feature'::regproc)"))
    other = kept.replace('"town"', '"city"')
    assert other != kept
    db.session.execute(text(other))
    db.session.execute(text("update houses set town = town where storeys is null"))
    db.session.execute(text(kept))
    db.session.commit()

    assert wrong_texts() == 1
    ended = run(args=["features", "verify"])
    assert (ended.exit_code, "texts of houses: 1 wrong" in ended.output) == (1, True)


def test_migrated_up_down_and_up(run_databases, tmp_path):
    from flask_migrate import downgrade, upgrade

    from inspection import create_app

    app = create_app(databases.settings(run_databases.bare("postgis", tmp_path), tmp_path))
    with app.app_context():
        upgrade(revision="0011")
        for fields in AWKWARD:
            make.a_house(**fields)
        db.session.commit()

        upgrade(revision="0012")
        check_equal(len(AWKWARD))
        packed = "select count(*) from houses where pg_column_size(feature) < octet_length(feature)"
        assert db.session.scalar(text(packed)) == 0
        db.session.commit()

        downgrade(revision="0011")
        left = "select count(*) from pg_proc where proname = 'house_feature'"
        assert db.session.scalar(text(left)) == 0
        assert len(db.session.scalars(db.select(House)).all()) == len(AWKWARD)
        db.session.commit()

        upgrade(revision="head")
        check_equal(len(AWKWARD))
        db.session.remove()
        db.engine.dispose()


KEYS = {
    "none": [],
    "one": [7],
    "bounds of parts": [1, 500, 501, 502, 1000, 1001, *range(1100, 1400)],
    "an empty part": [*range(1, 500), 2400],
    "beyond 32 bits' half": [2**31 - 2, 2**31 - 1],
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_exported_joined_by_the_database_or_row_by_row(app, keys):
    with app.app_context():
        houses_at(keys)
        statement = db.select(literal_column("houses.feature")).select_from(House)
        query = statement.order_by(House.pk)
        with db.engine.connect() as connection:
            by_row = list(export_copy.copied_lines(connection, query, 1000))
            joined = list(export_copy.copied_parts(connection, "houses", "houses.feature"))
            texts = connection.scalars(query).all()

    def read(parts):
        return b",".join(parts).decode()

    assert read(by_row) == read(joined) == "\n,".join(texts) + ("\n" if keys else "")


def test_keys_with_wide_holes_are_not_walked_through(app):
    with app.app_context():
        houses_at([1, 2_000_000_000])
        with db.engine.connect() as connection:
            assert export_copy.copied_parts(connection, "houses", "houses.feature") is None


def houses_at(keys):
    """Add houses with these primary keys."""
    db.session.execute(
        text(
            "insert into houses (pk, id, code, structure, extra, revision, body_sha256, "
            "created_at, updated_at) select pk, gen_random_uuid(), '家屋' || pk, 'wooden', '{}', 1, "
            "'x', now(), now() from unnest(cast(:keys as bigint[])) as pk"
        ),
        {"keys": keys},
    )
    db.session.commit()
