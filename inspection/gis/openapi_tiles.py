"""The tiles in the API document: OGC API - Tiles, a path for each collection."""

from __future__ import annotations

from inspection.gis.collections import Collection
from inspection.gis.links import JSON
from inspection.gis.openapi_parts import (
    Json,
    content_of,
    format_parameter,
    open_path,
    path_parameter,
    refusals,
    selection_parameters,
    token_operation,
)
from inspection.gis.tiles import grid
from inspection.gis.tiles.tilesets import MVT, STYLE

_SET = "tileMatrixSetId"


def tile_paths() -> Json:
    """Return the paths of the tile matrix sets."""
    return {
        "/tileMatrixSets": open_path("tileMatrixSets", "タイル行列セットの一覧", JSON, "document"),
        f"/tileMatrixSets/{{{_SET}}}": open_path(
            "tileMatrixSet",
            "タイル行列セットの定義",
            JSON,
            "document",
            parameters=[_matrix_set()],
            missing=True,
        ),
    }


def collection_tile_paths(item: Collection) -> Json:
    """Return the paths of a collection's tilesets and tiles."""
    base, title, name = f"/collections/{item.id}/tiles", item.title, item.id.capitalize()
    one = f"{base}/{{{_SET}}}"
    return {
        base: open_path(f"tilesets{name}", f"{title}のタイルセット", JSON, "document"),
        one: describe_tileset(
            item, f"tileset{name}", f"{title}のタイルセット", "json", "html", "tilejson"
        ),
        f"{one}/tilejson.json": describe_tileset(item, f"tilejson{name}", f"{title}の TileJSON"),
        f"{one}/style.json": describe_tileset(
            item, f"style{name}", f"{title}の MapLibre スタイル", media_type=STYLE
        ),
        f"{one}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": {
            "get": describe_tile(item, f"tile{name}", f"{title}のベクトルタイル", grid.MAX_ZOOM)
        },
    }


def describe_tileset(
    item: Collection, operation: str, summary: str, *formats: str, media_type: str = JSON
) -> Json:
    """Return the path of a description that keeps a selection in its links; formats: of `f`."""
    parameters = [_matrix_set(), *selection_parameters(item)]
    if formats:
        parameters.append(format_parameter(*formats))
    path = open_path(
        operation, summary, media_type, "document", html=False, parameters=parameters, missing=True
    )
    if "html" in formats:
        path["get"]["responses"]["200"] = content_of(summary, media_type, "document")
    return path


def describe_tile(item: Collection, operation: str, summary: str, last_zoom: int) -> Json:
    """Return the operation that sends a tile of a collection's features."""
    row = {"type": "integer", "minimum": 0, "maximum": (1 << last_zoom) - 1}
    matrices = {"type": "string", "enum": [str(zoom) for zoom in range(last_zoom + 1)]}
    places = {"tileMatrix": matrices, "tileRow": row, "tileCol": row}
    binary = {"schema": {"type": "string", "format": "binary"}}
    return token_operation(
        operation,
        item.title,
        summary,
        [
            _matrix_set(),
            *(path_parameter(name, schema) for name, schema in places.items()),
            *selection_parameters(item),
            format_parameter("mvt"),
        ],
        {
            "200": {"description": "タイル", "content": {MVT: binary}},
            "204": {"description": "何もないタイル"},
            **refusals(token=True, missing=True),
        },
    )


def _matrix_set() -> Json:
    return path_parameter(_SET, {"type": "string", "enum": [grid.TMS]})
