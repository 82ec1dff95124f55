"""Documents without features: landing page, conformance, collections, queryables, schemas."""

from __future__ import annotations

from typing import Any

from inspection.gis import crs, extents
from inspection.gis.collections import COLLECTIONS, Collection, Property
from inspection.gis.formats import offered
from inspection.gis.links import (
    CONFORMANCE_REL,
    DATA_REL,
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    QUERYABLES_REL,
    SCHEMA,
    SCHEMA_REL,
    Link,
    link,
    site,
    url,
)
from inspection.gis.tiles import tilesets

CONFORMANCE_CLASSES = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    # The name under which older QGIS looks for basic-spatial-functions.
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-operators",
    *tilesets.CONFORMANCE_CLASSES,
)
TITLE = "Hantei (判定) GIS"
DESCRIPTION = "家屋・調査・写真の地点を OGC API - Features と Tiles で提供します。"
_JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_POINT_FORMAT = "geometry-point"
_KINDS: dict[str, dict[str, str]] = {
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "instant": {"type": "string", "format": "date-time"},
}


def landing() -> dict[str, Any]:
    """Return the landing page."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "links": [
            link("service-desc", OPENAPI, url("api"), "API の定義 (OpenAPI 3.0)"),
            link("service-doc", HTML, url("api", f="html"), "API の説明"),
            link("conformance", JSON, url("conformance"), "適合クラス"),
            link(CONFORMANCE_REL, JSON, url("conformance"), "適合クラス"),
            link("data", JSON, url("collections"), "コレクション"),
            link(DATA_REL, JSON, url("collections"), "コレクション"),
            *tilesets.landing_links(),
        ],
    }


def conformance() -> dict[str, Any]:
    """Return the classes of the standards that are met."""
    return {"conformsTo": list(CONFORMANCE_CLASSES), "links": []}


def collections() -> dict[str, Any]:
    """Return all collections."""
    return {
        "links": [],
        "crs": [system.uri for system in crs.ALL],
        "collections": [
            {**described, "links": [_self_of(c), *described["links"]]}
            for c in COLLECTIONS.values()
            for described in (collection(c),)
        ],
    }


def _self_of(item: Collection) -> Link:
    return link("self", JSON, url("collection", collection_id=item.id), item.title)


def collection(item: Collection) -> dict[str, Any]:
    """Return the description of one collection."""
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "itemType": "feature",
        "extent": extents.extent(item),
        "crs": [system.uri for system in crs.ALL],
        "storageCrs": crs.CRS84.uri,
        "links": _collection_links(item),
    }


def _collection_links(item: Collection) -> list[Link]:
    items = url("items", collection_id=item.id)
    feature_schema = url("feature_schema", collection_id=item.id)
    return [
        link("items", GEOJSON, items, f"{item.title} (GeoJSON)"),
        link("items", HTML, f"{items}?f=html", f"{item.title} (HTML)"),
        # GDAL before 3.8 compares this name with its capital letter; the standard ignores case.
        link("describedBy", SCHEMA, feature_schema, "地物の JSON スキーマ"),
        link(SCHEMA_REL, SCHEMA, url("schema", collection_id=item.id), "属性のスキーマ"),
        link(QUERYABLES_REL, SCHEMA, url("queryables", collection_id=item.id), "検索できる属性"),
        *tilesets.collection_links(item),
        *_download_links(item),
    ]


def _download_links(item: Collection) -> list[Link]:
    """Return the files in which the whole collection can be taken away."""
    return [
        link(
            "enclosure", offer.media_type, f"{site()}{offer.path}", f"{item.title} ({offer.title})"
        )
        for offer in offered(item.id)
    ]


def queryables(item: Collection) -> dict[str, Any]:
    """Return the queryables: id and properties of a feature with their types, and its point."""
    return _schema_head(item, "queryables") | {
        "additionalProperties": False,
        "properties": {
            **{p.name: _property(p) for p in item.queryables},
            # QGIS knows a geometry by the reference alone, and then sends spatial filters.
            "geometry": {
                "title": "位置",
                "format": _POINT_FORMAT,
                "$ref": "https://geojson.org/schema/Point.json",
            },
        },
    }


def schema(item: Collection) -> dict[str, Any]:
    """Return the logical schema: properties with their roles (OGC API - Features Part 5)."""
    properties = property_schemas(item)
    properties[item.instant_name]["x-ogc-role"] = "primary-instant"
    return _schema_head(item, "schema") | {
        "properties": {
            "id": {"type": "string", "format": "uuid", "title": "ID", "x-ogc-role": "id"},
            **properties,
            "geometry": {
                "title": "位置",
                "format": _POINT_FORMAT,
                "x-ogc-role": "primary-geometry",
            },
        },
    }


def feature_schema(item: Collection) -> dict[str, Any]:
    """Return the JSON Schema of a feature as GeoJSON, from which older GDAL takes the types.

    A property without a value is null, whatever its type: GDAL reads no list of types.
    """
    return _schema_head(item, "feature_schema") | {
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string", "format": "uuid"},
            "geometry": {"title": "位置", "format": _POINT_FORMAT},
            "properties": {"type": "object", "properties": property_schemas(item)},
        },
    }


def _schema_head(item: Collection, endpoint: str) -> dict[str, Any]:
    return {
        "$schema": _JSON_SCHEMA,
        "$id": url(endpoint, collection_id=item.id),
        "type": "object",
        "title": item.title,
        "description": item.description,
    }


def property_schemas(item: Collection) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each property, by name."""
    return {p.name: _property(p) for p in item.properties}


def value_schema(item: Property) -> dict[str, Any]:
    """Return the JSON Schema of the values of a property."""
    return dict(_KINDS[item.kind])


def _property(item: Property) -> dict[str, Any]:
    described: dict[str, Any] = {"title": item.title, **_KINDS[item.kind]}
    if item.unit:
        described["x-ogc-unit"] = item.unit
    return described
