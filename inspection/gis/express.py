"""The short way for what GIS clients ask all day: a page, a box, one feature, as plain GeoJSON.

It stands before Flask and answers only requests that it understands whole: GET with a bearer
token, `limit`, `bbox`, `cursor` and `f=json` in their plainest forms, on PostgreSQL. It runs one
statement and writes the reply that the ordinary views would write, to the byte. All else, and
whatever turns out to be no success, goes on to the application as if it had not been here: no
refusal is said in two places. docs/decisions/0023 has what it saves.
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import HeaderSet

from inspection import headers, logs, metrics
from inspection.canonical import text_digest
from inspection.database.quick import Quick
from inspection.errors import HanteiError
from inspection.extensions import db
from inspection.gis import express_sql, pages, responses
from inspection.gis.bbox import degrees, parse_bbox
from inspection.gis.collections import COLLECTIONS
from inspection.gis.crs import CRS84
from inspection.gis.features import SIDES
from inspection.gis.links import GEOJSON, Link, encodings
from inspection.gis.parameters import parse_cursor, parse_limit
from inspection.paging import encode_cursor

Environ = dict[str, Any]
Header = tuple[str, str]
StartResponse = Callable[[str, list[Header]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_PATH = re.compile(
    r"/ogc/collections/(houses|inspections|photos)/items"
    r"(?:/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}))?"
)
_WORD = re.compile(r"(limit|bbox|cursor|f)=([A-Za-z0-9.,_-]{1,400})")
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?")
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{1,200})")
_NEEDS_MORE = (
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_ORIGIN",
    "HTTP_HANTEI_DEVICE_TIME",
    "HTTP_COOKIE",
    "HTTP_TRANSFER_ENCODING",
    "CONTENT_LENGTH",
)
"""Headers that change the reply in ways that the application knows."""

_MOST_TOKENS = 1000
_ALWAYS: list[Header] = [
    ("Vary", HeaderSet(responses.VARY).to_header()),
    ("Content-Crs", pages.content_crs(CRS84)),
    ("Content-Security-Policy", headers.CONTENT_SECURITY_POLICY),
    *headers.SAFETY.items(),
    ("Cache-Control", headers.PRIVATE),
]
log = structlog.get_logger("hantei.request")


@dataclass(frozen=True)
class _Asked:
    """A request that is understood: for one feature where there is an id, else for a page."""

    collection_id: str
    feature_id: str | None
    digest: str
    base: str
    site: str
    arguments: dict[str, str]

    def address(self, **changes: str) -> str:
        """Return its address with parameters changed; none of their characters needs quoting."""
        pairs = (f"{name}={value}" for name, value in (self.arguments | changes).items())
        return f"{self.base}?{'&'.join(pairs)}"

    def links(self, last_key: int | None = None) -> list[Link]:
        """Return the links of the reply; last_key: of a page that others follow."""
        found = encodings(GEOJSON, self.address(f="json"), self.address(f="html"), html=False)
        if last_key is not None:
            following = self.address(cursor=encode_cursor(last_key))
            found.append(pages.next_link(GEOJSON, following))
        href = f"{self.site}/ogc/collections/{self.collection_id}"
        return [*found, pages.collection_link(COLLECTIONS[self.collection_id], href)]


class Express:
    """A WSGI application before another one, which gets all that is not answered here."""

    def __init__(self, app: Flask, ordinary: Application) -> None:
        self._app = app
        self._ordinary = ordinary
        self._roles: dict[str, str] = {}
        self._statements: dict[tuple[str, str, bool, bool], Quick] = {}

    @cached_property
    def _engine(self) -> Engine:
        with self._app.app_context():
            return db.engine

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or hand it on."""
        begun = time.perf_counter()
        asked = understand(environ)
        try:
            body = None if asked is None else self._body(asked)
        except SQLAlchemyError:
            body = None  # no connection to be had; the application waits for one, or says so
        if asked is None or body is None:
            return self._ordinary(environ, start_response)
        etag = f'W/"{hashlib.sha1(body).hexdigest()}"'
        smaller = responses.compressed(body, environ.get("HTTP_ACCEPT_ENCODING"))
        request_id = logs.request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        sent = body if smaller is None else smaller
        reply = [
            ("Content-Type", GEOJSON),
            ("Content-Length", str(len(sent))),
            ("ETag", etag),
            *_ALWAYS,
            ("X-Request-Id", request_id),
        ]
        if smaller is not None:
            reply.append(("Content-Encoding", "gzip"))
        self._note(asked, request_id, environ["PATH_INFO"], time.perf_counter() - begun)
        start_response("200 OK", reply)
        return [sent]

    def _note(self, asked: _Asked, request_id: str, path: str, seconds: float) -> None:
        endpoint = "ogc.items" if asked.feature_id is None else "ogc.item"
        metrics.count("GET", endpoint, 200, seconds)
        log.info(
            "request",
            method="GET",
            path=path,
            status=200,
            ms=round(seconds * 1000, 1),
            role=self._roles.get(asked.digest),
            request_id=request_id,
        )

    def _body(self, asked: _Asked) -> bytes | None:
        """Return the reply's body; None where the application has to say what there is to say."""
        role = self._roles.get(asked.digest) or self._learn(asked.digest)
        if role is None:
            return None
        found = self._page(asked, role) if asked.feature_id is None else self._one(asked, role)
        if found is None:
            self._roles.pop(asked.digest, None)
        return found

    def _learn(self, digest: str) -> str | None:
        role = express_sql.role_of(self._engine, digest)
        if role is not None:
            if len(self._roles) >= _MOST_TOKENS:
                self._roles.clear()
            self._roles[digest] = role
        return role

    def _page(self, asked: _Asked, role: str) -> bytes | None:
        try:
            limit = parse_limit(asked.arguments.get("limit"))
            after = parse_cursor(asked.arguments.get("cursor"))
            box = _sides(asked.arguments.get("bbox"))
        except HanteiError:
            return None
        if box is None:
            return None
        values = {"limit": limit + 1, "after": after or 0, **box}
        rows = self._rows(asked, role, values, boxed=bool(box))
        if not rows or not rows[0][0]:
            return None
        many, last_key, texts, *kept = rows[0]
        whole = after is None and many <= limit
        if box and not whole:
            return None  # what lies in the box must be counted
        matched = many if whole else kept[0] or 0
        links = asked.links(last_key if many > limit else None)
        head = pages.features_head(matched, min(many, limit), links)
        return b"".join((head.encode(), texts, pages.TAIL.encode()))

    def _one(self, asked: _Asked, role: str) -> bytes | None:
        rows = self._rows(asked, role, {"id": uuid.UUID(asked.feature_id)})
        return pages.feature_text(rows[0][1], asked.links()).encode() if rows else None

    def _rows(
        self, asked: _Asked, role: str, values: dict[str, Any], *, boxed: bool = False
    ) -> Sequence[Any]:
        """Return the rows if the token is valid; none at all leave open which of both it was."""
        which = (asked.collection_id, role, asked.feature_id is None, boxed)
        statement = self._statements.get(which)
        if statement is None:
            with self._app.app_context():
                statement = self._statements[which] = _make(*which)
        token = express_sql.presented(asked.digest)
        return statement.by_driver(self._engine, values | token) or ()


def _make(collection_id: str, role: str, page: bool, boxed: bool) -> Quick:
    dialect = db.engine.dialect.name
    if page:
        return express_sql.plain_page(collection_id, role, dialect, boxed=boxed)
    return express_sql.plain_feature(collection_id, role, dialect)


def _sides(bbox: str | None) -> dict[str, float] | None:
    """Return the sides of a box as parameters, none without a box; None where one is not plain."""
    if bbox is None:
        return {}
    box = degrees(parse_bbox(bbox, CRS84))
    return None if box is None or box[0] > box[2] else dict(zip(SIDES, box, strict=True))


def understand(environ: Environ) -> _Asked | None:
    """Return what is asked, or None where the application has to look at it."""
    found = _PATH.fullmatch(environ["PATH_INFO"])
    if found is None or environ["REQUEST_METHOD"] != "GET" or environ.get("SCRIPT_NAME"):
        return None
    token = _BEARER.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
    site = _site(environ)
    arguments = _arguments(environ.get("QUERY_STRING", ""))
    if token is None or site is None or arguments is None:
        return None
    if any(environ.get(name) for name in _NEEDS_MORE):
        return None
    if "f" not in arguments and responses.prefers_html(environ.get("HTTP_ACCEPT")):
        return None
    collection_id, feature_id = found.groups()
    if feature_id is not None and not arguments.keys() <= {"f"}:
        return None
    base = f"{site}{environ['PATH_INFO']}"
    return _Asked(collection_id, feature_id, text_digest(token[1]), base, site, arguments)


def _site(environ: Environ) -> str | None:
    host, scheme = environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"]
    if not _HOST.fullmatch(host) or host.endswith((":80", ":443")):
        return None
    return f"{scheme}://{host}"


def _arguments(query: str) -> dict[str, str] | None:
    arguments: dict[str, str] = {}
    for word in query.split("&") if query else ():
        found = _WORD.fullmatch(word)
        if found is None or found[1] in arguments:
            return None
        arguments[found[1]] = found[2]
    return arguments if arguments.get("f", "json") == "json" else None


def register(app: Flask) -> None:
    """Put the short way before an application, where its database is PostgreSQL."""
    if app.config["HANTEI_DATABASE_URL"].startswith("postgresql"):
        app.wsgi_app = Express(app, app.wsgi_app)  # type: ignore[method-assign]
