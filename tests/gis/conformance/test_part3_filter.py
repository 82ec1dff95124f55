"""OGC API - Features Part 3 (19-079r2), Annex A: queryables, filters, queryables as parameters."""

from __future__ import annotations

import json

import pytest

from tests.gis.conformance.abstract import FEATURES_3, abstract_test
from tests.gis.conformance.service import GEOJSON, ids, links

QUERYABLES, PARAMETERS, FILTER, FEATURES_FILTER = (
    f"{FEATURES_3}/{name}"
    for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
)
NAMES = ("houses", "inspections", "photos")
REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "application/schema+json"
DRAFTS = (
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)


def queryables(service, name):
    (link,) = links(service.collections[name], REL, SCHEMA)
    return service.get(link["href"], Accept=SCHEMA)


@abstract_test(QUERYABLES, "queryables-link", "get-queryables-op", "get-queryables-response")
@pytest.mark.parametrize("name", NAMES)
def test_queryables_link_get_queryables_op_get_queryables_response(visitor, name):
    reply = queryables(visitor, name)

    schema = reply.json()
    assert reply.headers["Content-Type"].split(";")[0] == SCHEMA
    assert schema["$schema"] in DRAFTS
    assert schema["$id"] == reply.url.split("?")[0]
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    for queryable, described in schema["properties"].items():
        assert ("type" in described) != described.get("format", "").startswith("geometry"), (
            queryable
        )
    spatial = [q for q, d in schema["properties"].items() if d.get("format") == "geometry-point"]
    assert spatial == ["geometry"]


@abstract_test(QUERYABLES, "expression-construction")
@abstract_test(FILTER, "expression-construction")
@pytest.mark.parametrize("name", NAMES)
def test_expression_construction_refuses_what_is_no_queryable(service, name):
    for text in ("this_is_not_a_queryable IS NULL", "lot_number = '1'", "notes LIKE '%'"):
        assert service.refused(name, filter=text)["parameter"] == "filter"
    assert service.refused(name, this_is_not_a_queryable="1")["parameter"]


@abstract_test(FILTER, "filter-param", "filter-lang-param", "filter-lang-default", "response")
@abstract_test(FEATURES_FILTER, "filter-param", "filter-lang-param", "response")
@pytest.mark.parametrize("name", NAMES)
def test_filter_param_filter_lang_default_response(service, name):
    """Each queryable `IS NULL`, in both languages and in the default one, on the features."""
    every = service.every(name)
    for queryable in queryables(service, name).json()["properties"]:
        text, tree = f"{queryable} IS NULL", {"op": "isNull", "args": [{"property": queryable}]}
        pages = [
            service.items(name, filter=text),
            service.items(name, filter=text, filter_lang="cql2-text"),
            service.items(name, filter=json.dumps(tree), filter_lang="cql2-json"),
        ]

        expected = [
            key
            for key, feature in every.items()
            if {**feature["properties"], **feature}.get(queryable) is None
        ]
        for page in pages:
            assert ids(page) == expected[:100], queryable
            assert page["numberMatched"] == len(expected)
    assert service.refused(name, filter="THIS IS NOT A FILTER")["parameter"] == "filter"
    refused = service.refused(name, filter="code IS NULL", filter_lang="cql3")
    assert refused["parameter"] == "filter-lang"


@abstract_test(FILTER, "filter-crs-wgs84", "filter-crs-param")
@abstract_test(FEATURES_FILTER, "filter-crs-param")
@pytest.mark.parametrize("name", NAMES)
def test_filter_crs_wgs84_filter_crs_param(service, name):
    described = service.collections[name]
    box = ",".join(map(str, described["extent"]["spatial"]["bbox"][0]))
    placed = [key for key, feature in service.every(name).items() if feature["geometry"]]
    near = ids(service.items(name, bbox="130.85,33.85,130.9,33.92", limit=10_000))

    whole = service.items(name, filter=f"S_INTERSECTS(geometry, BBOX({box}))", limit=10_000)
    swapped = service.items(
        name,
        filter="S_INTERSECTS(geometry, BBOX(33.85,130.85,33.92,130.9))",
        filter_crs="http://www.opengis.net/def/crs/EPSG/0/4326",
        limit=10_000,
    )

    assert ids(whole) == placed
    assert ids(swapped) == near != []
    wild = "S_INTERSECTS(geometry, BBOX(1000000,1000000,2000000,2000000))"
    assert service.refused(name, filter=wild)["parameter"] == "filter"
    for uri in described["crs"]:
        service.items(name, filter="code IS NULL", filter_crs=uri)
    wrong = service.refused(name, filter="code IS NULL", filter_crs="EPSG:9999")
    assert wrong["parameter"] == "filter-crs"


@abstract_test(FILTER, "mixing-expressions")
@abstract_test(FEATURES_FILTER, "response-combined")
@pytest.mark.parametrize("name", NAMES)
def test_mixing_expressions_all_must_hold(service, name):
    """filter AND bbox AND datetime AND queryables, over pages that follow `next`."""
    single = {
        "bbox": {"bbox": "130.8,33.8,131,33.95"},
        "time": {"datetime": "2026-04-05T00:00:00Z/.."},
        "filter": {"filter": "code LIKE '%1%' OR code LIKE '%5'"},
    }
    found = [set(ids(service.items(name, limit=10_000, **query))) for query in single.values()]

    query = {key: value for part in single.values() for key, value in part.items()}
    pages = list(service.pages(service.items_address(name), {**query, "limit": 5}))

    together = [key for page in pages for key in ids(page)]
    assert together == [key for key in service.every(name) if all(key in some for some in found)]
    assert len(pages) > 1
    assert {page["numberMatched"] for page in pages} == {len(together)}


@abstract_test(PARAMETERS, "parameters")
@pytest.mark.parametrize("name", NAMES)
def test_queryables_query_parameters_each_queryable_selects_its_value(service, name):
    reply = service.get(service.items_address(name), Accept=GEOJSON).json()
    sample = [feature["properties"] for feature in reply["features"]]
    for queryable, described in queryables(service, name).json()["properties"].items():
        if described.get("format", "").startswith("geometry"):
            continue
        declared = service.parameter(name, queryable)
        assert declared["in"] == "query"
        assert not declared["required"]
        value = next((row[queryable] for row in sample if row.get(queryable) is not None), None)
        if queryable == "id":
            value = reply["features"][0]["id"]
        assert value is not None, queryable

        found = ids(service.items(name, limit=10_000, **{queryable: value}))

        expected = [
            key
            for key, feature in service.every(name).items()
            if {**feature["properties"], "id": key}[queryable] == value
        ]
        assert found == expected, queryable
    assert service.refused(name, **_wrong[name])["parameter"] == next(iter(_wrong[name]))


_wrong = {"houses": {"total": "many"}, "inspections": {"revision": "1.5"}, "photos": {"id": "1"}}
