"""Meeting packs: ordering a build, watching it, downloading the file."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify, url_for
from marshmallow import fields, validate

from inspection.api.files import send_object
from inspection.api.parsing import Blueprint
from inspection.api.preconditions import let_come_first
from inspection.api.schemas import StrictSchema
from inspection.auth import current_actor, requires
from inspection.models import EDITIONS
from inspection.services import meetings, order_pack

blp = Blueprint("packs", __name__, description="Meeting packs")


class PackOrderSchema(StrictSchema):
    """Which edition."""

    edition = fields.String(load_default="closed", validate=validate.OneOf(EDITIONS))


class ProgressSchema(StrictSchema):
    """Cases drawn, of how many."""

    done = fields.Integer()
    total = fields.Integer()


class PackSchema(StrictSchema):
    """A build of a pack."""

    id = fields.UUID()
    meeting_id = fields.UUID()
    edition = fields.String(validate=validate.OneOf(EDITIONS))
    status = fields.String(validate=validate.OneOf(("queued", "running", "ready", "failed")))
    progress = fields.Nested(ProgressSchema)
    sha256 = fields.String(allow_none=True)
    bytes = fields.Integer(allow_none=True)
    pages = fields.Integer(allow_none=True)
    snapshot_sha256 = fields.String(allow_none=True)
    missing_glyphs = fields.List(fields.String())
    error = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()


@blp.post("/meetings/<uuid:meeting_id>/packs")
@requires("meeting:write")
@let_come_first(meetings.must_exist)
@blp.arguments(PackOrderSchema)
@blp.response(202, PackSchema, headers={"Location": {"schema": {"type": "string"}}})
def post_pack(body: dict[str, Any], meeting_id: uuid.UUID) -> Any:
    """Order a build; it runs in the background."""
    pack = order_pack.order_pack(meeting_id, body["edition"], actor=current_actor())
    location = url_for("packs.get_pack", pack_id=pack.id)
    return jsonify(order_pack.to_json(pack)), 202, {"Location": location}


@blp.get("/packs/<uuid:pack_id>")
@requires("pack:read")
@blp.response(200, PackSchema)
def get_pack(pack_id: uuid.UUID) -> Response:
    """Return how far a build has come."""
    return jsonify(order_pack.to_json(order_pack.get(pack_id, actor=current_actor())))


@blp.post("/packs/<uuid:pack_id>/cancel")
@requires("meeting:write")
@blp.response(200, PackSchema)
def post_cancel(pack_id: uuid.UUID) -> Response:
    """Stop a build that waits or runs; it is then failed, with the reason. Order again to retry."""
    return jsonify(order_pack.to_json(order_pack.cancel(pack_id, actor=current_actor())))


@blp.get("/packs/<uuid:pack_id>/file")
@requires("pack:read")
@blp.response(200, {"format": "binary", "type": "string"}, content_type="application/pdf")
def get_pack_file(pack_id: uuid.UUID) -> Response:
    """Download the finished PDF; the download is noted."""
    pack = order_pack.get(pack_id, actor=current_actor())
    key = order_pack.file_key(pack, actor=current_actor())
    return send_object(
        key,
        "application/pdf",
        name=order_pack.file_name(pack),
        etag=pack.sha256 or "",
        attachment=True,
    )
