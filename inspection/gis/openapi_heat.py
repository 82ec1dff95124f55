"""The heat tiles in the API document: paths with the shape of the cells as a part."""

from __future__ import annotations

from inspection.gis.collections import HOUSES
from inspection.gis.heat.sizes import LAST_ZOOM, SHAPES
from inspection.gis.heat.style import DEFAULT_FILL, FILLS
from inspection.gis.links import JSON
from inspection.gis.openapi_parts import Json, open_path, parameter, path_parameter
from inspection.gis.openapi_tiles import describe_tile, describe_tileset
from inspection.gis.tiles.tilesets import STYLE

_BASE = "/collections/houses/heat/{shape}/tiles"
_ONE = f"{_BASE}/{{tileMatrixSetId}}"


def heat_paths() -> Json:
    """Return the paths of the heat tiles."""
    title = f"{HOUSES.title}の区画別集計"
    fill = {"type": "string", "enum": list(FILLS), "default": DEFAULT_FILL}
    styled = describe_tileset(HOUSES, "styleHeat", f"{title}の MapLibre スタイル", media_type=STYLE)
    styled["get"]["parameters"].append(parameter("fill", "何で塗り分けるか", fill))
    tiles = describe_tile(HOUSES, "tileHeat", f"{title}のベクトルタイル", LAST_ZOOM)
    paths = {
        _BASE: open_path(
            "tilesetsHeat", f"{title}のタイルセット", JSON, "document", parameters=[], missing=True
        ),
        _ONE: describe_tileset(
            HOUSES, "tilesetHeat", f"{title}のタイルセット", "json", "html", "tilejson"
        ),
        f"{_ONE}/tilejson.json": describe_tileset(HOUSES, "tilejsonHeat", f"{title}の TileJSON"),
        f"{_ONE}/style.json": styled,
        f"{_ONE}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": {"get": tiles},
    }
    shape = path_parameter("shape", {"type": "string", "enum": list(SHAPES)})
    for path in paths.values():
        path["get"]["parameters"].insert(0, shape)
    return paths
