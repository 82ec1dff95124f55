"""The heat tiles' addresses below /ogc. Descriptions are open, tiles need a token."""

from __future__ import annotations

from flask import Response, request

from inspection.auth import public, requires
from inspection.gis import parameters
from inspection.gis.collections import HOUSES
from inspection.gis.heat import style, tilesets
from inspection.gis.heat.cells import HeatCells, count_cells
from inspection.gis.heat.drawing import heat_tile
from inspection.gis.heat.points import read_points
from inspection.gis.heat.sizes import SHAPES, Grid, cell_grid, check_shape
from inspection.gis.links import JSON
from inspection.gis.responses import finish, represent, to_json
from inspection.gis.tiles import grid
from inspection.gis.tiles.replies import answer, query, read_selection, tile_request
from inspection.gis.tiles.store import TileRequest, tile_store
from inspection.gis.tiles.tilesets import STYLE
from inspection.gis.tiles.version import Version
from inspection.gis.views import blueprint

_TILES = "/collections/houses/heat/<shape>/tiles"
_TILESET = f"{_TILES}/<matrix_set>"
_PAGE = "tiles.html"


@blueprint.get(_TILES)
@public
def heat_tilesets(shape: str) -> Response:
    """List the tilesets of a shape of cells: the one there is."""
    check_shape(shape)
    parameters.check_names(request.args, parameters.DOCUMENT)
    heading = f"{HOUSES.title}の{SHAPES[shape]}集計のタイルセット"
    return represent(tilesets.tilesets(shape), _PAGE, heading=heading)


@blueprint.get(_TILESET)
@public
def heat_tileset(shape: str, matrix_set: str) -> Response:
    """Describe one tileset: its limits, layer, sizes, and the address of its tiles."""
    asked = _described(shape, matrix_set, "f")
    if request.args.get("f") == "tilejson":
        return finish(to_json(tilesets.tilejson(shape, asked)), JSON)
    heading = f"{HOUSES.title}の{SHAPES[shape]}集計のタイル"
    return represent(tilesets.tileset(shape, asked), _PAGE, heading=heading)


@blueprint.get(f"{_TILESET}/tilejson.json")
@public
def heat_tilejson(shape: str, matrix_set: str) -> Response:
    """Send the TileJSON of the tiles of a shape."""
    asked = _described(shape, matrix_set)
    return finish(to_json(tilesets.tilejson(shape, asked)), JSON)


@blueprint.get(f"{_TILESET}/style.json")
@public
def heat_style(shape: str, matrix_set: str) -> Response:
    """Send a MapLibre style that fills the cells by `fill`: the number, or the mean total."""
    asked = _described(shape, matrix_set, "fill")
    filled = style.find_fill(request.args.get("fill", style.DEFAULT_FILL))
    return finish(to_json(style.style(shape, asked, filled)), STYLE)


@blueprint.get(f"{_TILESET}/<z>/<y>/<x>")
@requires("ogc:read")
def heat(shape: str, matrix_set: str, z: str, y: str, x: str) -> Response:
    """Send one heat tile: 204 where nothing lies, 304 where nothing changed."""
    check_shape(shape)
    tile = grid.parse_tile(matrix_set, z, y, x)
    cells = cell_grid(shape, tile.z)
    asked = tile_request(HOUSES)
    name = f"{cells.title}{tile}"

    def made(at: Version) -> bytes:
        return tile_store().finished(
            (asked.key, name), asked, at, lambda: heat_tile(_counted(asked, cells, at), tile)
        )

    return answer(asked, name, made)


def _counted(asked: TileRequest, cells: Grid, at: Version) -> HeatCells:
    """Return the counts of all cells. The houses are read once for the grids of all zooms."""
    store = tile_store()

    def count(newest: Version) -> HeatCells:
        points = store.counted(
            (asked.key, "points"),
            asked,
            newest,
            lambda _: read_points(asked.selection, asked.actor),
            inner=True,
        )
        return count_cells(cells, points)

    counted: HeatCells = store.counted((asked.key, cells.title), asked, at, count)
    return counted


def _described(shape: str, matrix_set: str, *others: str) -> str:
    """Return the checked selection that a description's links shall keep."""
    check_shape(shape)
    grid.check_matrix_set(matrix_set)
    read_selection(HOUSES, *others)
    return query("fill")
