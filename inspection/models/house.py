"""Houses and, apart from them, what is known of their owners."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.extensions import db
from inspection.models.types import Identified, Json, Timestamped, UtcDateTime, point

STRUCTURES = ("wooden", "light_steel", "steel", "reinforced_concrete", "concrete_block", "other")


class House(Identified, Timestamped, db.Model):
    """One house, with the result of its newest confirmed visit beside it for lists and maps."""

    __tablename__ = "houses"
    __table_args__ = (
        CheckConstraint(f"structure in {STRUCTURES}", name="structure"),
        CheckConstraint("floor_area_m2 is null or floor_area_m2 >= 0", name="floor_area"),
        # Holds what filters ask for most, so that counting reads no rows.
        Index("ix_houses_facets", "ward_code", "total", "judgement", "status", "inspected_at"),
    )

    code: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str | None] = mapped_column(String(300))
    town: Mapped[str | None] = mapped_column(String(100))
    lot_number: Mapped[str | None] = mapped_column(String(100))
    residence_number: Mapped[str | None] = mapped_column(String(100))
    ward_code: Mapped[str | None] = mapped_column(String(6))
    location: Mapped[Any] = point(nullable=True)
    structure: Mapped[str] = mapped_column(String(30))
    storeys: Mapped[int | None]
    floor_area_m2: Mapped[float | None]
    built_year: Mapped[int | None]
    use: Mapped[str | None] = mapped_column(String(100))
    notes: Mapped[str | None] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    body_sha256: Mapped[str] = mapped_column(String(64))

    # The newest confirmed visit's result, kept by services/house_result.py.
    # No foreign key: it would close a circle that SQLite cannot alter.
    result_inspection_pk: Mapped[int | None]
    total: Mapped[float | None] = mapped_column(index=True)
    low: Mapped[float | None]
    high: Mapped[float | None]
    judgement: Mapped[str | None] = mapped_column(String(60), index=True)
    status: Mapped[str | None] = mapped_column(String(20))
    inspected_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    owner: Mapped[HouseOwner | None] = relationship(back_populates="house", uselist=False)


class HouseOwner(Timestamped, db.Model):
    """Who owns a house: read only by the secretariat, every read audited."""

    __tablename__ = "house_owners"

    pk: Mapped[int] = mapped_column(primary_key=True)
    house_pk: Mapped[int] = mapped_column(ForeignKey("houses.pk"), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(50))
    notes: Mapped[str | None] = mapped_column(Text)

    house: Mapped[House] = relationship(back_populates="owner")
