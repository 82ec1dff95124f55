"""The worker: runs the jobs of its kinds one after another, under a lease that it renews."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from inspection import jobs
from inspection.database.transactions import write_transaction
from inspection.extensions import db
from inspection.jobs import Claim, Payload, PermanentJobError
from inspection.lanes import GRACE_S, PACKS
from inspection.models.types import now

log = structlog.get_logger(__name__)
IDLE_S = 0.5
OUTAGE_S = 5.0
SCHEDULE_EVERY_S = 60.0
LONGEST_OUTAGE = timedelta(days=1)
"""For so long a job waits for its storage before that counts as a failure of the job."""

SECOND_SIGNAL_AFTER_S = 1.0
"""Signals that come together (systemd signals a whole group) are one; a later one is a second."""

GAVE_UP = "処理を繰り返しましたが、完了できませんでした。システム管理者にお知らせください。"
WORKERS_LOST = "every worker that took this job ended before it was done"
_TICK_S = 0.1
_GIVING_BACK_S = 1.5


def _told_to_nobody(*_: object) -> None:
    pass


@dataclass(frozen=True)
class JobKind:
    """How one kind of job is run.

    run: does it; returns None, or after how long the same job is to be run again.
    given_up: told (payload, reason) when the job is called dead, in the same transaction; the
    reason is a Japanese sentence for the people who wait.
    revived: told (payload) when somebody queues a dead job anew, in the same transaction.
    outages: errors that are no fault of the job: it waits without losing an attempt.
    limit_s: a run that takes longer ends its process, and counts as one that failed.
    """

    run: Callable[[Payload], timedelta | None]
    given_up: Callable[[Payload, str], None] = _told_to_nobody
    revived: Callable[[Payload], None] = _told_to_nobody
    lane: str = PACKS
    outages: tuple[type[Exception], ...] = ()
    limit_s: float = 3600.0


def new_name() -> str:
    """Return what tells this worker from the others."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Worker:
    """Runs jobs one after another until it is told to stop.

    name: when it is that of a worker that died, this one takes over what that one held.
    schedule: called in an application context now and then; queues what is periodic.
    """

    def __init__(
        self,
        app: Flask,
        kinds: Mapping[str, JobKind],
        *,
        name: str | None = None,
        schedule: Callable[[], None] | None = None,
    ) -> None:
        self.app = app
        self.kinds = kinds
        self.name = name or new_name()
        self.schedule = schedule
        self.stopping = False
        self.end_at: float | None = None
        self._told_at = 0.0
        self._settled = False
        self._scheduled_at: float | None = None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the job at hand has GRACE_S to end, then is given back.

        A second signal ends the process at once. An outage of the database is waited out.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_soon)
        log.info("worker started", worker=self.name, kinds=sorted(self.kinds))
        while not self.stopping:
            try:
                self._settle()
                worked = self.run_one()
            except Exception as error:  # a worker that ends here would leave the others' jobs too
                self._settled = False
                log.error("worker cannot work", worker=self.name, error=_last_line(error))
                self._pause(OUTAGE_S)
                continue
            if not worked:
                self._pause(IDLE_S)
        log.info("worker stopped", worker=self.name)

    def _stop_soon(self, *_: object) -> None:
        moment = time.monotonic()
        if not self.stopping:
            self._told_at = moment
            self.end_at = moment + GRACE_S
            self.stopping = True
        elif moment - self._told_at > SECOND_SIGNAL_AFTER_S:
            os._exit(1)

    def _pause(self, seconds: float) -> None:
        """Sleep until told to stop. In slices: an Event must not be set by a signal's handler."""
        until = time.monotonic() + seconds
        while not self.stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _TICK_S))

    def _settle(self) -> None:
        """At the start and after a fault: nothing runs here, so nothing may be held by this name."""
        with self.app.app_context():
            if not self._settled:
                taken = jobs.take_back(self.name)
                self._settled = True
                if taken:
                    log.warning("took over jobs of a worker that died", jobs=taken)
            due = self._scheduled_at is None or (
                time.monotonic() - self._scheduled_at > SCHEDULE_EVERY_S
            )
            if self.schedule is not None and due:
                self.schedule()
                self._scheduled_at = time.monotonic()

    def drain(self) -> int:
        """Run every job that is due now; return how many. For commands and tests."""
        count = 0
        while self.run_one():
            count += 1
        return count

    def run_one(self) -> bool:
        """Claim and run one job; False when none is due."""
        with self.app.app_context():
            held = jobs.claim(self.name, self.kinds)
            if held is None:
                return False
            self._run(held)
            return True

    def _run(self, held: Claim) -> None:
        started = time.perf_counter()
        with _Heartbeat(self, held):
            outcome = self._outcome(held, started)
        seconds = round(time.perf_counter() - started, 3)
        log.info("job", kind=held.kind, attempt=held.attempt, outcome=outcome, seconds=seconds)

    def _outcome(self, held: Claim, started: float) -> str:
        kind = self.kinds[held.kind]
        if held.attempt > current_app.config["HANTEI_JOB_ATTEMPTS"]:
            return self._failed(held, PermanentJobError(GAVE_UP), WORKERS_LOST, started)
        try:
            again = kind.run(held.payload)
            seconds = time.perf_counter() - started
            return "done" if jobs.finish(held, seconds=seconds, again=again) else "lost"
        except Exception as error:
            db.session.rollback()
            if isinstance(error, kind.outages) and now() - held.created_at < LONGEST_OUTAGE:
                return self._postponed(held, error)
            text = "".join(traceback.format_exception(error))
            return self._failed(held, error, text, started)

    def _failed(self, held: Claim, error: Exception, text: str, started: float) -> str:
        """Put the job back, or give it up and tell so in one transaction.

        An error of the database itself that cannot be noted either is raised: it is an outage.
        """
        permanent = isinstance(error, PermanentJobError)
        seconds = time.perf_counter() - started
        with write_transaction():
            outcome = jobs.fail(held, text, permanent=permanent, seconds=seconds)
            if outcome == "dead":
                reason = str(error) if permanent else GAVE_UP
                self.kinds[held.kind].given_up(held.payload, reason)
        return f"{outcome}: {_last_line(error)}"

    def _postponed(self, held: Claim, error: Exception) -> str:
        jobs.give_back(held, reason=_last_line(error), wait_s=2 * OUTAGE_S)
        self._pause(OUTAGE_S)
        return f"postponed: {_last_line(error)}"


def _last_line(error: Exception) -> str:
    """Return the kind of an error and the first line of its text."""
    cause = getattr(error, "orig", None) if isinstance(error, SQLAlchemyError) else None
    lines = str(cause or error).splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"


class _Heartbeat:
    """While a job runs: renews its lease from a thread of its own, and ends what takes too long."""

    def __init__(self, worker: Worker, held: Claim) -> None:
        self.worker = worker
        self.held = held
        self.over = threading.Event()
        self.lost = False
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join(timeout=5)

    def _beat(self) -> None:
        every = self.worker.app.config["HANTEI_JOB_LEASE_S"] / 3
        started = renewed = time.monotonic()
        limit_s = self.worker.kinds[self.held.kind].limit_s
        while not self.over.wait(_TICK_S):
            moment = time.monotonic()
            if self.worker.end_at is not None and moment >= self.worker.end_at:
                self._end_process(give_back=True)
            if moment - started > limit_s:
                self._end_process(give_back=False)
            if moment - renewed >= every and not self.lost:
                self._renew()
                renewed = moment

    def _renew(self) -> None:
        with self.worker.app.app_context():
            try:
                self.lost = not jobs.renew(self.held)
            except SQLAlchemyError as error:
                log.error("lease not renewed", error=_last_line(error))

    def _end_process(self, *, give_back: bool) -> NoReturn:
        """End in the middle of the job: nothing of it takes effect after it was given back."""
        if give_back:
            giving = threading.Thread(target=self._give_back, daemon=True)
            giving.start()
            giving.join(_GIVING_BACK_S)
        log.warning("ended in the middle of a job", kind=self.held.kind, given_back=give_back)
        os._exit(0 if give_back else 1)

    def _give_back(self) -> None:
        with self.worker.app.app_context():
            jobs.give_back(self.held)


def kinds_of_lane(kinds: Mapping[str, JobKind], lane: str) -> dict[str, Any]:
    """Return the kinds that a lane runs."""
    return {name: kind for name, kind in kinds.items() if kind.lane == lane}
