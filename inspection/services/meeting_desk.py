"""The secretariat's desk for one meeting: its cases as shown for ordering, and what may be added."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import write_transaction
from inspection.errors import ConflictError
from inspection.extensions import db
from inspection.models import Case, Decision, House, Inspection, Meeting, Pack, Photo
from inspection.queries import escaped, photos_of
from inspection.services import meetings

MAX_OFFERED = 100
STALE = (
    "この画面を開いた後に、議案が別の画面で変更されました。"
    "入力した内容は残してあります。確かめて、もう一度保存してください。"
)


class StaleOrderError(ConflictError):
    """The order that a clerk saw is not the order any more."""


@dataclass(frozen=True)
class DeskCase:
    """One case as the desk shows it. thumbnail: a photo that can be shown, overview first.

    warnings: how many photos have a check that did not pass; missing: announced, not here.
    """

    case: Case
    thumbnail: uuid.UUID | None
    photos: int
    released: int
    warnings: int
    missing: int


def desk_cases(meeting: Meeting) -> list[DeskCase]:
    """Return the meeting's cases in order with what their photos tell."""
    photos = photos_of([case.inspection_pk for case in meeting.cases])
    return [_desk_case(case, photos[case.inspection_pk]) for case in meeting.cases]


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
    )


def seen(meeting: Meeting) -> str:
    """Return what tells one state of the list of cases from another."""
    return digest([[str(case.inspection.id), case.proposal] for case in meeting.cases])


def rearrange(
    meeting_id: uuid.UUID,
    order: list[uuid.UUID],
    proposals: dict[uuid.UUID, str | None],
    *,
    seen_before: str,
    actor: Actor,
) -> None:
    """Give a meeting's cases a new order and new proposals; those left out of `order` go.

    Raises StaleOrderError when the cases changed since `seen_before`, and what put_cases raises.
    """
    with write_transaction():
        meeting = meetings.get(meeting_id, lock=True)
        if seen(meeting) != seen_before:
            raise StaleOrderError(STALE)
        wanted = [{"inspection_id": each, "proposal": proposals.get(each)} for each in order]
        meetings.put_cases(meeting_id, wanted, actor=actor)


def add_cases(meeting_id: uuid.UUID, visits: list[uuid.UUID], *, actor: Actor) -> int:
    """Put further visits at the end of the list; how many were new. Raises as put_cases."""
    with write_transaction():
        meeting = meetings.get(meeting_id, lock=True)
        there = [
            {"inspection_id": case.inspection.id, "proposal": case.proposal}
            for case in meeting.cases
        ]
        known = {case["inspection_id"] for case in there}
        new = [each for each in dict.fromkeys(visits) if each not in known]
        added = [{"inspection_id": each, "proposal": None} for each in new]
        meetings.put_cases(meeting_id, there + added, actor=actor)
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


def newest_packs(meeting: Meeting, editions: list[str]) -> dict[str, Pack | None]:
    """Return the newest build of each edition, None where there is none."""
    rows = db.session.scalars(
        select(Pack)
        .where(Pack.meeting_pk == meeting.pk, Pack.edition.in_(editions))
        .order_by(Pack.pk)
    )
    return dict.fromkeys(editions) | {pack.edition: pack for pack in rows}
