"""Descriptions of the heat tiles: tilesets, TileJSON, and links to them. Open without a token."""

from __future__ import annotations

from typing import Any

from inspection.gis import extents
from inspection.gis.collections import HOUSES
from inspection.gis.crs import CRS84
from inspection.gis.heat.drawing import LAYER
from inspection.gis.heat.sizes import LAST_ZOOM, SHAPES, description
from inspection.gis.links import JSON, Link, link, url
from inspection.gis.tiles import grid
from inspection.gis.tiles.grid import TMS
from inspection.gis.tiles.tilesets import GEODATA_REL, MVT, SCHEME_REL, STYLE

ATTRIBUTES = (
    ("code", "区画の名前", "string"),
    ("count", "家屋の数", "integer"),
    ("count_substandard", "不良住宅の数", "integer"),
    ("count_not_substandard", "不良住宅に該当しない数", "integer"),
    ("count_undetermined", "判定が定まらない数", "integer"),
    ("count_none", "判定のない数", "integer"),
    ("inspected", "評点のある数", "integer"),
    ("mean_total", "評点の平均(点)", "number"),
    ("max_total", "評点の最高(点)", "number"),
)
"""Name, title, type. Other outcomes of a municipal rule table have a `count_` of their own."""


def title(shape: str) -> str:
    """Return what the tiles of a shape show."""
    return f"{HOUSES.title}の{SHAPES[shape]}集計"


def template(shape: str, query: str = "", *, ogc: bool = False) -> str:
    """Return the address of tiles with places for zoom, row and column.

    query: a selection, URL-encoded. ogc: with the names that the standard gives the places.
    """
    places = "{tileMatrix}/{tileRow}/{tileCol}" if ogc else "{z}/{y}/{x}"
    return _asked(f"{url('heat_tileset', shape=shape, matrix_set=TMS)}/{places}", query)


def tilejson_address(shape: str, query: str = "") -> str:
    """Return the address of the TileJSON."""
    return _asked(url("heat_tilejson", shape=shape, matrix_set=TMS), query)


def _asked(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def listed() -> list[dict[str, Any]]:
    """Return the entries of all shapes in a list of tilesets."""
    return [_entry(shape) for shape in SHAPES]


def tilesets(shape: str) -> dict[str, Any]:
    """Return the list of a shape's tilesets."""
    return {"title": f"{title(shape)}のタイルセット", "tilesets": [_entry(shape)], "links": []}


def _entry(shape: str) -> dict[str, Any]:
    own = url("heat_tileset", shape=shape, matrix_set=TMS)
    described = link("self", JSON, own, f"{title(shape)}のタイルセット {TMS}")
    return {**_head(shape), "links": [described, *_tile_links(shape, "")]}


def tileset(shape: str, query: str) -> dict[str, Any]:
    """Return the metadata of a shape's tileset; query: a selection that its links keep."""
    box = _box()
    return {
        **_head(shape),
        "description": _described(shape),
        "tileMatrixSetLimits": grid.limits(box)[: LAST_ZOOM + 1],
        "boundingBox": {"lowerLeft": box[:2], "upperRight": box[2:], "crs": CRS84.uri},
        "layers": [_layer(shape)],
        "links": [*_tile_links(shape, query), *_map_links(shape, query)],
    }


def _described(shape: str) -> str:
    return f"区画ごとの家屋の数と評点。{description(shape)}。縁にかかる区画は隣り合うタイルに同じ数で入る。"


def _head(shape: str) -> dict[str, Any]:
    return {
        "title": f"{title(shape)}のベクトルタイル",
        "dataType": "vector",
        "crs": grid.CRS_URI,
        "tileMatrixSetURI": grid.TMS_URI,
    }


def _tile_links(shape: str, query: str) -> list[Link]:
    tiles = link("item", MVT, template(shape, query, ogc=True), f"{title(shape)}のタイル")
    return [
        tiles | {"templated": True},
        link(SCHEME_REL, JSON, url("tile_matrix_set", matrix_set=TMS), TMS),
        link(GEODATA_REL, JSON, url("collection", collection_id=HOUSES.id), HOUSES.title),
    ]


def _map_links(shape: str, query: str) -> list[Link]:
    style = url("heat_style", shape=shape, matrix_set=TMS)
    return [
        link("describedby", JSON, tilejson_address(shape, query), "TileJSON 3.0"),
        link("stylesheet", STYLE, _asked(style, query), "MapLibre のスタイル"),
    ]


def _layer(shape: str) -> dict[str, Any]:
    properties = {name: {"title": words, "type": kind} for name, words, kind in ATTRIBUTES}
    return {
        "id": LAYER,
        "title": title(shape),
        "dataType": "vector",
        "geometryDimension": 2,
        "minTileMatrix": "0",
        "maxTileMatrix": str(LAST_ZOOM),
        "propertiesSchema": {"type": "object", "properties": properties},
    }


def tilejson(shape: str, query: str) -> dict[str, Any]:
    """Return the TileJSON of a shape's tiles; query: a selection that its tiles keep."""
    zooms = {"minzoom": 0, "maxzoom": LAST_ZOOM}
    fields = {name: "String" if kind == "string" else "Number" for name, _, kind in ATTRIBUTES}
    return {
        "tilejson": "3.0.0",
        "name": title(shape),
        "description": _described(shape),
        "tiles": [template(shape, query)],
        **zooms,
        "bounds": _box(),
        "vector_layers": [{"id": LAYER, "description": title(shape), **zooms, "fields": fields}],
    }


def _box() -> list[float]:
    box: list[float] = extents.extent(HOUSES)["spatial"]["bbox"][0]
    return box
