"""The page 集計: each question with table, map and files; what cannot be answered is said."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pytest

from tests.gis import factories as make
from tests.web.conftest import PAGE, csrf_of

# The answers are the same on both databases: tests/gis/test_questions.py.
pytestmark = pytest.mark.parametrize("database_kind", ["spatialite"], indirect=True)

ROUTE = {"type": "LineString", "coordinates": [[130.87, 33.88], [130.88, 33.885]]}
QUESTIONS = ("wards", "meshes", "hexagons", "near", "changes")


@pytest.fixture
def town(app):
    """Three houses of 小倉北区 along a street; one got worse in June, one has no visit."""
    with make.rows(app):
        houses = [make.a_house(130.8752 + n / 1000, 33.8834) for n in range(3)]
        make.a_visit(houses[0], total=60.0, judgement="not_substandard")
        make.a_visit(houses[0], at=make.NOON + timedelta(days=31), total=120.0)
        make.a_visit(houses[1], total=42.5, judgement="not_substandard")
        return [house.code for house in houses]


def ask_near(client, drawn, **fields):
    token = csrf_of(client.get("/map-questions/near", headers=PAGE))
    data = drawn if isinstance(drawn, bytes) else json.dumps(drawn).encode()
    file = {"drawing": (io.BytesIO(data), "通学路.geojson")} if data else {}
    form = {"csrf_token": token, "distance_m": "200", "ward_code": "", **fields, **file}
    return client.post("/map-questions/near", data=form, headers=PAGE)


def figures(page):
    """The figures at the head of an answer, by their labels."""
    return dict(re.findall(r"<div><dt>(.+?)</dt><dd>(.*?)(?:<small>|</dd>)", page))


def test_a_clerk_counts_by_ward_mesh_and_hexagon(clerk, town):
    wards = clerk.get("/map-questions", headers=PAGE, follow_redirects=True).text
    meshes = clerk.get("/map-questions/meshes?level=quarter&ward_code=", headers=PAGE).text
    hexagons = clerk.get("/map-questions/hexagons?size_m=100&judgement=substandard", headers=PAGE)

    assert (figures(wards)["家屋"], figures(wards)["調査済み"]) == ("3", "2")
    assert re.search(r"<td>小倉北区</td><td class=\"right\">3</td>", wards)
    assert "5030676011" in meshes
    assert meshes.count('<path class="shade-') == int(figures(meshes)["区画"])
    assert figures(hexagons.text) == {
        "家屋": "1", "調査済み": "1", "不良住宅": "1", "平均評点": "120", "最高評点": "120", "区画": "1",
    }  # fmt: skip
    assert "style=" not in meshes  # the page's own rules allow no inline style


def test_a_clerk_finds_houses_near_a_drawing_and_what_changed(clerk, town):
    near = ask_near(clerk, ROUTE)
    listed = ask_near(clerk, ROUTE, f="csv")
    period = "from=2026-05-10&to=2026-07-01"
    changes = clerk.get(f"/map-questions/changes?{period}", headers=PAGE).text
    file = clerk.get(f"/map-questions/changes?{period}&f=geojson", headers=PAGE)

    assert near.status_code == 200
    assert near.text.index(town[1]) < near.text.index(town[0])
    assert 'class="mark mark--grave"' in near.text
    assert 'class="drawn"' in near.text
    assert listed.headers["Content-Disposition"].startswith("attachment")
    assert town[0] in listed.data.decode("utf-8-sig")
    assert (figures(changes)["悪化"], figures(changes)["変化なし"]) == ("1", "1")
    assert "60 → 120" in changes
    assert [f["properties"]["code"] for f in json.loads(file.data)["features"]] == town[:2]


def test_what_cannot_be_answered_is_said_in_the_words_of_the_form(clerk, town):
    small = clerk.get("/map-questions/hexagons?size_m=5", headers=PAGE)
    late = clerk.get("/map-questions/changes?from=2026-07-01&to=2026-05-01", headers=PAGE)
    ring = {"type": "Polygon", "coordinates": [[[130, 33], [131, 33]]]}
    broken = ask_near(clerk, {"type": "Feature", "properties": {}, "geometry": ring})
    far = ask_near(clerk, ROUTE, distance_m="遠く")

    assert (small.status_code, "六角形の幅: " in small.text) == (400, True)
    assert 'value="5"' in small.text
    assert (late.status_code, "後の日: " in late.text) == (400, True)
    assert (broken.status_code, "geometry.coordinates.0" in broken.text) == (422, True)
    assert (far.status_code, "距離: " in far.text) == (400, True)
    for data, said in ((b"", "を選んでください"), (b"PK\x03\x04", "GeoJSON")):
        refused = ask_near(clerk, data)
        assert (refused.status_code, said in refused.text) == (400, True)
    assert clerk.get("/map-questions/streets", headers=PAGE).status_code == 404
    assert clerk.post("/map-questions/near", headers=PAGE).status_code == 400


def test_without_houses_every_question_says_so(client, staff, sign_in):
    assert client.get("/map-questions/wards", headers=PAGE).status_code == 302
    sign_in(staff("gis"))

    for question in QUESTIONS:
        query = {"from": "2026-01-01", "to": "2026-02-01"} if question == "changes" else {}
        reply = client.get(f"/map-questions/{question}", query_string=query, headers=PAGE)
        assert reply.status_code == 200, question
        assert ("当てはまる家屋はありません" in reply.text) is (question != "near")
    assert "当てはまる家屋はありません" in ask_near(client, ROUTE).text
