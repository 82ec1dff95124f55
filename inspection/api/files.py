"""Sending a stored object: ETag, ranges, and a file name in any script; or a link to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, redirect, request
from werkzeug.wsgi import FileWrapper

from inspection.lists.kinds import KINDS, file_name
from inspection.lists.model import MeetingList
from inspection.resources import storage


def send_object(key: str, media_type: str, *, name: str, etag: str, attachment: bool) -> Response:
    """Answer with an object of the storage.

    name: the file name for saving, in any script. A Range beyond the end is 416, one that is no
    range of bytes is ignored (RFC 9110, 14.2).
    """
    size = storage().stat(key).bytes
    body = storage().open_range(key)
    response = Response(FileWrapper(body, 1 << 16), mimetype=media_type, direct_passthrough=True)
    response.call_on_close(body.close)
    response.content_length = size
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    kind = "attachment" if attachment else "inline"
    response.headers["Content-Disposition"] = disposition(kind, name)
    wanted = request.range is not None and request.range.units == "bytes"
    response.make_conditional(request, accept_ranges=wanted, complete_length=size)
    response.headers["Accept-Ranges"] = "bytes"
    return response


def link_to(key: str) -> Any:
    """Answer with a link to an object where its storage has links, else None.

    The link lets whoever has it read this one object for a short while; it is signed for GET,
    so that HEAD is answered here. No store of answers may keep it.
    """
    if request.method != "GET":
        return None
    link = storage().url(key, timedelta(seconds=current_app.config["HANTEI_LINK_TTL_S"]))
    if link is None:
        return None
    response = redirect(link, 302)
    response.headers["Cache-Control"] = "no-store"
    return response


def disposition(kind: str, name: str) -> str:
    """Return Content-Disposition with a plain fallback and the real name (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "")
    return f"{kind}; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name)}"


def send_list(listed: MeetingList, extension: str) -> Response:
    """Answer with a file made of a meeting's list, as a download under its Japanese name."""
    kind = KINDS[extension]
    response = Response(kind.write(listed), content_type=kind.media_type)
    response.headers["Content-Disposition"] = disposition(
        "attachment", file_name(listed, extension)
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response
