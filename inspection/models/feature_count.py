"""How many features the collections hold, kept by the database's triggers (migration 0010)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.extensions import db

KINDS = ("houses", "inspections", "inspections.confirmed", "photos", "photos.confirmed")


class FeatureCount(db.Model):
    """A part of a count: a kind's number is the sum over its rows.

    PostgreSQL: a row for each statement that changed it, so that writers never wait for each
    other; each transaction sees the rows of exactly those that it sees the features of. SQLite,
    which has one writer anyway: one row a kind. `photos` leaves out rejected ones;
    `.confirmed` holds what belongs to visits from confirmation on.
    """

    __tablename__ = "feature_counts"

    pk: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), index=True)
    number: Mapped[int] = mapped_column(BigInteger)
