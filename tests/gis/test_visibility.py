"""What each role sees, and that nobody sees a person."""

from __future__ import annotations

import pytest

from tests.gis import factories as make

STATUSES = ("draft", "submitted", "returned", "confirmed", "scheduled", "decided")
SEES_ALL = ("inspector", "secretariat", "admin")


@pytest.fixture
def town(app):
    """One house and photo for each status of its visit, one house without any visit."""
    with make.rows(app):
        rows = {"bare": {"houses": str(make.a_house().id)}}
        for status in STATUSES:
            house = make.a_house()
            visit = make.a_visit(house, status=status)
            photo = make.a_photo(visit)
            rows[status] = {
                "houses": str(house.id),
                "inspections": str(visit.id),
                "photos": str(photo.id),
            }
            if status == "scheduled":
                make.a_case(visit)
        return rows


def of(town, collection, statuses):
    return [town[status][collection] for status in statuses if collection in town[status]]


@pytest.mark.parametrize("role", SEES_ALL)
@pytest.mark.parametrize("collection", ["houses", "inspections", "photos"])
def test_staff_see_everything(reader_of, town, role, collection):
    assert reader_of(role).ids(collection) == of(town, collection, ("bare", *STATUSES))


def test_gis_sees_all_houses_and_visits_from_confirmation_on(reader_of, town):
    gis = reader_of("gis")

    assert gis.ids("houses") == of(town, "houses", ("bare", *STATUSES))
    confirmed = ("confirmed", "scheduled", "decided")
    for collection in ("inspections", "photos"):
        assert gis.ids(collection) == of(town, collection, confirmed)
        assert gis.items(collection)["numberMatched"] == 3
        assert gis.items(collection, {"bbox": "-180,-90,180,90"})["numberMatched"] == 3
        for hidden in of(town, collection, ("draft", "submitted", "returned")):
            gis.get(f"/collections/{collection}/items/{hidden}", expect=404)


@pytest.mark.parametrize("collection", ["houses", "inspections", "photos"])
def test_the_committee_sees_what_is_a_case_on_some_meeting(reader_of, town, collection):
    committee = reader_of("committee")
    (shown,) = of(town, collection, ("scheduled",))

    assert committee.ids(collection) == [shown]
    assert committee.items(collection)["numberMatched"] == 1
    committee.get(f"/collections/{collection}/items/{shown}")
    (hidden,) = of(town, collection, ("confirmed",))
    committee.get(f"/collections/{collection}/items/{hidden}", expect=404)


def test_a_house_shows_its_newest_confirmed_result_and_not_a_later_draft(app, reader_of):
    with make.rows(app):
        house = make.a_house()
        make.a_visit(house, status="confirmed", total=42.5)
        make.a_visit(house, status="submitted", total=99.0)

    (feature,) = reader_of("gis").items("houses")["features"]

    assert feature["properties"]["total"] == 42.5
    assert feature["properties"]["status"] == "confirmed"


def test_a_refused_photo_is_no_evidence(app, reader_of):
    with make.rows(app):
        make.a_photo(make.a_visit(make.a_house()), status="rejected")

    assert reader_of("admin").ids("photos") == []


@pytest.mark.parametrize("role", ["gis", "admin"])
@pytest.mark.parametrize("encoding", ["json", "html"])
def test_nothing_personal_is_in_any_collection(reader_of, town, role, encoding):
    reader = reader_of(role)

    for collection in ("houses", "inspections", "photos"):
        text = reader.get(f"/collections/{collection}/items", {"f": encoding}).text
        for secret in ("判定 太郎", "秘密の所見", "隣家の犬", "123番地4", "5番6号", "IMG_0001"):
            assert secret not in text
