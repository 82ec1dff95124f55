"""Meetings, their cases, and the committee's decisions."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from inspection.api.parsing import Blueprint
from inspection.api.preconditions import if_match, let_come_first, with_etag
from inspection.api.schemas import Instant, StrictSchema, Text, Whole
from inspection.auth import current_actor, requires
from inspection.errors import InvalidError
from inspection.models import DECISIONS
from inspection.services import meeting_view, meetings

blp = Blueprint("meetings", __name__, description="Meetings of the committee")
MAX_CASES = 500


class MeetingSchema(StrictSchema):
    """A meeting as the secretariat writes it."""

    title = Text(required=True, min_length=1, max_length=200)
    held_at = Instant(required=True)
    number = Whole(load_default=None, allow_none=True, low=0, high=1_000_000)
    place = Text(load_default=None, allow_none=True, max_length=200)
    agenda = fields.List(Text(max_length=500), load_default=list, validate=validate.Length(max=100))
    members = fields.List(
        Text(max_length=200), load_default=list, validate=validate.Length(max=100)
    )


class MeetingReplySchema(MeetingSchema):
    """A meeting and how far it has come."""

    id = fields.UUID()
    revision = fields.Integer()
    cases = fields.Integer()
    decided = fields.Integer()


class MeetingListSchema(StrictSchema):
    """Meetings, the latest first."""

    items = fields.List(fields.Nested(MeetingReplySchema))


class CaseSchema(StrictSchema):
    """A visit put before the meeting."""

    inspection_id = fields.UUID(required=True)
    proposal = Text(load_default=None, allow_none=True, max_length=10_000)


class DecisionSchema(StrictSchema):
    """What the committee decided."""

    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    reason = Text(load_default=None, allow_none=True, max_length=10_000)
    decided_on = fields.Date(load_default=None, allow_none=True)


class DecisionReplySchema(DecisionSchema):
    """A decision as it is recorded."""

    recorded_by = fields.String()


class CaseReplySchema(CaseSchema):
    """A case with its house, result and decision."""

    position = fields.Integer()
    house_id = fields.UUID()
    code = fields.String()
    address = fields.String(allow_none=True)
    structure = fields.String()
    total = fields.Float()
    judgement = fields.String()
    status = fields.String()
    decision = fields.Nested(DecisionReplySchema, allow_none=True)


class CaseListSchema(StrictSchema):
    """A meeting's cases in order."""

    items = fields.List(fields.Nested(CaseReplySchema))


@blp.put("/meetings/<uuid:meeting_id>")
@requires("meeting:write")
@let_come_first(meetings.check_precondition)
@blp.arguments(MeetingSchema)
@blp.response(200, MeetingReplySchema)
@blp.alt_response(201, schema=MeetingReplySchema, success=True)
def put_meeting(body: dict[str, Any], meeting_id: uuid.UUID) -> Any:
    """Create or replace a meeting."""
    meeting, created = meetings.put_meeting(
        meeting_id, body, actor=current_actor(), if_match=if_match()
    )
    status = 201 if created else 200
    return jsonify(meeting_view.to_json(meeting)), status, with_etag(meeting.revision)


@blp.get("/meetings")
@requires("meeting:read")
@blp.response(200, MeetingListSchema)
def list_meetings() -> Response:
    """List meetings, the latest first."""
    return jsonify({"items": [meeting_view.to_json(row) for row in meetings.list_meetings()]})


@blp.get("/meetings/<uuid:meeting_id>")
@requires("meeting:read")
@blp.response(200, MeetingReplySchema)
def get_meeting(meeting_id: uuid.UUID) -> Any:
    """Return one meeting."""
    meeting = meetings.get(meeting_id)
    return jsonify(meeting_view.to_json(meeting)), 200, with_etag(meeting.revision)


@blp.put("/meetings/<uuid:meeting_id>/cases")
@requires("meeting:write")
@let_come_first(meetings.must_exist)
@blp.arguments(CaseSchema(many=True))
@blp.response(200, CaseListSchema)
@blp.alt_response(201, schema=CaseListSchema, success=True)
def put_cases(body: list[dict[str, Any]], meeting_id: uuid.UUID) -> Any:
    """Replace the meeting's cases by this ordered list."""
    _check_count(body)
    meeting, first = meetings.put_cases(meeting_id, body, actor=current_actor())
    return jsonify({"items": meeting_view.cases_to_json(meeting)}), 201 if first else 200


def _check_count(body: list[dict[str, Any]]) -> None:
    if len(body) > MAX_CASES:
        raise InvalidError.of("_", f"案件は {MAX_CASES} 件までです。")


@blp.get("/meetings/<uuid:meeting_id>/cases")
@requires("meeting:read")
@blp.response(200, CaseListSchema)
def list_cases(meeting_id: uuid.UUID) -> Response:
    """Return the meeting's cases in order, with their decisions."""
    return jsonify({"items": meeting_view.cases_to_json(meetings.get(meeting_id))})


@blp.put("/meetings/<uuid:meeting_id>/cases/<uuid:inspection_id>/decision")
@requires("meeting:write")
@let_come_first(meetings.must_have_case)
@blp.arguments(DecisionSchema)
@blp.response(200, DecisionReplySchema)
@blp.alt_response(201, schema=DecisionReplySchema, success=True)
def put_decision(body: dict[str, Any], meeting_id: uuid.UUID, inspection_id: uuid.UUID) -> Any:
    """Record what the committee decided on a case."""
    case, created = meetings.decide(meeting_id, inspection_id, body, actor=current_actor())
    return jsonify(meeting_view.decision_to_json(case.decision)), 201 if created else 200
