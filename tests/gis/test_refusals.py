"""Malformed requests are refused, name their parameter, and never cause more than that."""

from __future__ import annotations

import pytest

from tests.gis.malformed import ELSEWHERE, MALFORMED, MISSING, OF_ONE_COLLECTION, STRANGE_BUT_GOOD

COLLECTIONS = ("houses", "inspections", "photos")
PROBLEM = "application/problem+json"
METHODS = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def send(world):
    """Send a request as gis; path and query as they are."""
    client, headers = world.app.test_client(), {"Authorization": f"Bearer {world.tokens['gis']}"}

    def send(path, query="", method="GET"):
        return client.open(path, query_string=query, method=method, headers=headers)

    return send


def refusal(reply, parameter):
    """What is wrong with a refusal, or None."""
    if reply.status_code != 400 or reply.mimetype != PROBLEM:
        return reply.status_code, reply.mimetype, reply.text[:300]
    problem = reply.get_json(force=True)
    named = problem["parameter"] == parameter and problem["detail"].startswith(f"{parameter}:")
    return None if named and problem["status"] == 400 else problem


def test_the_list_of_malformed_requests_is_long_enough():
    assert len(MALFORMED) + len(OF_ONE_COLLECTION) + len(ELSEWHERE) >= 80


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_malformed_request_is_400_and_names_its_parameter(send, collection):
    wrong = {
        query[:100]: fault
        for query, parameter in MALFORMED
        if (fault := refusal(send(f"/ogc/collections/{collection}/items", query), parameter))
    }

    assert wrong == {}


def test_what_the_queryables_of_a_collection_refuse_is_400_too(send):
    wrong = {}
    for asked, parameter in OF_ONE_COLLECTION:
        collection, _, query = asked.partition("?")
        if fault := refusal(send(f"/ogc/collections/{collection}/items", query), parameter):
            wrong[asked] = fault

    assert wrong == {}


def test_every_other_address_refuses_in_the_same_way(send, city):
    known = city.ids("houses", {"limit": 1})[0]

    wrong = {
        (path, query): fault
        for path, query, parameter in ELSEWHERE
        if (fault := refusal(send(path.replace("{id}", known), query), parameter))
    }

    assert wrong == {}


def test_what_is_not_there_is_404_and_a_wrong_method_405(send):
    for path in MISSING:
        reply = send(f"/ogc{path}")
        assert (reply.status_code, reply.mimetype) == (404, PROBLEM), path
    for path in ("", "/conformance", "/collections", "/collections/houses/items", "/api"):
        for method in METHODS:
            reply = send(f"/ogc{path}", method=method)
            assert (reply.status_code, reply.mimetype) == (405, PROBLEM), (path, method)
            assert "GET" in reply.headers["Allow"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_strange_request_that_keeps_the_rules_is_answered(city, collection):
    for query in STRANGE_BUT_GOOD:
        page = city.items(collection, query)

        assert page["numberReturned"] == len(page["features"]) <= page["numberMatched"], query


def test_who_may_not_read_learns_nothing_of_parameters_or_collections(city_visitor):
    for path in ("houses/items?limit=x", "nothing/items", "houses/items/x", "houses/tiles/x/y/z/0"):
        name, _, query = path.partition("?")
        city_visitor.get(f"/collections/{name}", query, expect=401)
