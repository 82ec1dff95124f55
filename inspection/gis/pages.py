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

BETWEEN = ",\n"
TAIL = "]}"


def send_features(
    collection: Collection, query: ItemsQuery, features: FeaturePage, *, html: bool
) -> Response:
    """Send a page of features as GeoJSON or HTML, with links to its other encoding and the next."""
    links = self_and_alternate(GEOJSON, html=html)
    if features.last_key is not None:
        media_type = HTML if html else GEOJSON
        links.append(next_link(media_type, address(cursor=encode_cursor(features.last_key))))
    links.append(_collection_link(collection))
    if html:
        counts = {"numberMatched": features.matched, "numberReturned": len(features.features)}
        values = {"collection": collection, "crs": query.crs, "links": links, **counts}
        rows = json.loads(f"[{','.join(features.features)}]")
        return _with_crs(page("items.html", features=rows, shown=shown, **values), query.crs)
    text = features_text(features.matched, features.features, links)
    return _with_crs(finish(text, GEOJSON), query.crs)


def features_text(matched: int, features: list[str], links: list[Link]) -> str:
    """Return a page of features as GeoJSON text."""
    head = features_head(matched, len(features), links)
    return "".join((head, BETWEEN.join(features), TAIL))


def features_head(matched: int, returned: int, links: list[Link]) -> str:
    """Return the text of a page of features up to the first of them."""
    counts = {"numberMatched": matched, "numberReturned": returned}
    return to_json({"type": "FeatureCollection", **counts, "links": links})[:-1] + ',"features":['


def send_feature(collection: Collection, text: str, crs: Crs, *, html: bool) -> Response:
    """Send one feature as GeoJSON or HTML."""
    links = [*self_and_alternate(GEOJSON, html=html), _collection_link(collection)]
    if html:
        feature: dict[str, Any] = json.loads(text)
        values = {"collection": collection, "feature": feature, "links": links, "crs": crs}
        return _with_crs(page("item.html", shown=shown, **values), crs)
    return _with_crs(finish(feature_text(text, links), GEOJSON), crs)


def feature_text(text: str, links: list[Link]) -> str:
    """Return a feature's GeoJSON text with its links."""
    return f'{text[:-1]},"links":{to_json(links)}}}'


def next_link(media_type: str, href: str) -> Link:
    """Return the link to the following page."""
    return link("next", media_type, href, "次のページ")


def collection_link(collection: Collection, href: str) -> Link:
    """Return the link to a feature's collection."""
    return link("collection", JSON, href, collection.title)


def _collection_link(collection: Collection) -> Link:
    return collection_link(collection, url("collection", collection_id=collection.id))


def content_crs(crs: Crs) -> str:
    """Return the Content-Crs header of features in a system."""
    return f"<{crs.uri}>"


def _with_crs(response: Response, crs: Crs) -> Response:
    response.headers["Content-Crs"] = content_crs(crs)
    return response
