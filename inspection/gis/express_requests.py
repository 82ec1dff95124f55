"""Which requests for features the short way understands, and what they ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from inspection.canonical import text_digest
from inspection.gis import pages, responses
from inspection.gis.collections import COLLECTIONS, HOUSES
from inspection.gis.links import GEOJSON, Link, encodings, written
from inspection.models.house_facet import FACETS
from inspection.paging import encode_cursor

Environ = dict[str, Any]

_PAGING = {"limit", "bbox", "cursor", "f"}
_PATH = re.compile(
    r"/ogc/collections/(houses|inspections|photos)/items"
    r"(?:/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}))?"
)
_WORD = re.compile(r"(limit|bbox|cursor|f)=([A-Za-z0-9.,_-]{1,400})")
_CONDITION = re.compile(
    rf"(?:({'|'.join(FACETS)}|filter-lang(?==cql2-text$))=([A-Za-z0-9.,_-]{{1,400}})"
    r"|filter=([!-%'-~]{1,4000}))"
)
_OF_MORE = re.compile(
    rf"\b(?:{'|'.join(sorted({item.name for item in HOUSES.queryables} - {*FACETS}))}|geometry)\b",
    re.IGNORECASE,
)
"""Words in a filter that the application has to look at, if only because they may be names."""

_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?")
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{1,200})")
_NEEDS_MORE = (
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_ORIGIN",
    "HTTP_HANTEI_DEVICE_TIME",
    "HTTP_COOKIE",
    "HTTP_TRANSFER_ENCODING",
    "CONTENT_LENGTH",
)
"""Headers that change the reply in ways that the application knows."""


@dataclass(frozen=True)
class Asked:
    """A request that is understood: for one feature where there is an id, else for a page."""

    collection_id: str
    feature_id: str | None
    digest: str
    base: str
    site: str
    arguments: dict[str, str]

    @property
    def has_conditions(self) -> bool:
        """Whether a filter or a property's value is asked for."""
        return not self.arguments.keys() <= _PAGING

    def address(self, **changes: str) -> str:
        """Return its address with parameters changed."""
        return f"{self.base}?{written(self.arguments | changes)}"

    def links(self, last_key: int | None = None) -> list[Link]:
        """Return the links of the reply; last_key: of a page that others follow."""
        found = encodings(GEOJSON, self.address(f="json"), self.address(f="html"), html=False)
        if last_key is not None:
            following = self.address(cursor=encode_cursor(last_key))
            found.append(pages.next_link(GEOJSON, following))
        href = f"{self.site}/ogc/collections/{self.collection_id}"
        return [*found, pages.collection_link(COLLECTIONS[self.collection_id], href)]


def understand(environ: Environ) -> Asked | None:
    """Return what is asked, or None where the application has to look at it."""
    found = _PATH.fullmatch(environ["PATH_INFO"])
    if found is None or environ["REQUEST_METHOD"] != "GET" or environ.get("SCRIPT_NAME"):
        return None
    token = _BEARER.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
    site = _site(environ)
    arguments = _arguments(environ.get("QUERY_STRING", ""), found[1])
    if token is None or site is None or arguments is None:
        return None
    if any(environ.get(name) for name in _NEEDS_MORE):
        return None
    if "f" not in arguments and responses.prefers_html(environ.get("HTTP_ACCEPT")):
        return None
    collection_id, feature_id = found.groups()
    if feature_id is not None and not arguments.keys() <= {"f"}:
        return None
    base = f"{site}{environ['PATH_INFO']}"
    return Asked(collection_id, feature_id, text_digest(token[1]), base, site, arguments)


def _site(environ: Environ) -> str | None:
    host, scheme = environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"]
    if not _HOST.fullmatch(host) or host.endswith((":80", ":443")):
        return None
    return f"{scheme}://{host}"


def _arguments(query: str, collection_id: str) -> dict[str, str] | None:
    arguments: dict[str, str] = {}
    for word in query.split("&") if query else ():
        found = _WORD.fullmatch(word)
        pair = (
            _condition(word)
            if found is None and collection_id == HOUSES.id
            else found and found.groups()
        )
        if pair is None or pair[0] in arguments:
            return None
        arguments[pair[0]] = pair[1]
    if "bbox" in arguments and not arguments.keys() <= _PAGING:
        return None
    return arguments if arguments.get("f", "json") == "json" else None


def _condition(word: str) -> tuple[str, str] | None:
    """Return a parameter that asks a facet of houses, with its value; None for any other."""
    found = _CONDITION.fullmatch(word)
    if found is None:
        return None
    name, value, quoted = found.groups()
    if name is not None:
        return name, value
    try:
        text = unquote_plus(quoted, errors="strict")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text or _OF_MORE.search(text) else ("filter", text)
