"""Pages neither repeat nor skip a feature, and their counts are exact."""

from __future__ import annotations

import pytest

from tests.gis import factories as make
from tests.gis.conftest import links_of


@pytest.fixture
def thirty(app):
    with make.rows(app):
        for number in range(30):
            visit = make.a_visit(make.a_house(lon=130.0 + number / 100, lat=33.0))
            make.a_photo(visit)


def pages(reader, collection, query):
    reply = reader.get(f"/collections/{collection}/items", query)
    while True:
        page = reply.get_json(force=True)
        yield page
        following = links_of(page, "next")
        if not following:
            return
        (link,) = following
        assert link["type"] == "application/geo+json"
        reply = reader.follow(link)


@pytest.mark.parametrize("collection", ["houses", "inspections", "photos"])
def test_following_next_reads_every_feature_once(reader, thirty, collection):
    for limit in (1, 7, 10, 29, 30, 31):
        walked = list(pages(reader, collection, {"limit": limit}))

        ids = [feature["id"] for page in walked for feature in page["features"]]
        assert ids == reader.ids(collection)
        assert len(set(ids)) == 30
        assert [page["numberReturned"] for page in walked[:-1]] == [limit] * (len(walked) - 1)
        assert {page["numberMatched"] for page in walked} == {30}
        assert len(walked) == -(-30 // limit)


def test_next_keeps_the_other_parameters(reader, thirty):
    query = {"limit": 2, "bbox": "130.05,32,130.0999,34", "crs": "EPSG:6670", "datetime": "../.."}

    walked = list(pages(reader, "houses", query))

    assert [len(page["features"]) for page in walked] == [2, 2, 1]
    assert {page["numberMatched"] for page in walked} == {5}
    for page in walked:
        for feature in page["features"]:
            assert abs(feature["geometry"]["coordinates"][1]) > 1000


def test_a_feature_added_behind_the_cursor_or_ahead_disturbs_nothing(app, reader, thirty):
    first, *_ = pages(reader, "houses", {"limit": 10})
    with make.rows(app):
        make.a_house()

    (link,) = links_of(first, "next")
    rest = reader.follow({**link, "href": link["href"].replace("limit=10", "limit=100")})

    assert rest.get_json(force=True)["numberMatched"] == 31
    assert len(rest.get_json(force=True)["features"]) == 21


def test_a_limit_above_the_maximum_is_clamped_and_the_default_is_declared(reader, thirty):
    document = reader.json("/api")["paths"]["/collections/houses/items"]["get"]
    limit = next(p["schema"] for p in document["parameters"] if p["name"] == "limit")

    assert reader.items("houses", {"limit": 10**12})["numberReturned"] == 30
    assert limit["default"] >= 30
    assert reader.items("houses")["numberReturned"] == 30


def test_the_page_in_a_browser_leads_on_to_the_next_page(reader, thirty):
    page = reader.get("/collections/houses/items", {"f": "html", "limit": "10"}).text

    assert 'rel="next"' in page
    assert "全 30 件のうち 10 件" in page
