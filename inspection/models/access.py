"""Who may come in: users, devices, enrolment codes, API tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.extensions import db
from inspection.models.types import Identified, UtcDateTime, now

ROLES = ("inspector", "secretariat", "committee", "gis", "admin")


class User(Identified, db.Model):
    """A member of staff who signs in on the pages."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint(f"role in {ROLES}", name="role"),)

    email: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Device(Identified, db.Model):
    """A tablet that was enrolled with a one-time code.

    clock_skew_s: its clock minus the server's when it was last seen, if it told its clock.
    """

    __tablename__ = "devices"

    name: Mapped[str] = mapped_column(String(100))
    enrolled_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clock_skew_s: Mapped[float | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EnrolmentCode(db.Model):
    """A code that turns one tablet into a device, once, for fifteen minutes."""

    __tablename__ = "enrolment_codes"

    pk: Mapped[int] = mapped_column(primary_key=True)
    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    issued_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Token(Identified, db.Model):
    """An API token: shown once, kept as a digest."""

    __tablename__ = "tokens"
    __table_args__ = (CheckConstraint(f"role in {ROLES}", name="role"),)

    label: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    device_pk: Mapped[int | None] = mapped_column(ForeignKey("devices.pk"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    device: Mapped[Device | None] = relationship()
