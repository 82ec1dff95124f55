"""Photos in one shot, and what became of them. (Resumable uploads have a room of their own.)"""

from __future__ import annotations

import base64
import binascii
import re
import sys
import uuid
from typing import Any

from flask import Response, current_app, jsonify, request
from marshmallow import fields, validate
from werkzeug.exceptions import ClientDisconnected

from inspection import queries
from inspection.api.files import link_to, send_object
from inspection.api.parsing import Blueprint
from inspection.api.preconditions import let_come_first
from inspection.api.schemas import Flag, Number, StrictSchema, Text
from inspection.auth import current_actor, requires
from inspection.errors import BadRequestError, TooLargeRequestError
from inspection.resources import storage
from inspection.services import photos
from inspection.services.attach_photo import PhotoLabel, attach_photo, check_target
from inspection.services.review_inspection import must_exist as inspection_must_exist
from uploads.errors import TooLargeError, TruncatedError
from uploads.spool import Spool

blp = Blueprint("photos", __name__, description="Photos of visits")
DIGEST_MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*")
FRACTION = validate.Range(0, 1)
EXTENT = validate.Range(0, 1, min_inclusive=False)
DISCONNECTS = (OSError, EOFError, ClientDisconnected)


class PhotoQuerySchema(StrictSchema):
    """What a photo shows."""

    item = Text(
        required=True,
        min_length=1,
        max_length=40,
        metadata={"description": "item code, `overview` or `surroundings`"},
    )
    caption = Text(load_default=None, max_length=300)
    filename = Text(load_default=None, max_length=300)


class PhotoPositionSchema(StrictSchema):
    """Where a photo was taken, from its EXIF."""

    lon = fields.Float()
    lat = fields.Float()
    accuracy_m = fields.Float(allow_none=True)
    altitude_m = fields.Float(allow_none=True)


class CheckSchema(StrictSchema):
    """One check of a photo."""

    code = fields.String()
    level = fields.String(validate=validate.OneOf(("ok", "warning", "unknown")))
    detail = fields.String()


class BoxSchema(StrictSchema):
    """A rectangle in fractions of the picture as shown, burnt in black."""

    x = Number(required=True, validate=FRACTION)
    y = Number(required=True, validate=FRACTION)
    width = Number(required=True, validate=EXTENT)
    height = Number(required=True, validate=EXTENT)


class ReleaseSchema(StrictSchema):
    """Whether a photo may appear in the public edition."""

    released = Flag(required=True)
    boxes = fields.List(
        fields.Nested(BoxSchema), load_default=list, validate=validate.Length(max=100)
    )


class PhotoSchema(StrictSchema):
    """One photo."""

    id = fields.UUID()
    inspection_id = fields.UUID()
    item = fields.String()
    caption = fields.String(allow_none=True)
    filename = fields.String(allow_none=True)
    sha256 = fields.String()
    bytes = fields.Integer()
    media_type = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    taken_at = fields.AwareDateTime(allow_none=True)
    taken_at_assumed_zone = fields.Boolean()
    position = fields.Nested(PhotoPositionSchema, allow_none=True)
    direction_deg = fields.Float(allow_none=True)
    distance_m = fields.Float(allow_none=True)
    checks = fields.List(fields.Nested(CheckSchema))
    status = fields.String(validate=validate.OneOf(("received", "ready", "rejected")))
    reason = fields.String(allow_none=True)
    released = fields.Boolean()
    boxes = fields.List(fields.Nested(BoxSchema))
    received_at = fields.AwareDateTime()


class FileQuerySchema(StrictSchema):
    """Which size of a photo."""

    size = fields.String(load_default="report", validate=validate.OneOf(photos.SIZES))


def announced_sha256() -> str | None:
    """Return the sha256 (hex) of Content-Digest (RFC 9530), or None when there is no header.

    Raises BadRequestError when it is not well-formed or names no sha-256.
    """
    header = request.headers.get("Content-Digest")
    if header is None:
        return None
    found: dict[str, str] = {}
    for member in header.split(","):
        match = DIGEST_MEMBER.fullmatch(member)
        if match is None:
            raise BadRequestError(
                "Content-Digest は sha-256=:…: (RFC 9530)の形で指定してください。"
            )
        found[match[1]] = match[2]
    try:
        value = base64.b64decode(found["sha-256"], validate=True)
    except (KeyError, binascii.Error):
        value = b""
    if len(value) != 32:
        raise BadRequestError("Content-Digest に sha-256 の値(32バイト)がありません。")
    return value.hex()


def _receive(spool: Spool) -> None:
    limit = current_app.config["HANTEI_MAX_PHOTO_BYTES"]
    request.max_content_length = sys.maxsize  # the spool counts, and says so in its own words
    try:
        spool.receive(
            request.stream, announced_bytes=request.content_length, disconnects=DISCONNECTS
        )
    except TooLargeError:
        raise TooLargeRequestError(f"写真は {limit // 1_000_000} MB までです。") from None
    except TruncatedError as error:
        raise BadRequestError(f"途中で切れました({error.received_bytes} バイト受信)。") from None


@blp.put("/inspections/<uuid:inspection_id>/photos/<uuid:photo_id>")
@requires("photo:write")
@let_come_first(lambda inspection_id, _photo_id, **_: inspection_must_exist(inspection_id))
@blp.arguments(PhotoQuerySchema, location="query")
@blp.response(200, PhotoSchema)
@blp.alt_response(201, schema=PhotoSchema, success=True)
@blp.doc(
    requestBody={
        "required": True,
        "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
    }
)
def put_photo(query: dict[str, Any], inspection_id: uuid.UUID, photo_id: uuid.UUID) -> Any:
    """Take in one photo; the same bytes again change nothing, other bytes for the id are 409."""
    actor, label = current_actor(), PhotoLabel(**query)
    announced = announced_sha256()
    check_target(inspection_id, photo_id, label, actor)
    with Spool(storage(), limit_bytes=current_app.config["HANTEI_MAX_PHOTO_BYTES"]) as spool:
        _receive(spool)
        photo, created = attach_photo(
            spool, inspection_id, photo_id, label, actor=actor, announced_sha256=announced
        )
    return _reply(photo), 201 if created else 200


def _reply(photo: Any) -> Response:
    return jsonify(photos.to_json(photo))


@blp.get("/photos/<uuid:photo_id>")
@requires("photo:read")
@blp.response(200, PhotoSchema)
def get_photo(photo_id: uuid.UUID) -> Response:
    """Return what is known of one photo."""
    return _reply(queries.photo(photo_id, current_actor()))


@blp.get("/photos/<uuid:photo_id>/file")
@requires("photo:read")
@let_come_first(lambda photo_id, **_: photos.must_exist(photo_id))
@blp.arguments(FileQuerySchema, location="query")
@blp.response(200, {"format": "binary", "type": "string"}, content_type="image/*")
@blp.alt_response(302, description="An original on an S3 server: a link that is valid for a while")
def get_photo_file(query: dict[str, Any], photo_id: uuid.UUID) -> Any:
    """Return the picture; an original always as a download, and noted."""
    photo = queries.photo(photo_id, current_actor())
    original = query["size"] == "original"
    found = photos.file_of(photo, query["size"], actor=current_actor())
    if original and (link := link_to(found.key)) is not None:
        return link
    return send_object(
        found.key, found.media_type, name=found.name, etag=found.etag, attachment=original
    )


@blp.put("/photos/<uuid:photo_id>/release")
@requires("photo:release")
@let_come_first(photos.must_exist)
@blp.arguments(ReleaseSchema)
@blp.response(200, PhotoSchema)
def put_release(body: dict[str, Any], photo_id: uuid.UUID) -> Response:
    """Let a photo appear in the public edition, or no longer."""
    return _reply(photos.release(photo_id, body["released"], body["boxes"], actor=current_actor()))
