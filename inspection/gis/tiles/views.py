"""The tiles' addresses below /ogc. Descriptions are open, tiles need a token."""

from __future__ import annotations

from flask import Response, request

from inspection.auth import public, requires
from inspection.gis import parameters
from inspection.gis.collections import HOUSES, Collection, find_collection
from inspection.gis.heat import tilesets as heat
from inspection.gis.links import JSON
from inspection.gis.responses import finish, represent, to_json
from inspection.gis.tiles import grid, style, tilesets
from inspection.gis.tiles.grid import parse_tile
from inspection.gis.tiles.replies import answer, query, read_selection, tile_request
from inspection.gis.tiles.store import tile_store
from inspection.gis.views import blueprint

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
    document = tilesets.tilesets(found)
    if found is HOUSES:
        document["tilesets"] += heat.listed()
    return represent(document, PAGE, heading=f"{found.title}のタイルセット")


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
    asked = tile_request(found)
    return answer(asked, str(wanted), lambda at: tile_store().tile(asked, wanted, at))


def _described(collection_id: str, matrix_set: str, *others: str) -> tuple[Collection, str]:
    """Return the collection and the checked selection that a description's links shall keep."""
    found = find_collection(collection_id)
    grid.check_matrix_set(matrix_set)
    read_selection(found, *others)
    return found, query()
