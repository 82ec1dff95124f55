"""Teams of tablets, the houses they are to visit, and the feed of what changed for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.extensions import db
from inspection.models.access import Device
from inspection.models.house import House
from inspection.models.types import Identified, Timestamped, UtcDateTime, now


class Team(Identified, Timestamped, db.Model):
    """Inspectors who go out together; each tablet belongs to one team at most."""

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    revision: Mapped[int] = mapped_column(default=1)


class TeamDevice(db.Model):
    """A tablet of a team."""

    __tablename__ = "team_devices"

    pk: Mapped[int] = mapped_column(primary_key=True)
    team_pk: Mapped[int] = mapped_column(ForeignKey("teams.pk"), index=True)
    device_pk: Mapped[int] = mapped_column(ForeignKey("devices.pk"), unique=True)

    team: Mapped[Team] = relationship()
    device: Mapped[Device] = relationship()


class Assignment(Identified, Timestamped, db.Model):
    """A house that a team is to visit."""

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("house_pk", "team_pk"),)

    house_pk: Mapped[int] = mapped_column(ForeignKey("houses.pk"))
    team_pk: Mapped[int] = mapped_column(ForeignKey("teams.pk"), index=True)
    due_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    assigned_by: Mapped[str] = mapped_column(String(200))

    house: Mapped[House] = relationship()
    team: Mapped[Team] = relationship()


class Change(db.Model):
    """One line of the feed: somebody has to look at a house or a visit again.

    number: in the order of commits, without gaps that could fill later (see changes.py).
    audience: whom it concerns: `team/…`, `device/…` or `office`.
    kind, subject: `house` or `inspection`, and its id; what became of it is read from the record.
    """

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_audience", "audience", "number"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    audience: Mapped[str] = mapped_column(String(45))
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(36))
