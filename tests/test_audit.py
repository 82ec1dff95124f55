from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError


@pytest.fixture
def trail(app):
    """Five acts, inside the application's context."""
    from inspection import audit
    from inspection.auth import Actor
    from inspection.database.transactions import write_transaction

    with app.app_context():
        for number in range(1, 6):
            with write_transaction():
                actor = Actor("見本", "secretariat", address="127.0.0.1")
                audit.record("house.change", f"house/{number}", actor, after="a" * 64, note=number)
        yield audit


def tamper(statement):
    """Change the table as somebody would who may do everything in the database."""
    from inspection.extensions import db

    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("alter table audit_entries disable trigger user"))
    else:
        db.session.execute(text("drop trigger if exists audit_entries_no_update"))
        db.session.execute(text("drop trigger if exists audit_entries_no_delete"))
    db.session.execute(text(statement))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("alter table audit_entries enable trigger user"))
    db.session.commit()


def test_an_untouched_trail_is_intact(trail):
    report = trail.verify()

    assert (report.entries, report.faults) == (5, ())
    assert len(report.head) == 64


def test_no_trail_at_all_is_intact(app):
    from inspection import audit

    with app.app_context():
        assert audit.verify().faults == ()


@pytest.mark.parametrize(
    "change",
    [
        "act = 'house.create'",
        "actor = 'somebody else'",
        "role = 'admin'",
        "subject = 'house/9'",
        "at = '2020-01-01T00:00:00.000000Z'",
        "after_sha256 = null",
        "detail = '{\"note\": 4}'",
        "address = null",
        "device_id = 'x'",
        f"sha256 = '{'b' * 64}'",
        f"previous_sha256 = '{'b' * 64}'",
    ],
)
def test_a_changed_row_is_found(trail, change):
    tamper(f"update audit_entries set {change} where number = 3")

    assert any("entry 3" in fault for fault in trail.verify().faults)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_deleted_row_is_found_even_the_last(trail, number):
    tamper(f"delete from audit_entries where number = {number}")

    faults = trail.verify().faults
    assert any(f"entry {number}: missing" in fault for fault in faults)


def test_a_cut_end_stays_visible_when_more_is_written(trail):
    from inspection.auth import SYSTEM
    from inspection.database.transactions import write_transaction

    tamper("delete from audit_entries where number > 3")
    with write_transaction():
        trail.record("house.change", "house/6", SYSTEM)

    assert any("entry 4: missing" in fault for fault in trail.verify().faults)


def test_a_whole_trail_that_is_gone_is_found(trail):
    tamper("delete from audit_entries")

    assert trail.verify().faults


def test_swapped_rows_are_found(trail):
    tamper("update audit_entries set number = 30 where number = 3")
    tamper("update audit_entries set number = 3 where number = 4")
    tamper("update audit_entries set number = 4 where number = 30")

    assert trail.verify().faults


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entries set actor = 'x' where number = 3",
        "delete from audit_entries where number = 5",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(trail, statement):
    from inspection.extensions import db

    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()

    assert trail.verify().faults == ()


def test_an_act_is_gone_with_the_transaction_that_it_was_part_of(trail):
    from inspection.auth import SYSTEM
    from inspection.database.transactions import write_transaction

    def act_and_fail():
        with write_transaction():
            trail.record("house.change", "house/6", SYSTEM)
            raise RuntimeError("something later failed")

    with pytest.raises(RuntimeError):
        act_and_fail()

    report = trail.verify()
    assert (report.entries, report.faults) == (5, ())


def test_acts_of_many_writers_make_one_chain(app):
    from concurrent.futures import ThreadPoolExecutor

    from inspection import audit
    from inspection.auth import SYSTEM
    from inspection.database.transactions import write_transaction

    def write(number):
        with app.app_context(), write_transaction():
            audit.record("house.change", f"house/{number}", SYSTEM)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(24)))

    with app.app_context():
        report = audit.verify()
    assert (report.entries, report.faults) == (24, ())


def test_the_command_says_intact_or_names_the_fault_and_fails(app, trail):
    run = app.test_cli_runner().invoke
    good = run(args=["audit", "verify"])

    tamper("delete from audit_entries where number = 5")
    bad = run(args=["audit", "verify"])

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "5 entries, chain intact" in good.output
    assert "entry 5: missing" in bad.output
