"""Tablets and API tokens: enrolling, listing, shutting out."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import current_app, request
from marshmallow import fields

from inspection.api.parsing import Blueprint
from inspection.api.schemas import StrictSchema, Text
from inspection.auth import current_actor, public, requires
from inspection.extensions import limiter
from inspection.services import access, devices

blp = Blueprint("devices", __name__, description="Tablets and tokens")


class EnrolSchema(StrictSchema):
    """A one-time code and the tablet's name."""

    code = Text(required=True, min_length=1, max_length=40)
    name = Text(required=True, min_length=1, max_length=100)


class TeamRefSchema(StrictSchema):
    """The team of a tablet."""

    id = fields.UUID()
    name = fields.String()


class DeviceSchema(StrictSchema):
    """A tablet."""

    id = fields.UUID()
    name = fields.String()
    enrolled_by = fields.String()
    created_at = fields.AwareDateTime()
    last_seen_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "to the minute, by the server's clock"}
    )
    clock_skew_s = fields.Float(
        allow_none=True,
        metadata={"description": "its clock minus the server's then; null: it did not tell"},
    )
    revoked_at = fields.AwareDateTime(allow_none=True)
    team = fields.Nested(TeamRefSchema, allow_none=True)


class EnrolledSchema(StrictSchema):
    """The token, shown this once."""

    token = fields.String()
    device = fields.Nested(DeviceSchema)


class CodeSchema(StrictSchema):
    """A one-time enrolment code."""

    code = fields.String()
    url = fields.String()
    expires_at = fields.AwareDateTime()


class DeviceListSchema(StrictSchema):
    """Tablets, newest first."""

    items = fields.List(fields.Nested(DeviceSchema))


class TokenSchema(StrictSchema):
    """A token, never its text."""

    id = fields.UUID()
    label = fields.String()
    role = fields.String()
    last_used_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)


class TokenListSchema(StrictSchema):
    """Tokens, newest first."""

    items = fields.List(fields.Nested(TokenSchema))


def _sign_in_limit() -> str:
    return str(current_app.config["HANTEI_SIGN_IN_LIMIT"])


@blp.post("/devices/enrol")
@public
@limiter.limit(_sign_in_limit)
@blp.arguments(EnrolSchema)
@blp.response(201, EnrolledSchema)
def enrol(body: dict[str, Any]) -> Any:
    """Trade a one-time code for a token."""
    device, token = devices.enrol_device(body["code"], body["name"], request.remote_addr)
    return {"token": token, "device": device}


@blp.post("/devices/codes")
@requires("device:manage")
@blp.response(201, CodeSchema)
def make_code() -> dict[str, str | datetime]:
    """Make a one-time code, valid for fifteen minutes."""
    issued = devices.issue_enrolment_code(current_actor())
    return {
        "code": issued.code,
        "url": issued.url,
        "expires_at": issued.expires_at,
    }


@blp.get("/devices")
@requires("device:manage")
@blp.response(200, DeviceListSchema)
def list_devices() -> Any:
    """List tablets."""
    return {"items": devices.devices_with_teams()}


@blp.delete("/devices/<uuid:device_id>")
@requires("device:manage")
@blp.response(204)
def delete_device(device_id: uuid.UUID) -> None:
    """Shut a tablet out: its tokens are revoked at once."""
    devices.revoke_device(device_id, current_actor())


@blp.get("/tokens")
@requires("token:manage")
@blp.response(200, TokenListSchema)
def list_tokens() -> Any:
    """List tokens."""
    return {"items": access.list_tokens()}


@blp.delete("/tokens/<uuid:token_id>")
@requires("token:manage")
@blp.response(204)
def delete_token(token_id: uuid.UUID) -> None:
    """Make a token useless from now on."""
    access.revoke_token(token_id, current_actor())
