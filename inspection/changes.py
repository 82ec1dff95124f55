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
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import delete, event, func, inspect, select, text
from sqlalchemy.orm import Session

from inspection.audiences import (
    Entry,
    Touched,
    of_assignments,
    of_houses,
    of_visits,
    team_audience,
)
from inspection.audit import LOCK_KEY
from inspection.extensions import db
from inspection.models import Change, House, Inspection, Photo
from inspection.models.types import now

PENDING = "hantei_changes"
PRUNE_EVERY = 500  # entries between two looks for old ones


@dataclass
class _Pending:
    """What a transaction has to note before it commits.

    assignments: (audience, key of the house) -> whether the visits to it are concerned too.
    """

    houses: set[int] = field(default_factory=set)
    visits: dict[int, Touched] = field(default_factory=dict)
    assignments: dict[tuple[str, int], bool] = field(default_factory=dict)
    entries: set[Entry] = field(default_factory=set)

    def touch(self, visit_pk: int) -> Touched:
        """Return what is known of a changed visit, to be added to."""
        return self.visits.setdefault(visit_pk, Touched())


def _pending(session: Session) -> _Pending:
    pending: _Pending = session.info.setdefault(PENDING, _Pending())
    return pending


def note_houses(pks: Iterable[int]) -> None:
    """Note houses that were changed past the session (in bulk).

    pks: their primary keys; a new house needs no note, for no team has it yet. Houses of no team
    cost one look for each thousand. Must run inside the write transaction that changes them.
    """
    _pending(db.session()).houses.update(pks)


def note_inspections(pks: Iterable[int]) -> None:
    """Note visits that were written past the session (in bulk).

    pks: their primary keys. Must run inside the write transaction that changes them.
    """
    pending = _pending(db.session())
    for pk in pks:
        pending.touch(pk)


def note_assignments(team_id: uuid.UUID, house_pks: Iterable[int], *, visits: bool = True) -> None:
    """Note houses that a team was given, is no longer to visit, or is told something else of.

    visits: the visits to them come or go with them.
    """
    pending, audience = _pending(db.session()), team_audience(team_id)
    for pk in house_pks:
        known = pending.assignments.get((audience, pk), False)
        pending.assignments[audience, pk] = known or visits


def _after_flush(session: Session, _context: Any) -> None:
    """Remember what this flush wrote; who is concerned is asked once, before the commit."""
    for row in session.dirty:
        if isinstance(row, House) and session.is_modified(row):
            _pending(session).houses.add(row.pk)
    for row in (*session.new, *session.dirty):
        if isinstance(row, Inspection) and session.is_modified(row):
            _touch(session, row)
        elif isinstance(row, Photo) and _counts_anew(row):
            _pending(session).touch(row.inspection_pk)


def _touch(session: Session, row: Inspection) -> None:
    touched = _pending(session).touch(row.pk)
    attributes = inspect(row).attrs
    touched.houses |= set(attributes.house_pk.history.deleted) - {None}
    touched.statuses |= set(attributes.status.history.deleted) - {None}


def _counts_anew(photo: Photo) -> bool:
    """Say whether a photo came or was rejected: what else happens to it a visit does not show."""
    history = inspect(photo).attrs.status.history
    return bool(history.added) and photo.status in ("received", "rejected")


def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    """Ask who is concerned by what is to be deleted while it still can be asked."""
    gone = [row for row in session.deleted if isinstance(row, House | Inspection)]
    if not gone:
        return
    with session.no_autoflush:
        houses = [row.pk for row in gone if isinstance(row, House)]
        visits = {row.pk: Touched() for row in gone if isinstance(row, Inspection)}
        entries = of_houses(session, houses) | of_visits(session, visits)
    _pending(session).entries |= entries


def _before_commit(session: Session) -> None:
    """Find out who is concerned, and write it, as the last thing of the outermost transaction."""
    if session.in_nested_transaction():
        return
    session.flush()
    pending: _Pending | None = session.info.pop(PENDING, None)
    if pending is None:
        return
    _lock(session)
    entries = (
        pending.entries
        | of_houses(session, pending.houses)
        | of_visits(session, pending.visits)
        | of_assignments(session, pending.assignments)
    )
    if entries:
        _write(session, sorted(entries))


def _lock(session: Session) -> None:
    """Wait for whoever is about to commit, before anything is asked.

    An assignment that commits between our question and our commit would otherwise not hear of us.
    The lock is the audit trail's, which most writers hold already: a second one could be taken in
    another order. It ends after the commit is visible. SQLite has one writer at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})


def _after_rollback(session: Session) -> None:
    session.info.pop(PENDING, None)


def _write(session: Session, entries: list[Entry]) -> None:
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
