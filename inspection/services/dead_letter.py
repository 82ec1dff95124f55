"""Jobs that were given up: seeing them, trying them again, putting them aside."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from inspection import audit
from inspection.auth import Actor
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import ConflictError, NotFoundError
from inspection.extensions import db
from inspection.jobs import clock
from inspection.models import Job
from inspection.services.background import KINDS

UNFINISHED = ("queued", "running", "dead")


def listing(states: Sequence[str] = UNFINISHED, limit: int = 100) -> list[Job]:
    """Return jobs in these states, newest first, at most `limit`."""
    with read_transaction():
        found = select(Job).where(Job.state.in_(states)).order_by(Job.pk.desc())
        jobs = list(db.session.scalars(found.limit(limit)))
        db.session.expunge_all()
    return jobs


def dead_ids() -> list[int]:
    """Return the numbers of all dead jobs, oldest first."""
    with read_transaction():
        return list(db.session.scalars(select(Job.pk).where(Job.state == "dead").order_by(Job.pk)))


def retry(pk: int, *, actor: Actor) -> Job:
    """Queue a dead job anew, with all its attempts; one that waits is made due at once.

    Raises NotFoundError, ConflictError (it runs, is done, or the same work is queued already).
    """
    try:
        with write_transaction():
            job = _get(pk)
            if job.state not in ("dead", "queued"):
                raise ConflictError(
                    f"job {pk} is {job.state}: only a dead or queued one is retried"
                )
            was = job.state
            db.session.execute(
                update(Job)
                .where(Job.pk == pk)
                .values(state="queued", attempts=0, run_after=clock(), finished_at=None)
            )
            if was == "dead" and job.kind in KINDS:
                KINDS[job.kind].revived(job.payload)
            audit.record("job.retry", f"job/{pk}", actor, kind=job.kind, was=was)
    except IntegrityError as error:  # of the key that one unfinished job may carry
        raise ConflictError(
            f"job {pk}: the same work is queued already by a later job; discard this one"
        ) from error
    return job


def discard(pk: int, *, actor: Actor) -> Job:
    """Delete a dead job; what it was and why it failed is kept in the audit trail.

    Raises NotFoundError, ConflictError (it is not dead).
    """
    with write_transaction():
        job = _get(pk)
        if job.state != "dead":
            raise ConflictError(f"job {pk} is {job.state}: only a dead one is discarded")
        audit.record(
            "job.discard",
            f"job/{pk}",
            actor,
            kind=job.kind,
            payload=job.payload,
            error=last_line(job),
        )
        db.session.delete(job)
    return job


def last_line(job: Job) -> str:
    """Return the last line of why a job failed, cut to a readable length; empty without one."""
    lines = (job.error or "").strip().splitlines()
    return lines[-1][:200] if lines else ""


def _get(pk: int) -> Job:
    job = db.session.scalar(select(Job).where(Job.pk == pk).with_for_update())
    if job is None:
        raise NotFoundError(f"there is no job {pk}")
    return job
