"""OGC API - Features Part 1 (17-069r4), Annex A: classes GeoJSON, HTML and OpenAPI 3.0."""

from __future__ import annotations

import re
from base64 import b64encode
from html.parser import HTMLParser
from urllib.parse import urljoin

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_30

from tests.gis.conformance import shapes
from tests.gis.conformance.abstract import FEATURES_1, abstract_test
from tests.gis.conformance.service import GEOJSON, links, the_link

GEOJSON_CLASS, HTML, OAS30 = (f"{FEATURES_1}/{name}" for name in ("geojson", "html", "oas30"))
NAMES = ("houses", "inspections", "photos")
VOID = {"meta", "link", "br", "img", "input", "hr"}


@abstract_test(GEOJSON_CLASS, "definition", "content")
@pytest.mark.parametrize("name", NAMES)
def test_geojson_definition_geojson_content(service, name):
    features = service.get(service.items_address(name), Accept=GEOJSON)
    one = service.get(
        f"{service.items_address(name)}/{next(iter(service.every(name)))}", Accept=GEOJSON
    )

    for reply, schema in ((features, shapes.FEATURES), (one, shapes.FEATURE)):
        assert reply.headers["Content-Type"] == GEOJSON
        shapes.check(schema, reply.json())


class _Page(HTMLParser):
    """What a page holds: its elements' balance, text and links."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.unbalanced, self.texts, self.addresses = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [value for name, value in attributes if name == "href"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


@abstract_test(HTML, "definition", "content")
def test_html_definition_html_content_of_every_document(service):
    key = next(iter(service.every("houses")))
    described = service.collections["houses"]
    pages = [
        service.address,
        *(the_link(service.landing, rel)["href"] for rel in ("conformance", "data")),
        the_link(described, "self")["href"].partition("?")[0],
        service.items_address("houses"),
        f"{service.items_address('houses')}/{key}",
    ]
    for address in pages:
        document = service.json(address)
        reply = service.get(address, Accept="text/html")

        page = _Page(reply.text)
        assert reply.headers["Content-Type"].startswith("text/html")
        assert reply.text.lstrip().lower().startswith("<!doctype html>")
        assert (page.unbalanced, page.open) == ([], []), address
        addresses = {urljoin(address, found) for found in page.addresses}
        told = {link["href"] for link in document.get("links", [])}
        if address not in (pages[-2], pages[-1]):
            missing = {a for a in told if a not in addresses and "f=html" not in a}
            assert not missing, (address, missing)
    # `page` is the feature's: it says each property that the JSON says.
    for value in ("K-00001", "城内1番", "2026-0"):
        assert value in "".join(page.texts), value


@abstract_test(OAS30, "definition-1", "definition-2")
def test_oas30_definition_1_definition_2(visitor):
    (link,) = links(visitor.landing, "service-desc")

    reply = visitor.get(link["href"])

    assert reply.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    jsonschema_rs.validate(OPENAPI_30, reply.json())
    identifiers = [operation["operationId"] for _, _, operation in visitor.operations()]
    assert len(identifiers) == len(set(identifiers))
    for schema in reply.json()["components"]["schemas"]:
        visitor.resolved({"$ref": f"#/components/schemas/{schema}"})


@abstract_test(OAS30, "completeness", "oas-impl")
def test_oas30_completeness_oas_impl(app_routes, service):
    """Every route is an operation of the document and the reverse, with its path parameters."""
    documented = {}
    for verb, address, operation in service.operations():
        path = address.removeprefix(service.address).rstrip("/") or "/"
        documented[verb.upper(), re.sub(r"{[^}]+}", "{}", path)] = operation
        inside = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert inside == set(re.findall(r"{([^}]+)}", path)), path

    assert set(documented) == app_routes


@pytest.fixture
def app_routes(world):
    """(method, path) of every route below /ogc, one for each collection; `{}` for other parts."""
    found = set()
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/ogc") and not rule.endpoint.endswith("static"):
            path = rule.rule.removeprefix("/ogc").rstrip("/") or "/"
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                for name in NAMES:
                    one = path.replace("<collection_id>", name)
                    found.add((method, re.sub(r"<[^>]+>", "{}", one)))
    return found


@abstract_test(OAS30, "exception-codes")
def test_oas30_exception_codes(service, visitor):
    for _verb, address, operation in service.operations():
        responses = operation["responses"]
        for status, reply in responses.items():
            if status >= "4":
                reply = service.resolved(reply)
                assert list(reply["content"]) == ["application/problem+json"], (address, status)
        assert "400" in responses, address
        if operation["security"]:
            assert {"401", "403"} <= set(responses), address
        if "{" in address:
            assert "404" in responses, address
    for name in NAMES:
        missing = f"{service.items_address(name)}/00000000-0000-4000-8000-000000000000"
        for reply in (
            visitor.get(visitor.items_address(name), expect=401),
            service.get(missing, expect=404),
        ):
            assert reply.headers["Content-Type"] == "application/problem+json"
            shapes.check(shapes.PROBLEM, reply.json())


@abstract_test(OAS30, "security")
def test_oas30_security(service, visitor, world):
    """What the document says of tokens is what happens: without, as bearer, as basic's password."""
    schemes = service.definition["components"]["securitySchemes"]
    assert {scheme["scheme"] for scheme in schemes.values()} == {"bearer", "basic"}
    known = next(iter(service.every("houses")))
    for verb, address, operation in service.operations():
        if verb != "get" or "{" in address.replace("{featureId}", ""):
            continue
        address = address.replace("{featureId}", known)
        if operation["security"]:
            refused = visitor.get(address, expect=401).headers["WWW-Authenticate"]
            assert "Bearer" in refused
            assert "Basic" in refused
        else:
            visitor.get(address)
    basic = visitor.send("GET", service.items_address("houses"), Authorization=_basic(world))
    assert basic.status_code == 200


def _basic(world):
    return "Basic " + b64encode(f"qgis:{world.tokens['gis']}".encode()).decode()
