"""The feed that a tablet follows: what changed for it since it last asked."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from inspection.api.houses import HouseReplySchema
from inspection.api.inspections import InspectionReplySchema
from inspection.api.parsing import Blueprint
from inspection.api.schemas import StrictSchema
from inspection.auth import current_actor, requires
from inspection.services.feed import changes_since

blp = Blueprint("changes", __name__, description="What changed for a tablet")


class ChangesQuerySchema(StrictSchema):
    """Since when, and how much at once."""

    since = fields.String(
        load_default=None,
        metadata={"description": "the `token` of the answer before; left out: everything"},
    )
    limit = fields.Integer(
        load_default=200,
        validate=validate.Range(1, 500),
        metadata={"description": "houses and visits a page, at most"},
    )


class ErrandSchema(StrictSchema):
    """What the team is told of a house."""

    due_on = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)
    assigned_by = fields.String()
    assigned_at = fields.AwareDateTime()


class AssignedHouseSchema(HouseReplySchema):
    """A house of the team, with its newest confirmed result and the errand."""

    assignment = fields.Nested(ErrandSchema)


class TableInForceSchema(StrictSchema):
    """A rule table that is in force today or later; fetch it once a sha256."""

    id = fields.String()
    version = fields.String()
    sha256 = fields.String()
    method = fields.String()
    structures = fields.List(fields.String())
    in_force = fields.Raw(
        metadata={"description": "`from` and `to` (left out or null: open), `to` excluded"}
    )


class DeletedSchema(StrictSchema):
    """What no longer concerns this tablet."""

    kind = fields.String(validate=validate.OneOf(("house", "inspection")))
    id = fields.UUID()


class ChangesSchema(StrictSchema):
    """One page of what changed."""

    houses = fields.List(fields.Nested(AssignedHouseSchema))
    inspections = fields.List(fields.Nested(InspectionReplySchema))
    rule_tables = fields.List(
        fields.Nested(TableInForceSchema),
        metadata={"description": "the whole list whenever it changed, else empty"},
    )
    deleted = fields.List(fields.Nested(DeletedSchema))
    reset = fields.Boolean(
        metadata={"description": "true: drop what the feed gave before; all begins anew"}
    )
    token = fields.String(metadata={"description": "where the next answer begins"})
    more = fields.Boolean(metadata={"description": "true: ask again at once"})


@blp.get("/changes")
@requires("inspection:write")
@blp.arguments(ChangesQuerySchema, location="query")
@blp.response(200, ChangesSchema)
def get_changes(query: dict[str, Any]) -> Response:
    """Return what changed for this token since the last answer; without `since`, everything.

    Ask until `more` is false, then keep `token`. A token of another scope (the tablet came to
    another team) or one that is too old begins anew, with `reset`. Each house and visit is as it
    stands, once an answer.
    """
    answer = changes_since(query["since"], actor=current_actor(), limit=query["limit"])
    return jsonify(
        {
            "houses": answer.houses,
            "inspections": answer.inspections,
            "rule_tables": answer.rule_tables,
            "deleted": answer.deleted,
            "reset": answer.reset,
            "token": answer.token,
            "more": answer.more,
        }
    )
