"""Visits (inspections), every revision of each, and what the secretariat said of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.extensions import db
from inspection.models.house import House
from inspection.models.rule_table import RuleTableDigest
from inspection.models.types import Identified, Json, Timestamped, UtcDateTime, now, point

STATUSES = ("draft", "submitted", "returned", "confirmed", "scheduled", "decided")
CONFIRMED_STATUSES = ("confirmed", "scheduled", "decided")
METHODS = ("full", "exterior")


class Inspection(Identified, Timestamped, db.Model):
    """One visit to one house: the current record, its frozen score and its status.

    record: the accepted body in the API's JSON form, the source of every reply.
    score: the reply of the scoring engine, frozen with the table's sha256.
    packed: the states of its answers under that table, for whole cities; None until `rescore` has
    filled it in, or where they cannot be packed.
    """

    __tablename__ = "inspections"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"method in {METHODS}", name="method"),
    )

    house_pk: Mapped[int] = mapped_column(ForeignKey("houses.pk"), index=True)
    rule_table_pk: Mapped[int] = mapped_column(ForeignKey("rule_tables.pk"), index=True)
    method: Mapped[str] = mapped_column(String(20))
    inspected_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    position: Mapped[Any] = point(nullable=True)
    accuracy_m: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(20), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    record: Mapped[dict[str, Any]] = mapped_column(Json)
    body_sha256: Mapped[str] = mapped_column(String(64))
    score: Mapped[dict[str, Any]] = mapped_column(Json)
    total: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    judgement: Mapped[str] = mapped_column(String(60), index=True)
    packed: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    house: Mapped[House] = relationship(foreign_keys=[house_pk])
    rule_table: Mapped[RuleTableDigest] = relationship()
    revisions: Mapped[list[InspectionRevision]] = relationship(
        back_populates="inspection", order_by="InspectionRevision.number"
    )


class InspectionRevision(db.Model):
    """One accepted state of a visit: who, with which device, when, what. Never changed.

    received_at is the server's clock, device_clock_at the device's at the same moment.
    """

    __tablename__ = "inspection_revisions"
    __table_args__ = (UniqueConstraint("inspection_pk", "number"),)

    pk: Mapped[int] = mapped_column(primary_key=True)
    inspection_pk: Mapped[int] = mapped_column(ForeignKey("inspections.pk"), index=True)
    number: Mapped[int]
    record: Mapped[dict[str, Any]] = mapped_column(Json)
    score: Mapped[dict[str, Any]] = mapped_column(Json)
    body_sha256: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[str | None] = mapped_column(String(36), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    device_clock_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    inspection: Mapped[Inspection] = relationship(back_populates="revisions")


class Review(db.Model):
    """The secretariat's word on one revision: confirmed or returned, with a comment."""

    __tablename__ = "reviews"
    __table_args__ = (CheckConstraint("action in ('confirm', 'return')", name="action"),)

    pk: Mapped[int] = mapped_column(primary_key=True)
    inspection_pk: Mapped[int] = mapped_column(ForeignKey("inspections.pk"), index=True)
    revision: Mapped[int]
    action: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(200))
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
