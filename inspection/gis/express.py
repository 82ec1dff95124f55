"""The short way for what GIS clients ask all day: a page, a box, one feature, as plain GeoJSON.

It stands before Flask and answers only requests that it understands whole: GET with a bearer
token, `limit`, `bbox`, `cursor` and `f=json` in their plainest forms, for houses also conditions on
their facets, on PostgreSQL. It runs one statement and writes the reply that the ordinary views
would write, to the byte. All else, and whatever turns out to be no success, goes on to the
application as if it had not been here: no refusal is said in two places. docs/decisions/0023 has
what it saves.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import HeaderSet

from inspection import headers, logs, metrics
from inspection.database.quick import Quick
from inspection.errors import HanteiError
from inspection.extensions import db
from inspection.gis import express_sql, pages, responses
from inspection.gis.bbox import degrees, parse_bbox
from inspection.gis.crs import CRS84
from inspection.gis.express_requests import Asked, Environ, understand
from inspection.gis.features import SIDES
from inspection.gis.links import GEOJSON
from inspection.gis.parameters import parse_cursor, parse_limit

Header = tuple[str, str]
StartResponse = Callable[[str, list[Header]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_MOST_TOKENS = 1000
_ALWAYS: list[Header] = [
    ("Vary", HeaderSet(responses.VARY).to_header()),
    ("Content-Crs", pages.content_crs(CRS84)),
    ("Content-Security-Policy", headers.CONTENT_SECURITY_POLICY),
    *headers.SAFETY.items(),
    ("Cache-Control", headers.PRIVATE),
]
log = structlog.get_logger("hantei.request")


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

    def _note(self, asked: Asked, request_id: str, path: str, seconds: float) -> None:
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

    def _body(self, asked: Asked) -> bytes | None:
        """Return the reply's body; None where the application has to say what there is to say."""
        role = self._roles.get(asked.digest) or self._learn(asked.digest)
        if role is None:
            return None
        return self._page(asked, role) if asked.feature_id is None else self._one(asked, role)

    def _learn(self, digest: str) -> str | None:
        role = express_sql.role_of(self._engine, digest)
        if role is not None:
            if len(self._roles) >= _MOST_TOKENS:
                self._roles.clear()
            self._roles[digest] = role
        return role

    def _forget(self, asked: Asked) -> None:
        """Ask for the token's role anew next time: nothing was found, perhaps because of it."""
        self._roles.pop(asked.digest, None)

    def _page(self, asked: Asked, role: str) -> bytes | None:
        try:
            limit = parse_limit(asked.arguments.get("limit"))
            after = parse_cursor(asked.arguments.get("cursor"))
            statement = self._selected(asked, role)
        except HanteiError:
            return None
        if statement is None:
            return None
        values = {"limit": limit + 1, "after": after or 0}
        rows = self._rows(asked, statement[0], values | statement[1])
        if not rows:
            return self._forget(asked)
        kept, more, shown = rows[0][2:], len(rows) > limit, rows[:limit]
        whole = after is None and not more
        if not whole and not kept:
            return None  # what lies in the box must be counted
        matched = len(rows) if whole else kept[0] or 0
        head = pages.features_head(matched, len(shown), asked.links(shown[-1][0] if more else None))
        texts = pages.BETWEEN.encode().join([row[1] for row in shown])
        return b"".join((head.encode(), texts, pages.TAIL.encode()))

    def _selected(self, asked: Asked, role: str) -> tuple[Quick, dict[str, Any]] | None:
        """Return the statement of a page and the values of what selects it; None: not plain."""
        if asked.has_conditions:
            with self._app.app_context():
                zone = self._app.config["HANTEI_TIME_ZONE"]
                return express_sql.filtered_page(asked.arguments, role, zone)
        box = _sides(asked.arguments.get("bbox"))
        return None if box is None else (self._statement(asked, role, boxed=bool(box)), box)

    def _one(self, asked: Asked, role: str) -> bytes | None:
        statement = self._statement(asked, role)
        rows = self._rows(asked, statement, {"id": uuid.UUID(asked.feature_id)})
        if not rows:
            return self._forget(asked)
        return pages.feature_text(rows[0][1], asked.links()).encode()

    def _statement(self, asked: Asked, role: str, *, boxed: bool = False) -> Quick:
        which = (asked.collection_id, role, asked.feature_id is None, boxed)
        statement = self._statements.get(which)
        if statement is None:
            with self._app.app_context():
                statement = self._statements[which] = _make(*which)
        return statement

    def _rows(self, asked: Asked, statement: Quick, values: dict[str, Any]) -> Sequence[Any]:
        """Return the rows if the token is valid; none at all leave open which of both it was."""
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


def register(app: Flask) -> None:
    """Put the short way before an application, where its database is PostgreSQL."""
    if app.config["HANTEI_DATABASE_URL"].startswith("postgresql"):
        app.wsgi_app = Express(app, app.wsgi_app)  # type: ignore[method-assign]
