"""OGC API - Features Part 1 (17-069r4), Annex A: conformance class Core."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.gis.conformance import shapes
from tests.gis.conformance.abstract import FEATURES_1, abstract_test
from tests.gis.conformance.service import GEOJSON, ids, links, the_link
from tests.gis.world import CHECK_POINT

CORE = f"{FEATURES_1}/core"
NAMES = ("houses", "inspections", "photos")


@abstract_test(CORE, "http")
def test_http_methods_and_statuses_are_those_of_http_1_1(service):
    address = service.items_address("houses")
    got = service.get(address, {"limit": 3})

    head = service.send("HEAD", address, {"limit": 3})
    deleted = service.send("DELETE", address)

    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Type", "ETag", "Content-Crs"):
        assert head.headers[name] == got.headers[name]
    assert deleted.status_code == 405
    assert {"GET", "HEAD"} <= set(deleted.headers["Allow"].replace(" ", "").split(","))
    service.get(f"{service.address}/nothing-here", expect=404)
    unchanged = service.get(address, {"limit": 3}, expect=304, If_None_Match=got.headers["ETag"])
    assert unchanged.content == b""


@abstract_test(CORE, "root-op", "root-success")
def test_root_op_root_success(visitor):
    shapes.check(shapes.LANDING, visitor.landing)

    assert links(visitor.landing, "service-desc") or links(visitor.landing, "service-doc")
    for rel in ("conformance", "data"):
        the_link(visitor.landing, rel)
    for link in visitor.landing["links"]:
        found = visitor.get(link["href"]).headers["Content-Type"]
        assert found.split(";")[0] == link["type"].split(";")[0]


@abstract_test(CORE, "api-definition-op", "api-definition-success")
def test_api_definition_op_api_definition_success(visitor):
    for link in links(visitor.landing, "service-desc") + links(visitor.landing, "service-doc"):
        reply = visitor.get(link["href"])

        assert reply.headers["Content-Type"].split(";")[0] == link["type"].split(";")[0]
    assert visitor.definition["openapi"].startswith("3.0.")


@abstract_test(CORE, "conformance-op", "conformance-success")
def test_conformance_op_conformance_success(visitor):
    (link,) = links(visitor.landing, "conformance")

    shapes.check(shapes.CONFORMANCE, visitor.json(link["href"]))
    assert CORE in visitor.classes


@abstract_test(CORE, "fc-md-op", "fc-md-success", "fc-md-links", "fc-md-items", "fc-md-items-links")
def test_fc_md_op_fc_md_success_fc_md_links_fc_md_items(visitor):
    address = the_link(visitor.landing, "data")["href"]
    listed = visitor.json(address)

    shapes.check(shapes.COLLECTIONS, listed)
    assert [c["id"] for c in listed["collections"]] == list(NAMES)
    assert visitor.json(the_link(listed, "self", "application/json")["href"]) == listed
    the_link(listed, "alternate", "text/html")
    for described in listed["collections"]:
        assert {link["type"] for link in links(described, "items")} >= {GEOJSON, "text/html"}


@abstract_test(CORE, "fc-md-extent")
@pytest.mark.parametrize("name", NAMES)
def test_fc_md_extent(service, name):
    extent = service.collections[name]["extent"]
    (west, south, east, north) = extent["spatial"]["bbox"][0]
    ((first, last),) = extent["temporal"]["interval"]

    for feature in service.every(name).values():
        if feature["geometry"] is not None:
            lon, lat = feature["geometry"]["coordinates"]
            assert west <= lon <= east
            assert south <= lat <= north
        at = _instant(feature)
        if at is not None:
            assert datetime.fromisoformat(first) <= at
    assert last is None


@abstract_test(CORE, "sfc-md-op", "sfc-md-success")
@pytest.mark.parametrize("name", NAMES)
def test_sfc_md_op_sfc_md_success(visitor, name):
    listed = visitor.json(the_link(visitor.landing, "data")["href"])["collections"]
    (in_list,) = (c for c in listed if c["id"] == name)

    alone = visitor.collections[name]

    shapes.check(shapes.COLLECTION, alone)
    for member in ("id", "title", "description", "extent", "itemType", "crs", "storageCrs"):
        assert alone[member] == in_list[member]
    for link in in_list["links"]:
        assert link["href"] in {other["href"].split("?f=json")[0] for other in alone["links"]} | {
            other["href"] for other in alone["links"]
        }


@abstract_test(CORE, "fc-op", "fc-response", "crs84")
@pytest.mark.parametrize("name", NAMES)
def test_fc_op_fc_response_crs84(service, name):
    reply = service.get(service.items_address(name))

    assert reply.headers["Content-Type"] == GEOJSON
    shapes.check(shapes.FEATURES, reply.json())
    for feature in service.every(name).values():
        if feature["geometry"] is not None:
            lon, lat = feature["geometry"]["coordinates"]
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90
    if name == "houses":
        assert reply.json()["features"][0]["geometry"]["coordinates"] == list(CHECK_POINT)


@abstract_test(CORE, "fc-limit-definition", "fc-bbox-definition", "fc-time-definition")
@pytest.mark.parametrize("name", NAMES)
def test_fc_limit_definition_fc_bbox_definition_fc_time_definition(visitor, name):
    limit, bbox, moment = (visitor.parameter(name, p) for p in ("limit", "bbox", "datetime"))

    for parameter in (limit, bbox, moment):
        assert parameter["in"] == "query"
        assert not parameter.get("required", False)
        assert parameter["style"] == "form"
        assert parameter["explode"] is False
    assert limit["schema"]["type"] == "integer"
    assert limit["schema"]["minimum"] >= 1
    assert limit["schema"]["default"] <= limit["schema"]["maximum"]
    assert bbox["schema"]["type"] == "array"
    assert {key: bbox["schema"][key] for key in ("minItems", "maxItems")} in (
        {"minItems": 4, "maxItems": 6},
        {"minItems": 4, "maxItems": 4},
    )
    assert bbox["schema"]["items"]["type"] == "number"
    assert moment["schema"]["type"] == "string"


@abstract_test(CORE, "fc-limit-response")
@pytest.mark.parametrize("name", NAMES)
def test_fc_limit_response(service, name):
    every = list(service.every(name))
    default = service.parameter(name, "limit")["schema"]["default"]

    assert ids(service.items(name)) == every[:default]
    for limit in (1, 2, len(every) - 1, len(every), len(every) + 1, 10**9):
        assert ids(service.items(name, limit=limit)) == every[:limit]


@abstract_test(CORE, "fc-bbox-response")
@pytest.mark.parametrize("name", NAMES)
def test_fc_bbox_response(service, name):
    for box in (
        (130.8, 33.8, 130.9, 33.9),
        (-180, -90, 180, 90),
        (179, -60, -179, 60),
        (0, 89, 20, 90),
        (130.8752, 33.8834, 130.8752, 33.8834),
        (0, 0, 1, 1),
    ):
        west, south, east, north = box
        page = service.items(name, bbox=",".join(map(str, box)), limit=10_000)

        expected = []
        for key, feature in service.every(name).items():
            if feature["geometry"] is not None:
                lon, lat = feature["geometry"]["coordinates"]
                across = lon >= west or lon <= east
                if south <= lat <= north and (west <= lon <= east if west <= east else across):
                    expected.append(key)
        assert ids(page) == expected, box
        assert page["numberMatched"] == len(expected)
        six = service.items(name, bbox=f"{west},{south},-10,{east},{north},9000", limit=10_000)
        assert ids(six) == expected


@abstract_test(CORE, "fc-time-response")
@pytest.mark.parametrize("name", NAMES)
def test_fc_time_response(service, name):
    every = service.every(name)
    times = sorted(at for at in map(_instant, every.values()) if at is not None)
    low, high = times[len(times) // 4], times[len(times) // 2]
    first, last = low.isoformat(), high.isoformat().replace("+00:00", "Z")

    for asked, begins, ends in (
        (first, low, low),
        (f"{first}/{last}", low, high),
        (f"{first}/..", low, times[-1]),
        (f"{first}/", low, times[-1]),
        (f"../{last}", times[0], high),
        (f"/{last}", times[0], high),
        ("../..", times[0], times[-1]),
    ):
        page = service.items(name, datetime=asked, limit=10_000)

        expected = [
            key for key, feature in every.items()
            if (at := _instant(feature)) is not None and begins <= at <= ends
        ]  # fmt: skip
        assert ids(page) == expected, asked
        assert expected


@abstract_test(CORE, "fc-links", "fc-timeStamp", "fc-numberMatched", "fc-numberReturned")
@pytest.mark.parametrize("name", NAMES)
def test_fc_links_fc_number_matched_fc_number_returned(service, name):
    every = list(service.every(name))
    limit = -(-len(every) // 4)

    pages = list(service.pages(service.items_address(name), {"limit": limit}))

    assert [key for page in pages for key in ids(page)] == every
    assert len(pages) == 4
    for page in pages:
        assert page["numberMatched"] == len(every)
        assert page["numberReturned"] == len(page["features"])
        assert ids(service.json(the_link(page, "self", GEOJSON)["href"])) == ids(page)
        alternate = the_link(page, "alternate", "text/html")
        assert service.get(alternate["href"]).headers["Content-Type"].startswith("text/html")
        assert page.get("timeStamp") is None or datetime.fromisoformat(page["timeStamp"])
    boxed = service.items(name, bbox="130.8,33.8,130.9,33.9", limit=1)
    assert boxed["numberReturned"] == 1 < boxed["numberMatched"] < len(every)


@abstract_test(CORE, "f-op", "f-success", "f-links")
@pytest.mark.parametrize("name", NAMES)
def test_f_op_f_success_f_links(service, name):
    some = list(service.every(name).items())[::97][:10]
    for key, listed in some:
        reply = service.get(f"{service.items_address(name)}/{key}")

        feature = reply.json()
        assert reply.headers["Content-Type"] == GEOJSON
        shapes.check(shapes.FEATURE, feature)
        assert the_link(feature, "self", GEOJSON)["href"].split("?")[0] == reply.url
        the_link(feature, "alternate", "text/html")
        back = service.json(the_link(feature, "collection")["href"])
        assert back["id"] == name
        assert {k: v for k, v in feature.items() if k != "links"} == listed


@abstract_test(CORE, "query-param-unknown", "query-param-invalid")
def test_query_param_unknown_query_param_invalid_on_every_operation(service):
    known = next(iter(service.every("houses")))
    tried = 0
    for verb, address, operation in service.operations():
        if verb != "get" or ("{" in address and not address.endswith("houses/items/{featureId}")):
            continue
        address = address.replace("{featureId}", known)
        unknown = service.get(address, {"nonsense": "1"}, expect=400)
        assert unknown.headers["Content-Type"] == "application/problem+json"
        assert unknown.json()["parameter"] == "nonsense"
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            if parameter["in"] == "query" and (
                schema.get("type") in ("integer", "array") or "enum" in schema
            ):
                invalid = service.get(address, {parameter["name"]: "not,valid"}, expect=400)
                shapes.check(shapes.PROBLEM, invalid.json())
                assert invalid.json()["parameter"] == parameter["name"]
                tried += 1
    assert tried > 20


def _instant(feature):
    properties = feature["properties"]
    text = properties.get("inspected_at", properties.get("taken_at"))
    return None if text is None else datetime.fromisoformat(text)
