"""Visits: storing, reading, reviewing."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify
from marshmallow import ValidationError, fields, validate, validates_schema

from inspection import queries
from inspection.api.parsing import Blueprint
from inspection.api.preconditions import if_match, let_come_first, with_etag
from inspection.api.schemas import (
    Flag,
    Instant,
    Number,
    PageQuerySchema,
    StrictSchema,
    Text,
    Whole,
)
from inspection.api.scores import (
    OverrideSchema,
    RuleTableRefSchema,
    ScoreSchema,
    answers_field,
    conditions_field,
    language,
)
from inspection.auth import current_actor, requires
from inspection.models import METHODS, STATUSES
from inspection.services import inspection_view
from inspection.services.explain_inspection import explain_inspection
from inspection.services.review_inspection import must_exist, review_inspection
from inspection.services.submit_inspection import check_precondition, submit_inspection

blp = Blueprint("inspections", __name__, description="Visits to houses")
SHA256 = validate.Regexp(r"^[0-9a-f]{64}\Z", error="sha256 は16進小文字64桁です。")


class PositionSchema(StrictSchema):
    """Where the inspector stood, by the device."""

    lon = Number(required=True, validate=validate.Range(-180, 180))
    lat = Number(required=True, validate=validate.Range(-90, 90))
    accuracy_m = Number(load_default=None, allow_none=True, validate=validate.Range(0, 1_000_000))
    fixed_at = Instant(load_default=None, allow_none=True)


class ExpectedPhotoSchema(StrictSchema):
    """A photo that the device is going to send."""

    id = fields.UUID(required=True)
    sha256 = fields.String(required=True, validate=SHA256)
    bytes = Whole(required=True, low=1, high=2_000_000_000)
    item = Text(required=True, min_length=1, max_length=40)


class InspectionSchema(StrictSchema):
    """One visit as a device writes it."""

    house_id = fields.UUID(required=True)
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    inspected_at = Instant(required=True)
    inspectors = fields.List(
        Text(min_length=1, max_length=100), load_default=list, validate=validate.Length(max=20)
    )
    position = fields.Nested(PositionSchema, load_default=None, allow_none=True)
    answers = answers_field(load_default=dict)
    conditions = conditions_field(load_default=dict)
    override = fields.Nested(OverrideSchema, load_default=None, allow_none=True)
    notes = fields.Dict(
        keys=Text(max_length=60),
        values=Text(max_length=5_000),
        load_default=dict,
        validate=validate.Length(max=500),
    )
    remarks = Text(load_default=None, allow_none=True, max_length=20_000)
    expected_photos = fields.List(
        fields.Nested(ExpectedPhotoSchema), load_default=list, validate=validate.Length(max=500)
    )
    rule_table = fields.Nested(RuleTableRefSchema, load_default=None, allow_none=True)
    complete = Flag(load_default=True)

    @validates_schema
    def _photo_ids_differ(self, data: dict[str, Any], **_: Any) -> None:
        ids = [photo["id"] for photo in data["expected_photos"]]
        if len(ids) != len(set(ids)):
            raise ValidationError("同じ写真が2度あります。", "expected_photos")


class PhotoCountSchema(StrictSchema):
    """Which announced photos have arrived."""

    expected = fields.Integer()
    received = fields.Integer()
    missing = fields.List(fields.UUID())


class InspectionReplySchema(InspectionSchema):
    """One visit with its frozen score."""

    id = fields.UUID()
    revision = fields.Integer()
    status = fields.String(validate=validate.OneOf(STATUSES))
    score = fields.Nested(ScoreSchema)
    photos = fields.Nested(PhotoCountSchema)
    warnings = fields.List(fields.String())
    review = fields.Raw(allow_none=True)
    received_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()


class InspectionPageSchema(StrictSchema):
    """One page of visits."""

    items = fields.List(fields.Nested(InspectionReplySchema))
    next_cursor = fields.String(allow_none=True)


class InspectionQuerySchema(PageQuerySchema):
    """Which visits."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    house_id = fields.UUID(load_default=None)
    updated_since = Instant(load_default=None)


class ReviewSchema(StrictSchema):
    """The secretariat's word on a visit."""

    action = fields.String(required=True, validate=validate.OneOf(("confirm", "return")))
    comment = Text(load_default=None, allow_none=True, max_length=5_000)


_RECORD = InspectionSchema()  # made once: it costs more than to use it


def to_record(body: dict[str, Any]) -> dict[str, Any]:
    """Return an accepted body in JSON form, as it is kept and compared."""
    record: dict[str, Any] = _RECORD.dump(body)
    record["notes"] = {code: text for code, text in record["notes"].items() if text}
    return record


def reply(inspection: Any, status: int = 200) -> Response:
    """Answer with one visit and its ETag."""
    response = jsonify(inspection_view.to_json(inspection))
    response.status_code = status
    response.headers.update(with_etag(inspection.revision))
    return response


@blp.put("/inspections/<uuid:inspection_id>")
@requires("inspection:write")
@let_come_first(
    lambda inspection_id, if_match: check_precondition(
        inspection_id, if_match=if_match, actor=current_actor()
    )
)
@blp.arguments(InspectionSchema)
@blp.response(200, InspectionReplySchema)
@blp.alt_response(201, schema=InspectionReplySchema, success=True)
def put_inspection(body: dict[str, Any], inspection_id: uuid.UUID) -> Response:
    """Store one visit; sending the same body again changes nothing."""
    stored = submit_inspection(
        inspection_id, to_record(body), actor=current_actor(), if_match=if_match()
    )
    return reply(stored.inspection, 201 if stored.created else 200)


@blp.get("/inspections/<uuid:inspection_id>")
@requires("inspection:read")
@blp.response(200, InspectionReplySchema)
def get_inspection(inspection_id: uuid.UUID) -> Response:
    """Return one visit."""
    return reply(queries.inspection(inspection_id, current_actor()))


@blp.get("/inspections/<uuid:inspection_id>/revisions")
@requires("inspection:read")
@blp.response(200, description="Every revision, oldest first")
def list_revisions(inspection_id: uuid.UUID) -> Response:
    """Return every accepted state of a visit: who, with which device, when, what."""
    inspection = queries.inspection(inspection_id, current_actor())
    return jsonify({"items": inspection_view.revisions_to_json(inspection)})


@blp.get("/inspections/<uuid:inspection_id>/explanation")
@requires("inspection:read")
@blp.response(200, description="Sentences, cuts, and the findings that would change or settle it")
def get_explanation(inspection_id: uuid.UUID) -> Response:
    """Explain a visit's score: every point, every cut, and what would change or settle it."""
    inspection = queries.inspection(inspection_id, current_actor())
    return jsonify(explain_inspection(inspection, language()))


@blp.get("/inspections")
@requires("inspection:read")
@blp.arguments(InspectionQuerySchema, location="query")
@blp.response(200, InspectionPageSchema)
def list_inspections(filters: dict[str, Any]) -> Response:
    """List visits in pages."""
    page = queries.inspections(filters, current_actor())
    items = inspection_view.many_to_json(page.items)
    return jsonify({"items": items, "next_cursor": page.next_cursor})


@blp.post("/inspections/<uuid:inspection_id>/review")
@requires("inspection:review")
@let_come_first(must_exist)
@blp.arguments(ReviewSchema)
@blp.response(200, InspectionReplySchema)
def post_review(body: dict[str, Any], inspection_id: uuid.UUID) -> Response:
    """Confirm a visit, or return it to the inspector with a comment."""
    return reply(
        review_inspection(inspection_id, body["action"], body["comment"], actor=current_actor())
    )
