"""Descriptions of the tiles: tile matrix set, tilesets, TileJSON, and links to all of them.

Open without a token: they tell which rows and columns a collection touches (its box is rounded to
about a kilometre) and nothing of a single feature.
"""

from __future__ import annotations

from typing import Any

from inspection.gis import extents
from inspection.gis.collections import Collection
from inspection.gis.crs import CRS84
from inspection.gis.links import JSON, Link, link, url
from inspection.gis.tiles import grid
from inspection.gis.tiles.clusters import DETAIL_ZOOM
from inspection.gis.tiles.columns import attributes
from inspection.gis.tiles.grid import TMS

STYLE = "application/vnd.mapbox.style+json"
MVT = "application/vnd.mapbox-vector-tile"
TILESETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEMES_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
SCHEME_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
GEODATA_REL = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
CONFORMANCE_CLASSES = tuple(
    f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}"
    for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
)
LAST_ZOOM = 16
"""Maps draw further zooms from these tiles, whose unit is about 12 cm at 34° latitude."""

_JSON_TYPES = {"integer": "integer", "number": "number"}
_TILEJSON_TYPES = {"integer": "Number", "number": "Number"}


def tile_template(item: Collection, query: str = "", *, ogc: bool = False) -> str:
    """Return the address of tiles with places for zoom, row and column.

    query: a selection, URL-encoded. ogc: with the names that the standard gives the places.
    """
    places = "{tileMatrix}/{tileRow}/{tileCol}" if ogc else "{z}/{y}/{x}"
    base = url("tileset", collection_id=item.id, matrix_set=TMS)
    return f"{base}/{places}{_asked(query)}"


def _asked(query: str) -> str:
    return f"?{query}" if query else ""


def collection_links(item: Collection) -> list[Link]:
    """Return the links of a collection's description to its tiles and their style."""
    tilesets = url("tilesets", collection_id=item.id)
    # The TileJSON is linked from the tileset: GDAL takes `describedby` here for the schema.
    return [
        link(TILESETS_REL, JSON, tilesets, f"{item.title}のベクトルタイル"),
        *(each for each in _map_links(item, "") if each["rel"] == "stylesheet"),
    ]


def landing_links() -> list[Link]:
    """Return the landing page's link to the tile matrix sets."""
    return [link(SCHEMES_REL, JSON, url("tile_matrix_sets"), "タイル行列セット")]


def _map_links(item: Collection, query: str) -> list[Link]:
    values = {"collection_id": item.id, "matrix_set": TMS}
    tilejson, style = url("tilejson", **values), url("style", **values)
    return [
        link("describedby", JSON, f"{tilejson}{_asked(query)}", "TileJSON 3.0"),
        link("stylesheet", STYLE, f"{style}{_asked(query)}", "MapLibre のスタイル"),
    ]


def matrix_sets() -> dict[str, Any]:
    """Return the list of tile matrix sets: the one there is."""
    scheme = link("self", JSON, url("tile_matrix_set", matrix_set=TMS), TMS)
    entry = {"id": TMS, "title": TMS, "uri": grid.TMS_URI, "crs": grid.CRS_URI, "links": [scheme]}
    return {"tileMatrixSets": [entry], "links": []}


def matrix_set() -> dict[str, Any]:
    """Return the definition of WebMercatorQuad."""
    return {
        "id": TMS,
        "title": TMS,
        "uri": grid.TMS_URI,
        "crs": grid.CRS_URI,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": grid.matrices(),
        "links": [],
    }


def tilesets(item: Collection) -> dict[str, Any]:
    """Return the list of a collection's tilesets."""
    return {
        "title": f"{item.title}のタイルセット",
        "tilesets": [
            {
                **_head(item),
                "links": [
                    link(
                        "self",
                        JSON,
                        url("tileset", collection_id=item.id, matrix_set=TMS),
                        f"{item.title}のタイルセット {TMS}",
                    ),
                    *_tile_links(item, ""),
                ],
            }
        ],
        "links": [],
    }


def tileset(item: Collection, query: str) -> dict[str, Any]:
    """Return the metadata of a collection's tileset; query: a selection that its links keep."""
    box = _box(item)
    return {
        **_head(item),
        "description": item.description,
        "tileMatrixSetLimits": grid.limits(box),
        "boundingBox": {"lowerLeft": box[:2], "upperRight": box[2:], "crs": CRS84.uri},
        "layers": [_layer(item)],
        "links": [*_tile_links(item, query), *_map_links(item, query)],
    }


def _head(item: Collection) -> dict[str, Any]:
    return {
        "title": f"{item.title}のベクトルタイル",
        "dataType": "vector",
        "crs": grid.CRS_URI,
        "tileMatrixSetURI": grid.TMS_URI,
    }


def _tile_links(item: Collection, query: str) -> list[Link]:
    template = tile_template(item, query, ogc=True)
    collection = url("collection", collection_id=item.id)
    return [
        link("item", MVT, template, f"{item.title}のタイル") | {"templated": True},
        link(SCHEME_REL, JSON, url("tile_matrix_set", matrix_set=TMS), TMS),
        link(GEODATA_REL, JSON, collection, item.title),
    ]


def _layer(item: Collection) -> dict[str, Any]:
    schemas = {
        each.name: {"title": each.title, "type": _JSON_TYPES.get(each.kind, "string")}
        for each in attributes(item)
    }
    return {
        "id": item.id,
        "title": item.title,
        "dataType": "vector",
        "geometryDimension": 0,
        "minTileMatrix": "0",
        "maxTileMatrix": str(grid.MAX_ZOOM),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                "id": {"title": "ID", "type": "string", "format": "uuid"},
                **schemas,
                "count": {"title": f"件数(ズーム {DETAIL_ZOOM - 1} まで)", "type": "integer"},
            },
        },
    }


def tilejson(item: Collection, query: str) -> dict[str, Any]:
    """Return the TileJSON of a collection; query: a selection that its tiles keep."""
    box = _box(item)
    fields = {each.name: _TILEJSON_TYPES.get(each.kind, "String") for each in attributes(item)}
    return {
        "tilejson": "3.0.0",
        "name": item.title,
        "description": item.description,
        "tiles": [tile_template(item, query)],
        "minzoom": 0,
        "maxzoom": LAST_ZOOM,
        "bounds": box,
        "vector_layers": [
            {
                "id": item.id,
                "description": item.description,
                "minzoom": 0,
                "maxzoom": LAST_ZOOM,
                "fields": {"id": "String", **fields, "count": "Number"},
            }
        ],
    }


def _box(item: Collection) -> list[float]:
    box: list[float] = extents.extent(item)["spatial"]["bbox"][0]
    return box
