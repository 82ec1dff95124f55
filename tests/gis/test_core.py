"""What the OGC API keeps beyond the abstract tests: see tests/gis/conformance for those."""

from __future__ import annotations

import gzip

import jsonschema_rs

from tests.gis import factories as make
from tests.gis.conftest import links_of

COLLECTIONS = ("houses", "inspections", "photos")
OPEN_PATHS = (
    "",
    "/",
    "/conformance",
    "/api",
    "/collections",
    *(f"/collections/{c}{part}" for c in COLLECTIONS for part in ("", "/queryables", "/schema")),
)
MISSING = (
    "/collections/owners",
    "/collections/owners/items",
    "/collections/owners/schema",
    "/collections/houses/items/1",
    "/collections/houses/items/00000000-0000-4000-8000-000000000000",
    "/collections/houses/items/00000000000040008000000000000000",
    "/collections/houses/items/%00",
    "/collections/houses/items/%ff",
    "/nothing",
)


def test_descriptions_are_open_and_come_as_json_and_html(city_visitor):
    for path in OPEN_PATHS:
        as_json, as_html = (city_visitor.get(path, {"f": kind}) for kind in ("json", "html"))

        assert as_json.mimetype.endswith("json")
        assert as_html.mimetype == "text/html"
        assert '<html lang="ja">' in as_html.text
        assert "style=" not in as_html.text
        if path != "/api":
            (alternate,) = links_of(city_visitor.json(path), "alternate")
            assert city_visitor.follow(alternate).mimetype == alternate["type"] == "text/html"


def test_every_link_has_rel_and_type_and_can_be_followed(city):
    for path in (*OPEN_PATHS, "/collections/houses/items"):
        for link in city.json(path).get("links", []):
            assert link["rel"]
            if "{" not in link["href"]:
                found = city.follow(link).headers["Content-Type"]
                assert found.split(";")[0] == link["type"].split(";")[0]


def test_the_extent_tells_no_exact_place_and_grows_with_a_new_house(app, reader, one_of_each):
    extent = reader.json("/collections/photos")["extent"]
    reader.json("/collections/houses")
    with make.rows(app):
        make.a_house(lon=139.7, lat=35.6)

    box = reader.json("/collections/houses")["extent"]["spatial"]["bbox"][0]

    assert extent["spatial"]["bbox"] == [[130.87, 33.88, 130.88, 33.89]]
    assert extent["temporal"]["interval"] == [["2026-05-01T00:00:00Z", None]]
    assert box[2] >= 139.7
    assert box[3] >= 35.6


def test_what_is_not_there_is_404(city):
    for path in MISSING:
        assert city.get(path, expect=404).mimetype == "application/problem+json"


def test_features_keep_the_schema_that_the_api_document_declares(city):
    document = city.json("/api")

    for name in COLLECTIONS:
        schema = {
            "$ref": f"#/components/schemas/{name}Collection",
            "components": _nullable_as_types(document["components"]),
        }
        page = city.items(name, {"limit": "500"})
        jsonschema_rs.validate(schema, page)
        declared = schema["components"]["schemas"][f"{name}Feature"]["properties"]["properties"]
        for feature in page["features"]:
            assert set(feature["properties"]) == set(declared["properties"])


def _nullable_as_types(node):
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(node, list):
        return [_nullable_as_types(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _nullable_as_types(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [changed, {"type": "null"}]} if node.get("nullable") is True else changed


def test_the_accept_header_chooses_the_encoding(city):
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

    for path in ("", "/api", "/collections/houses", "/collections/houses/items"):
        assert city.get(path, headers=browser).mimetype == "text/html"
        assert "json" in city.get(path, headers={"Accept": "*/*"}).mimetype
        assert "json" in city.get(path, headers={"Accept": "image/png"}).mimetype


def test_a_large_page_is_compressed(city):
    plain = city.get("/collections/houses/items")

    small = city.get("/collections/houses/items", headers={"Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_descriptions_hold_nothing_of_a_feature(city_visitor):
    for path in OPEN_PATHS:
        text = city_visitor.get(path).text
        for secret in ("K-00001", "城内1番", "判定 太郎"):
            assert secret not in text
