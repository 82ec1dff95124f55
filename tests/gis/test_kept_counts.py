"""numberMatched is the number that is there: for every role, whoever writes at the same moment."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, insert, select, text, update

from inspection.extensions import db
from inspection.models import FeatureCount, House, Inspection, Photo
from inspection.services import feature_counts
from tests.gis import factories as make

ROLES = ("gis", "secretariat")


@pytest.fixture
def city(app):
    """Three houses, each with a visit of another status, each visit with two photos."""
    with make.rows(app):
        houses = [make.a_house() for _ in range(3)]
        statuses = ("confirmed", "submitted", "decided")
        visits = [make.a_visit(*pair) for pair in zip(houses, statuses, strict=True)]
        photos = [make.a_photo(visit) for visit in visits for _ in range(2)]
        return {
            "houses": [house.pk for house in houses],
            "visits": [visit.pk for visit in visits],
            "photos": [photo.pk for photo in photos],
        }


@pytest.fixture
def counted(app, reader_of):
    """What the first pages say, by role: houses, visits, photos; the rows must agree."""
    readers = {role: reader_of(role) for role in ROLES}
    for reader in readers.values():
        reader.items("houses")  # its token's use is noted now, not while another writes

    def ask(role="gis", *, check=True):
        if check:
            with app.app_context():
                compared = feature_counts.compare()
            assert [one for one in compared if one.kept != one.rows] == []
        pages = [
            readers[role].items(name, "limit=1") for name in ("houses", "inspections", "photos")
        ]
        return tuple(page["numberMatched"] for page in pages)

    return ask


@contextmanager
def writing(app):
    """A connection of its own, in a transaction that its user ends."""
    with app.app_context():
        options = {"hantei_write": True}
        with db.engine.connect().execution_options(**options) as connection:
            yield connection


def do(app, *statements):
    with writing(app) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_every_way_to_write_keeps_the_counts(app, city, counted):
    visits, photos = city["visits"], city["photos"]
    assert (counted("gis"), counted("secretariat")) == ((3, 2, 4), (3, 3, 6))

    do(app, update(Inspection).where(Inspection.pk == visits[1]).values(status="scheduled"))
    assert counted("gis") == (3, 3, 6)
    do(app, update(Inspection).values(status="returned"))
    assert (counted("gis"), counted("secretariat")) == ((3, 0, 0), (3, 3, 6))
    do(app, update(Inspection).where(Inspection.pk != visits[2]).values(status="confirmed"))
    assert counted("gis") == (3, 2, 4)

    do(app, update(Photo).where(Photo.pk == photos[0]).values(status="rejected"))
    assert (counted("gis"), counted("secretariat")) == ((3, 2, 3), (3, 3, 5))
    do(app, update(Photo).where(Photo.pk.in_(photos[:2])).values(inspection_pk=visits[2]))
    assert (counted("gis"), counted("secretariat")) == ((3, 2, 2), (3, 3, 5))
    do(app, update(Photo).where(Photo.pk == photos[0]).values(status="ready"))
    assert (counted("gis"), counted("secretariat")) == ((3, 2, 2), (3, 3, 6))

    do(app, delete(Photo), delete(Inspection).where(Inspection.pk != visits[0]))
    assert (counted("gis"), counted("secretariat")) == ((3, 1, 0), (3, 1, 0))
    do(app, delete(Inspection), delete(House).where(House.pk.in_(city["houses"][:2])))
    assert counted("secretariat") == (1, 0, 0)


def test_what_is_not_committed_counts_for_nobody_else(app, city, counted):
    with writing(app) as connection:
        connection.execute(delete(Photo))
        connection.execute(update(Inspection).values(status="submitted"))
        assert counted("gis") == (3, 2, 4)
        connection.rollback()
    assert counted("gis") == (3, 2, 4)

    with writing(app) as connection:
        connection.execute(delete(Photo).where(Photo.pk == city["photos"][0]))
        outer = connection.begin_nested()
        connection.execute(delete(Photo))
        outer.rollback()
        connection.commit()
    assert counted("gis") == (3, 2, 3)


def test_a_photo_and_the_confirmation_of_its_visit_at_the_same_time(app, city, counted):
    visit = city["visits"][1]
    begun = threading.Event()

    def confirm():
        begun.set()
        do(app, update(Inspection).where(Inspection.pk == visit).values(status="confirmed"))

    confirmation = threading.Thread(target=confirm)
    with writing(app) as connection:
        connection.execute(_copied_photo(connection, city["photos"][2]))
        confirmation.start()
        begun.wait()
        confirmation.join(0.3)
        assert confirmation.is_alive()  # it waits for the photo, and so counts it
        connection.commit()
    confirmation.join()

    assert (counted("gis"), counted("secretariat")) == ((3, 3, 7), (3, 3, 7))


def _copied_photo(connection, pk):
    """An insert of a photo like another one of the same visit."""
    table = Photo.__table__
    row = dict(connection.execute(select(table).where(table.c.pk == pk)).mappings().one())
    new = make.uuid.uuid4()
    return insert(table).values({**row, "pk": pk + 1000, "id": new, "position": None})


def test_compacting_changes_no_count_and_a_recount_mends_one(app, city, counted):
    with app.app_context():
        feature_counts.compact()
    assert counted("gis") == (3, 2, 4)
    with app.app_context():
        assert len(db.session.scalars(select(FeatureCount)).all()) == 5
    do(app, update(FeatureCount).values(number=FeatureCount.number + 7))
    run = app.test_cli_runner().invoke

    assert counted("gis", check=False) == (10, 9, 11)
    assert run(args=["features", "verify"]).exit_code == 1
    assert "5 kept counts were wrong" in run(args=["features", "recount"]).output
    assert run(args=["features", "verify"]).exit_code == 0
    assert counted("gis") == (3, 2, 4)


def test_writers_and_compaction_all_at_once(app, city, counted):
    """Eight writers in turns of their own, half of them rolled back, while the rows are compacted."""

    def write(number):
        for turn in range(4):
            with writing(app) as connection:
                row = {"code": f"W-{number}-{turn}", "structure": "wooden", "body_sha256": "0" * 64}
                connection.execute(insert(House).values({**row, "id": make.uuid.uuid4()}))
                (connection.rollback if turn % 2 else connection.commit)()
            with app.app_context():
                feature_counts.compact()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert counted("secretariat") == (19, 3, 6)


def test_an_emptied_table_counts_nothing(app, database_kind, city, counted):
    if database_kind == "spatialite":
        pytest.skip("SQLite has no TRUNCATE")

    do(app, text("TRUNCATE photos CASCADE"))

    assert (counted("gis"), counted("secretariat")) == ((3, 2, 0), (3, 3, 0))
