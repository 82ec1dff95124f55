"""Who is concerned by a change: the teams that are to visit the house, the tablets, the office.

Asked once for a whole transaction, so that noting is cheap; houses of no team concern nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.models import Assignment, House, Inspection, InspectionRevision, Team

HOUSE, INSPECTION = "house", "inspection"
OFFICE = "office"
OPEN_STATUSES = ("draft", "submitted", "returned")
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
class Touched:
    """What is known of a changed visit beside its row: where it was, what its status was."""

    houses: set[int] = field(default_factory=set)
    statuses: set[str] = field(default_factory=set)


def of_assignments(session: Session, assignments: dict[tuple[str, int], bool]) -> set[Entry]:
    """Return who is concerned by assignments: the team itself.

    assignments: (audience, key of the house) -> whether the visits to it come or go with it.
    """
    entries: set[Entry] = set()
    for audience in {audience for audience, _ in assignments}:
        pks = [pk for whose, pk in assignments if whose == audience]
        with_visits = [pk for pk in pks if assignments[audience, pk]]
        for some in _chunks(pks):
            houses = session.scalars(select(House.id).where(House.pk.in_(some)))
            entries |= {(audience, HOUSE, str(one)) for one in houses}
        for some in _chunks(with_visits):
            visits = session.scalars(select(Inspection.id).where(Inspection.house_pk.in_(some)))
            entries |= {(audience, INSPECTION, str(one)) for one in visits}
    return entries


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    rows = list(items)
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def of_houses(session: Session, pks: Iterable[int]) -> set[Entry]:
    """Return who is concerned by changed houses: the teams that are to visit them."""
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


def of_visits(session: Session, visits: dict[int, Touched]) -> set[Entry]:
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
        teams = _teams_of(
            session, {pk for row in rows for pk in (row.house_pk, *visits[row.pk].houses)}
        )
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


def _teams_of(session: Session, house_pks: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {pk: set() for pk in house_pks}
    for some in _chunks(house_pks):
        for house_pk, team_id in session.execute(
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
