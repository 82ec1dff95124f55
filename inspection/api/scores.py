"""Scores without storing anything."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Response, current_app, jsonify, request
from marshmallow import ValidationError, fields, validate

from inspection.api.parsing import Blueprint
from inspection.api.schemas import OpenSchema, StrictSchema, Text
from inspection.auth import requires
from inspection.models import METHODS, STRUCTURES
from inspection.services import scoring_rules

blp = Blueprint("scores", __name__, description="Scores")
MAX_ANSWERS = 500


def _bounded(value: Any) -> None:
    if len(value) > MAX_ANSWERS or any(len(str(key)) > 60 for key in value):
        raise ValidationError(f"{MAX_ANSWERS} 件以内、項目番号は 60 文字以内で指定してください。")


def answers_field(**kwargs: Any) -> fields.Dict:
    """Return the field of answers: item code -> grades found, a word, or a measured value."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.Raw(
            allow_none=True,  # refused by the scoring, in its own words
            metadata={
                "description": 'list of grade codes, "none", "unknown", "na", {"count": …}, '
                '{"value": …} or {"inputs": {…}}'
            },
        ),
        validate=_bounded,
        **kwargs,
    )


def conditions_field(**kwargs: Any) -> fields.Dict:
    """Return the field of conditions: code -> true, false or "unknown"."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True, metadata={"description": 'true, false or "unknown"'}),
        validate=_bounded,
        **kwargs,
    )


class RuleTableRefSchema(StrictSchema):
    """A rule table by id, with or without version."""

    id = Text(required=True, min_length=1, max_length=120)
    version = Text(load_default=None, allow_none=True, max_length=40)


class OverrideSchema(StrictSchema):
    """A person's decision, for rule tables that leave one to a person."""

    judgement = Text(required=True, min_length=1, max_length=60)
    reason = Text(required=True, min_length=1, max_length=2000)
    by = Text(required=True, min_length=1, max_length=200)


class ScoreRequestSchema(StrictSchema):
    """What to score, and under which table."""

    rule_table = fields.Nested(RuleTableRefSchema, load_default=None, allow_none=True)
    structure = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(STRUCTURES)
    )
    method = fields.String(load_default="full", validate=validate.OneOf(METHODS))
    on = fields.Date(load_default=None, allow_none=True)
    answers = answers_field(load_default=dict)
    conditions = conditions_field(load_default=dict)
    override = fields.Nested(OverrideSchema, load_default=None, allow_none=True)


class LabelSchema(StrictSchema):
    """A text in both languages."""

    ja = fields.String()
    en = fields.String()


class TableIdSchema(StrictSchema):
    """A rule table to the letter."""

    id = fields.String()
    version = fields.String()
    sha256 = fields.String()


class ScoreItemSchema(OpenSchema):
    """One line of a score."""

    code = fields.String()
    label = fields.String()
    answer = fields.Raw()
    points = fields.Float()
    source = fields.String()
    max = fields.Float(metadata={"description": "the most that the item can bring"})
    grade = fields.String(allow_none=True)
    mark = fields.String(allow_none=True)
    grade_label = fields.String(allow_none=True)


class ScoreCategorySchema(OpenSchema):
    """One category of a score: raw is the sum before the cap."""

    code = fields.String()
    label = fields.String()
    raw = fields.Float()
    cap = fields.Float(allow_none=True)
    points = fields.Float()
    items = fields.List(fields.Nested(ScoreItemSchema))


class ScoreSchema(OpenSchema):
    """A score that explains itself. Served as the engine gives it; the schema documents it."""

    total = fields.Float()
    low = fields.Float()
    high = fields.Float()
    judgement = fields.String()
    judgement_label = fields.String()
    judgements = fields.Dict(keys=fields.String(), values=fields.Raw())
    categories = fields.List(fields.Nested(ScoreCategorySchema))
    cut = fields.Float()
    open_items = fields.List(fields.String())
    open_conditions = fields.List(fields.String())
    conditions = fields.Dict(keys=fields.String(), values=fields.Raw())
    warnings = fields.List(fields.String())
    table = fields.Nested(TableIdSchema)


def today() -> date:
    """Return today's date in the site's time zone."""
    return datetime.now(UTC).astimezone(current_app.config["HANTEI_TIME_ZONE"]).date()


def language() -> str:
    """Return the language of labels: English only when the client prefers it, else the default."""
    best = request.accept_languages.best_match(["ja", "en"], current_app.config["HANTEI_LANGUAGE"])
    return best or "ja"


@blp.post("/scores")
@requires("score")
@blp.arguments(ScoreRequestSchema)
@blp.response(200, ScoreSchema)
def post_score(body: dict[str, Any]) -> Response:
    """Score answers without storing them."""
    table = scoring_rules.choose_table(
        body["rule_table"],
        structure=body["structure"],
        method=body["method"],
        on=body["on"] or today(),
    )
    return jsonify(
        scoring_rules.score(
            table,
            body["answers"],
            body["conditions"],
            structure=body["structure"],
            override=body["override"],
            lang=language(),
        )
    )
