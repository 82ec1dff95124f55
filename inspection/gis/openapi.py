"""The API document: OpenAPI 3.0, with a path for each collection so that clients find its own."""

from __future__ import annotations

import inspection
from inspection.gis import documents
from inspection.gis.collections import COLLECTIONS, Collection
from inspection.gis.links import JSON, OPENAPI, SCHEMA, url
from inspection.gis.openapi_heat import heat_paths
from inspection.gis.openapi_parts import (
    Json,
    crs_parameter,
    data_path,
    format_parameter,
    object_schema,
    open_path,
    parameter,
    selection_parameters,
)
from inspection.gis.openapi_tiles import collection_tile_paths, tile_paths
from inspection.gis.parameters import DEFAULT_LIMIT, MAX_LIMIT

_LINK: Json = {
    "type": "object",
    "required": ["href", "rel", "type"],
    "properties": {
        name: {"type": "string"} for name in ("href", "rel", "type", "title", "hreflang")
    },
}
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
        "/": open_path("landing", "この API の入口", JSON, "landing"),
        "/conformance": open_path("conformance", "適合クラス", JSON, "conformance"),
        "/api": open_path("api", "この API の定義", OPENAPI, "document"),
        "/collections": open_path("collections", "コレクションの一覧", JSON, "collections"),
        **tile_paths(),
    }
    for item in COLLECTIONS.values():
        paths |= _collection_paths(item) | collection_tile_paths(item)
    return paths | heat_paths()


def _collection_paths(item: Collection) -> Json:
    base, title = f"/collections/{item.id}", item.title
    name = item.id.capitalize()
    return {
        base: open_path(f"describe{name}", f"{title}の説明", JSON, "collection"),
        f"{base}/queryables": open_path(f"queryables{name}", f"{title}の属性", SCHEMA, "document"),
        f"{base}/schema": open_path(f"schema{name}", f"{title}のスキーマ", SCHEMA, "document"),
        f"{base}/feature-schema": open_path(
            f"featureSchema{name}", f"{title}の GeoJSON スキーマ", SCHEMA, "document", html=False
        ),
        f"{base}/items": data_path(
            f"get{name}", title, f"{title}の地物", f"{item.id}Collection", _items_parameters(item)
        ),
        f"{base}/items/{{featureId}}": data_path(
            f"get{name}Feature",
            title,
            f"{title}1件",
            f"{item.id}Feature",
            [_feature_id(), crs_parameter("crs", "座標の参照系"), format_parameter()],
            missing=True,
        ),
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
        parameter("limit", "1ページの件数。上限を超える値は上限になる", limit),
        parameter("bbox", "範囲。小さい角、大きい角の順", numbers),
        crs_parameter("bbox-crs", "bbox の参照系"),
        crs_parameter("crs", "座標の参照系"),
        parameter("cursor", "前のページの next リンクにある値", {"type": "string"}),
        format_parameter(),
        *selection_parameters(item),
    ]


def _feature_id() -> Json:
    return {
        "name": "featureId",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }


def _schemas() -> Json:
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    titled = {"title": text, "description": text, "links": _LINKS}
    described = {"id": text, "extent": {"type": "object"}, "crs": texts, "storageCrs": text}
    schemas: Json = {
        "link": _LINK,
        "landing": object_schema(["links"], titled),
        "conformance": object_schema(["conformsTo"], {"conformsTo": texts}),
        "collection": object_schema(["id", "links"], {**titled, **described}),
        "collections": object_schema(
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
        "problem": object_schema(
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
    return object_schema(["type", "coordinates"], {"type": kind, "coordinates": pair}) | {
        "nullable": True
    }


def _feature_schemas(item: Collection) -> Json:
    properties = {
        name: {**described, "nullable": True}
        for name, described in documents.property_schemas(item).items()
    }
    feature = object_schema(
        ["type", "id", "geometry", "properties"],
        {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string", "format": "uuid"},
            "geometry": {"$ref": "#/components/schemas/point"},
            "properties": {"type": "object", "properties": properties},
            "links": _LINKS,
        },
    )
    collection = object_schema(
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
