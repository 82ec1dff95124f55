"""Which houses a team is to visit: one at a time, or a whole day's list."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from inspection import audit, changes
from inspection.auth import Actor
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import InvalidError, NotFoundError
from inspection.extensions import db
from inspection.models import Assignment, House, Team
from inspection.paging import Page, fetch_page
from inspection.services.collisions import once_more_on_collision
from inspection.services.houses import NO_HOUSE
from inspection.services.teams import must_find

MAX_HOUSES = 5000
CHUNK = 1000


@dataclass(frozen=True)
class Errand:
    """What a team is told of a house: until when, and what to mind."""

    due_on: date | None
    note: str | None


@dataclass(frozen=True)
class Assigned:
    """What became of a list: houses newly assigned, with another errand, as before, taken off."""

    assigned: int
    changed: int
    unchanged: int
    removed: int


def must_exist(team_id: uuid.UUID, house_id: uuid.UUID, **_: Any) -> None:
    """Raise NotFoundError when there is no such team, or no such house."""
    must_find(team_id)
    _house_pk(house_id)


def _house_pk(house_id: uuid.UUID) -> int:
    pk = db.session.scalar(select(House.pk).where(House.id == house_id))
    if pk is None:
        raise NotFoundError(NO_HOUSE)
    return pk


@once_more_on_collision
def assign_house(
    team_id: uuid.UUID, house_id: uuid.UUID, errand: Errand, *, actor: Actor
) -> tuple[Assignment, bool]:
    """Assign a house to a team, or change its errand; return it and whether it is new.

    The same again changes nothing. Raises NotFoundError.
    """
    with write_transaction():
        team = must_find(team_id, lock=True)
        house_pk = _house_pk(house_id)
        row = _standing(team, [house_pk]).get(house_pk)
        created = row is None
        if row is None:
            row = _new(team, house_pk, errand, actor)
            db.session.add(row)
        elif not _change(row, errand, actor):
            return row, False
        db.session.flush()
        changes.note_assignments(team_id, [house_pk], visits=created)
        _record("team.assign", team_id, actor, [str(house_id)], errand)
    return row, created


def unassign_house(team_id: uuid.UUID, house_id: uuid.UUID, *, actor: Actor) -> None:
    """Take a house off a team's list; one that is not on it stays off.

    Raises NotFoundError for a team or house that does not exist.
    """
    with write_transaction():
        team = must_find(team_id, lock=True)
        house_pk = _house_pk(house_id)
        if _standing(team, [house_pk]):
            _remove(team, [house_pk])
            _record("team.unassign", team_id, actor, [str(house_id)])


@once_more_on_collision
def assign_list(
    team_id: uuid.UUID, named: Sequence[str], errand: Errand, *, replace: bool, actor: Actor
) -> Assigned:
    """Assign many houses at once, all or none.

    named: ids or codes of houses, at most MAX_HOUSES; one named twice counts once.
    replace: the list is the whole list: other houses are taken off.
    Raises NotFoundError, InvalidError that names every house that is not known.
    """
    with write_transaction():
        team = must_find(team_id, lock=True)
        houses = _houses_named(named)
        standing = _standing(team, list(houses))
        new = [pk for pk in houses if pk not in standing]
        changed = [pk for pk, row in standing.items() if _change(row, errand, actor)]
        db.session.add_all(_new(team, pk, errand, actor) for pk in new)
        db.session.flush()
        changes.note_assignments(team_id, new)
        changes.note_assignments(team_id, changed, visits=False)
        if touched := [houses[pk] for pk in (*new, *changed)]:
            _record("team.assign", team_id, actor, touched, errand)
        gone = _others(team, set(houses)) if replace else {}
        if gone:
            _remove(team, list(gone))
            _record("team.unassign", team_id, actor, list(gone.values()))
    return Assigned(len(new), len(changed), len(standing) - len(changed), len(gone))


def _houses_named(named: Sequence[str]) -> dict[int, str]:
    """Return the houses by key, with their ids; the first name of a house gives its place."""
    by_id = dict(_lookup(House.id, [one for one in map(_as_id, named) if one is not None]))
    by_code = dict(_lookup(House.code, [one for one in named if _as_id(one) not in by_id]))
    found: dict[int, str] = {}
    errors: dict[str, list[str]] = {}
    for place, name in enumerate(named):
        house = by_id.get(_as_id(name)) or by_code.get(name)
        if house is None:
            errors[f"houses.{place}"] = [f"{name!r} という家屋は登録されていません。"]
        else:
            found.setdefault(*house)
    if errors:
        raise InvalidError(f"登録されていない家屋が {len(errors)} 件あります。", errors=errors)
    return found


def _lookup(column: Any, values: list[Any]) -> Iterator[tuple[Any, tuple[int, str]]]:
    for start in range(0, len(values), CHUNK):
        query = select(column, House.pk, House.id).where(column.in_(values[start : start + CHUNK]))
        for value, pk, house_id in db.session.execute(query):
            yield value, (pk, str(house_id))


def _as_id(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name) if len(name) == 36 else None
    except ValueError:
        return None


def _standing(team: Team, house_pks: list[int]) -> dict[int, Assignment]:
    found: dict[int, Assignment] = {}
    for start in range(0, len(house_pks), CHUNK):
        query = select(Assignment).where(
            Assignment.team_pk == team.pk,
            Assignment.house_pk.in_(house_pks[start : start + CHUNK]),
        )
        found |= {row.house_pk: row for row in db.session.scalars(query)}
    return found


def _others(team: Team, kept: set[int]) -> dict[int, str]:
    query = (
        select(Assignment.house_pk, House.id)
        .join(House, House.pk == Assignment.house_pk)
        .where(Assignment.team_pk == team.pk)
    )
    return {pk: str(house_id) for pk, house_id in db.session.execute(query) if pk not in kept}


def _new(team: Team, house_pk: int, errand: Errand, actor: Actor) -> Assignment:
    return Assignment(
        house_pk=house_pk,
        team_pk=team.pk,
        due_on=errand.due_on,
        note=errand.note,
        assigned_by=actor.label,
    )


def _change(row: Assignment, errand: Errand, actor: Actor) -> bool:
    if (row.due_on, row.note) == (errand.due_on, errand.note):
        return False
    row.due_on, row.note, row.assigned_by = errand.due_on, errand.note, actor.label
    return True


def _remove(team: Team, house_pks: list[int]) -> None:
    for start in range(0, len(house_pks), CHUNK):
        some = house_pks[start : start + CHUNK]
        db.session.execute(
            delete(Assignment).where(Assignment.team_pk == team.pk, Assignment.house_pk.in_(some))
        )
    changes.note_assignments(team.id, house_pks)


def _record(
    act: str, team_id: uuid.UUID, actor: Actor, houses: list[str], errand: Errand | None = None
) -> None:
    told = (
        {"due_on": errand.due_on.isoformat() if errand.due_on else None, "note": errand.note}
        if errand
        else {}
    )
    audit.record(act, f"team/{team_id}", actor, houses=houses, **told)


def list_assignments(team_id: uuid.UUID, *, limit: int, cursor: str | None) -> Page:
    """Return one page of a team's assignments, in the order in which they were made.

    Raises NotFoundError.
    """
    with read_transaction():
        team = must_find(team_id)
        query = (
            select(Assignment)
            .where(Assignment.team_pk == team.pk)
            .options(joinedload(Assignment.house))
        )
        return fetch_page(query, Assignment.pk, limit=limit, cursor=cursor)


def to_json(row: Assignment) -> dict[str, Any]:
    """Return an assignment in JSON form: house and errand."""
    house = row.house
    return {
        "house_id": str(house.id),
        "code": house.code,
        "address": house.address,
        "structure": house.structure,
        "judgement": house.judgement,
        "status": house.status,
        **errand_to_json(row),
    }


def errand_to_json(row: Assignment) -> dict[str, Any]:
    """Return what the team is told of the house, and who said so when."""
    return {
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "note": row.note,
        "assigned_by": row.assigned_by,
        "assigned_at": row.updated_at.isoformat(),
    }
