"""The rule tables that results were made with, by digest, kept for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inspection.extensions import db
from inspection.models.types import Json, UtcDateTime, now


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
