"""The demo's data as written: places, ids, answers that fit their tables."""

from datetime import date

from inspection.config import SETTINGS
from inspection.demo.content import read_houses, read_meetings
from inspection.demo.pictures import scenes_of

WARDS = {code.partition(":")[0] for code in next(
    setting.default for setting in SETTINGS if setting.name == "HANTEI_WARDS"
).split(",")}  # fmt: skip
# West, south, east, north of Kitakyushu's seven wards, degrees.
CITY = (130.67, 33.71, 131.03, 33.99)


def test_every_house_lies_in_the_city():
    for house in read_houses():
        lon, lat = house.place

        assert CITY[0] < lon < CITY[2], house.code
        assert CITY[1] < lat < CITY[3], house.code


def test_all_seven_wards_have_houses():
    assert {house.fields["ward_code"] for house in read_houses()} == WARDS


def test_there_are_enough_houses_visits_and_photos_for_every_page():
    houses = read_houses()
    visits = [visit for house in houses for visit in house.visits]

    assert len(houses) >= 40
    assert len(visits) >= 40
    assert 140 <= sum(len(visit.photos) for visit in visits) <= 180


def test_codes_and_ids_differ():
    houses = read_houses()
    ids = [house.id for house in houses]
    ids += [visit.id for house in houses for visit in house.visits]

    assert len({house.code for house in houses}) == len(houses)
    assert len(set(ids)) == len(ids)


def test_ids_stay_the_same_from_one_release_to_the_next():
    house = next(house for house in read_houses() if house.code == "R8-003")

    assert str(house.id) == "2686dbfe-b36d-5a67-b4cc-4f23b697176e"
    assert str(read_meetings()[1].id) == "e49fdc6a-cf21-5d48-850f-cf05e3045b04"


def test_visits_are_on_working_days_before_their_meeting():
    houses = {house.code: house for house in read_houses()}
    for meeting in read_meetings():
        for case in meeting.cases:
            visit = houses[case.house].visits[case.visit - 1]

            assert visit.at < meeting.fields["held_at"], case.house
    for house in houses.values():
        for visit in house.visits:
            assert visit.at.weekday() < 5, (house.code, visit.at)
            assert date(2025, 4, 1) <= visit.at.date() <= date(2026, 11, 20), house.code


def test_every_finding_of_a_case_but_few_is_shown_by_a_photo():
    houses = {house.code: house for house in read_houses()}
    for meeting in read_meetings():
        for case in meeting.cases:
            visit = houses[case.house].visits[case.visit - 1]

            shown = {photo.item for photo in visit.photos}
            assert "overview" in shown, case.house
            assert shown - {"overview", "surroundings"} <= set(visit.records[-1].found), case.house
            assert 4 <= len(visit.photos) <= 8, case.house


def test_owners_are_plainly_invented():
    words = ("見本", "架空", "例示", "仮名", "試作", "雛形", "調査中")
    for house in read_houses():
        if house.owner:
            assert any(word in house.owner["name"] for word in words), house.code
            assert house.owner.get("phone", "000-").startswith("000-"), house.code


def test_scenes_do_not_change():
    house = next(house for house in read_houses() if house.code == "R8-037")

    first, again = (scenes_of(house, house.visits[0]) for _ in range(2))

    assert first == again
    assert {scene.portrait for scene in first} == {True, False}
