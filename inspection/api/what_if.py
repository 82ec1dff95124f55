"""Rule tables compared on the city's own houses."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from inspection.api.parsing import Blueprint
from inspection.api.schemas import StrictSchema, Text
from inspection.auth import requires
from inspection.errors import InvalidError
from inspection.resources import registry
from inspection.services.what_if import what_if_houses
from inspection.services.what_if_view import to_json
from scoring.errors import UnknownTableError
from scoring.model import RuleTable

blp = Blueprint("what_if", __name__, description="What another rule table would change")


class TableVersionSchema(StrictSchema):
    """One version of a rule table."""

    id = Text(required=True, min_length=1, max_length=120)
    version = Text(required=True, min_length=1, max_length=40)


class WhatIfSchema(StrictSchema):
    """The table that is in force, and the one that might be."""

    from_ = fields.Nested(TableVersionSchema, required=True, data_key="from")
    to = fields.Nested(TableVersionSchema, required=True)


class TableDigestSchema(StrictSchema):
    """A rule table to the letter."""

    id = fields.String()
    version = fields.String()
    sha256 = fields.String()


class MoveSchema(StrictSchema):
    """Houses that go from one judgement to another, or keep it."""

    before = fields.String()
    after = fields.String()
    houses = fields.Integer()


class CrossingSchema(MoveSchema):
    """Houses whose judgement changes; codes: the first 200 case numbers."""

    codes = fields.List(fields.String())


class WardSchema(StrictSchema):
    """The crossings of one ward."""

    ward_code = fields.String(allow_none=True)
    moves = fields.List(fields.Nested(MoveSchema))


class TotalSchema(StrictSchema):
    """How many houses have a total."""

    total = fields.Float(metadata={"description": "points"})
    houses = fields.Integer()


class TotalsSchema(StrictSchema):
    """The distribution of totals under both tables."""

    from_ = fields.List(fields.Nested(TotalSchema), data_key="from", attribute="from")
    to = fields.List(fields.Nested(TotalSchema))


class WhatIfReplySchema(StrictSchema):
    """Who would cross. Houses: those whose newest confirmed visit was scored under `from`."""

    from_ = fields.Nested(TableDigestSchema, data_key="from", attribute="from")
    to = fields.Nested(TableDigestSchema)
    houses = fields.Integer()
    unscored = fields.Integer()
    graver = fields.Integer()
    lighter = fields.Integer()
    moves = fields.List(fields.Nested(MoveSchema))
    crossings = fields.List(fields.Nested(CrossingSchema))
    by_ward = fields.List(fields.Nested(WardSchema))
    totals = fields.Nested(TotalsSchema)


@blp.post("/rule-tables/what-if")
@requires("rule_table:compare")
@blp.arguments(WhatIfSchema)
@blp.response(200, WhatIfReplySchema)
def post_what_if(body: dict[str, Any]) -> dict[str, Any]:
    """Say how many houses would cross each way if the table `to` were in force for `from`."""
    one, two = _table("from", body["from_"]), _table("to", body["to"])
    return to_json(one, two, what_if_houses(one, two))


def _table(field: str, reference: dict[str, str]) -> RuleTable:
    try:
        return registry().get(reference["id"], reference["version"])
    except UnknownTableError as error:
        raise InvalidError.of(field, str(error)) from None
