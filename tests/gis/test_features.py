"""What a feature says: the properties of the table, every digit, every point's source."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.gis import factories as make

PROPERTIES = {
    "houses": [
        "code", "address", "town", "ward_code", "structure", "storeys", "built_year", "total",
        "low", "high", "judgement", "status", "inspected_at", "updated_at",
    ],
    "inspections": [
        "house_id", "code", "ward_code", "method", "total", "low", "high", "judgement", "status",
        "revision", "inspected_at",
    ],
    "photos": [
        "inspection_id", "code", "item", "direction_deg", "distance_m", "taken_at",
        "position_source",
    ],
}  # fmt: skip


@pytest.mark.parametrize("collection", PROPERTIES)
def test_properties_are_those_of_the_table_and_are_declared_with_types(
    reader, one_of_each, collection
):
    (feature,) = reader.items(collection)["features"]
    schema = reader.json(f"/collections/{collection}/schema")["properties"]
    queryables = reader.json(f"/collections/{collection}/queryables")
    instance = reader.json(f"/collections/{collection}/feature-schema")["properties"]

    assert list(feature["properties"]) == PROPERTIES[collection]
    assert list(schema) == ["id", *PROPERTIES[collection], "geometry"]
    assert list(queryables["properties"]) == ["id", *PROPERTIES[collection], "geometry"]
    assert list(instance["properties"]["properties"]) == PROPERTIES[collection]
    kinds = {"string": str, "integer": int, "number": float}
    for name, value in feature["properties"].items():
        assert isinstance(value, kinds[schema[name]["type"]]), name
    roles = {property.get("x-ogc-role") for property in schema.values()}
    assert roles == {"id", "primary-geometry", "primary-instant", None}


def test_a_house_is_written_as_it_is_stored(app, reader):
    with make.rows(app):
        house = make.a_house(
            lon=130.80591304770289, lat=33.848383613006213, address='引用"\\改行\n\t字 𠮷 <b>'
        )
        visit = make.a_visit(
            house, total=100.0, low=0.1 + 0.2, at=datetime(2026, 5, 1, 0, 0, 0, 120000, tzinfo=UTC)
        )
    expected = {"address": house.address, "total": visit.total, "low": visit.low}

    text = reader.get("/collections/houses/items").text
    (feature,) = json.loads(text)["features"]

    assert feature["geometry"] == {
        "type": "Point",
        "coordinates": [130.80591304770289, 33.848383613006213],
    }
    properties = feature["properties"]
    assert {name: properties[name] for name in expected} == expected
    assert '"total":100.0' in text  # a decimal, so that readers who guess types guess right
    assert properties["inspected_at"] == "2026-05-01T00:00:00.12Z"
    assert datetime.fromisoformat(properties["updated_at"]) == house.updated_at


def test_an_address_with_markup_is_shown_as_text(app, reader):
    with make.rows(app):
        house = make.a_house(address="<script>alert(1)</script>", code="<i>x</i>")

    for path in ("/collections/houses/items", f"/collections/houses/items/{house.id}"):
        page = reader.get(path, {"f": "html"}).text
        assert "<script>alert" not in page
        assert "<i>x" not in page
        assert "&lt;script&gt;" in page


def test_a_house_without_a_place_has_no_geometry_and_lies_in_no_box(app, reader):
    with make.rows(app):
        make.a_visit(make.a_house(lon=None))

    for system in ("OGC:CRS84", "EPSG:4326", "EPSG:6670"):
        (feature,) = reader.items("houses", {"crs": system})["features"]
        assert feature["geometry"] is None
    assert reader.ids("houses", {"bbox": "-180,-90,180,90"}) == []
    assert reader.ids("inspections", {"bbox": "-180,-90,180,90"}) == []


def test_a_visit_without_a_fix_stands_at_its_house(app, reader):
    with make.rows(app):
        house = make.a_house(lon=130.0, lat=33.0)
        make.a_visit(house, position=(131.0, 34.0))
        make.a_visit(house)

    fixed, unfixed = reader.items("inspections")["features"]

    assert fixed["geometry"]["coordinates"] == [131.0, 34.0]
    assert unfixed["geometry"]["coordinates"] == [130.0, 33.0]
    assert reader.ids("inspections", {"bbox": "130,33,130,33"}) == [unfixed["id"]]
    assert reader.ids("inspections", {"bbox": "131,34,131,34"}) == [fixed["id"]]


def test_a_photo_says_where_its_point_comes_from(app, reader):
    with make.rows(app):
        house = make.a_house(lon=130.0, lat=33.0)
        with_fix, without = make.a_visit(house, position=(131.0, 34.0)), make.a_visit(house)
        nowhere = make.a_visit(make.a_house(lon=None))
        make.a_photo(with_fix, position=(132.0, 35.0))
        for visit in (with_fix, without, nowhere):
            make.a_photo(visit)

    features = reader.items("photos")["features"]

    told = [
        (f["properties"]["position_source"], f["geometry"] and f["geometry"]["coordinates"][0])
        for f in features
    ]
    assert told == [("photo", 132.0), ("inspection", 131.0), ("house", 130.0), (None, None)]
    for number, (lon, lat) in enumerate(((132, 35), (131, 34), (130, 33))):
        box = {"bbox": f"{lon},{lat},{lon},{lat}"}
        assert reader.ids("photos", box) == [features[number]["id"]]


def test_a_page_shows_labels_local_time_and_whole_numbers(app, reader):
    with make.rows(app):
        make.a_visit(make.a_house(), status="decided", total=100.0)

    page = reader.get("/collections/inspections/items", {"f": "html"}).text

    assert "全項目調査" in page
    assert "決定済み" in page
    assert "2026-05-01 12:00" in page
    assert ">100<" in page
