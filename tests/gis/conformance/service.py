"""A client that knows one address, the landing page, and reaches everything through links."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urljoin

import requests

GEOJSON = "application/geo+json"
TIMEOUT_S = 30


class Service:
    """An OGC API as its links show it, read with one token (None: without any)."""

    def __init__(self, address, token=None):
        self.address = address
        self._session = requests.Session()
        self._session.trust_env = False
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method, href, query=None, **headers):
        """The reply to a request, whatever its status; query: pairs that are added to the link's."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._session.request(
            method, href, params=query, headers=names, timeout=TIMEOUT_S, allow_redirects=False
        )

    def get(self, href, query=None, expect=200, **headers):
        """The reply to a GET."""
        reply = self.send("GET", href, query, **headers)
        assert reply.status_code == expect, (reply.url, reply.text[:500])
        return reply

    def json(self, href, query=None):
        return self.get(href, query).json()

    @cached_property
    def landing(self):
        return self.json(self.address)

    @cached_property
    def definition(self):
        """The API document."""
        return self.json(the_link(self.landing, "service-desc")["href"])

    @cached_property
    def classes(self):
        return self.json(the_link(self.landing, "conformance")["href"])["conformsTo"]

    @cached_property
    def collections(self):
        """The descriptions of all collections, by id, each read from its own address."""
        listed = self.json(the_link(self.landing, "data")["href"])["collections"]
        return {c["id"]: self.json(the_link(c, "self")["href"]) for c in listed}

    def items_address(self, name):
        """The address of a collection's features as GeoJSON."""
        return the_link(self.collections[name], "items", GEOJSON)["href"]

    def items(self, name, **query):
        """One page of features; `bbox_crs` stands for `bbox-crs`, and the like."""
        return self.json(self.items_address(name), _spelled(query))

    def refused(self, name, **query):
        """The problem with which a page of features is refused."""
        return self.get(self.items_address(name), _spelled(query), expect=400).json()

    def pages(self, href, query=None):
        """Every page from an address on, following `next`."""
        page = self.json(href, query)
        yield page
        while following := links(page, "next"):
            page = self.json(following[0]["href"])
            yield page

    def every(self, name):
        """All features of a collection, by id in their order; read once."""
        kept = self.__dict__.setdefault("_every", {})
        if name not in kept:
            pages = self.pages(self.items_address(name), {"limit": 1000})
            kept[name] = {feature["id"]: feature for page in pages for feature in page["features"]}
        return kept[name]

    def operations(self):
        """Every operation of the document: (address, its path item's name, the operation)."""
        server = self.definition["servers"][0]["url"] + "/"
        for path, item in self.definition["paths"].items():
            shared = item.get("parameters", [])
            for verb in set(item) & {"get", "put", "post", "delete", "patch"}:
                operation = item[verb]
                merged = [self.resolved(p) for p in (*shared, *operation.get("parameters", []))]
                yield verb, urljoin(server, path.lstrip("/")), {**operation, "parameters": merged}

    def resolved(self, node):
        """A part of the API document, or what its $ref points to."""
        while "$ref" in node:
            target = self.definition
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def parameter(self, name, parameter):
        """The declaration of a parameter of a collection's items in the API document, or None."""
        for verb, address, operation in self.operations():
            if verb == "get" and address == self.items_address(name):
                return next((p for p in operation["parameters"] if p["name"] == parameter), None)
        raise AssertionError(f"the document has no path for the items of {name}")


def _spelled(query):
    hyphened = ("bbox_crs", "filter_lang", "filter_crs")
    return {k.replace("_", "-") if k in hyphened else k: value for k, value in query.items()}


def links(document, rel, media_type=None):
    """The links of a document with a relation."""
    return [
        link
        for link in document["links"]
        if link["rel"] == rel and (media_type is None or link["type"] == media_type)
    ]


def the_link(document, rel, media_type=None):
    """The first link with a relation; there must be one."""
    found = links(document, rel, media_type)
    assert found, (rel, media_type, document["links"])
    return found[0]


def ids(page):
    return [feature["id"] for feature in page["features"]]
