"""The JSON API under /api/v1: one file a resource, and its OpenAPI 3.1 document."""

from __future__ import annotations

from typing import Any

from flask import Flask

from inspection import __version__
from inspection.auth import PUBLIC, public, rule_of
from inspection.extensions import limiter
from inspection.problems import Api

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
        devices,
        houses,
        inspections,
        meetings,
        operations,
        packs,
        photos,
        scores,
    )

    _configure(app)
    limiter.init_app(app)
    api = Api(app)
    for room in (houses, scores, inspections, photos, meetings, packs, devices):
        api.register_blueprint(room.blp, url_prefix=PREFIX)
    app.register_blueprint(operations.blp)
    _open_document(app)
    _document_access(app, api)


def _open_document(app: Flask) -> None:
    """Let the document be read without a token. The view is a method, which takes no mark."""
    serve = app.view_functions["api-docs.openapi_json"]
    app.view_functions["api-docs.openapi_json"] = public(lambda: serve())


def _document_access(app: Flask, api: Api) -> None:
    """Say in the document what each operation needs, and how it refuses."""
    for rule in app.url_map.iter_rules():
        path = api.spec._paths.get(_openapi_path(rule.rule))
        if path is None:
            continue
        permission = rule_of(app, rule.endpoint)
        for method in {m.lower() for m in rule.methods or ()} & set(path):
            _document_operation(path[method], permission)


def _openapi_path(rule: str) -> str:
    return rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}")


def _document_operation(operation: dict[str, Any], permission: str | None) -> None:
    responses = operation["responses"]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = {"400": "Malformed request", "404": "Not found", "413": "Too large"}
    if permission != PUBLIC:
        operation["security"] = [{"token": []}, {"basic": []}]
        operation["x-permission"] = permission
        refusals |= {"401": "No valid token", "403": "The role may not"}
    refusals |= {
        "409": "Conflict",
        "412": "Stale If-Match",
        "422": "Invalid",
        "428": "If-Match missing",
    }
    for status, description in refusals.items():
        responses.setdefault(status, {"description": description, "content": problem})
