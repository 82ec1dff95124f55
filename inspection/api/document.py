"""What the OpenAPI document says beside the schemas: names, access, headers, refusals."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from flask import Flask
from werkzeug.routing import Rule

from inspection.auth import PUBLIC, rule_of

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
GENERAL = {"400": "Malformed request", "503": "Database or storage unavailable"}
WITH_TOKEN = {"401": "No valid token", "403": "The role may not"}
WITH_ID = {"404": "Not found"}
WITH_CHANGE = {"409": "Conflict with the state, or with something unique"}
WITH_INPUT = {"422": "Invalid, with messages by field"}
WITH_BODY = {"413": "Too large"}
WITH_JSON = {"415": "Another media type than JSON"}
WITH_RANGE = {"416": "No such range"}
WITH_VERSION = {
    "412": "Stale If-Match, with the record as it stands under `current`",
    "428": "If-Match missing",
}
VERSIONED = ("put_house", "put_inspection", "put_meeting", "put_team")
FILES = ("get_photo_file", "get_pack_file")
CACHED = (*FILES, "get_rule_table")
LIMITED = ("enrol",)
IF_MATCH = {"in": "header", "name": "If-Match", "schema": {"type": "string"}}
CONTENT_DIGEST = {
    "in": "header",
    "name": "Content-Digest",
    "schema": {"type": "string"},
    "description": "`sha-256=:…:` (RFC 9530)",
}


def complete(app: Flask, spec: APISpec) -> None:
    """Add to every operation its name, what it needs, and every way in which it refuses."""
    for rule in app.url_map.iter_rules():
        path = spec._paths.get(_openapi_path(rule.rule))
        if path is None:
            continue
        for method in {m.lower() for m in rule.methods or ()} & set(path):
            _complete(path[method], rule, rule_of(app, rule.endpoint))


def _openapi_path(rule: str) -> str:
    return rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}")


def _complete(operation: dict[str, Any], rule: Rule, permission: str | None) -> None:
    name = rule.endpoint.rpartition(".")[2]
    operation["operationId"] = name
    if permission != PUBLIC:
        operation["security"] = [{"token": []}, {"basic": []}]
        operation["x-permission"] = permission
    if name in VERSIONED:
        operation.setdefault("parameters", []).append(IF_MATCH)
    if name == "put_photo":
        operation.setdefault("parameters", []).append(CONTENT_DIGEST)
    responses = operation["responses"]
    responses.pop("default", None)  # it would allow whatever is not named
    for status, description in _refusals(operation, name, rule).items():
        responses[status] = {"description": description, "content": PROBLEM}
    if name in CACHED:
        responses["304"] = {"description": "Not modified"}
    if name in FILES:
        responses["206"] = {**responses["200"], "description": "Part of the file"}


def _refusals(operation: dict[str, Any], name: str, rule: Rule) -> dict[str, str]:
    """Return status and description of every refusal that an operation knows."""
    kinds = operation.get("requestBody", {}).get("content", {})
    changes = not (rule.methods or set()) & {"GET"}
    applying = (
        (GENERAL, True),
        (WITH_TOKEN, "security" in operation),
        (WITH_ID, bool(rule.arguments)),
        (WITH_CHANGE, changes or name in FILES),
        (WITH_INPUT, bool(kinds) or "parameters" in operation),
        (WITH_BODY, bool(kinds)),
        (WITH_JSON, "application/json" in kinds),
        (WITH_VERSION, name in VERSIONED),
        (WITH_RANGE, name in FILES),
        ({"429": "Too many attempts"}, name in LIMITED),
    )
    return {status: text for texts, when in applying if when for status, text in texts.items()}
