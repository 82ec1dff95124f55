"""Many writes in one request: a tablet's day, each record with an answer of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, jsonify, request
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.exceptions import UnprocessableEntity

from inspection.api.houses import HouseReplySchema, HouseSchema
from inspection.api.inspections import InspectionSchema, to_record
from inspection.api.parsing import Blueprint, read_json_list
from inspection.api.preconditions import revisions_in, with_etag
from inspection.api.schemas import StrictSchema, Text
from inspection.auth import Actor, check_permission, current_actor, requires
from inspection.errors import (
    HanteiError,
    InvalidError,
    TooLargeRequestError,
    UnavailableError,
)
from inspection.problems import invalid_body, problem_of
from inspection.services import access, houses, inspection_view, submit_inspection

blp = Blueprint("sync", __name__, description="Many writes at once")
MAX_OPERATIONS = 500
PATIENCE = 2  # failures of the database in a row after which it is not asked again
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Written:
    """What a single PUT would answer with."""

    body: dict[str, Any]
    created: bool
    revision: int


@dataclass(frozen=True)
class Kind:
    """One kind of operation: what its PUT asks for, checks and does."""

    permission: str
    schema: Schema
    check: Callable[[uuid.UUID, str | None, Actor], None]
    put: Callable[[uuid.UUID, dict[str, Any], str | None, Actor], Written]


def _put_house(
    house_id: uuid.UUID, body: dict[str, Any], if_match: str | None, actor: Actor
) -> Written:
    house, created = houses.put_house(house_id, body, actor=actor, if_match=if_match)
    return Written(HOUSE_REPLY.dump(houses.to_json(house)), created, house.revision)


def _put_inspection(
    inspection_id: uuid.UUID, body: dict[str, Any], if_match: str | None, actor: Actor
) -> Written:
    stored = submit_inspection.submit_inspection(
        inspection_id, to_record(body), actor=actor, if_match=if_match
    )
    row = stored.inspection
    return Written(inspection_view.to_json(row), stored.created, row.revision)


HOUSE_REPLY = HouseReplySchema()
KINDS = {
    "put_house": Kind(
        "house:write",
        HouseSchema(),
        lambda id_, if_match, _: houses.check_precondition(id_, if_match=if_match),
        _put_house,
    ),
    "put_inspection": Kind(
        "inspection:write",
        InspectionSchema(),
        lambda id_, if_match, actor: submit_inspection.check_precondition(
            id_, if_match=if_match, actor=actor
        ),
        _put_inspection,
    ),
}


class OperationSchema(StrictSchema):
    """One write, as its PUT: the id of the path, If-Match, the body."""

    op = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))
    id = fields.UUID(required=True)
    if_match = Text(
        load_default=None,
        allow_none=True,
        max_length=200,
        metadata={"description": "as the header If-Match; for a change of what is there"},
    )
    body = fields.Raw(
        required=True,
        allow_none=True,
        metadata={"type": "object", "description": "as the body of the PUT"},
    )


class SyncResultSchema(StrictSchema):
    """What the PUT would have answered."""

    status = fields.Integer(metadata={"description": "HTTP status"})
    body = fields.Raw(metadata={"type": "object", "description": "the record, or a problem"})
    etag = fields.String(metadata={"description": "of the record, where it was accepted"})


class SyncReplySchema(StrictSchema):
    """One result an operation, in the same order."""

    results = fields.List(fields.Nested(SyncResultSchema))


OPERATION = OperationSchema()
EXAMPLE = [
    {
        "op": "put_house",
        "id": "6f0f0c1e-7a0d-4c0e-9f55-0d5f7a3c2b10",
        "body": {"code": "R8-0101", "structure": "wooden", "address": "小倉北区城内1番1号"},
    },
    {
        "op": "put_inspection",
        "id": "0b9a3c62-55b0-4b0f-8c0a-7c8f0f6f2d21",
        "if_match": '"1"',
        "body": {
            "house_id": "6f0f0c1e-7a0d-4c0e-9f55-0d5f7a3c2b10",
            "method": "full",
            "inspected_at": "2026-05-12T10:15:00+09:00",
            "answers": {"2-2": ["i"], "2-3": "none"},
        },
    },
]
BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "items": OperationSchema,
                "maxItems": MAX_OPERATIONS,
                "example": EXAMPLE,
            }
        }
    },
}


def _up_to_its_own_limit(view: View) -> View:
    """Let a day's work be longer than other bodies may be."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        request.max_content_length = current_app.config["HANTEI_MAX_SYNC_BYTES"]
        return view(*args, **kwargs)

    return run  # type: ignore[return-value]


@blp.post("/sync")
@requires("inspection:write")
@_up_to_its_own_limit
@blp.doc(requestBody=BODY)
@blp.response(200, SyncReplySchema)
def post_sync() -> Response:
    """Write many records, each in a transaction of its own; a bad one does not block the rest.

    The results stand in the order of the operations. An operation answered 503 or 401 may be
    sent again as it is; so may the whole request, for what is there already changes nothing.
    """
    operations = read_json_list(request)
    if len(operations) > MAX_OPERATIONS:
        raise TooLargeRequestError(f"一度に送れる操作は {MAX_OPERATIONS} 件までです。")
    return jsonify({"results": _run(operations, current_actor())})


def _run(operations: list[Any], actor: Actor) -> list[dict[str, Any]]:
    """Work through the operations; one after the other, for a house goes before its visit.

    When the database fails twice in a row, the rest is 503 without asking it again.
    """
    results: list[dict[str, Any]] = []
    failures = 0
    for operation in operations:
        if failures >= PATIENCE:
            results.append(_refused(UnavailableError()))
            continue
        try:
            result = _accepted(_perform(operation, actor))
        except Exception as error:
            result = _refused(error)
        failures = failures + 1 if result["status"] == UnavailableError.status else 0
        results.append(result)
    return results


def _perform(operation: Any, actor: Actor) -> Written:
    """Do one operation. Raises what its PUT would."""
    access.check_still_valid(actor)  # a tablet that is shut out stops in the middle of its day
    if isinstance(operation, HanteiError):
        raise operation
    asked = _load(OPERATION, operation)
    kind, id_ = KINDS[asked["op"]], asked["id"]
    check_permission(actor, kind.permission)
    if_match = None if asked["if_match"] is None else revisions_in(asked["if_match"])
    try:
        return kind.put(id_, _load(kind.schema, asked["body"]), if_match, actor)
    except (UnprocessableEntity, InvalidError):
        kind.check(id_, if_match, actor)
        raise


def _load(schema: Schema, value: Any) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(value)
    except ValidationError as error:
        raise invalid_body(error) from None
    return loaded


def _accepted(written: Written) -> dict[str, Any]:
    status = 201 if written.created else 200
    return {"status": status, "body": written.body, "etag": with_etag(written.revision)["ETag"]}


def _refused(error: Exception) -> dict[str, Any]:
    response = problem_of(error)
    return {"status": response.status_code, "body": response.get_json()}
