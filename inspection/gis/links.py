"""Links between the documents: every one with `rel` and `type`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"
QUERYABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
CONFORMANCE_REL = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
DATA_REL = "http://www.opengis.net/def/rel/ogc/1.0/data"

Link = dict[str, Any]


def url(endpoint: str, **values: Any) -> str:
    """Return the absolute address of one of this blueprint's views."""
    return url_for(f"ogc.{endpoint}", _external=True, **values)


def site() -> str:
    """Return the address of the site, without a slash at its end."""
    return request.url_root.rstrip("/")


def link(rel: str, media_type: str, href: str, title: str) -> Link:
    """Return one link."""
    return {"rel": rel, "type": media_type, "href": href, "title": title, "hreflang": "ja"}


def address(**changes: str | None) -> str:
    """Return this request's address with some parameters changed; None takes one away."""
    arguments = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in arguments.items() if value is not None}
    return f"{request.base_url}?{written(kept)}" if kept else request.base_url


def written(arguments: dict[str, str]) -> str:
    """Return parameters as they are written in an address."""
    return urlencode(arguments, safe=":,/")


def self_and_alternate(media_type: str, *, html: bool) -> list[Link]:
    """Return `self` and `alternate`: the document as it is sent now, and its other encoding.

    media_type: of the JSON encoding.
    """
    return encodings(media_type, address(f="json"), address(f="html"), html=html)


def encodings(media_type: str, json_href: str, html_href: str, *, html: bool) -> list[Link]:
    """Return the links of a document's two encodings, of which one is sent now."""
    as_json = (media_type, json_href, "この文書 (JSON)")
    as_html = (HTML, html_href, "この文書 (HTML)")
    this, other = (as_html, as_json) if html else (as_json, as_html)
    return [link("self", *this), link("alternate", *other)]
