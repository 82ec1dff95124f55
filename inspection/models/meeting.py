"""Meetings of the committee, their cases, decisions and packs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.extensions import db
from inspection.models.inspection import Inspection
from inspection.models.types import Identified, Json, Timestamped, UtcDateTime, now

DECISIONS = ("approved", "not_approved", "deferred")
EDITIONS = ("closed", "public", "secretariat")


class Meeting(Identified, Timestamped, db.Model):
    """One meeting (判定委員会)."""

    __tablename__ = "meetings"

    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    held_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    place: Mapped[str | None] = mapped_column(String(200))
    agenda: Mapped[list[str]] = mapped_column(Json, default=list)
    members: Mapped[list[str]] = mapped_column(Json, default=list)
    revision: Mapped[int] = mapped_column(default=1)

    cases: Mapped[list[Case]] = relationship(
        back_populates="meeting", order_by="Case.position", cascade="all, delete-orphan"
    )


class Case(db.Model):
    """One visit put before one meeting, in order, with the secretariat's proposal (事務局案)."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("meeting_pk", "inspection_pk"),)

    pk: Mapped[int] = mapped_column(primary_key=True)
    meeting_pk: Mapped[int] = mapped_column(ForeignKey("meetings.pk"), index=True)
    inspection_pk: Mapped[int] = mapped_column(ForeignKey("inspections.pk"), index=True)
    position: Mapped[int]
    proposal: Mapped[str | None] = mapped_column(Text)

    meeting: Mapped[Meeting] = relationship(back_populates="cases")
    inspection: Mapped[Inspection] = relationship()
    decision: Mapped[Decision | None] = relationship(
        back_populates="case", uselist=False, cascade="all, delete-orphan"
    )


class Decision(Timestamped, db.Model):
    """What the committee decided on a case (認定 / 不認定 / 保留), and why."""

    __tablename__ = "decisions"
    __table_args__ = (CheckConstraint(f"decision in {DECISIONS}", name="decision"),)

    pk: Mapped[int] = mapped_column(primary_key=True)
    case_pk: Mapped[int] = mapped_column(ForeignKey("cases.pk"), unique=True)
    decision: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(200))

    case: Mapped[Case] = relationship(back_populates="decision")


class PackSnapshot(db.Model):
    """Everything that a pack shows, frozen; the only input of drawing."""

    __tablename__ = "pack_snapshots"

    pk: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Pack(Identified, Timestamped, db.Model):
    """One build of a meeting's pack, from the order to the finished file.

    edition: `closed` for the committee, `public` redacted, `secretariat` with the checks' warnings.
    template: the version of the drawing that made the file (inspection/packs/template.py).
    """

    __tablename__ = "packs"
    __table_args__ = (
        CheckConstraint("status in ('queued', 'running', 'ready', 'failed')", name="status"),
        CheckConstraint(f"edition in {EDITIONS}", name="edition"),
    )

    meeting_pk: Mapped[int] = mapped_column(ForeignKey("meetings.pk"), index=True)
    edition: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(default=0)
    cases_total: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    pages: Mapped[int | None]
    storage_key: Mapped[str | None] = mapped_column(String(200))
    snapshot_sha256: Mapped[str | None] = mapped_column(String(64))
    missing_glyphs: Mapped[list[Any]] = mapped_column(Json, default=list)
    error: Mapped[str | None] = mapped_column(Text)
    template: Mapped[str | None] = mapped_column(String(64))
    requested_by: Mapped[str] = mapped_column(String(200))

    meeting: Mapped[Meeting] = relationship()
