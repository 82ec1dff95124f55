"""How many houses share each combination of facets, kept by triggers (migration 0013)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.extensions import db

FACETS = ("ward_code", "total", "judgement", "status", "structure")
"""Columns of houses with few values, of the same types here: what filters ask for most."""


class HouseFacet(db.Model):
    """A part of the number of houses with one combination of facets, nulls among them.

    A combination's number is the sum over its rows. PostgreSQL: a row for each combination that a
    statement changed, so that writers never wait for each other. SQLite, which has one writer
    anyway: one row a combination, none where there is no house.
    """

    __tablename__ = "house_facets"
    __table_args__ = (Index("ix_house_facets_combination", *FACETS),)

    pk: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    ward_code: Mapped[str | None] = mapped_column(String(6))
    total: Mapped[float | None]
    judgement: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str | None] = mapped_column(String(20))
    structure: Mapped[str] = mapped_column(String(30))
    number: Mapped[int] = mapped_column(BigInteger)
