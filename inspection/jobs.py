"""The job queue: a table in the database, claimed one row at a time under a lease.

A job row commits in the same transaction as what caused it, so none is lost. A worker renews its
lease while it works; a worker that lost it holds an old fence and can no longer finish the job.
Jobs run at least once: handlers must take effect once however often they run.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from inspection.database.transactions import read_transaction, write_transaction
from inspection.extensions import db
from inspection.models import Job
from inspection.models.types import now

log = structlog.get_logger(__name__)
IDLE_S = 0.5
OUTAGE_S = 5.0
WORKERS_LOST = "every worker that took this job ended before it was done"
Payload = dict[str, Any]


@dataclass(frozen=True)
class JobKind:
    """How one kind of job is run, and whom to tell (payload, error) when it is given up."""

    run: Callable[[Payload], None]
    given_up: Callable[[Payload, str], None] = lambda payload, error: None


class PermanentJobError(Exception):
    """A job that no further attempt can mend: it is dead at once."""


@dataclass(frozen=True)
class Claim:
    """A job held by this worker."""

    pk: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    fence: int


def enqueue(
    kind: str, payload: dict[str, Any], *, key: str | None = None, priority: int = 10
) -> None:
    """Add a job inside the caller's write transaction.

    key: with one, no second unfinished job of the same key is added. Lower priority runs first.
    """
    if key is not None:
        waiting = select(Job.pk).where(Job.key == key, Job.state.in_(("queued", "running")))
        if db.session.scalar(waiting.limit(1)) is not None:
            return
    try:
        with db.session.begin_nested():
            db.session.add(Job(kind=kind, key=key, payload=payload, priority=priority))
    except IntegrityError:
        if key is None:
            raise
        # another transaction added the same job a moment ago


def worker_name() -> str:
    """Return what tells this worker from the others."""
    return f"{socket.gethostname()}:{os.getpid()}"


def claim(worker: str, kinds: Collection[str] | None = None) -> Claim | None:
    """Take the next job that is due, or one whose worker fell silent; None when there is none.

    kinds: those that this worker knows; others are left to a newer worker. Default all.
    """
    lease = timedelta(seconds=current_app.config["HANTEI_JOB_LEASE_S"])
    moment = now()
    due = or_(
        and_(Job.state == "queued", Job.run_after <= moment),
        and_(Job.state == "running", Job.lease_until < moment),
    )
    if kinds is not None:
        due = and_(due, Job.kind.in_(kinds))
    with read_transaction():
        if db.session.scalar(select(Job.pk).where(due).limit(1)) is None:
            return None  # look before taking the writers' lock
    chosen = select(Job.pk).where(due).order_by(Job.priority, Job.run_after, Job.pk).limit(1)
    with write_transaction():
        if db.session.get_bind().dialect.name == "postgresql":
            chosen = chosen.with_for_update(skip_locked=True)
        row = db.session.execute(
            update(Job)
            .where(Job.pk == chosen.scalar_subquery())
            .values(
                state="running",
                worker=worker,
                attempts=Job.attempts + 1,
                fence=Job.fence + 1,
                lease_until=moment + lease,
            )
            .returning(Job.pk, Job.kind, Job.payload, Job.attempts, Job.fence)
        ).first()
    return Claim(*row) if row else None


def _held(held: Claim) -> Any:
    return and_(Job.pk == held.pk, Job.fence == held.fence, Job.state == "running")


def renew(held: Claim) -> bool:
    """Lengthen the lease; False when another worker holds the job by now."""
    lease = timedelta(seconds=current_app.config["HANTEI_JOB_LEASE_S"])
    with write_transaction():
        done = db.session.execute(update(Job).where(_held(held)).values(lease_until=now() + lease))
    return bool(done.rowcount == 1)


def finish(held: Claim) -> bool:
    """Mark a job as done; False when the lease was lost and another finishes it."""
    with write_transaction():
        done = db.session.execute(
            update(Job)
            .where(_held(held))
            .values(state="done", finished_at=now(), lease_until=None, error=None)
        )
    return bool(done.rowcount == 1)


def fail(held: Claim, error: str, *, permanent: bool = False) -> bool:
    """Put a job back with a growing delay, or call it dead after the last attempt (True)."""
    dead = permanent or held.attempt >= current_app.config["HANTEI_JOB_ATTEMPTS"]
    delay = timedelta(seconds=min(2**held.attempt, 600))
    values = {"state": "dead", "finished_at": now()} if dead else {"state": "queued"}
    with write_transaction():
        done = db.session.execute(
            update(Job)
            .where(_held(held))
            .values(**values, error=error[-4000:], run_after=now() + delay, lease_until=None)
        )
    return dead and bool(done.rowcount == 1)


class Worker:
    """Runs jobs one after another until it is told to stop; the job at hand is finished first."""

    def __init__(self, app: Flask, kinds: dict[str, JobKind]) -> None:
        self.app = app
        self.kinds = kinds
        self.name = worker_name()
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. An outage of the database is waited out."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        log.info("worker started", worker=self.name)
        while not self.stopping.is_set():
            try:
                worked = self.run_one()
            except DBAPIError as error:
                log.error("database unavailable", error=str(error))
                self.stopping.wait(OUTAGE_S)
                continue
            if not worked:
                self.stopping.wait(IDLE_S)
        log.info("worker stopped", worker=self.name)

    def drain(self) -> int:
        """Run every job that is due now; return how many. For commands and tests."""
        count = 0
        while self.run_one():
            count += 1
        return count

    def run_one(self) -> bool:
        """Claim and run one job; False when none is due."""
        with self.app.app_context():
            held = claim(self.name, self.kinds)
            if held is None:
                return False
            self._run(held)
            return True

    def _run(self, held: Claim) -> None:
        started = time.perf_counter()
        with _Heartbeat(self.app, held):
            outcome = self._outcome(held)
        seconds = round(time.perf_counter() - started, 3)
        log.info("job", kind=held.kind, attempt=held.attempt, outcome=outcome, seconds=seconds)

    def _outcome(self, held: Claim) -> str:
        if held.attempt > current_app.config["HANTEI_JOB_ATTEMPTS"]:
            return self._failed(held, PermanentJobError(WORKERS_LOST))
        try:
            self.kinds[held.kind].run(held.payload)
            return "done" if finish(held) else "lost"
        except DBAPIError:
            db.session.rollback()
            raise  # the lease runs out and the job is taken up again
        except Exception as error:
            db.session.rollback()
            return self._failed(held, error)

    def _failed(self, held: Claim, error: Exception) -> str:
        """Put the job back, or give it up and tell so in one transaction."""
        permanent = isinstance(error, PermanentJobError)
        text = str(error) if permanent else "".join(traceback.format_exception(error))
        with write_transaction():
            if not fail(held, text, permanent=permanent):
                return f"failed, will be tried again: {error}"
            self.kinds[held.kind].given_up(held.payload, str(error))
        return f"dead: {error}"


class _Heartbeat:
    """Renews the lease from a thread of its own while a job runs."""

    def __init__(self, app: Flask, held: Claim) -> None:
        self.app = app
        self.held = held
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join(timeout=5)

    def _beat(self) -> None:
        every = self.app.config["HANTEI_JOB_LEASE_S"] / 3
        while not self.over.wait(every):
            with self.app.app_context():
                try:
                    if not renew(self.held):
                        return
                except DBAPIError as error:
                    log.error("lease not renewed", error=str(error))
