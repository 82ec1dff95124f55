"""The audit trail: append-only, each row chained to the one before by its hash.

Triggers of the database refuse a change or deletion of a row (migration 0002).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.extensions import db
from inspection.models.types import Json, UtcDateTime


class AuditEntry(db.Model):
    """One act: who, with what, from where, on what, from which state to which."""

    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    act: Mapped[str] = mapped_column(String(60), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[str | None] = mapped_column(String(36))
    address: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100), index=True)
    before_sha256: Mapped[str | None] = mapped_column(String(64))
    after_sha256: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    previous_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(db.Model):
    """Where the trail ends: one row, kept with each new entry, so that a cut end is noticed."""

    __tablename__ = "audit_heads"

    pk: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
