"""OGC API - Features Part 1: its abstract tests, from the landing page to the links of a feature."""

from __future__ import annotations

import gzip

import jsonschema_rs
import pytest

from tests.gis import factories as make
from tests.gis.conftest import links_of

COLLECTIONS = ("houses", "inspections", "photos")
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
OPEN_PATHS = (
    "",
    "/",
    "/conformance",
    "/api",
    "/collections",
    *(f"/collections/{c}{part}" for c in COLLECTIONS for part in ("", "/queryables", "/schema")),
)
CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
PART_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf"


def test_the_landing_page_leads_to_definition_conformance_and_data(reader_of):
    visitor = reader_of(None)

    landing = visitor.json("")

    (definition,) = links_of(landing, "service-desc")
    assert definition["type"] == OPENAPI
    assert visitor.follow(definition).headers["Content-Type"] == OPENAPI
    (page,) = links_of(landing, "service-doc")
    assert visitor.follow(page).mimetype == page["type"] == "text/html"
    for rel in ("conformance", "data"):
        (link,) = links_of(landing, rel)
        assert visitor.follow(link).mimetype == link["type"] == "application/json"


def test_descriptions_are_open_and_come_as_json_and_html(reader_of):
    visitor = reader_of(None)

    for path in OPEN_PATHS:
        as_json, as_html = visitor.get(path, {"f": "json"}), visitor.get(path, {"f": "html"})

        assert as_json.mimetype.endswith("json")
        assert as_html.mimetype == "text/html"
        assert '<html lang="ja">' in as_html.text
        assert "<script" not in as_html.text
        assert "style=" not in as_html.text


def test_the_declared_classes_are_those_that_are_tested_here(reader_of):
    declared = reader_of(None).json("/conformance")["conformsTo"]

    core = [f"{CORE}/{name}" for name in ("core", "oas30", "html", "geojson")]
    assert declared == [*core, f"{PART_2}/crs"]


def test_every_link_has_rel_and_type_and_can_be_followed(reader, one_of_each):
    for path in (*OPEN_PATHS, "/collections/houses/items"):
        for link in reader.json(path).get("links", []):
            assert link["rel"]
            followed = reader.follow(link)
            assert followed.headers["Content-Type"].split(";")[0] == link["type"].split(";")[0]


def test_the_alternate_of_a_document_is_its_page(reader):
    for path in OPEN_PATHS:
        if path != "/api":
            (alternate,) = links_of(reader.json(path), "alternate")

            assert reader.follow(alternate).mimetype == alternate["type"] == "text/html"


def test_collections_are_described_alike_in_the_list_and_alone(reader_of, one_of_each):
    visitor = reader_of(None)

    listed = {c["id"]: c for c in visitor.json("/collections")["collections"]}

    assert tuple(listed) == COLLECTIONS
    for name, described in listed.items():
        alone = visitor.json(f"/collections/{name}")
        for member in ("id", "title", "description", "extent", "crs", "storageCrs", "itemType"):
            assert alone[member] == described[member]
        assert {link["type"] for link in links_of(alone, "items")} == {
            "application/geo+json",
            "text/html",
        }


def test_the_extent_holds_every_feature_and_tells_no_exact_place(reader_of, one_of_each):
    extent = reader_of(None).json("/collections/photos")["extent"]

    assert extent["spatial"]["bbox"] == [[130.87, 33.88, 130.88, 33.89]]
    assert extent["temporal"]["interval"] == [["2026-05-01T00:00:00Z", None]]


def test_the_extent_grows_with_a_new_house(app, reader, one_of_each):
    reader.json("/collections/houses")
    with make.rows(app):
        make.a_house(lon=139.7, lat=35.6)

    box = reader.json("/collections/houses")["extent"]["spatial"]["bbox"][0]

    assert box[2] >= 139.7
    assert box[3] >= 35.6


@pytest.mark.parametrize("name", COLLECTIONS)
def test_items_need_a_token_and_offer_both_ways_to_send_one(reader_of, name):
    refused = reader_of(None).get(f"/collections/{name}/items", expect=401)

    challenge = refused.headers["WWW-Authenticate"]
    assert "Bearer" in challenge
    assert "Basic" in challenge
    assert refused.mimetype == "application/problem+json"


def test_the_token_may_come_as_the_password_of_basic(client, tokens, one_of_each):
    reply = client.get("/ogc/collections/houses/items", auth=("qgis", tokens("gis")))

    assert reply.status_code == 200


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_page_of_features_counts_links_and_names_its_system(reader, one_of_each, name):
    reply = reader.get(f"/collections/{name}/items")

    page = reply.get_json(force=True)
    assert reply.mimetype == "application/geo+json"
    assert reply.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert page["type"] == "FeatureCollection"
    assert page["numberMatched"] == page["numberReturned"] == len(page["features"]) == 1
    assert [link["rel"] for link in page["links"]] == ["self", "alternate", "collection"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_feature_is_the_same_alone_as_in_its_collection(reader, one_of_each, name):
    (listed,) = reader.items(name)["features"]

    reply = reader.get(f"/collections/{name}/items/{one_of_each[name]}")

    alone = reply.get_json(force=True)
    assert reply.mimetype == "application/geo+json"
    assert [link["rel"] for link in alone.pop("links")] == ["self", "alternate", "collection"]
    assert alone == listed


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


def test_what_is_not_there_is_404(reader):
    for path in MISSING:
        reply = reader.get(path, expect=404)

        assert reply.mimetype == "application/problem+json"


def test_features_keep_the_schema_that_the_api_document_declares(reader, one_of_each):
    document = reader.json("/api")

    for name in COLLECTIONS:
        schema = {
            "$ref": f"#/components/schemas/{name}Collection",
            "components": _nullable_as_types(document["components"]),
        }
        jsonschema_rs.validate(schema, reader.items(name))
        properties = schema["components"]["schemas"][f"{name}Feature"]["properties"]["properties"]
        (feature,) = reader.items(name)["features"]
        assert set(feature["properties"]) == set(properties["properties"])


def _nullable_as_types(node):
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(node, list):
        return [_nullable_as_types(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _nullable_as_types(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [changed, {"type": "null"}]} if node.get("nullable") is True else changed


def test_the_api_document_declares_limit_bbox_and_datetime_as_the_standard_wants(reader_of):
    document = reader_of(None).json("/api")

    assert document["openapi"].startswith("3.0.")
    for name in COLLECTIONS:
        operation = document["paths"][f"/collections/{name}/items"]["get"]
        declared = {parameter["name"]: parameter for parameter in operation["parameters"]}
        limit, bbox = declared["limit"], declared["bbox"]
        for parameter in (limit, bbox, declared["datetime"]):
            assert parameter["in"] == "query"
            assert parameter["required"] is False
            assert parameter["style"] == "form"
            assert parameter["explode"] is False
        assert limit["schema"]["type"] == "integer"
        assert limit["schema"]["minimum"] == 1
        assert limit["schema"]["default"] <= limit["schema"]["maximum"] == 10_000
        assert bbox["schema"]["type"] == "array"
        assert (bbox["schema"]["minItems"], bbox["schema"]["maxItems"]) == (4, 6)
        assert bbox["schema"]["items"]["type"] == "number"
        assert declared["datetime"]["schema"]["type"] == "string"


def test_the_api_document_names_every_address_and_nothing_else(app, reader_of):
    document = reader_of(None).json("/api")

    served = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/ogc") and rule.endpoint != "ogc.static":
            path = rule.rule.removeprefix("/ogc").replace("<feature_id>", "{featureId}")
            served |= {path.replace("<collection_id>", name) for name in COLLECTIONS}
    assert set(document["paths"]) == served


def test_the_accept_header_chooses_the_encoding(reader, one_of_each):
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

    for path in ("", "/api", "/collections/houses", "/collections/houses/items"):
        assert reader.get(path, headers=browser).mimetype == "text/html"
        assert "json" in reader.get(path, headers={"Accept": "*/*"}).mimetype
        assert "json" in reader.get(path, headers={"Accept": "image/png"}).mimetype


def test_an_unchanged_page_is_304_and_a_large_one_is_compressed(app, reader):
    with make.rows(app):
        for _ in range(20):
            make.a_house()
    plain = reader.get("/collections/houses/items")

    again = reader.get(
        "/collections/houses/items",
        expect=304,
        headers={"If-None-Match": plain.headers["ETag"]},
    )
    small = reader.get("/collections/houses/items", headers={"Accept-Encoding": "gzip"})

    assert again.data == b""
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_head_is_answered_without_a_body(client, tokens, one_of_each):
    reply = client.head("/ogc/collections/houses/items", auth=("x", tokens("gis")))

    assert reply.status_code == 200
    assert reply.data == b""
    assert int(reply.headers["Content-Length"]) > 100
