"""The feed of changes: which houses and visits a tablet has to look at again, in commit order.

The session itself notes every house, visit and photo that a transaction changed, so that no
service can forget it; what is written past the session is told with `note_houses` and
`note_inspections`. An entry says who has to look at what again, never what became of it: that is
read from the record when a tablet asks (services/feed.py).

Entries are written at the end of the transaction, numbered under a lock that is held until the
commit is visible: whoever sees a number has seen, or can see, every smaller one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app
from sqlalchemy import delete, event, func, inspect, select, text
from sqlalchemy.orm import Session

from inspection.audit import LOCK_KEY
from inspection.extensions import db
from inspection.models import (
    Assignment,
    Change,
    House,
    Inspection,
    InspectionRevision,
    Photo,
    Team,
)
from inspection.models.types import now

HOUSE, INSPECTION = "house", "inspection"
OFFICE = "office"
OPEN_STATUSES = ("draft", "submitted", "returned")
PENDING = "hantei_changes"
PRUNE_EVERY = 500  # entries between two looks for old ones
CHUNK = 1000

Entry = tuple[str, str, str]  # audience, kind, subject
Item = TypeVar("Item")


def team_audience(team_id: uuid.UUID) -> str:
    """Return the audience of a team's tablets."""
    return f"team/{team_id}"


def device_audience(device_id: str | uuid.UUID) -> str:
    """Return the audience of one tablet."""
    return f"device/{device_id}"


@dataclass
class _Touched:
    """What is known of a changed visit beside its row: where it was, what its status was."""

    houses: set[int] = field(default_factory=set)
    statuses: set[str] = field(default_factory=set)


@dataclass
class _Pending:
    """What a transaction has to note before it commits."""

    houses: set[int] = field(default_factory=set)
    visits: dict[int, _Touched] = field(default_factory=dict)
    entries: set[Entry] = field(default_factory=set)


def _pending(session: Session) -> _Pending:
    pending: _Pending = session.info.setdefault(PENDING, _Pending())
    return pending


def note_houses(pks: Iterable[int]) -> None:
    """Note houses that were changed past the session (in bulk); those of no team cost nothing.

    pks: their primary keys. Must run inside the write transaction that changes them.
    """
    session = db.session()
    _pending(session).entries |= _of_houses(session, pks)


def note_inspections(pks: Iterable[int]) -> None:
    """Note visits that were changed past the session (in bulk), or are about to be deleted.

    pks: their primary keys. Must run inside the write transaction that changes them.
    """
    session = db.session()
    _pending(session).entries |= _of_visits(session, {pk: _Touched() for pk in pks})


def note_assignments(team_id: uuid.UUID, house_pks: Iterable[int]) -> None:
    """Note houses that a team was given or is no longer to visit, and the visits to them."""
    session = db.session()
    entries, audience = _pending(session).entries, team_audience(team_id)
    for some in _chunks(house_pks):
        houses = select(House.id).where(House.pk.in_(some))
        visits = select(Inspection.id).where(Inspection.house_pk.in_(some))
        entries |= {(audience, HOUSE, str(one)) for one in session.scalars(houses)}
        entries |= {(audience, INSPECTION, str(one)) for one in session.scalars(visits)}


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    rows = list(items)
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _of_houses(session: Session, pks: Iterable[int]) -> set[Entry]:
    return {
        (team_audience(team_id), HOUSE, str(house_id))
        for some in _chunks(pks)
        for team_id, house_id in session.execute(
            select(Team.id, House.id)
            .select_from(Assignment)
            .join(Team, Team.pk == Assignment.team_pk)
            .join(House, House.pk == Assignment.house_pk)
            .where(Assignment.house_pk.in_(some))
        )
    }


def _of_visits(session: Session, visits: dict[int, _Touched]) -> set[Entry]:
    """Return who is concerned by changed visits: teams, tablets that sent them, the office."""
    entries: set[Entry] = set()
    for some in _chunks(visits):
        rows = session.execute(
            select(Inspection.pk, Inspection.id, Inspection.house_pk, Inspection.status).where(
                Inspection.pk.in_(some)
            )
        ).all()
        ids = {row.pk: str(row.id) for row in rows}
        statuses = {row.pk: visits[row.pk].statuses | {row.status} for row in rows}
        teams = _teams_of({pk for row in rows for pk in (row.house_pk, *visits[row.pk].houses)})
        for row in rows:
            for house_pk in {row.house_pk, *visits[row.pk].houses}:
                entries |= {(audience, INSPECTION, ids[row.pk]) for audience in teams[house_pk]}
        entries |= {(OFFICE, INSPECTION, ids[pk]) for pk in ids if "returned" in statuses[pk]}
        unsettled = [pk for pk in ids if statuses[pk].intersection(OPEN_STATUSES)]
        entries |= {
            (device_audience(device_id), INSPECTION, ids[pk])
            for pk, device_id in _senders(session, unsettled)
        }
    return entries


def _teams_of(house_pks: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {pk: set() for pk in house_pks}
    for some in _chunks(house_pks):
        for house_pk, team_id in db.session.execute(
            select(Assignment.house_pk, Team.id)
            .join(Team, Team.pk == Assignment.team_pk)
            .where(Assignment.house_pk.in_(some))
        ):
            found[house_pk].add(team_audience(team_id))
    return found


def _senders(session: Session, pks: list[int]) -> Iterable[Any]:
    revision = InspectionRevision
    return session.execute(
        select(revision.inspection_pk, revision.device_id)
        .where(revision.inspection_pk.in_(pks), revision.device_id.is_not(None))
        .distinct()
    )


def _after_flush(session: Session, _context: Any) -> None:
    """Remember what this flush wrote; who is concerned is asked once, before the commit."""
    for row in session.dirty:
        if isinstance(row, House) and session.is_modified(row):
            _pending(session).houses.add(row.pk)
    for row in (*session.new, *session.dirty):
        if isinstance(row, Inspection) and session.is_modified(row):
            _touch(session, row)
        elif isinstance(row, Photo) and _counts_anew(row):
            _pending(session).visits.setdefault(row.inspection_pk, _Touched())


def _touch(session: Session, row: Inspection) -> None:
    touched = _pending(session).visits.setdefault(row.pk, _Touched())
    attributes = inspect(row).attrs
    touched.houses |= set(attributes.house_pk.history.deleted) - {None}
    touched.statuses |= set(attributes.status.history.deleted) - {None}


def _counts_anew(photo: Photo) -> bool:
    """Say whether a photo came or was rejected: what else happens to it a visit does not show."""
    history = inspect(photo).attrs.status.history
    return bool(history.added) and photo.status in ("received", "rejected")


def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    """Ask who is concerned by what is to be deleted while it still can be asked."""
    gone = list(session.deleted)
    if any(isinstance(row, House | Inspection) for row in gone):
        with session.no_autoflush:
            note_houses(row.pk for row in gone if isinstance(row, House))
            note_inspections(row.pk for row in gone if isinstance(row, Inspection))


def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    pending: _Pending | None = session.info.pop(PENDING, None)
    if pending is None:
        return
    entries = (
        pending.entries | _of_houses(session, pending.houses) | _of_visits(session, pending.visits)
    )
    if entries:
        _write(session, sorted(entries))


def _after_rollback(session: Session) -> None:
    session.info.pop(PENDING, None)


def _write(session: Session, entries: list[Entry]) -> None:
    """Number the entries and write them.

    The lock is the audit trail's, which most writers hold already: a second one could be taken in
    another order. It is taken before the last number is looked up, and ends after the commit.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    last = session.scalar(select(func.max(Change.number))) or 0
    moment = now()
    rows = [
        {"number": number, "at": moment, "audience": audience, "kind": kind, "subject": subject}
        for number, (audience, kind, subject) in enumerate(entries, last + 1)
    ]
    session.execute(Change.__table__.insert(), rows)
    if (last + len(rows)) // PRUNE_EVERY > last // PRUNE_EVERY:
        _prune(session)


def _prune(session: Session) -> None:
    """Forget entries that are older than the setting says; never those of this transaction."""
    oldest = now() - timedelta(days=current_app.config["HANTEI_CHANGES_DAYS"])
    session.execute(
        delete(Change).where(Change.at < oldest).execution_options(synchronize_session=False)
    )


HOOKS = (
    ("before_flush", _before_flush),
    ("after_flush", _after_flush),
    ("before_commit", _before_commit),
    ("after_rollback", _after_rollback),
)


def register(_app: Flask) -> None:
    """Let every session note what it changes."""
    for name, hook in HOOKS:
        if not event.contains(db.session, name, hook):
            event.listen(db.session, name, hook)
