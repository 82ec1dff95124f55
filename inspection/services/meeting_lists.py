"""Freezing a meeting for its lists: the cases in order, with results and decisions."""

from __future__ import annotations

import uuid

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from inspection import audit
from inspection.auth import Actor
from inspection.database.transactions import write_transaction
from inspection.extensions import db
from inspection.labels import DECISION_LABELS, STRUCTURE_LABELS
from inspection.lists.model import ListedCase, MeetingList
from inspection.models import Case, Inspection, Meeting, Photo
from inspection.services import meetings


def freeze_list(meeting_id: uuid.UUID, kind: str, *, actor: Actor) -> MeetingList:
    """Return a meeting's list as plain data; handing it out is audited.

    kind: the file that is made of it, such as `xlsx`. Raises NotFoundError.
    """
    with write_transaction():
        meeting = meetings.get(meeting_id)
        listed = _listed(meeting)
        audit.record("meeting.list", f"meeting/{meeting_id}", actor, file=kind)
    return listed


def _listed(meeting: Meeting) -> MeetingList:
    settings = current_app.config
    cases = db.session.scalars(
        select(Case)
        .where(Case.meeting_pk == meeting.pk)
        .options(
            joinedload(Case.inspection).joinedload(Inspection.house), joinedload(Case.decision)
        )
        .order_by(Case.position)
    ).all()
    photos = _photos([case.inspection_pk for case in cases])
    return MeetingList(
        title=meeting.title,
        number=meeting.number,
        held_at=meeting.held_at.astimezone(settings["HANTEI_TIME_ZONE"]),
        place=meeting.place,
        city=settings["HANTEI_MUNICIPALITY_NAME"],
        secretariat=settings["HANTEI_SECRETARIAT_NAME"],
        agenda=tuple(meeting.agenda),
        members=tuple(meeting.members),
        cases=tuple(_case(case, photos.get(case.inspection_pk, 0)) for case in cases),
    )


def _photos(visits: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Photo.inspection_pk, func.count())
        .where(Photo.inspection_pk.in_(visits), Photo.status == "ready")
        .group_by(Photo.inspection_pk)
    )
    return {row[0]: row[1] for row in rows}


def _case(case: Case, photos: int) -> ListedCase:
    visit, house, decision = case.inspection, case.inspection.house, case.decision
    score, zone = visit.score, current_app.config["HANTEI_TIME_ZONE"]
    return ListedCase(
        document=f"資料2-{case.position}",
        code=house.code,
        address=house.address or house.town,
        lot_number=house.lot_number,
        residence_number=house.residence_number,
        ward=current_app.config["HANTEI_WARDS"].get(house.ward_code or ""),
        structure=STRUCTURE_LABELS[house.structure]["ja"],
        storeys=house.storeys,
        floor_area_m2=house.floor_area_m2,
        built_year=house.built_year,
        use=house.use,
        inspected_on=visit.inspected_at.astimezone(zone).date(),
        inspectors="、".join(visit.record["inspectors"]),
        total=score["total"],
        low=score["low"],
        high=score["high"],
        judgement=score["judgement_label"],
        photos=photos,
        proposal=case.proposal,
        decision=DECISION_LABELS[decision.decision] if decision else None,
        reason=decision.reason if decision else None,
        decided_on=decision.decided_on if decision else None,
    )
