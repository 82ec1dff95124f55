"""The secretariat's desk for one meeting: its cases as shown for ordering, and what may be added."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import write_transaction
from inspection.errors import ConflictError
from inspection.extensions import db
from inspection.models import (
    CONFIRMED_STATUSES,
    Case,
    Decision,
    House,
    Inspection,
    Meeting,
    Pack,
    Photo,
)
from inspection.queries import escaped, photos_of
from inspection.services import meetings

MAX_OFFERED = 100
STALE = (
    "この画面を開いた後に、案件が別の画面で変更されました。"
    "入力した内容は残してあります。確かめて、もう一度保存してください。"
)


class StaleOrderError(ConflictError):
    """The order that a clerk saw is not the order any more."""


@dataclass(frozen=True)
class DeskCase:
    """One case as the desk shows it. thumbnail: a photo that can be shown, overview first.

    warnings: how many photos have a check that did not pass; missing: announced, not here;
    reopened: the visit is being corrected, which holds up packs and its decision (訂正中).
    """

    case: Case
    thumbnail: uuid.UUID | None
    photos: int
    released: int
    warnings: int
    missing: int
    reopened: bool


@dataclass(frozen=True)
class ListedMeeting:
    """A meeting in the list, with how many cases it has and how many of them are decided."""

    meeting: Meeting
    cases: int
    decided: int


@dataclass(frozen=True)
class EditionPacks:
    """The newest build of an edition, and the newest finished one while that is not the same."""

    newest: Pack | None
    earlier: Pack | None


def listed() -> list[ListedMeeting]:
    """Return all meetings, the latest first, counted in one query."""
    rows = db.session.execute(
        select(Meeting, func.count(Case.pk), func.count(Decision.pk))
        .outerjoin(Case, Case.meeting_pk == Meeting.pk)
        .outerjoin(Decision, Decision.case_pk == Case.pk)
        .group_by(Meeting.pk)
        .order_by(Meeting.held_at.desc(), Meeting.pk.desc())
    )
    return [ListedMeeting(*row) for row in rows]


def desk_cases(meeting: Meeting) -> list[DeskCase]:
    """Return the meeting's cases in order with what their photos tell."""
    load_cases(meeting)
    photos = photos_of([case.inspection_pk for case in meeting.cases])
    return [_desk_case(case, photos[case.inspection_pk]) for case in meeting.cases]


def load_cases(meeting: Meeting) -> None:
    """Load what all rows of a meeting's pages show in one query instead of several a case."""
    db.session.scalars(
        select(Case)
        .where(Case.meeting_pk == meeting.pk)
        .options(
            joinedload(Case.decision),
            joinedload(Case.inspection).options(
                joinedload(Inspection.house), joinedload(Inspection.rule_table)
            ),
        )
    ).all()


def is_reopened(visit: Inspection) -> bool:
    """Say whether a case's visit was sent back or is being corrected since it was confirmed."""
    return visit.status not in CONFIRMED_STATUSES


def _desk_case(case: Case, photos: list[Photo]) -> DeskCase:
    ready = [photo for photo in photos if photo.status == "ready"]
    first = sorted(ready, key=lambda photo: (photo.item != "overview", photo.pk))[:1]
    here = {str(photo.id) for photo in photos if photo.status != "rejected"}
    return DeskCase(
        case=case,
        thumbnail=first[0].id if first else None,
        photos=len(ready),
        released=sum(photo.released for photo in ready),
        warnings=sum(any(c["level"] == "warning" for c in photo.checks) for photo in ready),
        missing=sum(photo["id"] not in here for photo in case.inspection.record["expected_photos"]),
        reopened=is_reopened(case.inspection),
    )


def seen(meeting: Meeting) -> str:
    """Return what tells one state of the list of cases from another."""
    return _digest((case.inspection.id, case.proposal) for case in meeting.cases)


def _digest(cases: Iterable[tuple[uuid.UUID, str | None]]) -> str:
    return digest([[str(visit), proposal] for visit, proposal in cases])


def rearrange(
    meeting_id: uuid.UUID,
    order: list[uuid.UUID],
    proposals: dict[uuid.UUID, str | None],
    *,
    seen_before: str,
    actor: Actor,
) -> None:
    """Give a meeting's cases a new order and new proposals; those left out of `order` go.

    The same once more (a second press of a button) changes nothing. Raises StaleOrderError when
    the cases changed since `seen_before`, and what put_cases raises.
    """
    with write_transaction():
        meeting = meetings.get(meeting_id, lock=True)
        wanted = [{"inspection_id": each, "proposal": proposals.get(each)} for each in order]
        if seen(meeting) == _digest((each, proposals.get(each)) for each in order):
            return
        if seen(meeting) != seen_before:
            raise StaleOrderError(STALE)
        meetings.put_cases(meeting_id, wanted, actor=actor, keep_reopened=True)


def put_back(
    meeting_id: uuid.UUID,
    visit: uuid.UUID,
    position: int,
    proposal: str | None,
    *,
    actor: Actor,
) -> bool:
    """Put a visit that was taken off back at its place (1 = first); say whether it was off.

    Raises as put_cases: it may be on another meeting by now.
    """
    with write_transaction():
        cases = _as_wanted(meetings.get(meeting_id, lock=True))
        if visit in [case["inspection_id"] for case in cases]:
            return False
        at = max(0, position - 1)
        back = {"inspection_id": visit, "proposal": proposal}
        wanted = [*cases[:at], back, *cases[at:]]
        meetings.put_cases(meeting_id, wanted, actor=actor, keep_reopened=True)
    return True


def _as_wanted(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {"inspection_id": case.inspection.id, "proposal": case.proposal} for case in meeting.cases
    ]


def add_cases(meeting_id: uuid.UUID, visits: list[uuid.UUID], *, actor: Actor) -> int:
    """Put further visits at the end of the list; how many were new. Raises as put_cases."""
    with write_transaction():
        meeting = meetings.get(meeting_id, lock=True)
        there = _as_wanted(meeting)
        known = {case["inspection_id"] for case in there}
        new = [each for each in dict.fromkeys(visits) if each not in known]
        added = [{"inspection_id": each, "proposal": None} for each in new]
        meetings.put_cases(meeting_id, there + added, actor=actor, keep_reopened=True)
    return len(new)


def offered(words: str) -> tuple[list[Inspection], int]:
    """Return confirmed visits that wait for a meeting, the newest first, and how many there are.

    A visit whose last decision was deferred waits again. words: part of code or address.
    """
    query = _waiting(words)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.options(joinedload(Inspection.house))
        .order_by(Inspection.confirmed_at.desc(), Inspection.pk.desc())
        .limit(MAX_OFFERED)
    )
    return list(rows), total


def _waiting(words: str) -> Select[tuple[Inspection]]:
    case, decision = aliased(Case), aliased(Decision)
    settled = (
        select(case.pk)
        .outerjoin(decision, decision.case_pk == case.pk)
        .where(
            case.inspection_pk == Inspection.pk,
            or_(decision.pk.is_(None), decision.decision != "deferred"),
        )
    )
    query = (
        select(Inspection)
        .join(House, House.pk == Inspection.house_pk)
        .where(Inspection.status.in_(("confirmed", "decided")), ~exists(settled))
    )
    if words:
        pattern = f"%{escaped(words)}%"
        columns = (House.code, House.address, House.town)
        query = query.where(or_(*(column.ilike(pattern, escape="\\") for column in columns)))
    return query


def packs_of(meeting: Meeting, editions: list[str]) -> dict[str, EditionPacks]:
    """Return the builds of each edition that the page shows."""
    rows = db.session.scalars(
        select(Pack)
        .where(Pack.meeting_pk == meeting.pk, Pack.edition.in_(editions))
        .order_by(Pack.pk)
    ).all()
    newest = {pack.edition: pack for pack in rows}
    ready = {pack.edition: pack for pack in rows if pack.status == "ready"}
    return {
        edition: EditionPacks(
            newest=newest.get(edition),
            earlier=None if ready.get(edition) is newest.get(edition) else ready.get(edition),
        )
        for edition in editions
    }
