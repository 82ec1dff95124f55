"""Houses, and the owner data that only the secretariat sees."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, validate

from inspection import queries
from inspection.api.parsing import Blueprint
from inspection.api.preconditions import if_match, let_come_first, with_etag
from inspection.api.schemas import (
    BoundingBox,
    Instant,
    Number,
    PageQuerySchema,
    PointSchema,
    StrictSchema,
    Text,
    Whole,
)
from inspection.auth import current_actor, requires
from inspection.models import STRUCTURES
from inspection.services import houses

blp = Blueprint("houses", __name__, description="Houses under inspection")


def _extra(value: Any) -> None:
    declared = current_app.config["HANTEI_EXTRA_FIELDS"]
    kinds = {"text": str, "number": (int, float), "boolean": bool}
    for name, content in value.items():
        if name not in declared:
            raise ValidationError(f"{name}: 設定されていない項目です。")
        kind = declared[name][1]
        wrong = not isinstance(content, kinds[kind]) or (kind == "number" and content is True)
        if content is not None and (wrong or (kind == "number" and isinstance(content, bool))):
            raise ValidationError(f"{name}: {kind} で指定してください。")
        if isinstance(content, str) and (len(content) > 2000 or "\x00" in content):
            raise ValidationError(f"{name}: 2000 文字以内で指定してください。")


class HouseSchema(StrictSchema):
    """A house as a client writes it."""

    code = Text(
        required=True, min_length=1, max_length=64, metadata={"description": "unique case number"}
    )
    address = Text(load_default=None, allow_none=True, max_length=300)
    town = Text(load_default=None, allow_none=True, max_length=100)
    lot_number = Text(
        load_default=None, allow_none=True, max_length=100, metadata={"description": "地番"}
    )
    residence_number = Text(
        load_default=None, allow_none=True, max_length=100, metadata={"description": "住居表示"}
    )
    ward_code = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^[0-9]{6}\Z", error="区コードは6桁の数字(文字列)です。"),
        metadata={"description": "six digits, text"},
    )
    location = fields.Nested(PointSchema, load_default=None, allow_none=True)
    structure = fields.String(required=True, validate=validate.OneOf(STRUCTURES))
    storeys = Whole(load_default=None, allow_none=True, low=0, high=200)
    floor_area_m2 = Number(
        load_default=None, allow_none=True, validate=validate.Range(0, 1_000_000)
    )
    built_year = Whole(load_default=None, allow_none=True, low=1000, high=2200)
    use = Text(load_default=None, allow_none=True, max_length=100)
    notes = Text(load_default=None, allow_none=True, max_length=10_000)
    extra = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True),
        load_default=dict,
        validate=_extra,
        metadata={"description": "the city's own fields, as declared in the configuration"},
    )


class HouseReplySchema(HouseSchema):
    """A house with the result of its newest confirmed visit."""

    id = fields.UUID()
    revision = fields.Integer()
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    total = fields.Raw(metadata={"type": ["number", "null"], "description": "points"})
    low = fields.Raw(metadata={"type": ["number", "null"]})
    high = fields.Raw(metadata={"type": ["number", "null"]})
    judgement = fields.String(allow_none=True)
    status = fields.String(allow_none=True)
    inspected_at = fields.AwareDateTime(allow_none=True)


class HousePageSchema(StrictSchema):
    """One page of houses."""

    items = fields.List(fields.Nested(HouseReplySchema))
    next_cursor = fields.String(allow_none=True)


class HouseQuerySchema(PageQuerySchema):
    """Which houses."""

    bbox = BoundingBox(load_default=None, metadata={"description": "west,south,east,north"})
    q = Text(load_default=None, max_length=100, metadata={"description": "part of code or address"})
    ward_code = Text(load_default=None, max_length=6)
    judgement = Text(load_default=None, max_length=60)
    min_total = fields.Float(load_default=None, allow_nan=False)
    updated_since = Instant(load_default=None)


class OwnerSchema(StrictSchema):
    """What is known of the owner."""

    name = Text(load_default=None, allow_none=True, max_length=200)
    address = Text(load_default=None, allow_none=True, max_length=300)
    phone = Text(load_default=None, allow_none=True, max_length=50)
    notes = Text(load_default=None, allow_none=True, max_length=10_000)


@blp.put("/houses/<uuid:house_id>")
@requires("house:write")
@let_come_first(houses.check_precondition)
@blp.arguments(HouseSchema)
@blp.response(200, HouseReplySchema)
@blp.alt_response(201, schema=HouseReplySchema, success=True)
def put_house(body: dict[str, Any], house_id: uuid.UUID) -> Any:
    """Create or replace a house; sending the same body again changes nothing."""
    house, created = houses.put_house(house_id, body, actor=current_actor(), if_match=if_match())
    return houses.to_json(house), 201 if created else 200, with_etag(house.revision)


@blp.get("/houses/<uuid:house_id>")
@requires("house:read")
@blp.response(200, HouseReplySchema)
def get_house(house_id: uuid.UUID) -> Any:
    """Return one house."""
    house = queries.house(house_id, current_actor())
    return houses.to_json(house), 200, with_etag(house.revision)


@blp.get("/houses")
@requires("house:read")
@blp.arguments(HouseQuerySchema, location="query")
@blp.response(200, HousePageSchema)
def list_houses(filters: dict[str, Any]) -> Any:
    """List houses in pages."""
    page = queries.houses(filters, current_actor())
    return {"items": [houses.to_json(h) for h in page.items], "next_cursor": page.next_cursor}


@blp.get("/houses/<uuid:house_id>/owner")
@requires("house:owner")
@blp.response(200, OwnerSchema)
def get_owner(house_id: uuid.UUID) -> Any:
    """Return the owner data; the read is audited."""
    return houses.read_owner(house_id, actor=current_actor())


@blp.put("/houses/<uuid:house_id>/owner")
@requires("house:owner")
@let_come_first(houses.must_exist)
@blp.arguments(OwnerSchema)
@blp.response(200, OwnerSchema)
@blp.alt_response(201, schema=OwnerSchema, success=True)
def put_owner(body: dict[str, Any], house_id: uuid.UUID) -> Any:
    """Create or replace the owner data."""
    owner, created = houses.put_owner(house_id, body, actor=current_actor())
    return owner, 201 if created else 200
