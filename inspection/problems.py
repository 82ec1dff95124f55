"""How errors reach a client: RFC 9457 problem documents, one shape everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify
from marshmallow import Schema, ValidationError, fields
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, UnprocessableEntity

from inspection.errors import HanteiError, InvalidError, UnavailableError
from inspection.extensions import db
from uploads.errors import ObjectNotFoundError, StorageUnavailableError

log = structlog.get_logger(__name__)

TITLES = {
    400: "リクエストの形式が正しくありません",
    401: "認証が必要です",
    403: "権限がありません",
    404: "見つかりません",
    405: "このメソッドは使えません",
    413: "大きすぎます",
    415: "この形式は受け付けません",
    422: "入力内容を確認してください",
    429: "要求が多すぎます",
    500: "サーバーの内部エラー",
}


class ProblemSchema(Schema):
    """RFC 9457 problem document."""

    type = fields.String(metadata={"description": "URI reference of the kind of problem"})
    title = fields.String(metadata={"description": "What kind of problem it is"})
    status = fields.Integer(metadata={"description": "HTTP status code"})
    detail = fields.String(metadata={"description": "What was found and what is allowed"})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "For 422: messages by field, with dotted paths"},
    )
    parameter = fields.String(
        metadata={"description": "For 400: the query parameter that cannot be used"}
    )
    current = fields.Dict(metadata={"description": "For 412: the record as it stands"})


def problem(
    status: int, code: str, title: str, detail: str, extra: Mapping[str, Any] | None = None
) -> Response:
    """Build the reply for one problem."""
    body = {"type": f"urn:hantei:problem:{code}", "title": title, "status": status}
    response = jsonify({**body, "detail": detail, **(extra or {})})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def http_problem(error: HTTPException) -> Response:
    """Turn a Werkzeug exception (with webargs' messages, if any) into a problem."""
    if error.response is not None:
        return error.response  # a redirect, for instance
    status = error.code or 500
    messages = getattr(error, "data", None) or {}
    extra = {"errors": flat_errors(messages["messages"])} if "messages" in messages else {}
    code = HTTPStatus(status).phrase.lower().replace(" ", "-")
    detail = _detail(status, error, extra.get("errors"))
    response = problem(status, code, TITLES.get(status, error.name), detail, extra)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _detail(status: int, error: HTTPException, errors: Mapping[str, list[str]] | None) -> str:
    if errors:
        field, found = next(iter(errors.items()))
        return f"{field}: {found[0]}"
    if status == 400:
        return (
            "本文が正しい JSON ではありません。"
            if "JSON" in str(error.__cause__ or error)
            else str(error.description)
        )
    return TITLES.get(status, str(error.description))


def flat_errors(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten marshmallow's nested messages to dotted fields.

    Example: {"json": {"position": {"lon": ["…"]}}} -> {"position.lon": ["…"]}.
    """
    if isinstance(messages, Mapping):
        flat: dict[str, list[str]] = {}
        for key, value in messages.items():
            hidden = not path and key in ("json", "query", "headers")
            name = "" if hidden or key == "_schema" else str(key)
            flat |= flat_errors(value, ".".join(part for part in (path, name) if part))
        return flat
    listed = messages if isinstance(messages, list) else [messages]
    return {path or "_": [str(message) for message in listed]}


def _domain_problem(error: HanteiError) -> Response:
    extra = dict(error.extra)
    if isinstance(error, InvalidError):
        extra["errors"] = error.errors or {}
    response = problem(error.status, error.code, error.title, error.detail, extra)
    response.headers.update(error.headers)
    return response


def _database_problem(error: DBAPIError | PoolTimeoutError) -> Response:
    db.session.rollback()
    gone = isinstance(error, OperationalError | PoolTimeoutError) or getattr(
        error, "connection_invalidated", False
    )
    log.error("database error", error=str(error), request_id=g.get("request_id"))
    if gone:
        return _domain_problem(UnavailableError())
    return problem(
        500, "internal-server-error", TITLES[500], "記録しました。管理者に連絡してください。"
    )


def _storage_problem(error: StorageUnavailableError) -> Response:
    log.error("storage unavailable", error=str(error), request_id=g.get("request_id"))
    return _domain_problem(UnavailableError())


def _loss_problem(error: ObjectNotFoundError) -> Response:
    """Say that what a row promises is not in the storage: `photos verify` tells all of it."""
    log.error("stored object is missing", key=str(error), request_id=g.get("request_id"))
    detail = "保管場所にファイルがありません。記録しましたので、管理者に連絡してください。"
    return problem(500, "stored-object-missing", TITLES[500], detail)


def _unexpected_problem(error: Exception) -> Response:
    log.exception("unexpected error", request_id=g.get("request_id"))
    return problem(
        500, "internal-server-error", TITLES[500], "記録しました。管理者に連絡してください。"
    )


def invalid_body(error: ValidationError) -> UnprocessableEntity:
    """Return what the parser raises for a body that does not fit its schema."""
    refused = UnprocessableEntity()
    refused.data = {"messages": {"json": error.messages}}  # type: ignore[attr-defined]
    return refused


def problem_of(error: Exception) -> Response:
    """Return the problem that a request which raised this would be answered with."""
    if isinstance(error, HanteiError):
        return _domain_problem(error)
    if isinstance(error, HTTPException):
        return http_problem(error)
    if isinstance(error, DBAPIError | PoolTimeoutError):
        return _database_problem(error)
    if isinstance(error, StorageUnavailableError):
        return _storage_problem(error)
    if isinstance(error, ObjectNotFoundError):
        return _loss_problem(error)
    return _unexpected_problem(error)


def register(app: Flask) -> None:
    """Register the handlers on an application."""
    app.register_error_handler(HanteiError, _domain_problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(DBAPIError, _database_problem)
    app.register_error_handler(PoolTimeoutError, _database_problem)
    app.register_error_handler(StorageUnavailableError, _storage_problem)
    app.register_error_handler(ObjectNotFoundError, _loss_problem)
    app.register_error_handler(Exception, _unexpected_problem)
