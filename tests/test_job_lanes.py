"""Lanes, chores, outages and what becomes of jobs that were given up."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.api.conftest import Caller
from tests.api.steps import a_confirmed_visit, a_kept_meeting, a_kept_visit, send_photo
from tests.job_steps import add, change, long_ago, only_job, totals

KINDS = ("test.note",)


@pytest.fixture
def app_settings():
    return {"HANTEI_JOB_LEASE_S": "60", "HANTEI_JOB_ATTEMPTS": "1"}


@pytest.fixture
def jobs(app):
    from inspection import jobs

    with app.app_context():
        yield jobs


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


def a_worker(app, run, **options):
    from inspection.worker import JobKind, Worker

    return Worker(app, {"test.note": JobKind(run=run, **options)})


def test_every_kind_has_a_lane_and_pictures_and_packs_have_different_ones():
    from inspection.lanes import LANES
    from inspection.services.attach_photo import DERIVE
    from inspection.services.background import KINDS
    from inspection.services.order_pack import BUILD

    assert {kind.lane for kind in KINDS.values()} == set(LANES)
    assert KINDS[DERIVE].lane != KINDS[BUILD].lane


def test_neither_a_flood_of_photos_nor_a_running_pack_keeps_the_other_waiting(jobs):
    from inspection.database.transactions import write_transaction
    from inspection.lanes import PACKS, PICTURES
    from inspection.services.background import KINDS
    from inspection.worker import kinds_of_lane

    with write_transaction():
        for number in range(500):
            jobs.enqueue("photo.derive", {"photo_id": str(number)}, priority=10)
        for number in range(2):
            jobs.enqueue("pack.build", {"pack_id": str(number)}, priority=20)

    pictures, packs = (kinds_of_lane(KINDS, lane) for lane in (PICTURES, PACKS))
    first = jobs.claim("packs", packs)
    photos = [jobs.claim("pictures", pictures) for _ in range(3)]

    assert (first.kind, first.payload) == ("pack.build", {"pack_id": "0"})
    assert [photo.payload["photo_id"] for photo in photos] == ["0", "1", "2"]
    assert jobs.claim("packs", packs).payload == {"pack_id": "1"}
    assert jobs.claim("packs", packs) is None


def test_of_several_kinds_of_a_lane_the_one_whose_turn_it_is_comes_first(jobs):
    from inspection.database.transactions import write_transaction

    with write_transaction():
        jobs.enqueue("late", {}, priority=30)
        jobs.enqueue("early", {}, priority=20)

    assert jobs.claim("w", ["late", "early"]).kind == "early"
    assert jobs.claim("w", ["late", "early"]).kind == "late"


def test_a_successor_takes_over_at_once_what_a_dead_worker_held(app, jobs):
    add(1)
    jobs.claim("host:pictures:1", KINDS)

    assert jobs.take_back("host:pictures:2") == 0
    assert jobs.take_back("host:pictures:1") == 1
    job = only_job()
    assert (job.state, job.attempts) == ("queued", 1)
    assert totals() == {("test.note", "abandoned"): 1}


def test_an_outage_costs_no_attempt_until_a_day_has_passed(app, jobs):
    add(1)

    def away(_payload):
        raise ConnectionError("storage away")

    working = a_worker(app, away, outages=(ConnectionError,))
    working.stopping = True  # it would pause a few seconds after each
    for _ in range(3):
        assert working.drain() == 1
        job = only_job()
        assert (job.state, job.attempts) == ("queued", 0)
        assert "storage away" in job.error
        change(run_after=long_ago())

    change(created_at=long_ago() - timedelta(days=1))
    working.drain()
    assert only_job().state == "dead"


def test_a_periodic_job_comes_back_and_is_one_row(app, jobs):
    from inspection.models.types import now

    add(1)
    working = a_worker(app, lambda payload: timedelta(hours=1))

    assert working.drain() == 1
    job = only_job()
    assert (job.state, job.attempts, job.lease_until) == ("queued", 0, None)
    assert timedelta(minutes=59) < job.run_after - now() < timedelta(minutes=61)
    change(run_after=long_ago())
    assert working.drain() == 1


def test_every_chore_is_scheduled_once_and_runs(app, jobs):
    from sqlalchemy import select

    from inspection.extensions import db
    from inspection.models import Job
    from inspection.services.background import KINDS
    from inspection.services.housekeeping import CHORES, schedule
    from inspection.worker import Worker

    schedule()
    schedule()
    assert Worker(app, KINDS).drain() == len(CHORES)

    db.session.rollback()
    rows = db.session.scalars(select(Job)).all()
    assert sorted(row.payload["chore"] for row in rows) == sorted(each.name for each in CHORES)
    assert {row.state for row in rows} == {"queued"}
    assert totals() == {("housekeeping", "done"): len(CHORES)}


def test_a_chore_that_died_rests_and_is_tried_again_as_the_same_row(jobs):
    def keep():
        jobs.keep_queued(
            "test.note", {"number": 1}, key="chore", priority=30, rest=timedelta(minutes=30)
        )

    keep()
    jobs.fail(jobs.claim("w", KINDS), "broken", permanent=True)
    keep()
    assert only_job().state == "dead"

    change(finished_at=long_ago())
    keep()
    assert (only_job().state, only_job().attempts) == ("queued", 0)


def test_only_old_finished_jobs_are_pruned(jobs):
    from sqlalchemy import select

    from inspection.extensions import db
    from inspection.models import Job

    add(1, 2, 3)
    for _ in range(2):
        jobs.finish(jobs.claim("w", KINDS))
    change(finished_at=long_ago() - jobs.KEPT)  # of the queued one too: its state counts
    add(4)
    jobs.claim("w", KINDS)
    jobs.finish(jobs.claim("w", KINDS))

    assert jobs.prune() == 2
    assert len(db.session.scalars(select(Job)).all()) == 2


def test_a_clock_that_jumps_gives_no_effect_to_the_fenced_one(jobs, monkeypatch, database_kind):
    from inspection.models.types import now

    add(1)
    first = jobs.claim("one", KINDS)
    monkeypatch.setattr(jobs, "now", lambda: now() + timedelta(hours=1))

    second = jobs.claim("two", KINDS)

    if database_kind == "postgis":  # the database's clock counts, not this machine's
        assert second is None
        assert jobs.finish(first)
    else:
        assert second.fence > first.fence
        assert not jobs.finish(first)
        assert jobs.finish(second)


class TestGivenUp:
    @pytest.fixture
    def work(self, app):
        from inspection.services.background import KINDS
        from inspection.worker import Worker

        return Worker(app, KINDS).drain

    def test_a_photo_says_why_and_a_retry_makes_it_ready(self, app, secretariat, work, monkeypatch):
        from inspection.services import derive_photo

        photo = send_photo(secretariat, a_kept_visit(secretariat))
        with monkeypatch.context() as broken:
            broken.setattr(derive_photo, "make_derivatives", fail)
            work()

        seen = secretariat.get(f"/photos/{photo}").json
        assert seen["status"] == "received"
        assert "表示用の画像を作成できません" in seen["reason"]
        assert "broken" not in seen["reason"]

        said = app.test_cli_runner().invoke(args=["jobs", "list", "--state", "dead"]).output
        assert "photo.derive" in said
        assert "RuntimeError: broken" in said
        assert app.test_cli_runner().invoke(args=["jobs", "retry", "--all"]).exit_code == 0
        work()
        seen = secretariat.get(f"/photos/{photo}").json
        assert (seen["status"], seen["reason"]) == ("ready", None)

    def test_a_pack_says_why_and_may_be_retried_or_ordered_again(
        self, app, secretariat, work, monkeypatch
    ):
        from inspection.services import build_pack

        meeting = a_kept_meeting(secretariat, a_confirmed_visit(secretariat))
        pack = secretariat.post(f"/meetings/{meeting}/packs", json={}).json["id"]
        with monkeypatch.context() as broken:
            broken.setattr(build_pack, "freeze", fail)
            work()
        failed = secretariat.get(f"/packs/{pack}").json
        again = secretariat.post(f"/meetings/{meeting}/packs", json={}).json

        assert failed["status"] == "failed"
        assert "完了できませんでした" in failed["error"]
        assert again["id"] != pack
        app.test_cli_runner().invoke(args=["jobs", "retry", "--all"])
        work()
        assert secretariat.get(f"/packs/{pack}").json["status"] == "ready"
        assert secretariat.get(f"/packs/{again['id']}").json["status"] == "ready"

    def test_commands_say_one_line_and_leave_a_trace(self, app, jobs):
        from sqlalchemy import select

        from inspection.extensions import db
        from inspection.models import AuditEntry

        add(1, key="one")
        jobs.fail(jobs.claim("w", KINDS), "first line\nlast line")
        dead = only_job().pk
        db.session.rollback()
        run = app.test_cli_runner().invoke

        def outcome(*words):
            said = run(args=["jobs", *words])
            return said.exit_code, said.output.strip()

        add(2, key="one")
        assert outcome("retry", str(dead)) == (
            1,
            f"Error: job {dead}: the same work is queued already by a later job; discard this one",
        )
        assert outcome("retry", "--all")[0] == 1
        assert outcome("retry")[0] == 2
        assert outcome("discard", str(dead)) == (0, f"job {dead} (test.note) is discarded")
        assert outcome("discard", str(dead)) == (1, f"Error: there is no job {dead}")
        assert outcome("discard", str(only_job().pk))[0] == 1
        acts = db.session.execute(select(AuditEntry.act, AuditEntry.detail)).all()
        assert [act for act, _ in acts] == ["job.discard"]
        assert acts[0][1]["error"] == "last line"


def fail(*_):
    raise RuntimeError("broken")


class TestMetrics:
    def page(self, client):
        lines = client.get("/metrics").text.splitlines()
        return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))

    def test_they_tell_how_jobs_stand_and_how_they_ended(self, app, client, jobs):
        add(1, 2, 3, 4)
        change(run_after=long_ago())
        jobs.finish(jobs.claim("w", KINDS), seconds=1.5)
        jobs.fail(jobs.claim("w", KINDS), "no", permanent=True)
        jobs.claim("w", KINDS)

        page = self.page(client)

        def of(name, **labels):
            inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
            return float(page[f"{name}{{{inside}}}"])

        assert of("hantei_jobs", kind="test.note", state="queued") == 1
        assert of("hantei_jobs", kind="test.note", state="running") == 1
        assert of("hantei_jobs", kind="test.note", state="dead") == 1
        assert of("hantei_jobs_leased", kind="test.note") == 1
        assert 3600 <= of("hantei_jobs_waiting_seconds", kind="test.note") < 4000
        assert of("hantei_job_runs_total", kind="test.note", outcome="done") == 1
        assert of("hantei_job_runs_total", kind="test.note", outcome="dead") == 1
        assert of("hantei_job_seconds_total", kind="test.note", outcome="done") == 1.5
        assert float(page["hantei_database_connections_in_use"]) >= 1

    def test_photos_and_uploads_that_wait_are_counted(self, client, secretariat):
        from inspection.extensions import db
        from inspection.models import Upload
        from inspection.models.types import now

        visit = a_kept_visit(secretariat)
        send_photo(secretariat, visit)
        with client.application.app_context():
            values = {
                column.name: "x" for column in Upload.__table__.columns if not column.nullable
            }
            values |= {name: uuid.uuid4() for name in ("id", "photo_id", "inspection_id")}
            values |= {"length_bytes": 9, "offset_bytes": 3, "state": "open", "expires_at": now()}
            for name in ("pk", "created_at", "updated_at"):
                values.pop(name)
            db.session.add(Upload(**values))
            db.session.commit()

        page = self.page(client)

        assert page['hantei_photos{status="received"}'] == "1.0"
        assert 0 <= float(page["hantei_photos_waiting_seconds"]) < 600
        assert page['hantei_uploads{state="open"}'] == "1.0"

    def test_without_a_database_the_page_says_so(self, app, client, monkeypatch):
        from sqlalchemy.exc import OperationalError

        from inspection import metrics

        def gone():
            raise OperationalError("select", {}, Exception("gone"))

        monkeypatch.setattr(metrics, "_jobs", gone)
        monkeypatch.setattr(metrics, "_runs_of_jobs", gone)

        reply = client.get("/metrics")

        assert reply.status_code == 200
        assert "hantei_database_up 0.0" in reply.text
