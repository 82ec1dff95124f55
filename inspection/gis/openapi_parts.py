"""Pieces of the API document: operations, replies and parameters, in the form of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

from inspection.gis import crs, documents
from inspection.gis.collections import Collection, Property
from inspection.gis.cql2 import LANGUAGES, TEXT
from inspection.gis.links import GEOJSON, HTML
from inspection.gis.parameters import FORMATS

Json = dict[str, Any]
_PROBLEM = "application/problem+json"
_CRS_NAMES = [name for system in crs.ALL for name in (system.uri, system.code)]
_FILTER_LANGUAGE: Json = {"type": "string", "enum": list(LANGUAGES), "default": TEXT}
SECURITY: list[Json] = [{"bearer": []}, {"basic": []}]


def open_path(
    operation: str,
    summary: str,
    media_type: str,
    schema: str,
    *,
    html: bool = True,
    parameters: list[Json] | None = None,
    missing: bool = False,
) -> Json:
    """Return the path of a description, which needs no token.

    parameters: further ones beside `f`. missing: whether there may be no such thing (404).
    """
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": ["説明"],
            "security": [],
            "parameters": [*(parameters or []), *([format_parameter()] if html else [])],
            "responses": {
                "200": content_of(summary, media_type, schema, html=html),
                **refusals(missing=missing),
            },
        }
    }


def data_path(
    operation: str,
    tag: str,
    summary: str,
    schema: str,
    parameters: list[Json],
    *,
    missing: bool = False,
) -> Json:
    """Return the path of features, which need a token."""
    reply = content_of(summary, GEOJSON, schema)
    reply["headers"] = {"Content-Crs": {"schema": {"type": "string"}, "description": "<URI>"}}
    responses = {"200": reply, **refusals(token=True, missing=missing)}
    return {"get": token_operation(operation, tag, summary, parameters, responses)}


def token_operation(
    operation: str, tag: str, summary: str, parameters: list[Json], responses: Json
) -> Json:
    """Return an operation that needs a token."""
    return {
        "operationId": operation,
        "summary": summary,
        "tags": [tag],
        "security": SECURITY,
        "parameters": parameters,
        "responses": responses,
    }


def refusals(*, token: bool = False, missing: bool = False) -> Json:
    """Return the replies of an operation that refuse: 400; with `token` 401 and 403; 404."""
    codes = {"400": "パラメータが正しくない"}
    if token:
        codes |= {"401": "トークンがない", "403": "権限がない"}
    if missing:
        codes |= {"404": "見つからない"}
    return {code: problem(description) for code, description in codes.items()}


def content_of(summary: str, media_type: str, schema: str, *, html: bool = True) -> Json:
    """Return a reply with a document, by the name of its schema, and its page."""
    content: Json = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    if html:
        content[HTML] = {"schema": {"type": "string"}}
    return {"description": summary, "content": content}


def problem(description: str) -> Json:
    """Return a reply that refuses."""
    reference = {"$ref": "#/components/schemas/problem"}
    return {"description": description, "content": {_PROBLEM: {"schema": reference}}}


def parameter(name: str, description: str, schema: Json) -> Json:
    """Return an optional query parameter."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def selection_parameters(item: Collection) -> list[Json]:
    """Return the parameters that select features, but for the box: time, filter, queryables."""
    return [
        parameter("datetime", "日時または期間。日付だけなら現地の1日", {"type": "string"}),
        parameter("filter", "CQL2 の条件", {"type": "string"}),
        parameter("filter-lang", "filter の書き方", _FILTER_LANGUAGE),
        crs_parameter("filter-crs", "filter にある座標の参照系"),
        *(_queryable(queryable) for queryable in item.queryables),
    ]


def _queryable(item: Property) -> Json:
    """Return the parameter that asks for one value of a property; a time takes intervals too."""
    if item.kind == "instant":
        return parameter(item.name, f"{item.title}。日時または期間", {"type": "string"})
    return parameter(item.name, item.title, documents.value_schema(item))


def path_parameter(name: str, schema: Json) -> Json:
    """Return a part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def crs_parameter(name: str, description: str) -> Json:
    """Return the parameter that names a reference system."""
    schema = {"type": "string", "enum": _CRS_NAMES, "default": crs.CRS84.uri}
    return parameter(name, description, schema)


def format_parameter(*formats: str) -> Json:
    """Return the parameter `f` with its values, those of documents when left out."""
    return parameter("f", "形式", {"type": "string", "enum": list(formats or FORMATS)})


def object_schema(required: list[str], properties: Json) -> Json:
    """Return the schema of an object."""
    return {"type": "object", "required": required, "properties": properties}
