"""The job queue: a table in the database, claimed one row at a time under a lease.

A job row commits in the same transaction as what caused it, so none is lost. A worker renews its
lease while it works; a worker that lost it holds an old fence and can no longer finish the job.
Jobs run at least once: handlers must take effect once however often they run.

Leases and times that are due are told by one clock: the database's where several hosts share one,
the machine's with SQLite.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from inspection.database.transactions import read_transaction, write_transaction
from inspection.extensions import db
from inspection.models import Job
from inspection.models.types import now

KEPT = timedelta(days=7)
"""How long finished jobs stay in the table."""

LONGEST_DELAY_S = 600
_ERROR_CHARACTERS = 4000
_PRUNED_AT_ONCE = 1000
_COUNT = text(
    "insert into job_totals (kind, outcome, runs, seconds) values (:kind, :outcome, 1, :seconds) "
    "on conflict (kind, outcome) do update "
    "set runs = job_totals.runs + 1, seconds = job_totals.seconds + excluded.seconds"
)
Payload = dict[str, Any]


class PermanentJobError(Exception):
    """A job that no further attempt can mend: it is dead at once. The text is shown to people."""


@dataclass(frozen=True)
class Claim:
    """A job held by this worker. attempt: 1 for the first run."""

    pk: int
    kind: str
    payload: Payload
    attempt: int
    fence: int
    created_at: datetime


def _on_postgresql() -> bool:
    return bool(db.session.get_bind().dialect.name == "postgresql")


def clock() -> Any:
    """Return the present as the queue tells it, to use in a statement."""
    return func.now() if _on_postgresql() else now()


def enqueue(kind: str, payload: Payload, *, key: str | None = None, priority: int = 10) -> None:
    """Add a job inside the caller's write transaction.

    key: with one, no second unfinished job of the same key is added. Among the jobs of a lane
    the lower priority runs first.
    """
    if key is not None and _unfinished(key):
        return
    job = Job(kind=kind, key=key, payload=payload, priority=priority, run_after=clock())
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:
        if key is None:
            raise
        # another transaction added the same job a moment ago


def _unfinished(key: str) -> bool:
    found = select(Job.pk).where(Job.key == key, Job.state.in_(("queued", "running")))
    return db.session.scalar(found.limit(1)) is not None


def keep_queued(kind: str, payload: Payload, *, key: str, priority: int, rest: timedelta) -> None:
    """See to it that one job of a key waits or runs; one that died rests, then is tried anew.

    Only reads when there is nothing to do.
    """
    columns = (Job.pk, Job.state, Job.finished_at)
    known = select(*columns).where(Job.key == key, Job.state != "done").order_by(Job.pk.desc())
    with read_transaction():
        last = db.session.execute(known.limit(1)).first()
    if last is None:
        with write_transaction():
            enqueue(kind, payload, key=key, priority=priority)
    elif last.state == "dead" and last.finished_at + rest < now():
        with write_transaction():
            db.session.execute(
                update(Job)
                .where(Job.pk == last.pk, Job.state == "dead")
                .values(state="queued", attempts=0, run_after=clock(), finished_at=None)
            )


def claim(worker: str, kinds: Collection[str]) -> Claim | None:
    """Take the next job that is due, or one whose worker fell silent; None when there is none.

    kinds: those that this worker runs; others are left to other lanes or a newer worker.
    """
    with read_transaction():
        waiting = _kinds_with_work(kinds)  # look before taking the writers' lock
    for state, kind in waiting:
        if (held := _take(worker, kind, state)) is not None:
            return held
    return None


def _kinds_with_work(kinds: Collection[str]) -> list[tuple[str, str]]:
    """(state, kind) of what could be taken: those left by others first, then in order of turn."""
    left = [("running", kind) for kind in kinds if db.session.scalar(_next(kind, "running"))]
    turns = []
    for kind in kinds:
        columns = (Job.priority, Job.run_after, Job.pk)
        head = db.session.execute(_next(kind, "queued").with_only_columns(*columns)).first()
        if head is not None:
            turns.append((tuple(head), kind))
    return left + [("queued", kind) for _, kind in sorted(turns)]


def _next(kind: str, state: str) -> Select[Any]:
    """Select the pk of the next job of a kind; both orders are those of ix_jobs_turn."""
    chosen = select(Job.pk).where(Job.state == state, Job.kind == kind).limit(1)
    if state == "running":
        return chosen.where(Job.lease_until < clock())
    return chosen.where(Job.run_after <= clock()).order_by(Job.priority, Job.run_after, Job.pk)


def _take(worker: str, kind: str, state: str) -> Claim | None:
    with write_transaction():
        chosen = _next(kind, state)
        if _on_postgresql():
            chosen = chosen.with_for_update(skip_locked=True)
        row = db.session.execute(
            update(Job)
            .where(Job.pk == chosen.scalar_subquery())
            .values(
                state="running",
                worker=worker,
                attempts=Job.attempts + 1,
                fence=Job.fence + 1,
                lease_until=clock() + _lease(),
            )
            .returning(Job.pk, Job.kind, Job.payload, Job.attempts, Job.fence, Job.created_at)
            .execution_options(synchronize_session=False)
        ).first()
        if row is not None and state == "running":
            _count(kind, "abandoned")
    return Claim(*row) if row else None


def _lease() -> timedelta:
    return timedelta(seconds=current_app.config["HANTEI_JOB_LEASE_S"])


def _change(held: Claim, **values: Any) -> bool:
    """Change a job that this worker still holds; False when it holds it no more."""
    mine = and_(Job.pk == held.pk, Job.fence == held.fence, Job.state == "running")
    done = db.session.execute(
        update(Job).where(mine).values(**values).execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)


def _count(kind: str, outcome: str, seconds: float = 0.0) -> None:
    """Count one run. Last in its transaction: every worker writes this row."""
    db.session.execute(_COUNT, {"kind": kind, "outcome": outcome, "seconds": seconds})


def renew(held: Claim) -> bool:
    """Lengthen the lease; False when the job was cancelled or another worker holds it by now."""
    with write_transaction():
        return _change(held, lease_until=clock() + _lease())


def finish(held: Claim, *, seconds: float = 0.0, again: timedelta | None = None) -> bool:
    """Mark a job as done; False when the lease was lost and another finishes it.

    again: put it back instead, to be run anew after that time, as if never tried.
    """
    values: dict[str, Any] = {"state": "done", "finished_at": clock()}
    if again is not None:
        values = {"state": "queued", "attempts": 0, "run_after": clock() + again}
    with write_transaction():
        done = _change(held, lease_until=None, error=None, **values)
        _count(held.kind, "done" if done else "lost", seconds)
    return done


def fail(held: Claim, error: str, *, permanent: bool = False, seconds: float = 0.0) -> str:
    """Put a job back with a growing delay, or call it dead after the last attempt.

    Returns `retried`, `dead`, or `lost` when another worker holds it by now.
    """
    dead = permanent or held.attempt >= current_app.config["HANTEI_JOB_ATTEMPTS"]
    values: dict[str, Any] = {"state": "queued", "run_after": clock() + _delay(held.attempt)}
    if dead:
        values = {"state": "dead", "finished_at": clock()}
    with write_transaction():
        mine = _change(held, lease_until=None, error=error[-_ERROR_CHARACTERS:], **values)
        outcome = ("dead" if dead else "retried") if mine else "lost"
        _count(held.kind, outcome, seconds)
    return outcome


def _delay(attempt: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(attempt, 20), LONGEST_DELAY_S))


def give_back(held: Claim, *, reason: str | None = None, wait_s: float = 0.0) -> bool:
    """Put a job back as if this attempt had not been; False when it was lost already.

    For a worker that stops, or waits for a storage that is away.
    """
    values = {"state": "queued", "run_after": clock() + timedelta(seconds=wait_s)}
    with write_transaction():
        mine = _change(
            held, attempts=Job.attempts - 1, lease_until=None, worker=None, error=reason, **values
        )
        _count(held.kind, "given_back" if mine else "lost")
    return mine


def take_back(worker: str) -> int:
    """Put back what a worker of this name holds; return how many jobs.

    Only for a name whose process is known to have ended, or that holds nothing: its attempts
    count, so that a job that ends every worker is given up in the end.
    """
    held_by = and_(Job.state == "running", Job.worker == worker)
    with read_transaction():
        left = db.session.execute(select(Job.pk, Job.kind, Job.attempts).where(held_by)).all()
    for pk, kind, attempts in left:
        with write_transaction():
            db.session.execute(
                update(Job)
                .where(Job.pk == pk, held_by)
                .values(state="queued", lease_until=None, run_after=clock() + _delay(attempts))
                .execution_options(synchronize_session=False)
            )
            _count(kind, "abandoned")
    return len(left)


def prune() -> int:
    """Delete jobs that were done more than KEPT ago, some at a time; return how many."""
    old = select(Job.pk).where(Job.state == "done", Job.finished_at < now() - KEPT)
    removed = 0
    while True:
        with write_transaction():
            done = db.session.execute(
                delete(Job)
                .where(Job.pk.in_(old.limit(_PRUNED_AT_ONCE)))
                .execution_options(synchronize_session=False)
            )
        removed += done.rowcount
        if done.rowcount < _PRUNED_AT_ONCE:
            return removed
