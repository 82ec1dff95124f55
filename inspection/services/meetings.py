"""Meetings: their dates, their cases in order, and what was decided."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from inspection import audit
from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import write_transaction
from inspection.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
)
from inspection.extensions import db
from inspection.labels import STATUS_LABELS
from inspection.models import CONFIRMED_STATUSES, Case, Decision, Inspection, Meeting
from inspection.services import meeting_view
from inspection.services.collisions import once_more_on_collision
from inspection.services.house_result import refresh_house
from inspection.services.review_inspection import status_when_confirmed

NO_MEETING = "この会議はありません。"


def find(meeting_id: uuid.UUID, *, lock: bool = False) -> Meeting | None:
    """Return a meeting by its id, locked against other writers when asked."""
    query = select(Meeting).where(Meeting.id == meeting_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def get(meeting_id: uuid.UUID, *, lock: bool = False) -> Meeting:
    """Return a meeting. Raises NotFoundError."""
    meeting = find(meeting_id, lock=lock)
    if meeting is None:
        raise NotFoundError(NO_MEETING)
    return meeting


def must_exist(meeting_id: uuid.UUID, *_: object, **__: object) -> None:
    """Raise NotFoundError when there is no such meeting."""
    get(meeting_id)


def list_meetings() -> list[Meeting]:
    """Return all meetings, the latest first, with their cases loaded."""
    query = select(Meeting).options(selectinload(Meeting.cases))
    return list(db.session.scalars(query.order_by(Meeting.held_at.desc(), Meeting.pk.desc())))


def check_precondition(meeting_id: uuid.UUID, *, if_match: str | None) -> None:
    """Raise PreconditionFailedError when If-Match is given and names another revision."""
    meeting = find(meeting_id)
    if meeting is not None:
        _check_match(meeting, if_match)


def _check_match(meeting: Meeting, if_match: str | None) -> None:
    if if_match is None or if_match == "*" or str(meeting.revision) in if_match.split(","):
        return
    raise PreconditionFailedError(
        "この会議は別の更新で変わっています。", extra={"current": meeting_view.to_json(meeting)}
    )


@once_more_on_collision
def put_meeting(
    meeting_id: uuid.UUID, body: dict[str, Any], *, actor: Actor, if_match: str | None = None
) -> tuple[Meeting, bool]:
    """Create or replace a meeting; return it and whether it is new.

    The same body again changes nothing. Raises PreconditionFailedError for a stale If-Match.
    """
    with write_transaction():
        meeting = find(meeting_id, lock=True)
        created = meeting is None
        before = None if meeting is None else _digest(_values(meeting))
        after = _digest(body)
        if meeting is None:
            meeting = Meeting(id=meeting_id, revision=0)
            db.session.add(meeting)
        elif before != after:
            _check_match(meeting, if_match)
        if before != after:
            for name in meeting_view.FIELDS:
                setattr(meeting, name, body[name])
            meeting.revision += 1
            db.session.flush()
            act = "meeting.create" if created else "meeting.change"
            audit.record(act, f"meeting/{meeting_id}", actor, before=before, after=after)
    return meeting, created


def _values(meeting: Meeting) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in meeting_view.FIELDS}


def _digest(values: dict[str, Any]) -> str:
    return digest(values | {"held_at": values["held_at"].timestamp()})


def put_cases(
    meeting_id: uuid.UUID,
    wanted: list[dict[str, Any]],
    *,
    actor: Actor,
    keep_reopened: bool = False,
) -> tuple[Meeting, bool]:
    """Replace a meeting's cases by an ordered list; return it and whether these are its first.

    wanted: {"inspection_id", "proposal"} in order. keep_reopened: a case whose record is being
    corrected may stay where it is.
    Raises InvalidError (unknown or repeated visit), ConflictError (unconfirmed, on another
    meeting, or a decided case left out).
    """
    with write_transaction():
        meeting = get(meeting_id, lock=True)
        first = bool(wanted) and not meeting.cases
        before = _cases_digest(meeting)
        known = {case.inspection_pk: case for case in meeting.cases}
        inspections = _inspections(wanted, set(known) if keep_reopened else set())
        _check_left_out(known, inspections)
        _replace(meeting, known, wanted, inspections)
        _move_on([*inspections, *(case.inspection for case in known.values())])
        after = _cases_digest(meeting)
        if before != after:
            audit.record(
                "meeting.cases", f"meeting/{meeting_id}", actor, before=before, after=after
            )
    return meeting, first


def _inspections(wanted: list[dict[str, Any]], staying: set[int]) -> list[Inspection]:
    """Return the visits in the wanted order, each checked for whether it may be put forward.

    staying: keys of visits that need no such check.
    """
    ids = [case["inspection_id"] for case in wanted]
    rows = db.session.scalars(select(Inspection).where(Inspection.id.in_(ids)).with_for_update())
    found = {row.id: row for row in rows}
    for place, inspection_id in enumerate(ids):
        if inspection_id not in found:
            raise InvalidError.of(f"{place}.inspection_id", "この調査はありません。")
        if ids.index(inspection_id) != place:
            raise InvalidError.of(f"{place}.inspection_id", "同じ調査が2度あります。")
    for row in found.values():
        if row.status not in CONFIRMED_STATUSES and row.pk not in staying:
            label = STATUS_LABELS[row.status]
            raise ConflictError(
                f"{row.house.code} の調査は「{label}」です。確定してから案件にしてください。"
            )
    return [found[inspection_id] for inspection_id in ids]


def _check_left_out(known: dict[int, Case], inspections: list[Inspection]) -> None:
    kept = {inspection.pk for inspection in inspections}
    for pk, case in known.items():
        if pk not in kept and case.decision is not None:
            code = case.inspection.house.code
            raise ConflictError(f"{code} は決定済みのため、案件から外せません。")


def _replace(
    meeting: Meeting,
    known: dict[int, Case],
    wanted: list[dict[str, Any]],
    inspections: list[Inspection],
) -> None:
    cases = []
    for position, (body, inspection) in enumerate(zip(wanted, inspections, strict=True), 1):
        case = known.get(inspection.pk)
        if case is None:
            _check_free(inspection, meeting)
            case = Case(inspection=inspection)
        case.position, case.proposal = position, body["proposal"]
        cases.append(case)
    meeting.cases = cases
    db.session.flush()


def _check_free(inspection: Inspection, meeting: Meeting) -> None:
    """Refuse a visit that waits on another meeting or was settled there; deferred may return."""
    others = db.session.scalars(
        select(Case)
        .where(Case.inspection_pk == inspection.pk, Case.meeting_pk != meeting.pk)
        .options(joinedload(Case.decision), joinedload(Case.meeting))
    )
    for case in others:
        if case.decision is None:
            raise ConflictError(
                f"{inspection.house.code} は「{case.meeting.title}」の案件になっています。"
            )
        if case.decision.decision != "deferred":
            raise ConflictError(
                f"{inspection.house.code} は「{case.meeting.title}」で決定済みです。"
            )


def _move_on(inspections: list[Inspection]) -> None:
    """Bring status and house result of confirmed visits up to their cases and decisions."""
    db.session.flush()
    for inspection in dict.fromkeys(inspections):
        if inspection.status not in CONFIRMED_STATUSES:
            continue  # reopened meanwhile; its status returns when it is confirmed again
        status = status_when_confirmed(inspection)
        if inspection.status != status:
            inspection.status = status
            refresh_house(inspection.house)


def _cases_digest(meeting: Meeting) -> str:
    return digest([(case.inspection_pk, case.proposal) for case in meeting.cases])


def decide(
    meeting_id: uuid.UUID, inspection_id: uuid.UUID, body: dict[str, Any], *, actor: Actor
) -> tuple[Case, bool]:
    """Record what the committee decided on a case; return it and whether it is new.

    decided_on left out: the day of the meeting in the site's time zone. Raises NotFoundError,
    ConflictError when the visit was reopened or taken up by a later meeting.
    """
    with write_transaction():
        meeting = get(meeting_id, lock=True)
        case = _case(meeting, inspection_id)
        decision, created = case.decision, case.decision is None
        values = {**body, "decided_on": body["decided_on"] or _day_of(meeting)}
        before = _decision_digest(decision)
        if decision is None:
            decision = case.decision = Decision(recorded_by=actor.label)
        for name, value in values.items():
            setattr(decision, name, value)
        after = _decision_digest(decision)
        if before != after:
            _check_settleable(case)
            decision.recorded_by = actor.label
            _move_on([case.inspection])
            subject = f"meeting/{meeting_id}/case/{inspection_id}"
            audit.record("case.decide", subject, actor, before=before, after=after)
    return case, created


def _case(meeting: Meeting, inspection_id: uuid.UUID) -> Case:
    for case in meeting.cases:
        if case.inspection.id == inspection_id:
            return case
    raise NotFoundError("この調査はこの会議の案件ではありません。")


def _check_settleable(case: Case) -> None:
    if case.inspection.status not in CONFIRMED_STATUSES:
        label = STATUS_LABELS[case.inspection.status]
        raise ConflictError(
            f"この調査は訂正中(「{label}」)です。確定してから決定を記録してください。"
        )
    later = db.session.scalar(
        select(Case.pk).where(Case.inspection_pk == case.inspection_pk, Case.pk > case.pk).limit(1)
    )
    if later is not None:
        raise ConflictError("この調査は後の会議の案件になっているため、決定を変更できません。")


def _day_of(meeting: Meeting) -> date:
    return meeting.held_at.astimezone(current_app.config["HANTEI_TIME_ZONE"]).date()


def _decision_digest(decision: Decision | None) -> str | None:
    if decision is None:
        return None
    return digest([decision.decision, decision.reason, decision.decided_on.isoformat()])


def must_have_case(meeting_id: uuid.UUID, inspection_id: uuid.UUID, **_: object) -> None:
    """Raise NotFoundError when the meeting, or the case on it, does not exist."""
    _case(get(meeting_id), inspection_id)
