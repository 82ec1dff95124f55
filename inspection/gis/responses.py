"""Replies of the OGC API: JSON or a page, as the client prefers; ETag, 304 and gzip."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from typing import Any

from flask import Response, render_template, request
from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header

from inspection.gis.links import GEOJSON, HTML, JSON, self_and_alternate
from inspection.gis.parameters import parse_format

VARY = ("Accept", "Accept-Encoding", "Authorization")
_COMPRESSED_FROM_BYTES = 1400
_COMPRESSION_LEVEL = 1


def wants_html() -> bool:
    """Say whether a page is asked for: by `f`, else by the Accept header; JSON when in doubt."""
    chosen = parse_format(request.args)
    if chosen is not None:
        return chosen == "html"
    return prefers_html(request.headers.get("Accept"))


@lru_cache
def prefers_html(accept: str | None) -> bool:
    """Say whether an Accept header prefers a page; JSON when in doubt."""
    return parse_accept_header(accept, MIMEAccept).best_match([JSON, GEOJSON, HTML]) == HTML


@lru_cache
def takes_gzip(accept_encoding: str | None) -> bool:
    """Say whether an Accept-Encoding header takes gzip."""
    return "gzip" in parse_accept_header(accept_encoding, Accept)


def represent(
    document: dict[str, Any], template: str, media_type: str = JSON, **values: Any
) -> Response:
    """Send a document as JSON or as its page, with `self` and `alternate` before its links."""
    html = wants_html()
    links = self_and_alternate(media_type, html=html) + document.get("links", [])
    document = {**document, "links": links}
    if html:
        return page(template, document=document, **values)
    return finish(to_json(document), media_type)


def page(template: str, **values: Any) -> Response:
    """Send a page."""
    return finish(render_template(f"ogc/{template}", **values), f"{HTML}; charset=utf-8")


def to_json(document: Any) -> str:
    """Return a document as JSON text; Japanese stays readable."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def finish(text: str, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """Build the reply: compressed where the client takes it, 304 where it has it already."""
    body = text.encode()
    # Set whole, for Flask would add a charset to types that have none.
    response = Response(headers={"Content-Type": media_type, **(headers or {})})
    response.vary.update(VARY)
    response.set_data(body)
    response.add_etag(weak=True)  # the same for both encodings of the bytes
    response.make_conditional(request)
    if response.status_code == 200:
        sent = compressed(body, request.headers.get("Accept-Encoding"))
        if sent is not None:
            response.set_data(sent)
            response.headers["Content-Encoding"] = "gzip"
    return response


def compressed(body: bytes, accept_encoding: str | None) -> bytes | None:
    """Return the body by gzip, or None where it is short or the client does not take that."""
    if len(body) < _COMPRESSED_FROM_BYTES or not takes_gzip(accept_encoding):
        return None
    return gzip.compress(body, _COMPRESSION_LEVEL, mtime=0)
