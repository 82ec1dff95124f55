"""Teams of tablets: their names, and which tablets belong to them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, func, select

from inspection import audit, changes
from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
)
from inspection.extensions import db
from inspection.models import Assignment, Device, Team, TeamDevice
from inspection.services.collisions import once_more_on_collision

NO_TEAM = "この班はありません。"


def find(team_id: uuid.UUID, *, lock: bool = False) -> Team | None:
    """Return a team by its id, locked against other writers when asked."""
    query = select(Team).where(Team.id == team_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def must_find(team_id: uuid.UUID, *, lock: bool = False) -> Team:
    """Return a team. Raises NotFoundError."""
    team = find(team_id, lock=lock)
    if team is None:
        raise NotFoundError(NO_TEAM)
    return team


def must_exist(team_id: uuid.UUID, *_: Any, **__: Any) -> None:
    """Raise NotFoundError when there is no such team."""
    must_find(team_id)


def check_precondition(team_id: uuid.UUID, *, if_match: str | None) -> None:
    """Raise PreconditionFailedError when If-Match is given and names another revision."""
    team = find(team_id)
    if team is not None:
        _check_match(team, if_match)


def _check_match(team: Team, if_match: str | None) -> None:
    if if_match is None or if_match == "*" or str(team.revision) in if_match.split(","):
        return
    raise PreconditionFailedError(
        "この班は別の更新で変わっています。", extra={"current": to_json(team)}
    )


@once_more_on_collision
def put_team(
    team_id: uuid.UUID, body: dict[str, Any], *, actor: Actor, if_match: str | None = None
) -> tuple[Team, bool]:
    """Create or replace a team; return it and whether it is new.

    The same body again changes nothing. Raises InvalidError for a tablet that is unknown or shut
    out, ConflictError for a name in use or a tablet of another team, PreconditionFailedError for
    a stale If-Match.
    """
    with write_transaction():
        team = find(team_id, lock=True)
        created = team is None
        before = None if team is None else _state(team)
        after = {"name": body["name"], "device_ids": sorted(map(str, body["device_ids"]))}
        if team is not None:
            if before == after:
                return team, False
            _check_match(team, if_match)
        _check_name_free(team_id, body["name"])
        devices = _devices(team_id, body["device_ids"])
        if team is None:
            team = Team(id=team_id, revision=0)
            db.session.add(team)
        team.name = body["name"]
        team.revision += 1
        db.session.flush()
        _join(team, devices)
        audit.record(
            "team.create" if created else "team.change",
            f"team/{team_id}",
            actor,
            before=digest(before) if before else None,
            after=digest(after),
            **after,
        )
    return team, created


def _state(team: Team) -> dict[str, Any]:
    return {"name": team.name, "device_ids": sorted(_device_ids([team.pk]).get(team.pk, []))}


def _check_name_free(team_id: uuid.UUID, name: str) -> None:
    taken = select(Team.pk).where(Team.name == name, Team.id != team_id)
    if db.session.scalar(taken) is not None:
        raise ConflictError(f"「{name}」という班はすでにあります。")


def _devices(team_id: uuid.UUID, device_ids: list[uuid.UUID]) -> list[Device]:
    """Return the tablets in question, each fit to belong to this team."""
    rows = db.session.scalars(
        select(Device).where(Device.id.in_(device_ids)).order_by(Device.pk).with_for_update()
    ).all()
    fit = {device.id for device in rows if device.revoked_at is None}
    errors = {
        f"device_ids.{place}": ["この端末はないか、停止されています。"]
        for place, device_id in enumerate(device_ids)
        if device_id not in fit
    }
    if errors:
        raise InvalidError("device_ids に、ないか停止された端末があります。", errors=errors)
    elsewhere = db.session.execute(
        select(Device.name, Team.name)
        .select_from(TeamDevice)
        .join(Device, Device.pk == TeamDevice.device_pk)
        .join(Team, Team.pk == TeamDevice.team_pk)
        .where(Device.id.in_(device_ids), Team.id != team_id)
    ).first()
    if elsewhere is not None:
        raise ConflictError(
            "端末「{}」は「{}」に属しています。先に外してください。".format(*elsewhere)
        )
    return list(rows)


def _join(team: Team, devices: list[Device]) -> None:
    wanted = {device.pk for device in devices}
    members = set(
        db.session.scalars(select(TeamDevice.device_pk).where(TeamDevice.team_pk == team.pk))
    )
    db.session.execute(
        delete(TeamDevice).where(
            TeamDevice.team_pk == team.pk, TeamDevice.device_pk.in_(members - wanted)
        )
    )
    db.session.add_all(TeamDevice(team_pk=team.pk, device_pk=pk) for pk in sorted(wanted - members))
    db.session.flush()


def delete_team(team_id: uuid.UUID, *, actor: Actor) -> None:
    """Dissolve a team: its tablets belong to none, its houses are assigned to it no more.

    Raises NotFoundError.
    """
    with write_transaction():
        team = must_find(team_id, lock=True)
        before = _state(team)
        houses = list(
            db.session.scalars(select(Assignment.house_pk).where(Assignment.team_pk == team.pk))
        )
        changes.note_assignments(team_id, houses)
        for entity in (Assignment, TeamDevice):
            db.session.execute(delete(entity).where(entity.team_pk == team.pk))
        db.session.delete(team)
        db.session.flush()
        audit.record(
            "team.delete",
            f"team/{team_id}",
            actor,
            before=digest(before),
            assignments=len(houses),
            **before,
        )


def list_teams() -> list[dict[str, Any]]:
    """Return all teams in JSON form, by name."""
    with read_transaction():
        return _many_to_json(list(db.session.scalars(select(Team).order_by(Team.name))))


def get_team(team_id: uuid.UUID) -> dict[str, Any]:
    """Return one team in JSON form. Raises NotFoundError."""
    with read_transaction():
        return to_json(must_find(team_id))


def to_json(team: Team) -> dict[str, Any]:
    """Return a team in JSON form: name, tablets, number of houses."""
    return _many_to_json([team])[0]


def _many_to_json(teams: list[Team]) -> list[dict[str, Any]]:
    pks = [team.pk for team in teams]
    devices = _device_ids(pks)
    counts = dict(
        db.session.execute(
            select(Assignment.team_pk, func.count())
            .where(Assignment.team_pk.in_(pks))
            .group_by(Assignment.team_pk)
        ).all()
    )
    return [
        {
            "id": str(team.id),
            "name": team.name,
            "device_ids": devices.get(team.pk, []),
            "assignments": counts.get(team.pk, 0),
            "revision": team.revision,
            "updated_at": team.updated_at.isoformat(),
        }
        for team in teams
    ]


def _device_ids(team_pks: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for team_pk, device_id in db.session.execute(
        select(TeamDevice.team_pk, Device.id)
        .join(Device, Device.pk == TeamDevice.device_pk)
        .where(TeamDevice.team_pk.in_(team_pks))
        .order_by(TeamDevice.pk)
    ):
        found.setdefault(team_pk, []).append(str(device_id))
    return found
