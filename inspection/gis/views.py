"""The OGC API's addresses below /ogc. Descriptions are open, features need a token."""

from __future__ import annotations

import re
import uuid

from flask import Blueprint, Response, current_app, request

from inspection.auth import current_actor, public, requires
from inspection.errors import NotFoundError
from inspection.gis import documents, openapi, pages, parameters
from inspection.gis.collections import Collection, find_collection
from inspection.gis.features import fetch_feature, fetch_features
from inspection.gis.links import OPENAPI, SCHEMA
from inspection.gis.responses import finish, page, represent, to_json, wants_html

blueprint = Blueprint(
    "ogc",
    __name__,
    url_prefix="/ogc",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _only(known: tuple[str, ...]) -> None:
    parameters.check_names(request.args, known)


# Two rules, for with `strict_slashes=False` another method on the bare one would be 404.
@blueprint.get("")
@blueprint.get("/")
@public
def landing() -> Response:
    """Say what is here and where its parts are."""
    _only(parameters.DOCUMENT)
    return represent(documents.landing(), "landing.html")


@blueprint.get("/conformance")
@public
def conformance() -> Response:
    """List the standards' classes that are met."""
    _only(parameters.DOCUMENT)
    return represent(documents.conformance(), "conformance.html")


@blueprint.get("/api")
@public
def api() -> Response:
    """Send the API document, or its readable page."""
    _only(parameters.DOCUMENT)
    document = openapi.document()
    if wants_html():
        return page("api.html", document=document)
    return finish(to_json(document), OPENAPI)


@blueprint.get("/collections")
@public
def collections() -> Response:
    """Describe all collections."""
    _only(parameters.DOCUMENT)
    return represent(documents.collections(), "collections.html")


@blueprint.get("/collections/<collection_id>")
@public
def collection(collection_id: str) -> Response:
    """Describe one collection."""
    found = _collection(collection_id, parameters.DOCUMENT)
    return represent(documents.collection(found), "collection.html", collection=found)


@blueprint.get("/collections/<collection_id>/queryables")
@public
def queryables(collection_id: str) -> Response:
    """Send the properties that filters may use, with their types."""
    found = _collection(collection_id, parameters.DOCUMENT)
    return represent(documents.queryables(found), "schema.html", SCHEMA, heading="検索できる属性")


@blueprint.get("/collections/<collection_id>/schema")
@public
def schema(collection_id: str) -> Response:
    """Send the schema of a collection's properties."""
    found = _collection(collection_id, parameters.DOCUMENT)
    return represent(documents.schema(found), "schema.html", SCHEMA, heading="属性のスキーマ")


@blueprint.get("/collections/<collection_id>/feature-schema")
@public
def feature_schema(collection_id: str) -> Response:
    """Send the JSON Schema of a feature of a collection."""
    found = _collection(collection_id, ())
    return finish(to_json(documents.feature_schema(found)), SCHEMA)


@blueprint.get("/collections/<collection_id>/items")
@requires("ogc:read")
def items(collection_id: str) -> Response:
    """Send one page of a collection's features."""
    found = find_collection(collection_id)
    _only(parameters.items_names(found))
    html = wants_html()
    query = parameters.parse_items_query(
        request.args, found, current_app.config["HANTEI_TIME_ZONE"]
    )
    features = fetch_features(found, query, current_actor())
    return pages.send_features(found, query, features, html=html)


@blueprint.get("/collections/<collection_id>/items/<feature_id>")
@requires("ogc:read")
def item(collection_id: str, feature_id: str) -> Response:
    """Send one feature."""
    found = find_collection(collection_id)
    identifier = _feature_id(found, feature_id)
    _only(parameters.ITEM)
    html, crs = wants_html(), parameters.parse_item_crs(request.args)
    text = fetch_feature(found, identifier, crs, current_actor())
    return pages.send_feature(found, text, crs, html=html)


def _feature_id(collection: Collection, text: str) -> uuid.UUID:
    if not _UUID.fullmatch(text):
        raise NotFoundError(f"{collection.title} {text[:80]!r} はありません。")
    return uuid.UUID(text)


def _collection(collection_id: str, known: tuple[str, ...]) -> Collection:
    found = find_collection(collection_id)
    _only(known)
    return found
