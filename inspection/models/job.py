"""Background jobs: a row commits with what caused it, a worker claims it under a lease."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.extensions import db
from inspection.models.types import Json, UtcDateTime, now

UNFINISHED = "state in ('queued', 'running')"


class Job(db.Model):
    """One piece of work.

    fence: raised at each claim; a worker that lost its lease holds an old one and cannot finish.
    key: idempotency key; at most one unfinished job carries it.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'dead')", name="state"),
        Index("ix_jobs_turn", "state", "kind", "priority", "run_after", "pk"),
        Index("ix_jobs_finished", "state", "finished_at"),
        Index(
            "uq_jobs_unfinished_key",
            "key",
            unique=True,
            sqlite_where=text(UNFINISHED),
            postgresql_where=text(UNFINISHED),
        ),
    )

    pk: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str | None] = mapped_column(String(200), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    priority: Mapped[int] = mapped_column(default=10)
    run_after: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobTotal(db.Model):
    """How often jobs of a kind ended in a way since the beginning, and how long they ran.

    Written in the transaction that ends the run, so it misses and repeats nothing, on any host.
    outcome: `done`, `retried`, `dead`, `lost` (its worker had lost the lease), `given_back` (its
    worker stopped, or the storage was away), `abandoned` (its worker was found dead or silent).
    """

    __tablename__ = "job_totals"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20), primary_key=True)
    runs: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
