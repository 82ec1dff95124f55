"""The API document: OpenAPI 3.0, with a path for each collection so that clients find its own."""

from __future__ import annotations

from typing import Any

import inspection
from inspection.gis import crs, documents
from inspection.gis.collections import COLLECTIONS, Collection, Property
from inspection.gis.cql2 import LANGUAGES, TEXT
from inspection.gis.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, url
from inspection.gis.parameters import DEFAULT_LIMIT, FORMATS, MAX_LIMIT

Json = dict[str, Any]
_PROBLEM = "application/problem+json"
_CRS_NAMES = [name for system in crs.ALL for name in (system.uri, system.code)]
_LINK: Json = {
    "type": "object",
    "required": ["href", "rel", "type"],
    "properties": {
        name: {"type": "string"} for name in ("href", "rel", "type", "title", "hreflang")
    },
}
_FILTER_LANGUAGE: Json = {"type": "string", "enum": list(LANGUAGES), "default": TEXT}
_LINKS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}


def document() -> Json:
    """Return the API document."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": documents.TITLE,
            "description": documents.DESCRIPTION,
            "version": inspection.__version__,
        },
        "servers": [{"url": url("landing").rstrip("/")}],
        "tags": [{"name": "説明"}, *({"name": c.title} for c in COLLECTIONS.values())],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic", "description": "token as password"},
            },
            "schemas": _schemas(),
        },
    }


def _paths() -> Json:
    paths = {
        "/": _open("landing", "この API の入口", JSON, "landing"),
        "/conformance": _open("conformance", "適合クラス", JSON, "conformance"),
        "/api": _open("api", "この API の定義", OPENAPI, "document"),
        "/collections": _open("collections", "コレクションの一覧", JSON, "collections"),
    }
    for item in COLLECTIONS.values():
        paths |= _collection_paths(item)
    return paths


def _collection_paths(item: Collection) -> Json:
    base, title = f"/collections/{item.id}", item.title
    name = item.id.capitalize()
    return {
        base: _open(f"describe{name}", f"{title}の説明", JSON, "collection"),
        f"{base}/queryables": _open(f"queryables{name}", f"{title}の属性", SCHEMA, "document"),
        f"{base}/schema": _open(f"schema{name}", f"{title}のスキーマ", SCHEMA, "document"),
        f"{base}/feature-schema": _open(
            f"featureSchema{name}", f"{title}の GeoJSON スキーマ", SCHEMA, "document", html=False
        ),
        f"{base}/items": _data(
            f"get{name}", title, f"{title}の地物", f"{item.id}Collection", _items_parameters(item)
        ),
        f"{base}/items/{{featureId}}": _data(
            f"get{name}Feature",
            title,
            f"{title}1件",
            f"{item.id}Feature",
            [_feature_id(), _crs_parameter("crs", "座標の参照系"), _format()],
            missing=True,
        ),
    }


def _open(operation: str, summary: str, media_type: str, schema: str, *, html: bool = True) -> Json:
    """Return the path of a description, which needs no token."""
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": ["説明"],
            "security": [],
            "parameters": [_format()] if html else [],
            "responses": {
                "200": _content(summary, media_type, schema, html=html),
                "400": _problem("パラメータが正しくない"),
            },
        }
    }


def _data(
    operation: str,
    tag: str,
    summary: str,
    schema: str,
    parameters: list[Json],
    *,
    missing: bool = False,
) -> Json:
    """Return the path of features, which need a token."""
    reply = _content(summary, GEOJSON, schema)
    reply["headers"] = {"Content-Crs": {"schema": {"type": "string"}, "description": "<URI>"}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag],
            "security": [{"bearer": []}, {"basic": []}],
            "parameters": parameters,
            "responses": {
                "200": reply,
                "400": _problem("パラメータが正しくない"),
                "401": _problem("トークンがない"),
                "403": _problem("権限がない"),
                **({"404": _problem("見つからない")} if missing else {}),
            },
        }
    }


def _content(summary: str, media_type: str, schema: str, *, html: bool = True) -> Json:
    content: Json = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    if html:
        content[HTML] = {"schema": {"type": "string"}}
    return {"description": summary, "content": content}


def _problem(description: str) -> Json:
    reference = {"$ref": "#/components/schemas/problem"}
    return {"description": description, "content": {_PROBLEM: {"schema": reference}}}


def _parameter(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _items_parameters(item: Collection) -> list[Json]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    numbers = {
        "type": "array",
        "minItems": 4,
        "maxItems": 6,
        "items": {"type": "number"},
    }
    return [
        _parameter("limit", "1ページの件数。上限を超える値は上限になる", limit),
        _parameter("bbox", "範囲。小さい角、大きい角の順", numbers),
        _parameter("datetime", "日時または期間。日付だけなら現地の1日", {"type": "string"}),
        _crs_parameter("bbox-crs", "bbox の参照系"),
        _crs_parameter("crs", "座標の参照系"),
        _parameter("filter", "CQL2 の条件", {"type": "string"}),
        _parameter("filter-lang", "filter の書き方", _FILTER_LANGUAGE),
        _crs_parameter("filter-crs", "filter にある座標の参照系"),
        _parameter("cursor", "前のページの next リンクにある値", {"type": "string"}),
        _format(),
        *(_queryable(queryable) for queryable in item.queryables),
    ]


def _queryable(item: Property) -> Json:
    """Return the parameter that asks for one value of a property; a time takes intervals too."""
    if item.kind == "instant":
        return _parameter(item.name, f"{item.title}。日時または期間", {"type": "string"})
    return _parameter(item.name, item.title, documents.value_schema(item))


def _crs_parameter(name: str, description: str) -> Json:
    schema = {"type": "string", "enum": _CRS_NAMES, "default": crs.CRS84.uri}
    return _parameter(name, description, schema)


def _format() -> Json:
    return _parameter("f", "形式", {"type": "string", "enum": list(FORMATS)})


def _feature_id() -> Json:
    return {
        "name": "featureId",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }


def _object(required: list[str], properties: Json) -> Json:
    return {"type": "object", "required": required, "properties": properties}


def _schemas() -> Json:
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    titled = {"title": text, "description": text, "links": _LINKS}
    described = {"id": text, "extent": {"type": "object"}, "crs": texts, "storageCrs": text}
    schemas: Json = {
        "link": _LINK,
        "landing": _object(["links"], titled),
        "conformance": _object(["conformsTo"], {"conformsTo": texts}),
        "collection": _object(["id", "links"], {**titled, **described}),
        "collections": _object(
            ["links", "collections"],
            {
                "links": _LINKS,
                "collections": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/collection"},
                },
            },
        ),
        "document": {"type": "object"},
        "problem": _object(
            ["type", "title", "status", "detail"],
            {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "parameter": {"type": "string", "description": "refused query parameter"},
            },
        ),
        "point": _point(),
    }
    for item in COLLECTIONS.values():
        schemas |= _feature_schemas(item)
    return schemas


def _point() -> Json:
    pair = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}
    kind = {"type": "string", "enum": ["Point"]}
    return _object(["type", "coordinates"], {"type": kind, "coordinates": pair}) | {
        "nullable": True
    }


def _feature_schemas(item: Collection) -> Json:
    properties = {
        name: {**described, "nullable": True}
        for name, described in documents.property_schemas(item).items()
    }
    feature = _object(
        ["type", "id", "geometry", "properties"],
        {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string", "format": "uuid"},
            "geometry": {"$ref": "#/components/schemas/point"},
            "properties": {"type": "object", "properties": properties},
            "links": _LINKS,
        },
    )
    collection = _object(
        ["type", "features"],
        {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "links": _LINKS,
            "features": {
                "type": "array",
                "items": {"$ref": f"#/components/schemas/{item.id}Feature"},
            },
        },
    )
    return {f"{item.id}Feature": feature, f"{item.id}Collection": collection}
