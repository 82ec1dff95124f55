"""The tiles' addresses below /ogc. Descriptions are open, tiles need a token."""

from __future__ import annotations

import gzip
import hashlib
from urllib.parse import urlencode

from flask import Response, current_app, request

from inspection.auth import current_actor, public, requires
from inspection.gis import parameters
from inspection.gis.collections import Collection, find_collection
from inspection.gis.errors import parameter_error
from inspection.gis.links import JSON
from inspection.gis.parameters import Selection
from inspection.gis.responses import finish, represent, takes_gzip, to_json
from inspection.gis.tiles import grid, style, tilesets, version
from inspection.gis.tiles.grid import parse_tile
from inspection.gis.tiles.store import TileRequest, tile_store
from inspection.gis.views import blueprint

_COMPRESSION_LEVEL = 1
_TILESET = "/collections/<collection_id>/tiles/<matrix_set>"
PAGE = "tiles.html"


@blueprint.get("/tileMatrixSets")
@public
def tile_matrix_sets() -> Response:
    """List the tile matrix sets."""
    parameters.check_names(request.args, parameters.DOCUMENT)
    return represent(tilesets.matrix_sets(), PAGE, heading="タイル行列セット")


@blueprint.get("/tileMatrixSets/<matrix_set>")
@public
def tile_matrix_set(matrix_set: str) -> Response:
    """Define one tile matrix set."""
    grid.check_matrix_set(matrix_set)
    parameters.check_names(request.args, parameters.DOCUMENT)
    return represent(tilesets.matrix_set(), PAGE, heading=f"タイル行列セット {matrix_set}")


@blueprint.get("/collections/<collection_id>/tiles", endpoint="tilesets")
@public
def list_tilesets(collection_id: str) -> Response:
    """List the tilesets of a collection."""
    found = find_collection(collection_id)
    parameters.check_names(request.args, parameters.DOCUMENT)
    return represent(tilesets.tilesets(found), PAGE, heading=f"{found.title}のタイルセット")


@blueprint.get(_TILESET)
@public
def tileset(collection_id: str, matrix_set: str) -> Response:
    """Describe one tileset: its limits, layers, and the address of its tiles."""
    found, query = _described(collection_id, matrix_set, "f")
    if request.args.get("f") == "tilejson":
        return finish(to_json(tilesets.tilejson(found, query)), JSON)
    return represent(tilesets.tileset(found, query), PAGE, heading=f"{found.title}のタイル")


@blueprint.get(f"{_TILESET}/tilejson.json")
@public
def tilejson(collection_id: str, matrix_set: str) -> Response:
    """Send the TileJSON of a collection's tiles."""
    found, query = _described(collection_id, matrix_set)
    return finish(to_json(tilesets.tilejson(found, query)), JSON)


@blueprint.get(f"{_TILESET}/style.json", endpoint="style")
@public
def send_style(collection_id: str, matrix_set: str) -> Response:
    """Send a MapLibre style that draws a collection's tiles by judgement."""
    found, query = _described(collection_id, matrix_set)
    return finish(to_json(style.style(found, query)), tilesets.STYLE)


@blueprint.get(f"{_TILESET}/<z>/<y>/<x>")
@requires("ogc:read")
def tile(collection_id: str, matrix_set: str, z: str, y: str, x: str) -> Response:
    """Send one vector tile: 204 where nothing lies, 304 where nothing changed."""
    found = find_collection(collection_id)
    wanted = parse_tile(matrix_set, z, y, x)
    asked = TileRequest(found, _selection(found, "f"), _query(), current_actor())
    _check_format()
    at = version.current(found, asked.actor)
    # A tag by version saves making the tile; it is given only while nothing is under way.
    firm = at.settled and not at.running
    named = f"{at.stamp}{asked.key}{wanted}" if firm else ""
    if firm and request.if_none_match.contains_weak(_tag(named.encode())):
        return _send(None, _tag(named.encode()))
    content = tile_store().tile(asked, wanted, at)
    return _send(content, _tag(named.encode() or content))


def _described(collection_id: str, matrix_set: str, *others: str) -> tuple[Collection, str]:
    """Return the collection and the checked selection that a description's links shall keep."""
    found = find_collection(collection_id)
    grid.check_matrix_set(matrix_set)
    _selection(found, *others)
    return found, _query()


def _selection(collection: Collection, *others: str) -> Selection:
    """Read which features a tile shall show: the parameters of items, but no box."""
    names = [n for n in parameters.selection_names(collection) if not n.startswith("bbox")]
    parameters.check_names(request.args, (*names, *others))
    return parameters.parse_selection(
        request.args, collection, current_app.config["HANTEI_TIME_ZONE"]
    )


def _query() -> str:
    return urlencode(sorted((k, v) for k, v in request.args.items() if k != "f"))


def _check_format() -> None:
    value = request.args.get("f", "mvt")
    if value != "mvt":
        raise parameter_error("f", f"{value[:40]!r} は使えません。タイルは mvt です。")


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _send(content: bytes | None, tag: str) -> Response:
    """Send a tile's bytes, compressed where the client takes it; 204 without any, None: 304."""
    response = Response(content or b"", 200 if content else 204 if content == b"" else 304)
    response.headers["Content-Type"] = tilesets.MVT
    response.headers["Cache-Control"] = "private, no-cache"  # kept, but asked for every time
    response.vary.update(["Accept-Encoding", "Authorization"])
    response.set_etag(tag, weak=True)
    response.make_conditional(request)
    if (
        response.status_code == 200
        and content
        and takes_gzip(request.headers.get("Accept-Encoding"))
    ):
        response.set_data(gzip.compress(content, _COMPRESSION_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
