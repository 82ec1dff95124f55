"""The MapLibre style of a collection: symbols by judgement, told by colour and by shape alike.

It needs no glyphs, no sprite and no outside host: points are discs and rings, and a cluster's size
tells its count. The pages' legend (static/ogc-map.css) draws the same signs.
"""

from __future__ import annotations

from typing import Any

from inspection.gis.collections import Collection
from inspection.gis.links import url
from inspection.gis.tiles.grid import TMS

RED, NAVY, SOFT, PAPER, INK = "#b81c1c", "#1b3a63", "#5c7da6", "#ffffff", "#171c24"
GROUND = "#eef1f5"

Expression = list[Any]
_COUNT: Expression = ["coalesce", ["get", "count"], 1]
_JUDGEMENT: Expression = ["coalesce", ["get", "judgement"], "none"]
_ALONE: Expression = ["==", _COUNT, 1]
_CLUSTER: Expression = [">", _COUNT, 1]
_SHARE: Expression = ["/", ["coalesce", ["get", "count_substandard"], 0], _COUNT]
_KNOWN = ["substandard", "not_substandard", "undetermined", "none"]


def style(item: Collection, query: str) -> dict[str, Any]:
    """Return the style of a collection's tiles; query: a selection that the tiles keep."""
    tilejson = url("tilejson", collection_id=item.id, matrix_set=TMS)
    source = {"type": "vector", "url": f"{tilejson}?{query}" if query else tilejson}
    drawn = [ground(), *layers(item.id, item.id)]
    return {**head(item), "sources": {item.id: source}, "layers": drawn}


def head(item: Collection) -> dict[str, Any]:
    """Return what every style begins with."""
    return {"version": 8, "name": f"{item.title}(判定別)"}


def ground() -> dict[str, Any]:
    """Return the layer below all others."""
    return {"id": "ground", "type": "background", "paint": {"background-color": GROUND}}


def layers(source: str, source_layer: str | None) -> list[dict[str, Any]]:
    """Return the layers that draw a source; source_layer: None for one of GeoJSON."""
    found = [_clusters(), *(_points(*sign) for sign in _SIGNS), _heart()]
    place = {"source": source} | ({"source-layer": source_layer} if source_layer else {})
    return [{**layer, **place} for layer in found]


def _clusters() -> dict[str, Any]:
    return {
        "id": "clusters",
        "type": "circle",
        "filter": _CLUSTER,
        "layout": {"circle-sort-key": _SHARE},
        "paint": {
            "circle-radius": [
                "interpolate",
                ["linear"],
                ["log10", _COUNT],
                0,
                5,
                1,
                9,
                3,
                15,
                5,
                22,
            ],
            "circle-color": [
                "interpolate",
                ["linear"],
                _SHARE,
                0,
                "#dbe4ef",
                0.5,
                "#dd8f87",
                1,
                RED,
            ],
            "circle-opacity": 0.9,
            # The second sign of clusters: the rim is thicker the more of them are substandard.
            "circle-stroke-color": NAVY,
            "circle-stroke-width": ["interpolate", ["linear"], _SHARE, 0, 1, 1, 3.5],
        },
    }


# (id, judgement or None for every other one, radius, fill, rim, width of the rim)
_SIGNS: tuple[tuple[str, str | None, float, str, str, float], ...] = (
    ("unscored", "none", 4.0, SOFT, PAPER, 1.0),
    ("other", None, 6.0, SOFT, INK, 1.5),
    ("not-substandard", "not_substandard", 5.5, PAPER, NAVY, 2.5),
    ("undetermined", "undetermined", 6.0, PAPER, INK, 1.5),
    ("substandard", "substandard", 7.0, RED, PAPER, 1.5),
)


def _points(
    name: str, judgement: str | None, radius: float, fill: str, rim: str, width: float
) -> dict[str, Any]:
    chosen: Expression = ["==", _JUDGEMENT, judgement]
    if judgement is None:
        chosen = ["!", ["in", _JUDGEMENT, ["literal", _KNOWN]]]
    scale = ["interpolate", ["linear"], ["zoom"], 8, radius * 0.7, 14, radius, 18, radius * 1.6]
    return {
        "id": name,
        "type": "circle",
        "filter": ["all", _ALONE, chosen],
        "paint": {
            "circle-radius": scale,
            "circle-color": fill,
            "circle-stroke-color": rim,
            "circle-stroke-width": width,
        },
    }


def _heart() -> dict[str, Any]:
    """Return the dot in the ring of what is undetermined."""
    return {
        "id": "undetermined-heart",
        "type": "circle",
        "filter": ["all", _ALONE, ["==", _JUDGEMENT, "undetermined"]],
        "paint": {"circle-radius": 2.2, "circle-color": INK},
    }
