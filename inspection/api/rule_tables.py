"""The rule tables: which there are, one as JSON or workbook, and how the city makes its own."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify, request
from marshmallow import fields, validate
from werkzeug.exceptions import UnsupportedMediaType

from inspection.api.files import disposition
from inspection.api.media import BINARY, TOML, XLSX
from inspection.api.parsing import Blueprint
from inspection.api.preconditions import let_come_first
from inspection.api.schemas import OpenSchema, StrictSchema, Text, Whole
from inspection.api.scores import LabelSchema, TableIdSchema
from inspection.auth import current_actor, requires
from inspection.errors import BadRequestError, ConflictError, NotFoundError
from inspection.models import METHODS, STRUCTURES
from inspection.models.rule_table import PROPOSAL_STATUSES
from inspection.resources import registry
from inspection.services import rule_tables
from scoring.errors import UnknownTableError
from scoring.model import RuleTable
from scoring.rendering import table_to_json
from scoring.spreadsheet import NotExpressibleError, write_workbook

blp = Blueprint("rule_tables", __name__, description="Rule tables and proposals of new ones")


class RuleTableQuerySchema(StrictSchema):
    """Which rule tables."""

    structure = fields.String(load_default=None, validate=validate.OneOf(STRUCTURES))
    method = fields.String(load_default=None, validate=validate.OneOf(METHODS))
    on = fields.Date(load_default=None)


class RuleTableSummarySchema(StrictSchema):
    """One rule table in a list. effective: as published; in_force: later versions considered."""

    id = fields.String()
    version = fields.String()
    sha256 = fields.String()
    label = fields.Nested(LabelSchema)
    method = fields.String()
    structures = fields.List(fields.String())
    jurisdiction = fields.String()
    effective = fields.Raw()
    in_force = fields.Raw()


class RuleTableListSchema(StrictSchema):
    """Rule tables."""

    items = fields.List(fields.Nested(RuleTableSummarySchema))


class NewProposalQuerySchema(StrictSchema):
    """What goes with the file."""

    note = Text(load_default=None, max_length=2_000)
    file_name = Text(load_default=None, max_length=200)


class ProposalQuerySchema(StrictSchema):
    """Which proposals."""

    status = fields.String(load_default=None, validate=validate.OneOf(PROPOSAL_STATUSES))
    limit = Whole(load_default=50, low=1, high=200)
    cursor = Text(load_default=None, max_length=60)


class ProposalSchema(OpenSchema):
    """A proposed rule table and what became of it."""

    id = fields.UUID()
    status = fields.String(validate=validate.OneOf(PROPOSAL_STATUSES))
    table = fields.Nested(TableIdSchema)
    file_name = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    proposed_by = fields.String()
    proposed_at = fields.String()
    reviewed_by = fields.String(allow_none=True)
    reviewed_at = fields.String(allow_none=True)
    comment = fields.String(allow_none=True)
    report = fields.Dict(
        metadata={"description": "warnings, current, difference (lines), effect (houses, crossing)"}
    )


class ProposalListSchema(StrictSchema):
    """One page of proposals, the oldest first."""

    items = fields.List(fields.Nested(ProposalSchema))
    next_cursor = fields.String(allow_none=True)


class TableReviewSchema(StrictSchema):
    """The word on a proposal."""

    action = fields.String(required=True, validate=validate.OneOf(list(rule_tables.ACTIONS)))
    comment = Text(load_default=None, allow_none=True, max_length=2_000)


@blp.get("/rule-tables")
@requires("rule_table:read")
@blp.arguments(RuleTableQuerySchema, location="query")
@blp.response(200, RuleTableListSchema)
def list_rule_tables(filters: dict[str, Any]) -> Response:
    """List rule tables, those in force on a day when `on` is given; the city's own come first.

    The first for a structure, a method and a day is the one that judges.
    """
    return jsonify({"items": [_summary(table) for table in rule_tables.listed(**filters)]})


def _summary(table: RuleTable) -> dict[str, Any]:
    whole = table_to_json(table) | {"in_force": rule_tables.in_force_days(table)}
    return {name: whole[name] for name in RuleTableSummarySchema().fields}


def _table(table_id: str, version: str) -> RuleTable:
    try:
        return registry().get(table_id, version)
    except UnknownTableError as error:
        raise NotFoundError(str(error)) from None


@blp.get("/rule-tables/<table_id>/<version>")
@requires("rule_table:read")
@blp.response(200, description="The rule table: all that a tablet needs to score offline")
def get_rule_table(table_id: str, version: str) -> Response:
    """Return one version of a rule table; it never changes, its ETag is its sha256."""
    table = _table(table_id, version)
    response = jsonify(table_to_json(table))
    response.set_etag(table.sha256)
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    return response.make_conditional(request)


@blp.get("/rule-tables/<table_id>/<version>.xlsx")
@requires("rule_table:read")
@blp.response(
    200, description="The rule table as a workbook", content_type=XLSX, schema=BINARY["schema"]
)
def get_rule_table_workbook(table_id: str, version: str) -> Response:
    """Return one version of a rule table as a workbook to print, edit and propose anew."""
    table = _table(table_id, version)
    try:
        data = write_workbook(rule_tables.own_document(table))
    except NotExpressibleError as error:
        raise ConflictError(str(error)) from None
    response = Response(data, mimetype=XLSX)
    name = f"{table.label.ja}_{table.version}.xlsx"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


@blp.post("/rule-tables/proposals")
@requires("rule_table:propose")
@blp.arguments(NewProposalQuerySchema, location="query")
@blp.response(201, ProposalSchema)
@blp.doc(requestBody={"required": True, "content": {XLSX: BINARY, TOML: BINARY}})
def post_rule_table_proposal(query: dict[str, Any]) -> Any:
    """Propose a rule table: a workbook or TOML, checked at once; faults are told by cell."""
    data = request.get_data(cache=False)
    if not data:
        raise BadRequestError("本文がありません。評点表のブック(.xlsx)か TOML を送ってください。")
    if request.is_json or request.mimetype.startswith("multipart/"):
        raise UnsupportedMediaType
    proposal = rule_tables.propose(
        data, query["file_name"] or "評点表", actor=current_actor(), note=query["note"]
    )
    return jsonify(rule_tables.to_json(proposal)), 201


@blp.get("/rule-tables/proposals")
@requires("rule_table:propose")
@blp.arguments(ProposalQuerySchema, location="query")
@blp.response(200, ProposalListSchema)
def list_rule_table_proposals(query: dict[str, Any]) -> Response:
    """List proposals, whatever became of them."""
    page = rule_tables.proposals(**query)
    items = [rule_tables.to_json(proposal) for proposal in page.items]
    return jsonify({"items": items, "next_cursor": page.next_cursor})


@blp.get("/rule-tables/proposals/<uuid:proposal_id>")
@requires("rule_table:propose")
@blp.response(200, ProposalSchema)
def get_rule_table_proposal(proposal_id: uuid.UUID) -> Response:
    """Return one proposal with the whole table under `rule_table`."""
    return jsonify(rule_tables.to_json(rule_tables.find(proposal_id), whole=True))


def _must_exist(proposal_id: uuid.UUID, **_: object) -> None:
    rule_tables.find(proposal_id)


@blp.post("/rule-tables/proposals/<uuid:proposal_id>/review")
@requires("rule_table:propose")
@let_come_first(_must_exist)
@blp.arguments(TableReviewSchema)
@blp.response(200, ProposalSchema)
def review_rule_table_proposal(body: dict[str, Any], proposal_id: uuid.UUID) -> Response:
    """Approve (an admin who is not the proposer), reject, or withdraw (the proposer)."""
    proposal = rule_tables.review(
        proposal_id, body["action"], body["comment"], actor=current_actor()
    )
    return jsonify(rule_tables.to_json(proposal))
