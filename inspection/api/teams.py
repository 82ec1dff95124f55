"""Teams of tablets, and the houses that they are to visit."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify
from marshmallow import ValidationError, fields, validate

from inspection.api.parsing import Blueprint
from inspection.api.preconditions import if_match, let_come_first, with_etag
from inspection.api.schemas import Flag, PageQuerySchema, StrictSchema, Text
from inspection.auth import current_actor, requires
from inspection.services import assignments, teams
from inspection.services.assignments import MAX_HOUSES, Errand

blp = Blueprint("teams", __name__, description="Teams and their houses")
MAX_DEVICES = 100
MAX_NOTE = 2000


def _differ(ids: list[uuid.UUID]) -> None:
    if len(ids) != len(set(ids)):
        raise ValidationError("同じ端末が2度あります。")


class TeamSchema(StrictSchema):
    """A team as the secretariat writes it."""

    name = Text(required=True, min_length=1, max_length=100)
    device_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=[validate.Length(max=MAX_DEVICES), _differ],
        metadata={"description": "its tablets; each belongs to one team at most"},
    )


class TeamReplySchema(TeamSchema):
    """A team and how many houses it has."""

    id = fields.UUID()
    assignments = fields.Integer(metadata={"description": "number of houses"})
    revision = fields.Integer()
    updated_at = fields.AwareDateTime()


class TeamListSchema(StrictSchema):
    """Teams by name."""

    items = fields.List(fields.Nested(TeamReplySchema))


class ErrandRequestSchema(StrictSchema):
    """What the team is told of a house."""

    due_on = fields.Date(load_default=None, allow_none=True)
    note = Text(load_default=None, allow_none=True, max_length=MAX_NOTE)


class HouseListSchema(ErrandRequestSchema):
    """A day's list."""

    houses = fields.List(
        Text(min_length=1, max_length=64),
        required=True,
        validate=validate.Length(max=MAX_HOUSES),
        metadata={"description": "ids or codes of houses"},
    )
    replace = Flag(
        load_default=False,
        metadata={"description": "true: the list is the whole list; others are taken off"},
    )


class AssignmentSchema(StrictSchema):
    """A house of a team."""

    house_id = fields.UUID()
    code = fields.String()
    address = fields.String(allow_none=True)
    structure = fields.String()
    judgement = fields.String(allow_none=True)
    status = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)
    assigned_by = fields.String()
    assigned_at = fields.AwareDateTime()


class AssignmentPageSchema(StrictSchema):
    """One page of a team's houses."""

    items = fields.List(fields.Nested(AssignmentSchema))
    next_cursor = fields.String(allow_none=True)


class AssignedSchema(StrictSchema):
    """What became of a list."""

    assigned = fields.Integer(metadata={"description": "houses that are new on the list"})
    changed = fields.Integer(metadata={"description": "houses with another date or note"})
    unchanged = fields.Integer()
    removed = fields.Integer(metadata={"description": "houses taken off, with `replace`"})


@blp.put("/teams/<uuid:team_id>")
@requires("team:manage")
@let_come_first(teams.check_precondition)
@blp.arguments(TeamSchema)
@blp.response(200, TeamReplySchema)
@blp.alt_response(201, schema=TeamReplySchema, success=True)
def put_team(body: dict[str, Any], team_id: uuid.UUID) -> Any:
    """Create or replace a team; sending the same body again changes nothing."""
    team, created = teams.put_team(team_id, body, actor=current_actor(), if_match=if_match())
    return jsonify(teams.to_json(team)), 201 if created else 200, with_etag(team.revision)


@blp.get("/teams")
@requires("team:manage")
@blp.response(200, TeamListSchema)
def list_teams() -> Response:
    """List teams by name."""
    return jsonify({"items": teams.list_teams()})


@blp.get("/teams/<uuid:team_id>")
@requires("team:manage")
@blp.response(200, TeamReplySchema)
def get_team(team_id: uuid.UUID) -> Any:
    """Return one team."""
    team = teams.get_team(team_id)
    return jsonify(team), 200, with_etag(team["revision"])


@blp.delete("/teams/<uuid:team_id>")
@requires("team:manage")
@blp.response(204)
def delete_team(team_id: uuid.UUID) -> None:
    """Dissolve a team; its houses are assigned to it no more."""
    teams.delete_team(team_id, actor=current_actor())


@blp.put("/teams/<uuid:team_id>/houses/<uuid:house_id>")
@requires("team:manage")
@let_come_first(assignments.must_exist)
@blp.arguments(ErrandRequestSchema)
@blp.response(200, AssignmentSchema)
@blp.alt_response(201, schema=AssignmentSchema, success=True)
def put_assignment(body: dict[str, Any], team_id: uuid.UUID, house_id: uuid.UUID) -> Any:
    """Assign a house to a team; another team may have it too."""
    row, created = assignments.assign_house(
        team_id, house_id, Errand(**body), actor=current_actor()
    )
    return jsonify(assignments.to_json(row)), 201 if created else 200


@blp.delete("/teams/<uuid:team_id>/houses/<uuid:house_id>")
@requires("team:manage")
@blp.response(204)
def delete_assignment(team_id: uuid.UUID, house_id: uuid.UUID) -> None:
    """Take a house off a team's list."""
    assignments.unassign_house(team_id, house_id, actor=current_actor())


@blp.post("/teams/<uuid:team_id>/assignments")
@requires("team:manage")
@let_come_first(teams.must_exist)
@blp.arguments(HouseListSchema)
@blp.response(200, AssignedSchema)
def post_assignments(body: dict[str, Any], team_id: uuid.UUID) -> Any:
    """Assign a day's list of houses, all or none."""
    return assignments.assign_list(
        team_id,
        body["houses"],
        Errand(body["due_on"], body["note"]),
        replace=body["replace"],
        actor=current_actor(),
    )


@blp.get("/teams/<uuid:team_id>/assignments")
@requires("team:manage")
@let_come_first(teams.must_exist)
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, AssignmentPageSchema)
def list_assignments(query: dict[str, Any], team_id: uuid.UUID) -> Response:
    """Return a team's houses in pages."""
    page = assignments.list_assignments(team_id, **query)
    items = [assignments.to_json(row) for row in page.items]
    return jsonify({"items": items, "next_cursor": page.next_cursor})
