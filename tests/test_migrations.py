from __future__ import annotations

import pytest
from sqlalchemy import inspect, select, text

from tests import databases
from tests.factories import KOKURA, a_house, a_meeting, an_inspection, new_id


@pytest.fixture
def bare_app(run_databases, database_kind, tmp_path):
    """An application on a database without any table."""
    from inspection import create_app
    from inspection.extensions import db

    app = create_app(databases.settings(run_databases.bare(database_kind, tmp_path), tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def migrate_to(revision):
    """Upgrade or downgrade, on a session that holds no transaction open."""
    from flask_migrate import downgrade, upgrade

    from inspection.extensions import db

    db.session.remove()
    (downgrade if revision in ("base", "0001-") else upgrade)(revision=revision.rstrip("-"))


def our_tables():
    from inspection.extensions import db

    with db.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) & set(db.metadata.tables)


def fill():
    """Put something into the tables through the services, and return the house's id."""
    import uuid

    from inspection.api.inspections import InspectionSchema, to_record
    from inspection.auth import SYSTEM
    from inspection.services.houses import put_house
    from inspection.services.meetings import put_meeting
    from inspection.services.submit_inspection import submit_inspection

    house = uuid.UUID(new_id())
    put_house(house, a_house(extra={}), actor=SYSTEM)
    record = to_record(InspectionSchema().load(an_inspection(house)))
    submit_inspection(uuid.uuid4(), record, actor=SYSTEM, if_match=None)
    from inspection.api.meetings import MeetingSchema

    put_meeting(uuid.uuid4(), MeetingSchema().load(a_meeting()), actor=SYSTEM)
    return house


def house_in_box():
    """The (lon, lat) of every house that the spatial index finds in Kokura."""
    from inspection.extensions import db
    from inspection.geometry import lon_lat, within
    from inspection.models import House

    lon, lat = KOKURA
    box = (lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    rows = db.session.scalars(select(House).where(within(House.location, box))).all()
    return [lon_lat(row.location) for row in rows]


def test_up_check_down_and_up_again_with_data(bare_app):
    from flask_migrate import check

    from inspection.extensions import db

    migrate_to("head")
    assert our_tables() == set(db.metadata.tables)
    fill()
    db.session.remove()
    check()  # ends the process's command when models and migrations differ
    assert house_in_box() == [KOKURA]

    migrate_to("base")
    assert our_tables() == set()

    migrate_to("head")
    fill()
    assert house_in_box() == [KOKURA]


def test_a_point_stored_under_the_first_schema_survives_to_the_newest(bare_app):
    from inspection.extensions import db

    migrate_to("0001")
    lon, lat = KOKURA
    spelled = "ST_GeomFromText" if "postgresql" in str(db.engine.url) else "GeomFromText"
    insert = (
        "insert into houses (id, code, structure, extra, revision, body_sha256, created_at, "
        f"updated_at, location) values (:id, 'K-1', 'wooden', '{{}}', 1, 'x', :at, :at, "
        f"{spelled}('POINT({lon} {lat})', 4326))"
    )
    at = "2026-05-12T00:00:00.000000Z"
    identifier = new_id() if "postgresql" in str(db.engine.url) else new_id().replace("-", "")
    db.session.execute(text(insert), {"id": identifier, "at": at})
    db.session.commit()

    migrate_to("head")

    assert house_in_box() == [KOKURA]


def test_one_step_down_and_up_keeps_rows_points_and_the_audit_trail(bare_app):
    from inspection import audit

    migrate_to("head")
    fill()

    migrate_to("0001-")
    assert house_in_box() == [KOKURA]
    migrate_to("head")

    assert house_in_box() == [KOKURA]
    report = audit.verify()
    assert (report.entries, report.faults) == (3, ())


def test_the_commands_upgrade_check_and_downgrade(bare_app):
    run = bare_app.test_cli_runner().invoke

    assert run(args=["db", "upgrade"]).exit_code == 0
    assert run(args=["db", "check"]).exit_code == 0
    assert run(args=["db", "downgrade"]).exit_code == 0


def test_a_command_without_tables_says_what_to_do_in_one_line(bare_app):
    result = bare_app.test_cli_runner().invoke(
        args=["token", "create", "--role", "admin", "--label", "x"]
    )

    assert result.exit_code == 1
    assert "db upgrade" in result.output
    assert len(result.output.strip().splitlines()) == 1
