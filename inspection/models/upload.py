"""Resumable uploads on their way to become photos: where each stands, committed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from inspection.extensions import db
from inspection.models.types import Identified, Timestamped, UtcDateTime

UPLOAD_STATES = ("open", "finished", "rejected", "terminated")


class Upload(Identified, Timestamped, db.Model):
    """One resumable upload.

    offset_bytes: what is committed and durable; the part file may be longer, never shorter.
    announced: the `Upload-Metadata` header as it came, given back as it came.
    part: name of the file in which the committed bytes lie.
    writer, writer_seen_at: who appends now and when its last bytes came; one writer at a time.
    state: `open`; `finished` (the photo is there), `rejected` (reason says why), `terminated`.
    actor, role, device_id: who announced it, whose photo it becomes.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint(f"state in {UPLOAD_STATES}", name="state"),
        CheckConstraint("offset_bytes between 0 and length_bytes", name="offset"),
    )

    photo_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    inspection_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    item: Mapped[str] = mapped_column(String(40))
    caption: Mapped[str | None] = mapped_column(String(300))
    filename: Mapped[str | None] = mapped_column(String(300))
    filetype: Mapped[str | None] = mapped_column(String(100))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))
    announced: Mapped[str] = mapped_column(Text)
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    offset_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    part: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    writer: Mapped[str | None] = mapped_column(String(120))
    writer_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[str | None] = mapped_column(String(36))
    device_clock_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
