"""Rescoring on both databases: what changes, what stays, and what a killed run leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from inspection import audit
from inspection.cli.rescore import lines_of
from inspection.extensions import db
from inspection.models import AuditEntry, House, Inspection
from inspection.services.rescore import rescore
from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting, a_kept_visit
from tests.scoring.shipped import BLOCK, shipped
from tests.services.conftest import NEW, next_version, publish

NINETY = {"2-2": ["i", "ro"], "2-3": ["ro"], "2-4": ["i"]}
"""50 + 25 + 15 = 90 points under the wooden table, when all else is none."""


def everything(secretariat, **found):
    table = secretariat.get("/rule-tables/jp.substandard-dwelling.wooden/2004-07-01").json
    codes = [item["code"] for category in table["categories"] for item in category["items"]]
    return dict.fromkeys(codes, "none") | NINETY | found


@pytest.fixture
def ninety(secretariat):
    """Answers for exactly 90 points, every item seen."""
    return everything(secretariat)


def result(caller, inspection_id):
    body = caller.get(f"/inspections/{inspection_id}").json
    score = body["score"]
    return score["total"], score["judgement"], score["table"]["version"]


def run(app, **arguments):
    with app.app_context():
        report = rescore(**arguments)
        db.session.remove()
    return report


def rows(app, query):
    with app.app_context():
        found = db.session.execute(query).all()
        db.session.remove()
    return found


def test_a_submitted_visit_keeps_its_packed_answers(app, secretariat):
    a_kept_visit(secretariat)

    assert rows(app, select(func.length(Inspection.packed))) == [(16,)]  # eight words of two bytes


def test_nothing_changes_while_the_tables_stay(app, secretariat, ninety):
    a_confirmed_visit(secretariat, answers=ninety)

    report = run(app)

    assert (report.seen, report.changed, report.filled, report.decided) == (1, 0, 0, 0)


def test_a_new_version_rescores_visits_of_its_days_only(app, secretariat, ninety):
    after = a_confirmed_visit(secretariat, answers=ninety)
    before = a_confirmed_visit(
        secretariat, answers=ninety, inspected_at="2026-03-31T23:00:00+09:00"
    )
    publish(app, next_version())

    report = run(app)

    assert (report.seen, report.changed) == (2, 1)
    assert report.moves == {("not_substandard", "substandard"): 1}
    assert result(secretariat, after) == (90, "substandard", NEW)
    assert result(secretariat, before) == (90, "not_substandard", "2004-07-01")


def test_the_house_shows_the_new_result(app, secretariat, ninety):
    house_id = a_kept_house(secretariat)
    a_confirmed_visit(secretariat, house_id, answers=ninety)
    publish(app, next_version())

    run(app)

    [found] = secretariat.get("/houses?judgement=substandard").json["items"]
    assert found["id"] == house_id


def test_status_revision_and_history_stay(app, secretariat, ninety):
    visit = a_confirmed_visit(secretariat, answers=ninety)
    publish(app, next_version())

    run(app)

    record = secretariat.get(f"/inspections/{visit}").json
    [kept] = secretariat.get(f"/inspections/{visit}/revisions").json["items"]
    assert (record["status"], record["revision"]) == ("confirmed", 1)
    assert kept["score"]["table"]["version"] == "2004-07-01"


def test_every_change_is_audited_with_both_results(app, secretariat, ninety):
    visit = a_confirmed_visit(secretariat, answers=ninety)
    publish(app, next_version())

    run(app)

    query = select(AuditEntry.subject, AuditEntry.detail).where(
        AuditEntry.act == "inspection.rescore"
    )
    [(subject, detail)] = rows(app, query)
    assert subject == f"inspection/{visit}"
    assert detail["from"]["judgement"] == "not_substandard"
    assert (detail["to"]["judgement"], detail["to"]["total"]) == ("substandard", 90)
    with app.app_context():
        assert audit.verify().faults == ()


def test_a_decided_visit_is_left_alone_and_counted(app, secretariat, ninety):
    visit = a_confirmed_visit(secretariat, answers=ninety)
    meeting = a_kept_meeting(secretariat, visit)
    decision = {"decision": "approved", "reason": "現地で確認", "decided_on": "2026-06-01"}
    url = f"/meetings/{meeting}/cases/{visit}/decision"
    assert secretariat.put(url, json=decision).status_code in (200, 201)
    publish(app, next_version())

    report = run(app)

    assert (report.changed, report.decided) == (0, 1)
    assert result(secretariat, visit) == (90, "not_substandard", "2004-07-01")
    assert "1 decided, out of date and left alone" in lines_of(report, False)


def test_a_dry_run_reports_and_writes_nothing(app, secretariat, ninety):
    visit = a_confirmed_visit(secretariat, answers=ninety)
    publish(app, next_version())

    report = run(app, dry_run=True)

    assert (report.changed, dict(report.moves)) == (1, {("not_substandard", "substandard"): 1})
    assert result(secretariat, visit) == (90, "not_substandard", "2004-07-01")
    assert run(app).changed == 1


def test_a_named_version_stays_named(app, secretariat, ninety):
    named = {"id": "jp.substandard-dwelling.wooden", "version": "2004-07-01"}
    visit = a_confirmed_visit(secretariat, answers=ninety, rule_table=named)
    publish(app, next_version())

    assert run(app).changed == 0
    assert result(secretariat, visit)[2] == "2004-07-01"


def test_only_the_table_that_was_asked_for(app, secretariat, ninety):
    a_confirmed_visit(secretariat, answers=ninety)
    publish(app, table := next_version())
    block = shipped(BLOCK)

    assert run(app, only=block).changed == 0
    assert run(app, only=table).changed == 1


def test_a_house_of_another_structure_by_now_is_named_and_left_alone(app, secretariat, ninety):
    visit = a_confirmed_visit(secretariat, answers=ninety)
    with app.app_context():
        db.session.execute(text("update houses set structure = 'concrete_block'"))
        db.session.commit()

    report = run(app)

    assert sum(report.refused.values()) == 1
    assert result(secretariat, visit)[0] == 90


def test_rows_from_before_packing_are_filled_in_without_another_change(app, secretariat, ninety):
    a_confirmed_visit(secretariat, answers=ninety)
    kept = select(Inspection.packed, Inspection.updated_at)
    before = rows(app, kept)
    with app.app_context():
        db.session.execute(text("update inspections set packed = null"))
        db.session.commit()

    report = run(app)

    assert (report.changed, report.filled) == (0, 1)
    assert rows(app, kept) == before


def test_a_result_that_the_engine_no_longer_gives_is_found_from_the_packed_answers(
    app, secretariat, ninety
):
    visit = a_confirmed_visit(secretariat, answers=ninety)
    with app.app_context():
        db.session.execute(text("update inspections set total = 85"))
        db.session.commit()

    assert run(app).changed == 1
    assert rows(app, select(Inspection.total)) == [(90.0,)]
    assert result(secretariat, visit)[0] == 90


def test_crossings_are_told_with_case_numbers(app, secretariat, ninety):
    house_id = a_kept_house(secretariat, code="K-0090")
    a_confirmed_visit(secretariat, house_id, answers=ninety)
    publish(app, next_version())

    lines = lines_of(run(app), False)

    assert lines == ["1 visits, 1 changed", "not_substandard -> substandard: 1 (K-0090)"]


KILLED = """
    import os, signal, sys
    from inspection import create_app
    from inspection.services import rescore, rescore_rows
    from tests import databases
    from tests.services.conftest import next_version, publish
    from pathlib import Path

    app = create_app(databases.settings(sys.argv[1], Path(sys.argv[2])))
    publish(app, next_version())
    rescore_rows.PAGE = 4
    write, written = rescore._write, []

    def write_and_die(*arguments):
        write(*arguments)
        written.append(1)
        if len(written) == 6:  # in the middle of the second batch
            os.kill(os.getpid(), signal.SIGKILL)

    rescore._write = write_and_die
    with app.app_context():
        rescore.rescore()
"""


def test_a_run_killed_in_the_middle_is_continued_by_the_next(
    app, database_url, tmp_path, secretariat, ninety
):
    visits = [a_confirmed_visit(secretariat, answers=ninety) for _ in range(10)]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()

    root = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), database_url, str(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        timeout=60,
    )
    publish(app, next_version())
    versions = [result(secretariat, visit)[2] for visit in visits]

    assert killed.returncode == -signal.SIGKILL
    assert versions == [NEW] * 4 + ["2004-07-01"] * 6  # the first batch whole, nothing of the next
    assert rows(app, select(func.count(House.pk)).where(House.judgement == "substandard")) == [(4,)]
    assert run(app).changed == 6
    assert {result(secretariat, visit) for visit in visits} == {(90, "substandard", NEW)}
    assert rows(app, select(func.count(House.pk)).where(House.judgement == "substandard")) == [
        (10,)
    ]
    with app.app_context():
        assert audit.verify().faults == ()
