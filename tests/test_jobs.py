from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests import databases
from tests.job_steps import add, change, long_ago, only_job, totals, until

WORKER = Path(__file__).parent / "job_worker.py"
KINDS = ("test.note",)


@pytest.fixture
def app_settings():
    return {"HANTEI_JOB_LEASE_S": "2", "HANTEI_JOB_ATTEMPTS": "3"}


@pytest.fixture
def jobs(app):
    from inspection import jobs

    with app.app_context():
        yield jobs


def numbers(claims):
    return [claim.payload["number"] for claim in claims]


def test_the_lowest_priority_number_comes_first_then_the_oldest(jobs):
    add(1, 2, priority=20)
    add(3, priority=10)
    add(4, priority=20)

    assert numbers(jobs.claim("w", KINDS) for _ in range(4)) == [3, 1, 2, 4]
    assert jobs.claim("w", KINDS) is None


def test_a_job_that_is_not_due_waits(jobs):
    from inspection.models.types import now

    add(1)
    change(run_after=now() + timedelta(seconds=60))

    assert jobs.claim("w", KINDS) is None


def test_a_held_job_is_nobody_elses(jobs):
    add(1)
    jobs.claim("one", KINDS)

    assert jobs.claim("two", KINDS) is None


def test_a_job_of_a_rolled_back_transaction_never_was(jobs):
    from inspection.database.transactions import write_transaction

    def enqueue_and_fail():
        with write_transaction():
            jobs.enqueue("test.note", {"number": 1})
            raise RuntimeError("what caused the job failed")

    with pytest.raises(RuntimeError):
        enqueue_and_fail()

    assert jobs.claim("w", KINDS) is None


def test_a_lease_that_ran_out_gives_the_job_to_another_and_fences_the_first(jobs):
    add(1)
    first = jobs.claim("one", KINDS)
    change(lease_until=long_ago())

    second = jobs.claim("two", KINDS)

    assert (second.pk, second.attempt) == (first.pk, 2)
    assert not jobs.renew(first)
    assert not jobs.finish(first)
    assert jobs.fail(first, "late") == "lost"
    assert only_job().worker == "two"
    assert jobs.renew(second)
    assert jobs.finish(second)
    assert only_job().state == "done"


def test_a_finished_job_cannot_be_finished_or_claimed_again(jobs):
    add(1)
    held = jobs.claim("w", KINDS)
    jobs.finish(held)

    assert not jobs.finish(held)
    assert jobs.fail(held, "late") == "lost"
    assert jobs.claim("w", KINDS) is None


def test_a_failed_job_waits_longer_each_time_and_is_dead_after_the_last(jobs):
    from inspection.models.types import now

    add(1)
    waits = []
    for _ in range(2):
        assert jobs.fail(jobs.claim("w", KINDS), "no luck") == "retried"
        waits.append((only_job().run_after - now()).total_seconds())
        assert jobs.claim("w", KINDS) is None
        change(run_after=long_ago())

    assert jobs.fail(jobs.claim("w", KINDS), "no luck at all") == "dead"
    assert 1 < waits[0] < 3
    assert 3 < waits[1] < 5
    assert (only_job().state, only_job().error) == ("dead", "no luck at all")
    change(run_after=long_ago())
    assert jobs.claim("w", KINDS) is None


def test_one_key_is_queued_once_until_it_is_done(jobs):
    add(1, key="photo")
    add(2, key="photo")
    held = jobs.claim("w", KINDS)
    add(3, key="photo")
    assert jobs.claim("w", KINDS) is None

    jobs.finish(held)
    add(4, key="photo")

    assert jobs.claim("w", KINDS).payload["number"] == 4


def test_one_key_added_by_many_at_once_is_one_job(app, jobs):
    def enqueue(number):
        with app.app_context():
            add(number, key="same")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(enqueue, range(12)))

    assert only_job().state == "queued"


class TestWorker:
    def worker(self, app, run, given_up=lambda payload, error: None, kind="test.note"):
        from inspection.worker import JobKind, Worker

        return Worker(app, {kind: JobKind(run=run, given_up=given_up)})

    def test_it_runs_what_is_due(self, app, jobs):
        add(1, 2)
        seen = []

        assert self.worker(app, lambda payload: seen.append(payload["number"])).drain() == 2
        assert seen == [1, 2]

    def test_a_failing_job_does_not_stop_the_others(self, app, jobs):
        add(1, 2)
        seen = []

        def run(payload):
            if payload["number"] == 1:
                raise ValueError("broken")
            seen.append(payload["number"])

        self.worker(app, run).drain()

        assert seen == [2]

    def test_giving_up_is_told_once_after_the_last_attempt(self, app, jobs):
        told = []

        def fall(payload):
            raise ValueError("写真が読めません")

        worker = self.worker(app, fall, lambda payload, error: told.append((payload, error)))
        add(1)
        for _ in range(3):
            assert told == []
            worker.drain()
            change(run_after=long_ago())

        worker.drain()
        assert [(payload, "完了できませんでした" in reason) for payload, reason in told] == [
            ({"number": 1}, True)
        ]
        assert only_job().state == "dead"
        assert "ValueError" in only_job().error

    def test_a_permanent_error_is_given_up_at_once(self, app, jobs):
        told = []

        def fall(payload):
            raise jobs.PermanentJobError("会議がありません")

        add(1)
        self.worker(app, fall, lambda payload, error: told.append(error)).drain()

        assert (told, only_job().state) == (["会議がありません"], "dead")

    def test_what_cannot_be_told_is_not_given_up(self, app, jobs):
        def fall(*_):
            raise ValueError("no")

        add(1)
        change(attempts=2)
        with pytest.raises(ValueError, match="no"):
            self.worker(app, fall, fall).drain()

        assert only_job().state == "running"

    def test_a_job_that_ends_every_worker_is_given_up(self, app, jobs):
        told, ran = [], []
        add(1)
        for _ in range(3):
            jobs.claim("a worker that is killed", KINDS)
            change(lease_until=long_ago())

        self.worker(app, ran.append, lambda payload, error: told.append(error)).drain()

        assert (ran, len(told), only_job().state) == ([], 1, "dead")

    def test_a_kind_that_it_does_not_know_is_left_to_others(self, app, jobs):
        add(1)

        assert self.worker(app, lambda payload: None, kind="other.kind").drain() == 0
        assert only_job().state == "queued"

    def test_a_long_job_keeps_its_lease(self, app, jobs):
        add(1)
        claimed = []

        def run(payload):
            time.sleep(2.6)  # longer than the lease of 2 s
            with app.app_context():
                claimed.append(jobs.claim("another", KINDS))

        assert self.worker(app, run).drain() == 1
        assert claimed == [None]
        assert (only_job().state, only_job().attempts) == ("done", 1)


def test_many_threads_claim_no_job_twice(app, jobs):
    add(*range(40))

    def take(name):
        got = []
        with app.app_context():
            while (claim := jobs.claim(name, KINDS)) is not None:
                got.append(claim.payload["number"])
                jobs.finish(claim)
        return got

    with ThreadPoolExecutor(4) as pool:
        taken = [number for got in pool.map(take, "abcd") for number in got]

    assert sorted(taken) == list(range(40))


@pytest.fixture
def start_worker(database_url, tmp_path, app_settings):
    """Start workers as processes; whatever still runs at the end is killed."""
    log, started = tmp_path / "log", []
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HANTEI_")}
    environment = clean | databases.settings(database_url, tmp_path, **app_settings)

    def start(seconds, *options):
        command = [sys.executable, str(WORKER), str(log), str(seconds), *options]
        started.append(subprocess.Popen(command, env=environment))
        return started[-1]

    yield start, log
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def lines_of(log, word):
    if not log.exists():
        return []
    return [int(line.split()[2]) for line in log.read_text().splitlines() if line.startswith(word)]


def test_two_processes_run_every_job_once(jobs, start_worker):
    start, log = start_worker
    add(*range(20))

    workers = [start(0.01, "--drain") for _ in range(2)]
    assert [worker.wait(40) for worker in workers] == [0, 0]

    assert sorted(lines_of(log, "start")) == sorted(lines_of(log, "end")) == list(range(20))


def test_a_worker_killed_in_the_middle_of_a_job_loses_nothing(jobs, start_worker):
    start, log = start_worker
    add(1, 2, 3)

    victim = start(30)
    until(lambda: lines_of(log, "start") == [1])
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    heir = start(0)
    until(lambda: sorted(lines_of(log, "end")) == [1, 2, 3])

    heir.send_signal(signal.SIGTERM)
    assert heir.wait(10) == 0
    assert sorted(lines_of(log, "start")) == [1, 1, 2, 3]
    from inspection.extensions import db
    from inspection.models import Job

    db.session.expire_all()
    assert {job.state for job in db.session.scalars(select(Job))} == {"done"}


def test_a_worker_told_to_stop_finishes_the_job_at_hand(jobs, start_worker):
    start, log = start_worker
    add(1, 2)

    worker = start(1)
    until(lambda: lines_of(log, "start") == [1])
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    assert (lines_of(log, "start"), lines_of(log, "end")) == ([1], [1])


def outcomes():
    return {outcome: runs for (_, outcome), runs in totals().items()}


def test_a_worker_whose_grace_is_over_gives_the_job_back_at_once(jobs, start_worker):
    start, log = start_worker
    add(1)

    worker = start(60, "--grace", "0.2")
    until(lambda: lines_of(log, "start") == [1])
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    job = only_job()
    assert (job.state, job.attempts, job.lease_until) == ("queued", 0, None)
    assert jobs.claim("another", KINDS).attempt == 1
    assert outcomes() == {"given_back": 1}


def test_a_second_signal_ends_a_worker_at_once(jobs, start_worker):
    start, log = start_worker
    add(1)

    worker = start(60)
    until(lambda: lines_of(log, "start") == [1])
    worker.send_signal(signal.SIGTERM)
    time.sleep(1.2)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(3) == 1


def test_a_worker_stopped_beyond_its_lease_cannot_finish(jobs, start_worker):
    from inspection.models.types import now

    start, log = start_worker
    add(1)

    sleeper = start(1)
    until(lambda: lines_of(log, "start") == [1])
    sleeper.send_signal(signal.SIGSTOP)
    change(lease_until=long_ago())
    heir = jobs.claim("heir", KINDS)
    change(lease_until=now() + timedelta(hours=1))  # the test may be slow
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: ("test.note", "lost") in totals())

    job = only_job()
    assert (job.state, job.worker, job.fence) == ("running", "heir", heir.fence)
    assert jobs.finish(heir)
    assert outcomes() == {"abandoned": 1, "lost": 1, "done": 1}


EFFECTS = 60
KILLS = 12


@pytest.fixture
def effects(app):
    """A table beside the jobs: each job raises one row's `times`."""
    from inspection.extensions import db

    with app.app_context():
        db.session.execute(text("drop table if exists test_effects"))
        db.session.execute(
            text("create table test_effects (number integer primary key, times integer not null)")
        )
        rows = [{"number": number} for number in range(EFFECTS)]
        db.session.execute(text("insert into test_effects values (:number, 0)"), rows)
        db.session.commit()

        def times():
            db.session.rollback()  # what other processes committed shows in a new transaction
            return list(db.session.scalars(text("select times from test_effects")))

        yield times
        db.session.rollback()
        db.session.execute(text("drop table test_effects"))
        db.session.commit()


class TestKilledAtRandomMoments:
    @pytest.fixture
    def app_settings(self):
        return {"HANTEI_JOB_LEASE_S": "1", "HANTEI_JOB_ATTEMPTS": "50"}

    def test_nothing_is_lost_and_nothing_done_twice(self, jobs, effects, start_worker):
        from inspection.database.transactions import write_transaction
        from inspection.extensions import db
        from inspection.models import Job

        with write_transaction():
            for number in range(EFFECTS):
                jobs.enqueue("test.effect", {"number": number})
        start, _ = start_worker
        crew = start(0.12, "--crew", "3")
        until(lambda: sum(effects()) > 0)
        seeded = random.Random(20261125)
        for _ in range(KILLS):
            time.sleep(seeded.uniform(0.05, 0.3))
            kill_one_child(crew.pid, seeded)

        def unfinished():
            db.session.rollback()
            return db.session.scalar(select(func.count(Job.pk)).where(Job.state != "done"))

        until(lambda: unfinished() == 0, 60)
        assert effects() == [1] * EFFECTS
        assert outcomes()["done"] == EFFECTS
        assert outcomes()["abandoned"] > 0  # else no kill came in the middle of a job


def kill_one_child(parent, chance):
    """Kill one of a process's children at random, if it has one just now."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    if children:
        with suppress(ProcessLookupError):
            os.kill(int(chance.choice(children)), signal.SIGKILL)
