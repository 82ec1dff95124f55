"""Photos: the evidence. The original's bytes lie in the storage under its sha256."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.extensions import db
from inspection.models.inspection import Inspection
from inspection.models.types import Identified, Json, Timestamped, UtcDateTime, now, point


class Photo(Identified, Timestamped, db.Model):
    """One photo of one visit.

    status: `received` (original stored), `ready` (derivatives and checks made), `rejected`.
    width, height: pixels as shown, after the orientation is applied.
    device_clock_at: the device's clock when it sent the photo, beside our received_at.
    perceptual_hash: 256 bits in hex, alike for pictures that look alike; hash_number: numbers
    them in the order in which they were committed. sharpness: see uploads.looks.Looks.
    """

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint("status in ('received', 'ready', 'rejected')", name="status"),
    )

    inspection_pk: Mapped[int] = mapped_column(ForeignKey("inspections.pk"), index=True)
    item: Mapped[str] = mapped_column(String(40))
    caption: Mapped[str | None] = mapped_column(String(300))
    filename: Mapped[str | None] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    status: Mapped[str] = mapped_column(String(20), index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    uploaded_by: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    device_clock_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # From the original's EXIF, read by the worker.
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    taken_at_assumed_zone: Mapped[bool] = mapped_column(default=False)
    position: Mapped[Any] = point(nullable=True)
    accuracy_m: Mapped[float | None]
    altitude_m: Mapped[float | None]
    direction_deg: Mapped[float | None]
    distance_m: Mapped[float | None]
    perceptual_hash: Mapped[str | None] = mapped_column(String(64))
    hash_number: Mapped[int | None] = mapped_column(BigInteger, unique=True, index=True)
    sharpness: Mapped[float | None]
    checks: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)

    # Derivatives: storage keys and the report picture's size.
    report_key: Mapped[str | None] = mapped_column(String(200))
    thumbnail_key: Mapped[str | None] = mapped_column(String(200))
    report_sha256: Mapped[str | None] = mapped_column(String(64))
    report_width: Mapped[int | None]
    report_height: Mapped[int | None]

    released: Mapped[bool] = mapped_column(default=False)
    boxes: Mapped[list[dict[str, float]]] = mapped_column(Json, default=list)

    inspection: Mapped[Inspection] = relationship()


class PhotoHashHead(db.Model):
    """The highest hash_number ever given: one row, locked by whoever gives the next."""

    __tablename__ = "photo_hash_heads"

    pk: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
