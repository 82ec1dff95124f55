"""Features on their way out: finished text wrapped once, or a page made from the same text."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from inspection.gis.collections import Collection
from inspection.gis.crs import Crs
from inspection.gis.features import FeaturePage
from inspection.gis.links import GEOJSON, HTML, JSON, Link, address, link, self_and_alternate, url
from inspection.gis.parameters import ItemsQuery
from inspection.gis.responses import finish, page, to_json
from inspection.gis.shown import shown
from inspection.paging import encode_cursor


def send_features(
    collection: Collection, query: ItemsQuery, features: FeaturePage, *, html: bool
) -> Response:
    """Send a page of features as GeoJSON or HTML, with links to its other encoding and the next."""
    links = self_and_alternate(GEOJSON, html=html)
    links += _next_links(features, html=html)
    links.append(_collection_link(collection))
    counts = {"numberMatched": features.matched, "numberReturned": len(features.features)}
    if html:
        values = {"collection": collection, "crs": query.crs, "links": links, **counts}
        rows = json.loads(f"[{','.join(features.features)}]")
        return _with_crs(page("items.html", features=rows, shown=shown, **values), query.crs)
    head = to_json({"type": "FeatureCollection", **counts, "links": links})
    text = "".join((head[:-1], ',"features":[', ",\n".join(features.features), "]}"))
    return _with_crs(finish(text, GEOJSON), query.crs)


def send_feature(collection: Collection, text: str, crs: Crs, *, html: bool) -> Response:
    """Send one feature as GeoJSON or HTML."""
    links = [*self_and_alternate(GEOJSON, html=html), _collection_link(collection)]
    if html:
        feature: dict[str, Any] = json.loads(text)
        values = {"collection": collection, "feature": feature, "links": links, "crs": crs}
        return _with_crs(page("item.html", shown=shown, **values), crs)
    return _with_crs(finish(f'{text[:-1]},"links":{to_json(links)}}}', GEOJSON), crs)


def _next_links(features: FeaturePage, *, html: bool) -> list[Link]:
    if features.last_key is None:
        return []
    following = address(cursor=encode_cursor(features.last_key))
    return [link("next", HTML if html else GEOJSON, following, "次のページ")]


def _collection_link(collection: Collection) -> Link:
    return link(
        "collection", JSON, url("collection", collection_id=collection.id), collection.title
    )


def _with_crs(response: Response, crs: Crs) -> Response:
    response.headers["Content-Crs"] = f"<{crs.uri}>"
    return response
