"""Steps of the tests of jobs; each needs an application context."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import select, update


def add(*numbers, **options):
    from inspection import jobs
    from inspection.database.transactions import write_transaction

    with write_transaction():
        for number in numbers:
            jobs.enqueue("test.note", {"number": number}, **options)


def change(**values):
    """Set columns of every job, as time would."""
    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import Job

    with write_transaction():
        db.session.execute(update(Job).values(**values))


def only_job():
    from inspection.extensions import db
    from inspection.models import Job

    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def long_ago():
    from inspection.models.types import now

    return now() - timedelta(hours=1)


def totals():
    """(kind, outcome) -> how many runs of a kind ended so."""
    from inspection.extensions import db
    from inspection.models import JobTotal

    db.session.rollback()  # what other processes committed shows in a new transaction
    return {(row.kind, row.outcome): row.runs for row in db.session.scalars(select(JobTotal))}


def until(condition, patience_s=20):
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {patience_s} s"
        time.sleep(0.05)
