"""The JSON API under /api/v1: one file a resource, and its OpenAPI 3.1 document."""

from __future__ import annotations

from flask import Flask

from inspection import __version__
from inspection.api.documented import Api
from inspection.auth import public
from inspection.extensions import limiter

PREFIX = "/api/v1"
DESCRIPTION = (
    "Intake, scoring, packs and access of Hantei (判定). Authenticate with "
    "`Authorization: Bearer TOKEN`, or HTTP Basic with the token as password. "
    "Errors are RFC 9457 problem documents."
)


def _configure(app: Flask) -> None:
    app.config.update(
        API_TITLE="Hantei API",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "components": {
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    "basic": {"type": "http", "scheme": "basic"},
                }
            },
            "servers": [{"url": "/"}],
        },
        MAX_CONTENT_LENGTH=app.config["HANTEI_MAX_BODY_BYTES"],
        RATELIMIT_STORAGE_URI=app.config["HANTEI_RATE_STORAGE_URL"],
        RATELIMIT_HEADERS_ENABLED=True,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]


def register(app: Flask) -> None:
    """Register every resource and the document on an application."""
    from inspection.api import (
        changes,
        devices,
        exports,
        houses,
        inspections,
        meeting_lists,
        meetings,
        operations,
        packs,
        photos,
        questions,
        rule_tables,
        scores,
        sync,
        teams,
        tus,
        uploads,
        what_if,
    )

    _configure(app)
    limiter.init_app(app)
    api = Api(app)
    for room in (
        houses,
        rule_tables,
        scores,
        what_if,
        inspections,
        photos,
        meetings,
        meeting_lists,
        packs,
        devices,
        teams,
        sync,
        changes,
        exports,
        questions,
    ):
        api.register_blueprint(room.blp, url_prefix=PREFIX)
    app.register_blueprint(operations.blp)
    app.register_blueprint(uploads.blp)
    tus.register(app)
    _open_document(app)


def _open_document(app: Flask) -> None:
    """Let the document be read without a token. The view is a method, which takes no mark."""
    serve = app.view_functions["api-docs.openapi_json"]
    app.view_functions["api-docs.openapi_json"] = public(lambda: serve())
