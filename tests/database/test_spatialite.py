from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyproj
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from inspection.database.library import LibraryMissing, find_library
from inspection.database.spatialite import (
    JAPANESE_SRIDS,
    engine_options,
    initialise,
    install,
    write_transaction,
)

WRITERS = 8
ROUNDS = 25


def an_engine(path: Path):
    engine = create_engine(f"sqlite:///{path}", **engine_options(10_000))
    install(engine, library=find_library(), busy_timeout_ms=10_000)
    return engine


@pytest.fixture
def engine(tmp_path):
    engine = an_engine(tmp_path / "places.db")
    with engine.begin() as connection:
        initialise(connection)
        connection.execute(text("CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT)"))
        connection.execute(text("SELECT AddGeometryColumn('place','location',4326,'POINT','XY')"))
        connection.execute(text("SELECT CreateSpatialIndex('place','location')"))
        connection.execute(text("CREATE TABLE counter (value INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    yield engine
    engine.dispose()


def write_and_fail(session):
    with write_transaction(session):
        session.execute(text("UPDATE counter SET value = 7"))
        raise InterruptedError


def write_inside_and_fail(session):
    with write_transaction(session):
        with write_transaction(session):
            session.execute(text("UPDATE counter SET value = 7"))
        raise InterruptedError


def create_table_and_fail(engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE half_made (id INTEGER)"))
        raise InterruptedError


def test_eight_processes_write_at_once_and_none_is_refused(engine, tmp_path):
    command = [sys.executable, str(Path(__file__).with_name("spatialite_writer.py"))]
    root = Path(__file__).resolve().parents[2]

    writers = [
        subprocess.Popen(
            [*command, str(tmp_path / "places.db"), str(number), str(ROUNDS)],
            cwd=root,
            env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    complaints = [writer.communicate(timeout=120)[1] for writer in writers]

    assert complaints == [""] * WRITERS
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT value FROM counter")) == WRITERS * ROUNDS
        assert (
            connection.scalar(text("SELECT count(*) FROM idx_place_location")) == WRITERS * ROUNDS
        )


def test_initialising_twice_changes_nothing(engine):
    everything = text("SELECT * FROM spatial_ref_sys ORDER BY srid")
    with engine.begin() as connection:
        before = connection.execute(everything).fetchall()
        initialise(connection)

        after = connection.execute(everything).fetchall()

    assert after == before


@pytest.mark.parametrize("srid", JAPANESE_SRIDS)
def test_japanese_reference_systems_agree_with_epsg(engine, srid):
    query = "SELECT auth_name, auth_srid, ref_sys_name, proj4text, srtext FROM spatial_ref_sys"
    expected = pyproj.CRS.from_epsg(srid)
    to_expected, point = pyproj.Transformer.from_crs(4326, srid, always_xy=True), (135.0, 35.0)

    with engine.connect() as connection:
        row = connection.execute(text(f"{query} WHERE srid = :srid"), {"srid": srid}).one()

    assert (row.auth_name, row.auth_srid, row.ref_sys_name) == ("epsg", srid, expected.name)
    assert pyproj.CRS.from_wkt(row.srtext).to_epsg() == srid
    by_proj4 = pyproj.Transformer.from_crs(6668, row.proj4text, always_xy=True).transform(*point)
    assert by_proj4 == pytest.approx(to_expected.transform(*point), abs=0.001)


def test_points_are_transformed_to_the_plane_system_of_northern_kyushu(engine):
    query = "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(MakePoint(130.87, 33.88, 4326), 6670) AS p)"
    expected = pyproj.Transformer.from_crs(4326, 6670, always_xy=True).transform(130.87, 33.88)

    with engine.connect() as connection:
        found = connection.execute(text(query)).one()

    assert tuple(found) == pytest.approx(expected, abs=0.001)


def test_connections_are_durable_and_check_foreign_keys(engine):
    with engine.connect() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert pragma == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_a_reader_keeps_its_view_while_another_writes(engine):
    value = text("SELECT value FROM counter")
    with Session(engine) as reader, Session(engine) as writer:
        before = reader.scalar(value)
        with write_transaction(writer):
            writer.execute(text("UPDATE counter SET value = 7"))

        assert reader.scalar(value) == before == 0
        reader.commit()
        assert reader.scalar(value) == 7


def test_an_error_rolls_everything_back(engine):
    with Session(engine) as session:
        with pytest.raises(InterruptedError):
            write_and_fail(session)

        assert session.scalar(text("SELECT value FROM counter")) == 0


def test_an_inner_transaction_joins_the_outer_one(engine):
    with Session(engine) as session:
        with pytest.raises(InterruptedError):
            write_inside_and_fail(session)

        assert session.scalar(text("SELECT value FROM counter")) == 0


def test_creating_a_table_rolls_back_too(engine):
    with pytest.raises(InterruptedError):
        create_table_and_fail(engine)

    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master")).all()
    assert "half_made" not in names


def test_a_library_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LibraryMissing, match="no_such_library"):
        find_library(str(tmp_path / "no_such_library.so"))
