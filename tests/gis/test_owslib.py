"""OWSLib as a client: collections, pages, boxes, times, queryables and filters, both ways to sign in."""

from __future__ import annotations

import json

import owslib.ogcapi
import pytest
from owslib.ogcapi.features import Features
from owslib.util import Authentication

from tests.gis.world import HOUSES


@pytest.fixture
def client(world, monkeypatch):
    """OWSLib with the token as bearer; it keeps headers in a dictionary of the module."""
    monkeypatch.setattr(owslib.ogcapi, "REQUEST_HEADERS", {**owslib.ogcapi.REQUEST_HEADERS})
    return Features(world.address, headers={"Authorization": f"Bearer {world.tokens['gis']}"})


def matched(client, name, **query):
    return client.collection_items(name, **query)["numberMatched"]


def test_it_finds_the_api_its_classes_collections_and_types(client):
    assert client.api()["openapi"].startswith("3.0.")
    assert any(uri.endswith("/conf/features-filter") for uri in client.conformance()["conformsTo"])
    assert client.feature_collections() == ["houses", "inspections", "photos"]
    assert client.collection("houses")["itemType"] == "feature"
    kinds = {"total": "number", "storeys": "integer", "inspected_at": "string"}
    for described in (client.collection_queryables("houses"), client.collection_schema("houses")):
        for name, kind in kinds.items():
            assert described["properties"][name]["type"] == kind


def test_it_reads_pages_boxes_times_and_one_feature(client, city):
    page = client.collection_items("houses", limit=1000)
    count = len(page["features"])
    while following := [link for link in page["links"] if link["rel"] == "next"]:
        page = json.loads(city.follow({"href": _inside(following[0]["href"])}).text)
        count += len(page["features"])

    assert count == HOUSES == page["numberMatched"]
    box = [130.85, 33.8, 130.9, 33.85]
    for query, same in (
        ({"bbox": box}, {"bbox": "130.85,33.8,130.9,33.85"}),
        ({"datetime_": "2026-05-01/2026-05-31"}, {"datetime": "2026-05-01/2026-05-31"}),
        ({"bbox": box, "datetime_": "2026-05-01/.."},
         {"bbox": "130.85,33.8,130.9,33.85", "datetime": "2026-05-01/.."}),
    ):  # fmt: skip
        assert matched(client, "houses", **query) == city.items("houses", same)["numberMatched"] > 0
    first = city.items("houses", {"limit": 1})["features"][0]
    assert client.collection_item("houses", first["id"])["properties"] == first["properties"]


def test_it_filters_by_text_by_json_and_by_queryable(client, city):
    tree = {
        "op": "and",
        "args": [
            {"op": "=", "args": [{"property": "ward_code"}, "401064"]},
            {"op": ">", "args": [{"property": "total"}, 50]},
        ],
    }
    every = city.items("houses", {"limit": 10_000})["features"]
    expected = sum(
        f["properties"]["ward_code"] == "401064" and (f["properties"]["total"] or 0) > 50
        for f in every
    )

    text = matched(client, "houses", filter="ward_code = '401064' AND total > 50")
    as_json = matched(client, "houses", filter=json.dumps(tree), **{"filter-lang": "cql2-json"})
    parameter = matched(client, "houses", ward_code="401064", filter="total > 50")

    assert text == as_json == parameter == expected > 0
    with pytest.raises(RuntimeError, match="filter"):
        client.collection_items("houses", filter="THIS IS NOT A FILTER")
    # Its `cql` sends a POST, which belongs to no standard: refused, and as a problem.
    with pytest.raises(RuntimeError, match='"status":405'):
        client.collection_items("houses", cql=json.dumps(tree))


def test_it_may_send_the_token_as_password_and_is_refused_without(world, monkeypatch):
    monkeypatch.setattr(owslib.ogcapi, "REQUEST_HEADERS", {**owslib.ogcapi.REQUEST_HEADERS})
    token = Authentication(username="qgis", password=world.tokens["gis"])

    assert matched(Features(world.address, auth=token), "houses", limit=1) == HOUSES
    visitor = Features(world.address)
    assert visitor.feature_collections()
    with pytest.raises(RuntimeError, match='"status":401'):
        visitor.collection_items("houses")


def _inside(address):
    return f"http://localhost/ogc{address.partition('/ogc')[2]}"
