"""What a tablet has to know: first everything that concerns it, then only what changed.

A scope is who asks: a tablet with its team, or somebody without a tablet (the office). Its state:

- houses: those assigned to the team, with the errand;
- inspections: visits to these houses, and the tablet's own visits that are not confirmed yet; for
  the office every returned visit;
- rule tables: all that are in force today or will be.

The feed only says which house or visit to look at again; whether it belongs to the scope's state,
and how it stands, is read in the same snapshot as the feed: what does not belong is `deleted`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from inspection.audiences import (
    HOUSE,
    INSPECTION,
    OFFICE,
    OPEN_STATUSES,
    device_audience,
    team_audience,
)
from inspection.auth import Actor
from inspection.database.transactions import snapshot
from inspection.extensions import db
from inspection.models import (
    Assignment,
    Change,
    Device,
    House,
    Inspection,
    InspectionRevision,
    Team,
    TeamDevice,
)
from inspection.services import inspection_view
from inspection.services.assignments import errand_to_json
from inspection.services.feed_token import FeedToken
from inspection.services.houses import json_values
from inspection.services.tables_in_force import Tables, tables_in_force


@dataclass(frozen=True)
class Scope:
    """Who asks, and what for: the tablet's id and its team's, both None for the office."""

    device_id: str | None
    team_pk: int | None
    team_id: uuid.UUID | None

    @property
    def name(self) -> str:
        """Tell this scope from every other."""
        return f"{self.device_id or OFFICE} {self.team_id or '-'}"

    @property
    def audiences(self) -> list[str]:
        """Return the audiences whose entries concern it."""
        if self.device_id is None:
            return [OFFICE]
        own = [device_audience(self.device_id)]
        return own if self.team_id is None else [*own, team_audience(self.team_id)]

    def houses(self) -> Select[Any]:
        """Select the assignments to the team."""
        return (
            select(Assignment)
            .where(Assignment.team_pk == (self.team_pk or 0))
            .options(joinedload(Assignment.house))
        )

    def inspections(self) -> Select[Any]:
        """Select the visits that concern the scope."""
        query = select(Inspection).options(joinedload(Inspection.house))
        if self.device_id is None:
            return query.where(Inspection.status == "returned")
        to_visit = (
            select(Inspection.pk)
            .join(Assignment, Assignment.house_pk == Inspection.house_pk)
            .where(Assignment.team_pk == (self.team_pk or 0))
        )
        sent = (
            select(Inspection.pk)
            .join(InspectionRevision, InspectionRevision.inspection_pk == Inspection.pk)
            .where(
                InspectionRevision.device_id == self.device_id,
                Inspection.status.in_(OPEN_STATUSES),
            )
        )
        return query.where(Inspection.pk.in_(to_visit.union(sent)))


def scope_of(actor: Actor) -> Scope:
    """Return the scope of a token: its tablet with the team it has now, or the office."""
    if actor.device_id is None:
        return Scope(None, None, None)
    team = db.session.execute(
        select(Team.pk, Team.id)
        .join(TeamDevice, TeamDevice.team_pk == Team.pk)
        .join(Device, Device.pk == TeamDevice.device_pk)
        .where(Device.id == uuid.UUID(actor.device_id))
    ).first()
    return Scope(actor.device_id, team.pk if team else None, team.id if team else None)


@dataclass
class Answer:
    """One page of what changed; `token` is where the next one begins, `more` whether to ask now."""

    houses: list[dict[str, Any]]
    inspections: list[dict[str, Any]]
    deleted: list[dict[str, str]]
    rule_tables: list[dict[str, Any]]
    reset: bool = False
    token: str = ""
    more: bool = False


def changes_since(since: str | None, *, actor: Actor, limit: int) -> Answer:
    """Return what changed for a token's scope.

    since: the token of the page before; None: everything, from the beginning. limit: the most
    houses and visits a page. A token that cannot be followed (another scope, or from before the
    oldest change that is kept) also gives everything, with `reset`: what the tablet holds of the
    feed is to be dropped.
    Raises BadRequestError for what is no token of ours.
    """
    token = FeedToken.read(since) if since is not None else None
    with snapshot():
        scope, head = scope_of(actor), _head()
        reset = token is not None and not _follows(token, scope)
        if token is None or reset:
            token = FeedToken.begin(scope.name, *head)
        tables = tables_in_force()
        if token.phase == FeedToken.FEED:
            answer, token = _what_changed(scope, token, head, limit)
        else:
            answer, token = _what_there_is(scope, token, head, limit)
        answer.rule_tables, token = _tables(token, tables)
    answer.reset, answer.token = reset, token.write()
    return answer


def _head() -> tuple[int, str]:
    """Return the last number and the mark of its entry; 0 where nothing was noted yet."""
    number = db.session.scalar(select(func.max(Change.number))) or 0
    return number, _mark(number) or ""


def _mark(number: int) -> str | None:
    """Return what tells an entry from one that got its number in another life of the database."""
    at = db.session.scalar(select(Change.at).where(Change.number == number))
    return f"{int(at.timestamp() * 1_000_000):x}" if at else None


def _follows(token: FeedToken, scope: Scope) -> bool:
    """Say whether everything after the token is still there, for the same scope."""
    if not token.of(scope.name):
        return False
    if token.number == 0:
        first = db.session.scalar(select(func.min(Change.number)))
        return first in (None, 1)
    return _mark(token.number) == token.mark


def _tables(token: FeedToken, tables: Tables) -> tuple[list[dict[str, Any]], FeedToken]:
    if token.tables == tables.digest:
        return [], token
    return tables.listed, replace(token, tables=tables.digest)


def _what_changed(
    scope: Scope, token: FeedToken, head: tuple[int, str], limit: int
) -> tuple[Answer, FeedToken]:
    """Return the next subjects, each once, at the place of its last entry."""
    last = func.max(Change.number).label("last")
    rows = db.session.execute(
        select(Change.kind, Change.subject, last)
        .where(Change.audience.in_(scope.audiences), Change.number > token.number)
        .group_by(Change.kind, Change.subject)
        .order_by(last)
        .limit(limit + 1)
    ).all()
    more, rows = len(rows) > limit, rows[:limit]
    houses = [uuid.UUID(row.subject) for row in rows if row.kind == HOUSE]
    visits = [uuid.UUID(row.subject) for row in rows if row.kind == INSPECTION]
    answer = Answer(
        _houses(db.session.scalars(scope.houses().where(_house_id_in(houses))).all()),
        _visits(db.session.scalars(scope.inspections().where(Inspection.id.in_(visits))).all()),
        [],
        [],
        more=more,
    )
    here = {one["id"] for one in (*answer.houses, *answer.inspections)}
    answer.deleted = [
        {"kind": row.kind, "id": row.subject} for row in rows if row.subject not in here
    ]
    number, mark = (rows[-1].last, _mark(rows[-1].last)) if more else head
    return answer, replace(token, number=number, mark=mark or "")


def _house_id_in(ids: list[uuid.UUID]) -> Any:
    return Assignment.house_pk.in_(select(House.pk).where(House.id.in_(ids)))


def _what_there_is(
    scope: Scope, token: FeedToken, head: tuple[int, str], limit: int
) -> tuple[Answer, FeedToken]:
    """Return the next part of the whole state; what changes meanwhile follows in the feed."""
    answer = Answer([], [], [], [], more=True)
    if token.phase == FeedToken.HOUSES:
        rows, token = _part(scope.houses(), Assignment.pk, token, limit, FeedToken.INSPECTIONS)
        answer.houses = _houses(rows)
    if token.phase == FeedToken.INSPECTIONS and (left := limit - len(answer.houses)):
        rows, token = _part(scope.inspections(), Inspection.pk, token, left, FeedToken.FEED)
        answer.inspections = _visits(rows)
    if token.phase == FeedToken.FEED:
        answer.more = token.number != head[0]
    return answer, token


def _part(
    query: Select[Any], key: Any, token: FeedToken, limit: int, then: str
) -> tuple[Sequence[Any], FeedToken]:
    query = query.where(key > token.after).order_by(key).limit(limit + 1)
    rows = db.session.scalars(query).all()
    if len(rows) <= limit:
        return rows, replace(token, phase=then, after=0)
    rows = rows[:limit]
    return rows, replace(token, after=rows[-1].pk)


def _houses(rows: Sequence[Assignment]) -> list[dict[str, Any]]:
    return [{**json_values(row.house), "assignment": errand_to_json(row)} for row in rows]


def _visits(rows: Sequence[Inspection]) -> list[dict[str, Any]]:
    return inspection_view.many_to_json(list(rows)) if rows else []
