"""Photos over a bad network: tus 1.0 at /uploads. docs/uploads.md is for authors of clients."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request, url_for
from werkzeug.http import http_date

from inspection.api import body, tus
from inspection.auth import current_actor, public, requires
from inspection.errors import BadRequestError, HanteiError
from inspection.services import announce_upload, end_uploads, upload_ledger
from inspection.services.receive_upload import Standing, receive, standing
from uploads.errors import TruncatedError

blp = Blueprint("uploads", __name__, url_prefix=tus.PREFIX)


def _empty(status: int, **headers: str) -> Response:
    response = Response(status=status)
    response.headers.remove("Content-Type")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def _progress(status: int, found: Standing, **headers: str) -> Response:
    return _empty(
        status,
        Upload_Offset=str(found.offset),
        Upload_Expires=http_date(found.expires_at),
        **headers,
    )


@blp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@blp.route("/<uuid:upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
@public
def describe(upload_id: uuid.UUID | None = None) -> Response:
    """Say what is spoken here; also the answer to a browser's preflight."""
    return _empty(
        204,
        Tus_Version=tus.VERSION,
        Tus_Extension=tus.EXTENSIONS,
        Tus_Checksum_Algorithm=",".join(tus.CHECKSUMS),
    )


@blp.post("", provide_automatic_options=False)
@requires("photo:write")
def create() -> Response:
    """Announce a photo, with its first bytes if the client likes."""
    tus.check_version()
    tus.refuse_unsupported()
    length = tus.required_number("Upload-Length")
    values, announced = tus.metadata()
    with_bytes = tus.has_bytes()
    checksum = tus.checksum() if with_bytes else None
    upload = announce_upload.announce_upload(values, announced, length, current_actor())
    location = url_for("uploads.append", upload_id=upload.id)  # holds behind any proxy
    found = Standing(0, length, announced, upload.expires_at)
    if with_bytes:
        found = _receive(upload.id, 0, checksum)
    return _progress(201, found, Location=location)


@blp.route("/<uuid:upload_id>", methods=["HEAD"], provide_automatic_options=False)
@requires("photo:write")
def look(upload_id: uuid.UUID) -> Response:
    """Say how far an upload is."""
    upload_ledger.find(upload_id)  # that it is not there comes first
    tus.check_version()
    found = standing(upload_id)
    more = {"Upload_Metadata": found.announced} if found.announced else {}
    return _progress(200, found, Upload_Length=str(found.length), **more)


@blp.patch("/<uuid:upload_id>", provide_automatic_options=False)
@requires("photo:write")
def append(upload_id: uuid.UUID) -> Response:
    """Append bytes; with the last one the upload is the photo."""
    try:
        tus.check_version()
        tus.check_type()
        offset, checksum = tus.required_number("Upload-Offset"), tus.checksum()
    except HanteiError:
        upload_ledger.find(upload_id)  # that it is not there comes first
        raise
    return _progress(204, _receive(upload_id, offset, checksum))


@blp.delete("/<uuid:upload_id>", provide_automatic_options=False)
@requires("photo:write")
def terminate(upload_id: uuid.UUID) -> Response:
    """Give an upload up; a photo that it became stays."""
    upload_ledger.find(upload_id)
    tus.check_version()
    end_uploads.terminate(upload_id)
    return _empty(204)


def _receive(upload_id: uuid.UUID, offset: int, checksum: tuple[str, bytes] | None) -> Standing:
    try:
        return receive(
            upload_id,
            offset,
            body.pieces(),
            announced_bytes=request.content_length,
            checksum=checksum,
        )
    except TruncatedError:
        raise BadRequestError("データが途中で切れました。") from None
