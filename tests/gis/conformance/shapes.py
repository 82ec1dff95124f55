"""JSON Schemas of the documents, after the schemas that the standards publish for them."""

from __future__ import annotations

import jsonschema_rs

_TEXT = {"type": "string"}
_LINK = {
    "type": "object",
    "required": ["href", "rel", "type"],
    "properties": {
        **dict.fromkeys(("href", "rel", "type", "title", "hreflang"), _TEXT),
        "length": {"type": "integer"},
    },
}
_LINKS = {"type": "array", "items": _LINK}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_EXTENT = {
    "type": "object",
    "properties": {
        "spatial": {
            "type": "object",
            "properties": {
                "bbox": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "array",
                        "minItems": 4,
                        "maxItems": 6,
                        "items": {"type": "number"},
                    },
                },
                "crs": {"const": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"},
            },
        },
        "temporal": {
            "type": "object",
            "properties": {
                "interval": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": _TIME},
                },
                "trs": {"const": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"},
            },
        },
    },
}


def _document(required, **properties):
    return {
        "type": "object",
        "required": ["links", *required],
        "properties": {"links": _LINKS, **properties},
    }


LANDING = _document((), title=_TEXT, description=_TEXT)
CONFORMANCE = {
    "type": "object",
    "required": ["conformsTo"],
    "properties": {"conformsTo": {"type": "array", "items": _TEXT}},
}
COLLECTION = _document(
    ("id",),
    id=_TEXT,
    title=_TEXT,
    description=_TEXT,
    extent=_EXTENT,
    itemType={"const": "feature"},
    crs={"type": "array", "items": _TEXT},
    storageCrs=_TEXT,
)
COLLECTIONS = _document(("collections",), collections={"type": "array", "items": COLLECTION})
_POINT = {
    "type": ["object", "null"],
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"const": "Point"},
        "coordinates": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": {"type": "number"},
        },
    },
}
_FEATURE = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": ["string", "integer"]},
        "geometry": _POINT,
        "properties": {"type": ["object", "null"]},
    },
}
FEATURE = {"allOf": [_FEATURE, _document(())]}
FEATURES = _document(
    ("type", "features"),
    type={"const": "FeatureCollection"},
    features={"type": "array", "items": _FEATURE},
    numberMatched={"type": "integer", "minimum": 0},
    numberReturned={"type": "integer", "minimum": 0},
    timeStamp={"type": "string", "format": "date-time"},
)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {"title": _TEXT, "detail": _TEXT, "status": {"type": "integer"}},
}


def check(schema, document):
    """Raise unless a document keeps a schema."""
    jsonschema_rs.validate(schema, document, validate_formats=True)
