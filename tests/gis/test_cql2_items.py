"""Filters and queryables through the API: examples in both languages, systems, pages, roles."""

from __future__ import annotations

import json
import random
from datetime import datetime

import pytest
import shapely
from pyproj import Transformer

from inspection.gis.collections import COLLECTIONS
from inspection.gis.parameters import ITEMS, SELECTION, items_names, selection_names
from tests.gis import factories as make


def prop(name):
    return {"property": name}


def op(name, *args):
    return {"op": name, "args": list(args)}


POINT = {"type": "Point", "coordinates": [130.875, 33.875]}
POLYGON = {"type": "Polygon", "coordinates": [[[130, 33], [131, 33], [130, 34], [130, 33]]]}
MAY = {"interval": ["2026-05-01", "2026-05-31"]}
NOON = {"timestamp": "2026-05-01T03:00:00Z"}
BOX = {"bbox": [130.8, 33.8, 130.9, 33.9]}
EXAMPLES = [
    ("ward_code = '401064'", op("=", prop("ward_code"), "401064"), "A"),
    ("ward_code <> '401064'", op("<>", prop("ward_code"), "401064"), "B"),
    ("NOT ward_code = '401064'", op("not", op("=", prop("ward_code"), "401064")), "B"),
    ("total >= 100 AND judgement = 'substandard'",
     op("and", op(">=", prop("total"), 100), op("=", prop("judgement"), "substandard")), "A"),
    ("total < 100 OR ward_code IS NULL",
     op("or", op("<", prop("total"), 100), op("isNull", prop("ward_code"))), "BC"),
    ("total IS NOT NULL", op("not", op("isNull", prop("total"))), "AB"),
    ("total BETWEEN 80 AND 120", op("between", prop("total"), 80, 120), "AB"),
    ("total NOT BETWEEN 80 AND 100", op("not", op("between", prop("total"), 80, 100)), "A"),
    ("ward_code IN ('401064', '401072')", op("in", prop("ward_code"), ["401064", "401072"]), "AB"),
    ("ward_code NOT IN ('401064')", op("not", op("in", prop("ward_code"), ["401064"])), "B"),
    ("town LIKE '城%'", op("like", prop("town"), "城%"), "A"),
    ("town NOT LIKE '城%'", op("not", op("like", prop("town"), "城%")), "BC"),
    ("town LIKE '100\\%_'", op("like", prop("town"), "100\\%_"), "B"),
    ("town LIKE 'Ｋ%'", op("like", prop("town"), "Ｋ%"), "C"),
    ("town LIKE 'ｋ%'", op("like", prop("town"), "ｋ%"), ""),
    ("CASEI(town) LIKE CASEI('ｋ%')", op("like", op("casei", prop("town")), op("casei", "ｋ%")), "C"),
    ("CASEI(town) = CASEI('ｋＯＫＵＲＡ')",
     op("=", op("casei", prop("town")), op("casei", "ｋＯＫＵＲＡ")), "C"),
    ("CASEI(town) IN (CASEI('ｋｏｋｕｒａ'), CASEI('x'))",
     op("in", op("casei", prop("town")), [op("casei", "ｋｏｋｕｒａ"), op("casei", "x")]), "C"),
    ("address = 'O''Brien \\'s'", op("=", prop("address"), "O'Brien 's"), "B"),
    ("inspected_at = DATE('2026-05-01')", op("=", prop("inspected_at"), {"date": "2026-05-01"}), "A"),
    ("inspected_at > DATE('2026-05-01')", op(">", prop("inspected_at"), {"date": "2026-05-01"}), "B"),
    ("inspected_at <= TIMESTAMP('2026-05-01T03:00:00Z')", op("<=", prop("inspected_at"), NOON), "A"),
    ("inspected_at <= TIMESTAMP('2026-05-01T12:00:00+09:00')",
     op("<=", prop("inspected_at"), {"timestamp": "2026-05-01T12:00:00+09:00"}), "A"),
    ("inspected_at > DATE('1000-01-01') AND inspected_at < DATE('9999-12-31')",
     op("and", op(">", prop("inspected_at"), {"date": "1000-01-01"}),
        op("<", prop("inspected_at"), {"date": "9999-12-31"})), "AB"),
    ("T_AFTER(inspected_at, DATE('2026-05-01'))",
     op("t_after", prop("inspected_at"), {"date": "2026-05-01"}), "B"),
    ("T_BEFORE(inspected_at, DATE('2026-05-02'))",
     op("t_before", prop("inspected_at"), {"date": "2026-05-02"}), "A"),
    ("T_DURING(inspected_at, INTERVAL('2026-05-01', '2026-05-31'))",
     op("t_during", prop("inspected_at"), MAY), "AB"),
    ("T_INTERSECTS(inspected_at, INTERVAL('..', '2026-05-02'))",
     op("t_intersects", prop("inspected_at"), {"interval": ["..", "2026-05-02"]}), "A"),
    ("T_STARTEDBY(INTERVAL(inspected_at, '..'), TIMESTAMP('2026-05-01T03:00:00Z'))",
     op("t_startedBy", {"interval": [prop("inspected_at"), ".."]}, NOON), "A"),
    ("S_INTERSECTS(geometry, POINT(130.875 33.875))", op("s_intersects", prop("geometry"), POINT), "A"),
    ("S_INTERSECTS(geometry, BBOX(130.8, 33.8, 130.9, 33.9))", op("s_intersects", prop("geometry"), BOX), "AB"),
    ("S_WITHIN(geometry, BBOX(130.8, 33.8, 130.9, 33.9))", op("s_within", prop("geometry"), BOX), "A"),
    ("S_TOUCHES(geometry, BBOX(130.8, 33.8, 130.9, 33.9))", op("s_touches", prop("geometry"), BOX), "B"),
    ("S_CONTAINS(BBOX(130.8, 33.8, 130.9, 33.9), geometry)", op("s_contains", BOX, prop("geometry")), "A"),
    ("S_DISJOINT(geometry, POLYGON((130 33, 131 33, 130 34, 130 33)))",
     op("s_disjoint", prop("geometry"), POLYGON), "AB"),
    ("NOT S_INTERSECTS(geometry, POINT Z (130.875 33.875 5))",
     op("not", op("s_intersects", prop("geometry"), POINT)), "B"),
    ("geometry IS NULL", op("isNull", prop("geometry")), "C"),
    ("low <= total AND total <= high", op("and", op("<=", prop("low"), prop("total")), op("<=", prop("total"), prop("high"))), "AB"),
    ("'401064' = \"ward_code\"", op("=", "401064", prop("ward_code")), "A"),
    ("not (total > 100 and town like '城%' or total < 90)",
     op("not", op("or", op("and", op(">", prop("total"), 100), op("like", prop("town"), "城%")),
                  op("<", prop("total"), 90))), ""),
    ("storeys = 2.5 OR storeys = 2", op("or", op("=", prop("storeys"), 2.5), op("=", prop("storeys"), 2)), "ABC"),
    ("total < 1e300 AND storeys > -99999999999999999999",
     op("and", op("<", prop("total"), 1e300), op(">", prop("storeys"), -99999999999999999999)), "AB"),
    # as QGIS writes them
    ('(("total" > 100) AND ("ward_code" = \'401064\'))',
     op("and", op(">", prop("total"), 100), op("=", prop("ward_code"), "401064")), "A"),
    ("(NOT ((total > ( - (5)))))", op("not", op(">", prop("total"), -5)), ""),
    ("(CASEI(town) LIKE CASEI('ｋ%'))", op("like", op("casei", prop("town")), op("casei", "ｋ%")), "C"),
    ("'[x]*?' LIKE '[x]*?'", op("like", "[x]*?", "[x]*?"), "ABC"),
    ("'xyz' LIKE '[x]*?'", op("like", "xyz", "[x]*?"), ""),
    ("CASEI(address) LIKE CASEI('%Σ')", op("like", op("casei", prop("address")), op("casei", "%Σ")), "C"),
    ("storeys IN (2.5, 3)", op("in", prop("storeys"), [2.5, 3]), ""),
    ("storeys IN (2.0, 99999999999999999999)",
     op("in", prop("storeys"), [2.0, 99999999999999999999]), "ABC"),
    ("total IN (120, 80.0)", op("in", prop("total"), [120, 80.0]), "AB"),
    ("TRUE", True, "ABC"),
    ("FALSE OR 1 = 1.0", op("or", False, op("=", 1, 1.0)), "ABC"),
]  # fmt: skip


@pytest.fixture
def three(app, reader):
    """Houses A and B with a visit, C with neither visit nor place; their ids by letter."""
    with make.rows(app):
        a = make.a_house(130.875, 33.875, town="城内")
        b = make.a_house(130.9, 33.9, town="100%x", ward_code="401072", address="O'Brien 's")
        c = make.a_house(None, town="Ｋｏｋｕｒａ", ward_code=None, address="Οδος")
        make.a_visit(a, total=120.0, high=120.0)
        later = datetime.fromisoformat("2026-05-03T12:00:00+09:00")
        make.a_visit(b, "decided", at=later, total=80.0, low=80.0, judgement="not_substandard")
        make.a_visit(b, "draft", at=later, total=10.0, low=0.0)
        return {"A": str(a.id), "B": str(b.id), "C": str(c.id)}


def letters(reader, ids, query, collection="houses"):
    named = {key: letter for letter, key in ids.items()}
    return "".join(sorted(named[key] for key in reader.ids(collection, query)))


def test_examples_mean_the_same_in_text_and_json(reader, three):
    for text, tree, expected in EXAMPLES:
        assert letters(reader, three, {"filter": text}) == expected, text
        query = {"filter": json.dumps(tree), "filter-lang": "cql2-json"}
        assert letters(reader, three, query) == expected, tree
        query = {"filter": f"\n{text} ", "filter-lang": "cql2-text", "filter-crs": "EPSG:4326"}
        if "S_" not in text:
            assert letters(reader, three, query) == expected, text


def test_a_queryable_is_a_parameter_with_its_type(reader, three):
    for query, expected in (
        ("ward_code=401064", "A"), ("ward_code=401064&judgement=not_substandard", ""),
        ("town=城内", "A"), ("town=", ""), ("town=100%25x", "B"), ("total=120", "A"),
        ("total=120.0", "A"), ("total=1.2e2", "A"), ("total=-5", ""), ("storeys=2", "ABC"),
        ("storeys=%2B2", "ABC"), ("storeys=999999999999999999", ""), (f"id={three['B']}", "B"),
        (f"id={three['B'].upper()}", "B"), ("inspected_at=2026-05-01", "A"),
        ("inspected_at=2026-05-01T12:00:00%2B09:00", "A"), ("inspected_at=2026-05-02/..", "B"),
        ("inspected_at=2026-05-01/P1M", "AB"), ("updated_at=2000-01-01", ""),
        ("ward_code=401064&filter=total>100&bbox=130,33,131,34&datetime=2026-05-01", "A"),
        ("ward_code=401064&filter=total>100&bbox=130,33,130.1,34", ""),
        ("ward_code=401072&filter=total>100", ""),
    ):  # fmt: skip
        assert letters(reader, three, query) == expected, query
    for query, name in (
        ("storeys=two", "storeys"), ("storeys=2.0", "storeys"), ("storeys=", "storeys"),
        ("storeys=2%20", "storeys"), ("storeys=２", "storeys"), ("storeys=1e2", "storeys"),
        ("storeys=9999999999999999999", "storeys"), ("built_year=2_0", "built_year"),
        ("total=", "total"), ("total=x", "total"), ("total=NaN", "total"), ("total=1e999", "total"),
        ("total=Infinity", "total"), ("total=1,2", "total"), ("total=0x1", "total"), ("id=1", "id"),
        ("id=", "id"), ("id=%7B6f9619ff-8b86-d011-b42d-00cf4fc964ff%7D", "id"),
        ("inspected_at=", "inspected_at"), ("inspected_at=2026", "inspected_at"),
        ("inspected_at=2026-02-30", "inspected_at"), ("updated_at=..", "updated_at"),
        ("town=a&town=b", "town"), ("town=%00", "town"), ("Town=a", "Town"), ("geometry=a", "geometry"),
        ("owner=a", "owner"), ("house_id=1", "house_id"),
    ):  # fmt: skip
        problem = reader.get("/collections/houses/items", query, expect=400).get_json(force=True)
        assert (problem["parameter"], problem["detail"].split(":")[0]) == (name, name), query


def test_pages_keep_the_filter(reader, three):
    query = {"filter": "town LIKE '100\\%%' OR town = '城内'", "limit": "1", "storeys": "2"}
    page = reader.items("houses", query)
    assert page["numberMatched"] == 2

    following = [link for link in page["links"] if link["rel"] == "next"]
    second = reader.follow(following[0]).get_json(force=True)

    assert [f["id"] for f in page["features"] + second["features"]] == [three["A"], three["B"]]
    assert not [link for link in second["links"] if link["rel"] == "next"]


def test_no_filter_opens_what_a_role_may_not_see(reader, reader_of, three):
    every = {"filter": "status = 'draft' OR TRUE"}

    assert reader.items("inspections", every)["numberMatched"] == 3
    assert reader_of("gis").items("inspections", every)["numberMatched"] == 2
    assert reader_of("gis").ids("inspections", {"filter": "NOT (status <> 'draft')"}) == []
    assert reader_of("committee").ids("houses", {"filter": "TRUE"}) == []


SYSTEMS = {"EPSG:4326": True, "EPSG:6670": True, "EPSG:3857": False,
           "OGC:CRS84": False, "http://www.opengis.net/def/crs/EPSG/0/6669": True}  # fmt: skip
"""Whether the authority gives the northward coordinate first."""


def test_coordinates_are_read_in_the_system_that_the_filter_names(app, reader):
    chance = random.Random(9)
    points = [(chance.uniform(130.3, 131.4), chance.uniform(33.3, 34.4)) for _ in range(60)]
    with make.rows(app):
        houses = {str(make.a_house(lon, lat).id): (lon, lat) for lon, lat in points}
    corners = [(130.4, 33.4), (131.3, 33.5), (131.1, 34.3), (130.6, 34.1)]
    sizes = set()

    for system, north_first in SYSTEMS.items():
        code = system.replace("http://www.opengis.net/def/crs/EPSG/0/", "EPSG:")
        east_north = Transformer.from_crs("OGC:CRS84", code, always_xy=True).transform
        region = shapely.Polygon([east_north(*corner) for corner in corners])
        there = {key: shapely.Point(east_north(*point)) for key, point in houses.items()}
        ring = [xy[::-1] if north_first else xy for xy in region.exterior.coords]
        wkt = ", ".join(f"{first!r} {second!r}" for first, second in ring)
        west, south, east, north = region.bounds
        box = (south, west, north, east) if north_first else (west, south, east, north)
        envelope = shapely.box(*region.bounds)
        for text, shape, wanted in (
            (f"S_INTERSECTS(geometry, POLYGON(({wkt})))", region, True),
            (f"NOT S_WITHIN(geometry, POLYGON(({wkt})))", region, False),
            (f"S_INTERSECTS(geometry, BBOX{box})", envelope, True),
            (f"S_DISJOINT(geometry, BBOX{box})", envelope, False),
            (f"S_WITHIN(geometry, BBOX{box})", envelope, True),
        ):
            query = {"filter": text, "filter-crs": system, "limit": "100"}
            expected = {key for key, point in there.items() if shape.contains(point) == wanted}

            assert set(reader.ids("houses", query)) == expected, (system, text)
            sizes.add(len(expected))
    assert 5 < min(sizes) < max(sizes) < 60


def test_boxes_may_cross_the_antimeridian_and_touch_the_poles(app, reader):
    with make.rows(app):
        ids = {
            letter: str(make.a_house(lon, lat).id)
            for letter, lon, lat in (
                ("A", 179.5, 10),
                ("B", -179.5, 10),
                ("C", 0, 90),
                ("D", 0, -90),
            )
        }
    for text, expected in (
        ("S_INTERSECTS(geometry, BBOX(170, 0, -170, 20))", "AB"),
        ("NOT S_INTERSECTS(geometry, BBOX(170, 0, -170, 20))", "CD"),
        ("S_WITHIN(geometry, BBOX(170, 0, -170, 20))", "AB"),
        ("S_INTERSECTS(geometry, BBOX(-180, 90, 180, 90))", "C"),
        ("S_INTERSECTS(geometry, BBOX(0, -90, 0, 90))", "CD"),
    ):
        assert letters(reader, ids, {"filter": text}) == expected, text
    for system in ("EPSG:3857", "EPSG:6670", "EPSG:6687"):
        for function in ("S_INTERSECTS", "NOT S_INTERSECTS", "S_DISJOINT", "S_TOUCHES"):
            ring = "((0 0, 1000 0, 1000 1000, 0 1000, 0 0))"
            for shape in (f"POLYGON{ring}", "BBOX(-1e8, -1e8, 1e8, 1e8)", "POINT(0 0)"):
                query = {"filter": f"{function}(geometry, {shape})", "filter-crs": system}
                reader.items("houses", query)


def test_documents_declare_what_filters_may_ask(reader_of):
    visitor = reader_of(None)
    paths = visitor.json("/api")["paths"]
    for name, collection in COLLECTIONS.items():
        declared = {
            each["name"]: each for each in paths[f"/collections/{name}/items"]["get"]["parameters"]
        }
        queryables = visitor.json(f"/collections/{name}/queryables")["properties"]

        assert set(declared) == set(items_names(collection))
        assert set(queryables) == {item.name for item in collection.queryables} | {"geometry"}
        assert not {item.name for item in collection.queryables} & set(ITEMS)
        assert selection_names(collection)[: len(SELECTION)] == SELECTION
        assert declared["filter-lang"]["schema"]["enum"] == ["cql2-text", "cql2-json"]
        assert queryables["geometry"]["$ref"] == "https://geojson.org/schema/Point.json"
        assert queryables["id"] == {"title": "ID", "type": "string", "format": "uuid"}
    classes = visitor.json("/conformance")["conformsTo"]
    for name in ("filter", "features-filter", "queryables", "queryables-query-parameters"):
        assert f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}" in classes
    assert len(set(classes)) == len(classes)
