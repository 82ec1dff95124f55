"""Freezing a meeting: photos ready, everything its pack shows gathered as plain data."""

from __future__ import annotations

import uuid

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from inspection.database.transactions import read_transaction
from inspection.errors import ConflictError
from inspection.extensions import db
from inspection.labels import STATUS_LABELS
from inspection.models import CONFIRMED_STATUSES, Case, House, Inspection, Meeting, Photo
from inspection.packs.model import Snapshot
from inspection.packs.snapshot import CaseRows, Freezer
from inspection.services import case_context, case_history, meetings
from inspection.services.derive_photo import derive_photo
from inspection.services.redact_photo import picture_for


def check_buildable(meeting: Meeting) -> None:
    """Raise ConflictError when a meeting has no cases or one that is not confirmed."""
    if not meeting.cases:
        raise ConflictError("案件がありません。会議に調査を追加してから作成してください。")
    for case in meeting.cases:
        if case.inspection.status not in CONFIRMED_STATUSES:
            code, label = case.inspection.house.code, STATUS_LABELS[case.inspection.status]
            raise ConflictError(f"{code} の調査は「{label}」です。確定してから作成してください。")


def freeze(meeting_id: uuid.UUID, edition: str) -> Snapshot:
    """Make the photos of a meeting's cases ready and freeze everything its pack shows.

    Raises NotFoundError, ConflictError (see check_buildable).
    """
    for photo_id in unfinished_photos(meeting_id):
        derive_photo(photo_id)
    with read_transaction():
        meeting = meetings.get(meeting_id)
        _load_cases(meeting)
        check_buildable(meeting)
        freezer = Freezer(edition, current_app.config, lambda photo: picture_for(photo, edition))
        return freezer.snapshot(meeting, _rows(meeting))


def unfinished_photos(meeting_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the photos of a meeting's cases that the worker has not looked at yet."""
    with read_transaction():
        return list(
            db.session.scalars(
                select(Photo.id)
                .join(Case, Case.inspection_pk == Photo.inspection_pk)
                .join(Meeting, Meeting.pk == Case.meeting_pk)
                .where(Meeting.id == meeting_id, Photo.status == "received")
                .order_by(Photo.pk)
            )
        )


def _load_cases(meeting: Meeting) -> None:
    """Load what all cases need in one query instead of five a case."""
    db.session.scalars(
        select(Case)
        .where(Case.meeting_pk == meeting.pk)
        .options(
            joinedload(Case.decision),
            joinedload(Case.inspection).options(
                joinedload(Inspection.rule_table),
                joinedload(Inspection.house).joinedload(House.owner),
            ),
        )
    ).all()


def _rows(meeting: Meeting) -> list[CaseRows]:
    photos = case_context.photos_by_visit(meeting)
    histories = case_history.histories(meeting.cases)
    return [
        CaseRows(
            case=case,
            photos=photos[case.inspection_pk],
            history=histories[case.pk],
            neighbours=case_context.neighbours(case.inspection.house),
            radius_m=case_context.NEIGHBOUR_RADIUS_M,
            most_neighbours=case_context.MAX_NEIGHBOURS,
        )
        for case in meeting.cases
    ]
