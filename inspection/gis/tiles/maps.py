"""What the pages' maps are given: a style with its source, where to look, and words for a card.

The map is an addition: tables hold the same without a script. Nothing is asked of another host.
"""

from __future__ import annotations

from typing import Any

from flask import current_app

from inspection.gis import extents
from inspection.gis.collections import Collection
from inspection.gis.crs import Crs
from inspection.gis.links import url
from inspection.gis.tiles import style
from inspection.gis.tiles.columns import attributes
from inspection.gis.tiles.encoder import Value
from inspection.gis.views import blueprint
from inspection.labels import METHOD_LABELS, STATUS_LABELS

JUDGEMENT_LABELS = {
    "substandard": "不良住宅",
    "not_substandard": "不良住宅に該当しない",
    "undetermined": "判定が定まらない",
    "none": "判定なし",
}
SIGNS = {
    "substandard": JUDGEMENT_LABELS["substandard"],
    "not-substandard": JUDGEMENT_LABELS["not_substandard"],
    "undetermined": JUDGEMENT_LABELS["undetermined"],
    "other": "市の判定表によるその他の判定",
    "unscored": JUDGEMENT_LABELS["none"],
}
_LABELS = {"judgement": JUDGEMENT_LABELS, "status": STATUS_LABELS, "method": METHOD_LABELS}
_UNSAID = ("house_id", "inspection_id")  # of no use to a reader of the card


@blueprint.app_template_global()
def map_signs() -> dict[str, str]:
    """Return the legend: the name of each sign, and what it stands for."""
    return SIGNS


@blueprint.app_template_global()
def map_of_tiles(collection: Collection) -> dict[str, Any]:
    """Return the map of a whole collection, drawn from its tiles."""
    box = extents.extent(collection)["spatial"]["bbox"][0]
    return _map(collection, style.style(collection, ""), box)


@blueprint.app_template_global()
def map_of_features(
    collection: Collection, features: list[dict[str, Any]], crs: Crs
) -> dict[str, Any] | None:
    """Return the map of features as a page has them.

    None when none has a position, or when they are in metres, which the map does not draw.
    """
    if not crs.geographic:
        return None
    order = slice(None, None, -1 if crs.kind == "latlon" else 1)
    points = [
        (feature, feature["geometry"]["coordinates"][order])
        for feature in features
        if feature["geometry"] is not None
    ]
    if not points:
        return None
    source = {
        "type": "geojson",
        "data": {
            "type": "FeatureCollection",
            "features": [_point(collection, feature, place) for feature, place in points],
        },
    }
    lons, lats = ([place[axis] for _, place in points] for axis in (0, 1))
    box = [min(lons), min(lats), max(lons), max(lats)]
    drawn = {
        **style.head(collection),
        "sources": {collection.id: source},
        "layers": [style.ground(), *style.layers(collection.id, None)],
    }
    return _map(collection, drawn, box)


def _point(collection: Collection, feature: dict[str, Any], place: list[float]) -> dict[str, Any]:
    named = feature["properties"]
    kept: dict[str, Value] = {
        item.name: named[item.name] for item in attributes(collection) if item.name in named
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {"id": feature["id"], **kept},
    }


def _map(collection: Collection, drawn: dict[str, Any], box: list[float]) -> dict[str, Any]:
    """Return what static/ogc-map.js reads."""
    return {
        "style": drawn,
        "bounds": box,
        "probe": f"{url('tileset', collection_id=collection.id, matrix_set='WebMercatorQuad')}/0/0/0",
        "items": url("items", collection_id=collection.id),
        "zone": current_app.config["HANTEI_TIME_ZONE"].key,
        "judgements": JUDGEMENT_LABELS,
        "order": list(JUDGEMENT_LABELS),  # which JSON with sorted names does not keep
        "fields": [
            {
                "name": item.name,
                "title": item.title,
                "unit": item.unit,
                "instant": item.kind == "instant",
                "labels": _LABELS.get(item.name, {}),
            }
            for item in attributes(collection)
            if item.name not in _UNSAID
        ],
    }
