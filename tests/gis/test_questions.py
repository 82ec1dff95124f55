"""The questions on a town of random houses, each answer against a count by hand; both databases."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from pyproj import Geod
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from inspection.auth import SYSTEM
from inspection.extensions import db
from inspection.gis.parameters import Selection
from inspection.gis.questions import cells
from inspection.gis.questions.drawing import read_drawing
from inspection.gis.questions.mesh import LEVELS, mesh_code
from inspection.gis.questions.near import near_conditions
from inspection.models import House
from tests.gis import factories as make

GEOD = Geod(ellps="GRS80")
WARDS = ("401064", "401072", "999999", None)
ROUTE = {"type": "LineString", "coordinates": [[130.86, 33.87], [130.88, 33.885], [130.9, 33.885]]}
SCHOOL = {"type": "Point", "coordinates": [130.88, 33.88]}
JULY = datetime(2026, 7, 1, tzinfo=UTC)


class Asker:
    """Asks below /api/v1 with one role's token."""

    def __init__(self, client, token):
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path, expect=200, **query):
        reply = self._client.get(f"/api/v1{path}", query_string=query, headers=self._headers)
        assert reply.status_code == expect, (path, query, reply.text[:500])
        return reply

    def near(self, drawn, expect=200, **query):
        data = drawn if isinstance(drawn, bytes) else json.dumps(drawn).encode()
        headers = {**self._headers, "Content-Type": "application/geo+json"}
        reply = self._client.post(
            "/api/v1/houses/near", query_string=query, data=data, headers=headers
        )
        assert reply.status_code == expect, (query, reply.text[:500])
        return reply


@pytest.fixture
def ask(client, tokens):
    return lambda role: Asker(client, tokens(role))


@pytest.fixture
def town(app):
    """120 houses: most with a point, half inspected; what each holds, for counting by hand."""
    chance = random.Random(20261125)
    houses = []
    with make.rows(app):
        for n in range(120):
            placed = n % 12 > 0
            lon, lat = (
                round(chance.uniform(130.84, 130.92), 6),
                round(chance.uniform(33.86, 33.9), 6),
            )
            ward = WARDS[n % 4]
            house = make.a_house(lon if placed else None, lat, ward_code=ward)
            total = judgement = None
            if n % 2:
                total = chance.choice((42.5, 100.0, 117.25))
                judgement = "substandard" if total >= 100 else "not_substandard"
                make.a_visit(house, total=total, judgement=judgement)
            elif n % 8 == 0:
                make.a_visit(house, status="submitted", total=300.0)
            houses.append(
                {"id": str(house.id), "code": house.code, "ward": ward, "lon": lon if placed else None,
                 "lat": lat, "total": total, "judgement": judgement}
            )  # fmt: skip
    return houses


def counted(houses):
    totals = [h["total"] for h in houses if h["total"] is not None]
    return {
        "houses": len(houses),
        "inspected": len(totals),
        "mean_total": round(sum(totals) / len(totals), 2) if totals else None,
        "max_total": max(totals, default=None),
        "judgements": dict(Counter(h["judgement"] for h in houses if h["judgement"])),
        "statuses": {"confirmed": len(totals)} if totals else {},
    }


def table(reply):
    assert reply.mimetype == "text/csv"
    assert reply.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_counts_by_ward_and_cell_are_those_by_hand(ask, town):
    gis = ask("gis")

    wards = gis.get("/counts/wards").json
    by_code = {item.pop("ward_code"): item for item in wards["items"]}
    assert list(by_code)[-2:] == ["999999", None]
    assert len(by_code) == 9
    assert by_code["401064"].pop("ward_name") == "小倉北区"
    for ward in WARDS:
        by_code[ward].pop("ward_name", None)
        assert by_code[ward] == counted([h for h in town if h["ward"] == ward])
    assert wards["total"] == counted(town)
    rows = table(gis.get("/counts/wards", f="csv"))
    assert (rows[-1]["区"], rows[-1]["家屋数"], rows[-2]["区"]) == ("計", "120", "区の記載なし")
    assert sum(int(r["判定:不良住宅"]) for r in rows[:-1]) == int(rows[-1]["判定:不良住宅"])

    placed = [h for h in town if h["lon"] is not None]
    for level in LEVELS:
        answer = gis.get("/counts/meshes", level=level.name).json
        expected = {}
        for house in placed:
            expected.setdefault(mesh_code(level, house["lon"], house["lat"]), []).append(house)
        found = {f["id"]: f["properties"] for f in answer["features"]}
        assert found == {code: {"code": code, **counted(some)} for code, some in expected.items()}
        assert (answer["unplaced"], answer["counts"]) == (10, counted(town))
    rows = table(gis.get("/counts/meshes", level="half", f="csv"))
    assert {len(row["区画コード"]) for row in rows} == {9}
    assert sum(int(row["家屋数"]) for row in rows) == 110

    hexagons = gis.get("/counts/hexagons", size_m=800).json
    assert sum(f["properties"]["houses"] for f in hexagons["features"]) == 110
    assert all(len(f["geometry"]["coordinates"][0]) == 7 for f in hexagons["features"])

    box = {"bbox": "130.86,33.87,130.9,33.89"}
    inside = [h for h in placed if 130.86 <= h["lon"] <= 130.9 and 33.87 <= h["lat"] <= 33.89]
    assert gis.get("/counts/wards", **box).json["total"] == counted(inside)
    assert gis.get("/counts/meshes", **box).json["counts"] == counted(inside)
    grave = gis.get("/counts/wards", filter="total >= 100 AND ward_code = '401072'").json["total"]
    asked = [h for h in town if h["ward"] == "401072" and (h["total"] or 0) >= 100]
    assert (
        grave
        == counted(asked)
        == gis.get("/counts/meshes", ward_code="401072", judgement="substandard").json["counts"]
    )
    dated = gis.get("/counts/hexagons", datetime="2026-05-01").json
    assert dated["counts"] == counted([h for h in town if h["total"] is not None])


def test_too_many_cells_are_refused_with_the_way_out(ask, town, monkeypatch):
    monkeypatch.setattr(cells, "MAX_CELLS", 5)

    for path, parameter in (("meshes", "level"), ("hexagons", "size_m")):
        refused = ask("gis").get(f"/counts/{path}", 400).json
        assert refused["parameter"] == parameter
        assert "区画を大きく" in refused["detail"]


def metres_to_route(house):
    """Metres to the school route, sampled every two metres."""
    found = []
    for (x0, y0), (x1, y1) in zip(ROUTE["coordinates"], ROUTE["coordinates"][1:], strict=False):
        many = 1000
        xs = [x0 + (x1 - x0) * n / many for n in range(many + 1)]
        ys = [y0 + (y1 - y0) * n / many for n in range(many + 1)]
        lon, lat = [house["lon"]] * (many + 1), [house["lat"]] * (many + 1)
        found.append(min(GEOD.inv(lon, lat, xs, ys)[2]))
    return min(found)


def test_houses_near_a_route_are_those_measured_by_hand(app, ask, town):
    gis = ask("gis")
    truth = {h["id"]: metres_to_route(h) for h in town if h["lon"] is not None}
    expected = sorted((id for id in truth if truth[id] <= 400), key=truth.get)
    houses = {h["id"]: h for h in town}

    answer = gis.near(ROUTE, distance_m=400).json
    ids = [f["id"] for f in answer["features"]]
    assert ids == expected
    assert len(ids) > 10
    for feature in answer["features"]:
        assert abs(feature["properties"]["distance_m"] - truth[feature["id"]]) < 0.2
        assert feature["geometry"]["coordinates"] == [
            houses[feature["id"]][k] for k in ("lon", "lat")
        ]
    assert answer["counts"] == counted([houses[id] for id in expected])
    assert "owner" not in json.dumps(answer)
    assert "犬" not in json.dumps(answer, ensure_ascii=False)

    first = gis.near(ROUTE, distance_m=400, limit=3).json
    assert [f["id"] for f in first["features"]] == expected[:3]
    assert (first["numberMatched"], first["numberReturned"]) == (len(expected), 3)
    rows = table(gis.near(ROUTE, distance_m=400, f="csv"))
    assert [row["ID"] for row in rows] == expected
    assert float(rows[0]["経度"]) == houses[expected[0]]["lon"]
    counts = gis.near(ROUTE, distance_m=400, f="counts").json
    assert counts["total"] == answer["counts"]
    grave = gis.near(ROUTE, distance_m=400, filter="judgement = 'substandard'", f="counts").json
    assert grave["total"]["houses"] == answer["counts"]["judgements"]["substandard"]
    boxed = gis.near(ROUTE, distance_m=400, bbox="130.87,33.8,130.9,34").json
    assert {f["id"] for f in boxed["features"]} == {
        id for id in expected if 130.87 <= houses[id]["lon"] <= 130.9
    }
    assert gis.near(SCHOOL, distance_m=0).json["features"] == []
    square = [[130.86, 33.87], [130.9, 33.87], [130.9, 33.89], [130.86, 33.89], [130.86, 33.87]]
    inside = gis.near({"type": "Polygon", "coordinates": [square]}, distance_m=0).json
    assert inside["numberMatched"] > 20
    assert {f["properties"]["distance_m"] for f in inside["features"]} == {0}

    with app.app_context():
        assert "idx_houses_location" in plan_of(ROUTE, 400)


def plan_of(drawn, distance_m) -> str:
    """The database's plan of the statement before measuring; an index worth it on few rows too."""
    drawing = read_drawing(json.dumps(drawn).encode())
    query = select(House.pk).where(*near_conditions(drawing, distance_m, Selection(), SYSTEM))
    if db.engine.dialect.name == "postgresql":
        sql = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        return str(db.session.execute(text(f"EXPLAIN {sql}")).all())
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    return str(db.session.execute(text(f"EXPLAIN QUERY PLAN {sql}")).all())


@pytest.fixture
def history(app):
    """Houses by what became of them between 1 May and 1 July 2026; a case for the committee."""
    may, june = make.NOON, make.NOON + timedelta(days=31)
    with make.rows(app):
        houses = {name: make.a_house(ward_code="401064") for name in
                  ("new", "worse", "better", "judgement_only", "unchanged", "none", "later", "open")}  # fmt: skip
        for name in ("worse", "better", "judgement_only", "unchanged"):
            make.a_visit(houses[name], at=may, total=60.0, judgement="not_substandard")
        make.a_visit(houses["new"], at=june, total=60.0)
        case = make.a_visit(houses["worse"], at=june, total=120.0)
        make.a_visit(houses["better"], at=june, total=40.0, judgement="not_substandard")
        make.a_visit(houses["judgement_only"], at=june, total=60.0)
        make.a_visit(houses["later"], at=datetime(2026, 7, 5, tzinfo=UTC), total=60.0)
        make.a_visit(houses["open"], at=june, status="submitted", total=60.0)
        make.a_case(case)
        return {str(house.id): name for name, house in houses.items()}


def test_change_is_told_by_the_newest_confirmed_visits_on_both_dates(ask, history):
    gis = ask("gis")
    period = {"from": "2026-05-01", "to": "2026-07-01"}

    items = gis.get("/changes/houses", **period).json["items"]
    found = {item["change"]: item for item in items}
    assert {history[item["id"]] for item in items} == set(found)
    assert len(items) == 5
    assert [found[c]["judgement_changed"] for c in ("new", "worse", "better", "judgement_only")] == [
        False, True, False, True]  # fmt: skip
    assert (found["worse"]["total_from"], found["worse"]["total_to"]) == (60.0, 120.0)
    assert found["new"]["inspected_at_from"] is None
    assert found["worse"]["inspected_at_to"] == "2026-06-01T03:00:00Z"
    pages, cursor = [], {}
    while len(pages) < 5:
        page = gis.get("/changes/houses", limit=2, **cursor, **period).json
        pages += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert pages == items
    only = gis.get("/changes/houses", filter="total > 100", code=found["worse"]["code"], **period)
    assert only.json["items"] == [found["worse"]]

    counts = gis.get("/changes/houses", f="counts", **period).json
    assert counts["total"] == {
        "houses": 5, "new": 1, "worse": 1, "better": 1, "judgement_only": 1, "unchanged": 1,
        "judgement_changed": 2, "without_visit": 3,
    }  # fmt: skip
    rows = table(gis.get("/changes/houses", f="csv", change="worse,new", **period))
    assert {row["変化"] for row in rows} == {"悪化", "新規"}
    features = gis.get("/changes/houses", f="geojson", change="better", **period).json["features"]
    assert [history[f["id"]] for f in features] == ["better"]

    # The day counts to its end, in the site's zone; a moment counts itself.
    exact = {"from": "2026-04-30", "to": "2026-05-01T12:00:00+09:00"}
    assert gis.get("/changes/houses", f="counts", **exact).json["total"]["new"] == 4
    before = {"from": "2026-04-30", "to": "2026-05-01T11:59:59+09:00"}
    assert gis.get("/changes/houses", f="counts", **before).json["total"]["new"] == 0

    committee = ask("committee")
    [seen] = committee.get("/changes/houses", **period).json["items"]
    assert (history[seen["id"]], seen["change"]) == ("worse", "new")  # the visit of May is no case
    assert committee.get("/counts/wards").json["total"]["houses"] == 1
    assert committee.get("/counts/meshes").json["counts"]["houses"] == 1
    near = committee.near({"type": "Point", "coordinates": [130.8752, 33.8834]}, distance_m=10)
    assert [history[f["id"]] for f in near.json["features"]] == ["worse"]


REFUSED = (
    ("/counts/wards", {"wrong": "1"}, "wrong"),
    ("/counts/wards", {"bbox": "1,2,3"}, "bbox"),
    ("/counts/wards", {"datetime": "yesterday"}, "datetime"),
    ("/counts/wards", {"f": "xml"}, "f"),
    ("/counts/meshes", {"filter": "owner = 1"}, "filter"),
    ("/counts/meshes", {"total": "many"}, "total"),
    ("/counts/wards", {"limit": "1"}, "limit"),
    ("/counts/meshes", {"level": "7"}, "level"),
    ("/counts/meshes", {"level": ""}, "level"),
    ("/counts/meshes", {"size_m": "500"}, "size_m"),
    ("/counts/hexagons", {"size_m": "49"}, "size_m"),
    ("/counts/hexagons", {"size_m": "1e3"}, "size_m"),
    ("/counts/hexagons", {"size_m": "9" * 400}, "size_m"),
    ("/counts/hexagons", {"size_m": ["1000", "2000"]}, "size_m"),
    ("/changes/houses", {}, "from"),
    ("/changes/houses", {"from": "2026-05-01"}, "to"),
    ("/changes/houses", {"from": "2026-05-01", "to": "2026-04-01"}, "to"),
    ("/changes/houses", {"from": "2026-05-01/2026-06-01", "to": "2026-07-01"}, "from"),
    ("/changes/houses", {"from": "..", "to": "2026-07-01"}, "from"),
    ("/changes/houses", {"from": "", "to": "2026-07-01"}, "from"),
    ("/changes/houses", {"from": "2026-05-01", "to": "2026-13-01"}, "to"),
    ("/changes/houses", {"from": "2026-05-01", "to": "2026-06-01", "change": "sold"}, "change"),
    ("/changes/houses", {"from": "2026-05-01", "to": "2026-06-01", "cursor": "x"}, "cursor"),
    ("/changes/houses", {"from": "2026-05-01", "to": "2026-06-01", "limit": "0"}, "limit"),
)
REFUSED_NEAR = (
    ({}, "distance_m"),
    ({"distance_m": "-1"}, "distance_m"),
    ({"distance_m": "10000.5"}, "distance_m"),
    ({"distance_m": "nan"}, "distance_m"),
    ({"distance_m": "5", "crs": "EPSG:2444"}, "crs"),
    ({"distance_m": "5", "limit": "many"}, "limit"),
    ({"distance_m": "5", "f": "pdf"}, "f"),
    ({"distance_m": "5", "\u8ddd\u96e2": "5"}, "距離"),
)


@pytest.mark.parametrize("database_kind", ["spatialite"], indirect=True)
def test_a_malformed_question_is_a_400_that_names_the_parameter(ask):
    gis = ask("gis")

    for path, query, parameter in REFUSED:
        refused = gis.get(path, 400, **query).json
        assert (refused["parameter"], refused["detail"].partition(":")[0]) == (parameter,) * 2
    for query, parameter in REFUSED_NEAR:
        assert gis.near(ROUTE, 400, **query).json["parameter"] == parameter
    fault = gis.near(
        {"type": "FeatureCollection", "features": [{"type": "Circle"}]}, 422, distance_m=1
    )
    assert list(fault.json["errors"]) == ["features.0.type"]
    assert gis.near(b"{", 400, distance_m=5).json["detail"].startswith("図形のファイル")
    assert gis.near(b" " * 2_000_001, 413, distance_m=5).json["status"] == 413
    # Nothing is there: empty answers, not errors.
    assert gis.get("/counts/meshes").json["features"] == []
    assert gis.near(ROUTE, distance_m=5).json["features"] == []
    assert (
        table(gis.get("/changes/houses", f="csv", **{"from": "2026-05-01", "to": "2026-05-02"}))
        == []
    )
