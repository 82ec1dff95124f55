"""Files for GIS and office: whole collections as one stream, open data, and how to open them."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from inspection.api.files import disposition
from inspection.api.media import BINARY
from inspection.api.parsing import Blueprint
from inspection.auth import current_actor, requires
from inspection.gis.exporting import (
    COLLECTIONS,
    Described,
    Export,
    check_export,
    refuse_parameters,
    start_export,
)
from inspection.gis.formats import FORMATS
from inspection.gis.open_data import MEDIA_TYPE, open_data
from inspection.gis.qgis import DEFINITION, PROJECT, layer_definition, project

blp = Blueprint("exports", __name__, description="Exports of houses, inspections and photos")


def _text(name: str, description: str) -> dict[str, Any]:
    return {
        "in": "query",
        "name": name,
        "required": False,
        "schema": {"type": "string"},
        "description": description,
    }


OPEN_DATA_NAME = "除却補助認定家屋_open-data.csv"
PARAMETERS: list[dict[str, Any]] = [
    {"in": "path", "name": "collection", "schema": {"enum": list(COLLECTIONS)}},
    {"in": "path", "name": "extension", "schema": {"enum": list(FORMATS)}},
    _text("bbox", "Four or six numbers, in the axis order of `bbox-crs`"),
    _text("bbox-crs", "System of `bbox`: a URI or `EPSG:6670`; default CRS84"),
    _text("datetime", "An instant, a day, an interval or a duration (RFC 3339, ISO 8601)"),
    _text("filter", "CQL2, over the collection's queryables"),
    _text("filter-lang", "`cql2-text` (default) or `cql2-json`"),
    _text("filter-crs", "System of coordinates in `filter`; default CRS84"),
    _text("crs", "System of the file: a URI or `EPSG:6670`; KML has CRS84 alone"),
    _text("headings", "Of csv and xlsx: `ja` or `names`"),
]
GEOJSON = {"schema": {"type": "object"}}
FILES = {
    "200": {
        "description": "The file; each property of the collection is a query parameter as well",
        "content": {
            kind.media_type: GEOJSON if kind.extension == "geojson" else BINARY
            for kind in FORMATS.values()
        },
    }
}


@blp.get("/exports/<collection>.<extension>", parameters=PARAMETERS)
@requires("ogc:read")
@blp.doc(responses=FILES)
def get_export(collection: str, extension: str) -> Response:
    """Return a collection as a file: everything the role may see that fits the filters."""
    if request.method == "HEAD":
        return _described(check_export(collection, extension, request.args, current_actor()))
    return _send(start_export(collection, extension, request.args, current_actor()))


def _described(told: Described) -> Response:
    # An iterator, lest an empty list be told as a length of 0 in the answer to HEAD.
    response = Response(iter(()), content_type=told.media_type)
    response.headers["Content-Disposition"] = disposition("attachment", told.name)
    response.headers["Content-Crs"] = f"<{told.crs.uri}>"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _send(export: Export) -> Response:
    response = _described(export.told)
    response.response = export.body
    response.direct_passthrough = True
    response.call_on_close(export.body.close)
    if export.body.length is not None:
        response.content_length = export.body.length
    return response


@blp.get("/exports/hantei.qlr")
@requires("ogc:read")
@blp.response(200, BINARY["schema"], content_type=DEFINITION, description="For QGIS")
def get_layer_definition() -> Response:
    """Return a layer definition of QGIS that opens the three collections with their symbols."""
    return _made(layer_definition(), DEFINITION, "判定_hantei.qlr")


@blp.get("/exports/hantei.qgs")
@requires("ogc:read")
@blp.response(200, BINARY["schema"], content_type=PROJECT, description="For QGIS")
def get_project() -> Response:
    """Return a project of QGIS over the three collections, in the city's plane system."""
    return _made(project(), PROJECT, "判定_hantei.qgs")


@blp.get("/exports/open-data.csv")
@requires("ogc:read")
@blp.response(200, BINARY["schema"], content_type=MEDIA_TYPE, description="UTF-8 with BOM")
def get_open_data() -> Response:
    """Return the approved houses as a municipality may publish them, all places made coarse."""
    refuse_parameters(request.args)
    if request.method == "HEAD":
        return _made(b"", MEDIA_TYPE, OPEN_DATA_NAME)
    return _made(open_data(current_actor()), MEDIA_TYPE, OPEN_DATA_NAME)


def _made(content: bytes, media_type: str, name: str) -> Response:
    refuse_parameters(request.args)
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
