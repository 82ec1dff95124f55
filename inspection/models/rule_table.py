"""The rule tables that results were made with, by digest, and those that the city published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inspection.extensions import db
from inspection.models.types import Identified, Json, Timestamped, UtcDateTime, now


class RuleTableDigest(db.Model):
    """One published version of a rule table, as it stood when the first result used it."""

    __tablename__ = "rule_tables"
    __table_args__ = (UniqueConstraint("table_id", "version"),)

    pk: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[str] = mapped_column(String(120))
    version: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


PROPOSAL_STATUSES = ("proposed", "approved", "rejected", "withdrawn")
OPEN_OR_APPROVED = "status in ('proposed', 'approved')"


class RuleTableProposal(Identified, Timestamped, db.Model):
    """A rule table that somebody proposed; once approved by another person it is published.

    document: the canonical text whose sha256 is the table's, never changed.
    report: what the check found when it was proposed: warnings, difference, houses that cross.
    """

    __tablename__ = "rule_table_proposals"
    __table_args__ = (
        CheckConstraint(f"status in {PROPOSAL_STATUSES}", name="status"),
        CheckConstraint(
            "status <> 'approved' or (reviewed_by is not null and reviewed_by <> proposed_by)",
            name="second_person",
        ),
        Index(
            "uq_rule_table_proposals_standing",
            "table_id",
            "version",
            unique=True,
            sqlite_where=text(OPEN_OR_APPROVED),
            postgresql_where=text(OPEN_OR_APPROVED),
        ),
    )

    table_id: Mapped[str] = mapped_column(String(120))
    version: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    document: Mapped[str] = mapped_column(Text)
    report: Mapped[dict[str, Any]] = mapped_column(Json)
    file_name: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="proposed", index=True)
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_role: Mapped[str] = mapped_column(String(20))
    proposed_token: Mapped[str | None] = mapped_column(String(36))
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_role: Mapped[str | None] = mapped_column(String(20))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment: Mapped[str | None] = mapped_column(Text)
