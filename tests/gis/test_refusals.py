"""Malformed requests are 400, name their parameter, and never more than that."""

from __future__ import annotations

import pytest

from tests.gis import factories as make

MALFORMED = [
    *(
        (f"limit={value}", "limit")
        for value in (
            "0", "00", "-1", "-0", "%2B5", "1.0", "1e3", "ten", "", "%20", "5%20", "0x10", "１０",
            "1,2", "NaN", "9" * 401, "%00", "null", "10%0a",
        )
    ),
    *(
        (f"bbox={value}", "bbox")
        for value in (
            "", "1", "1,2", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "1,2,3,x",
            "1;2;3;4", "1 2 3 4", "1,2,3,", ",,,", "nan,0,1,1", "0,0,inf,1", "0,0,Infinity,1",
            "1e400,0,1,1", "0,10,1,5", "0,0,0,1,-1,0", "1_0,0,20,1", "0x1,0,2,2", "0,0,1,1%00",
            "[0,0,1,1]", "0, 0, 1, 1", "１,0,2,2", "--1,0,1,1", "1e,0,2,2", ".,0,1,1",
            "9" * 61 + ",0,1,1",
        )
    ),
    *(
        (f"datetime={value}", "datetime")
        for value in (
            "", "yesterday", "2026", "2026-01", "2026-1-1", "20260101", "2026-02-30", "2026-13-01",
            "0000-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-01-01 00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:61:00Z", "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00%2B25:00", "2026-01-01T00:00:00%2B9", "2026-01-02/2026-01-01",
            "2026-01-01/2026-01-02/2026-01-03", "2026-01-01/x", "x/2026-01-01", "P1M", "P1M/P1M",
            "P1M/..", "../P1M", "2026-01-01/P", "2026-01-01/PT", "2026-01-01/P1X",
            "2026-01-01/P1.5D", "2026-01-01/-P1D", "2026-01-01/P9999Y",
            "P2026Y/2026-01-01", "..", "...", "null", "2026-01-01%00",
        )
    ),
    *(
        (f"{name}={value}", name)
        for name in ("crs", "bbox-crs")
        for value in (
            "", "4326", "EPSG:4301", "EPSG:", "EPSG:99999", "EPSG:6688", "CRS84", "WGS84",
            "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/EPSG/0/2443",
            "http://www.opengis.net/def/crs/EPSG/9.9/4326",
            "https://example.org/def/crs/EPSG/0/4326", "EPSG:4326,EPSG:6670", "EPSG:4326%00",
        )
    ),
    *((f"f={value}", "f") for value in ("", "xml", "JSON", "geojson", "json,html", "html%00")),
    *(
        (f"cursor={value}", "cursor")
        for value in ("", "1", "x", "%20", "ay0x", "azk5OTk5OTk5OTk5OTk", "k1", "%00")
    ),
    *((f"{name}=1", name) for name in ("offset", "Limit", "BBOX", "q", "token", "resultType")),
    ("limit=1&limit=2", "limit"),
    ("bbox=0,0,1,1&bbox=0,0,1,1", "bbox"),
    ("f=json&f=html", "f"),
    ("=1", ""),
    ("bbox=1e9,1e9,-1e9,-1e9&bbox-crs=EPSG:6670", "bbox"),
    ("bbox=10,0,-10,10&bbox-crs=EPSG:3857", "bbox"),
    ("bbox=10,170,-10,-170&bbox-crs=EPSG:4326", "bbox"),
]  # fmt: skip
STRANGE_BUT_GOOD = [
    "limit=1", "limit=0010", "limit=10000", "limit=10001", "limit=99999999999999999999",
    "bbox=-180,-90,180,90", "bbox=170,-10,-170,10", "bbox=179.9,-90,-179.9,-89.9",
    "bbox=-180,90,180,90", "bbox=-180,-90,180,-90", "bbox=180,0,-180,0", "bbox=0,0,0,0",
    "bbox=-1e308,-1e308,1e308,1e308", "bbox=-400,-100,400,100", "bbox=170,-10,190,10",
    "bbox=-190,-10,-170,10", "bbox=0,91,10,95", "bbox=1,2,3,4,5,6", "bbox=0,0,9,1,1,-9",
    "bbox=%2B1,.5,2.,1e0", "bbox=-0,-0,0,0", "bbox=1e-300,0,1,1",
    "bbox=-10,170,10,-170&bbox-crs=EPSG:4326", "bbox=-90,-180,-90,180&bbox-crs=EPSG:6668",
    "bbox=-1e300,-1e300,1e300,1e300&bbox-crs=EPSG:6670", "bbox=0,0,0,0&bbox-crs=EPSG:6687",
    "bbox=-1e300,-1e300,1e300,1e300&bbox-crs=EPSG:3857", "bbox=3e7,0,4e7,1&bbox-crs=EPSG:3857",
    "bbox=1999999,1999999,2000000,2000000&bbox-crs=EPSG:6684", "bbox-crs=EPSG:6670",
    "datetime=2026-01-01", "datetime=2026-01-01/..", "datetime=../2026-01-01", "datetime=../..",
    "datetime=/2026-01-01", "datetime=2026-01-01/", "datetime=/", "datetime=2026-01-01/P1M",
    "datetime=P1W/2026-01-01", "datetime=2026-01-01T00:00:00Z/PT36H", "datetime=0001-01-01/..",
    "datetime=2016-12-31t23:59:60z", "datetime=2026-01-01T00:00:00.123456789%2B09:00",
    "datetime=1000-01-01/9999-12-31",
    "datetime=9999-12-31", "datetime=0001-01-01T00:00:00%2B23:59", "datetime=9999-12-31/..",
    "datetime=2026-01-01/P999999D",
]  # fmt: skip


@pytest.fixture
def a_few(app, reader):
    with make.rows(app):
        for lon, lat in ((180.0, 90.0), (-180.0, -90.0), (0.0, 0.0), (130.8752, 33.8834)):
            make.a_photo(make.a_visit(make.a_house(lon=lon, lat=lat)))
    return reader


def test_the_list_of_malformed_requests_is_long_enough():
    assert len(MALFORMED) >= 60


@pytest.mark.parametrize("collection", ["houses", "inspections", "photos"])
def test_a_malformed_request_is_400_and_names_its_parameter(a_few, collection):
    for query, parameter in MALFORMED:
        reply = a_few.get(f"/collections/{collection}/items", query, expect=400)

        problem = reply.get_json(force=True)
        assert reply.mimetype == "application/problem+json", query
        assert problem["parameter"] == parameter, query
        assert problem["detail"].startswith(f"{parameter}:"), query
        assert problem["status"] == 400


@pytest.mark.parametrize("collection", ["houses", "inspections", "photos"])
def test_a_strange_request_that_keeps_the_rules_is_answered(a_few, collection):
    for query in STRANGE_BUT_GOOD:
        page = a_few.items(collection, query)

        assert page["numberReturned"] == len(page["features"]) <= page["numberMatched"], query


def test_only_declared_parameters_are_taken_anywhere(reader, one_of_each):
    for path in (
        "", "/conformance", "/api", "/collections", "/collections/houses",
        "/collections/houses/queryables", "/collections/houses/schema",
        f"/collections/houses/items/{one_of_each['houses']}",
    ):  # fmt: skip
        problem = reader.get(path, "limit=1", expect=400).get_json(force=True)
        assert problem["parameter"] == "limit"
        assert reader.get(path, "f=pdf", expect=400).get_json(force=True)["parameter"] == "f"
    schema = reader.get("/collections/houses/feature-schema", "f=json", expect=400)
    assert schema.get_json(force=True)["parameter"] == "f"
    feature = f"/collections/houses/items/{one_of_each['houses']}"
    assert reader.get(feature, "crs=x", expect=400).get_json(force=True)["parameter"] == "crs"


def test_who_may_not_read_learns_nothing_of_parameters_or_collections(reader_of):
    visitor = reader_of(None)

    visitor.get("/collections/houses/items", "limit=x", expect=401)
    visitor.get("/collections/nothing/items", expect=401)
    visitor.get("/collections/houses/items/x", expect=401)
