from __future__ import annotations

import pytest

from tests.api.steps import a_confirmed_visit, a_kept_house, for_each
from tests.factories import KOKURA, a_house, new_id


def test_a_put_answers_201_when_it_created_and_200_otherwise(inspector):
    url, body = f"/houses/{new_id()}", a_house()

    created = inspector.put(url, json=body)
    again = inspector.put(url, json=body)
    changed = inspector.put(url, json=body | {"storeys": 1})

    assert [reply.status_code for reply in (created, again, changed)] == [201, 200, 200]
    assert [reply.json["revision"] for reply in (created, again, changed)] == [1, 1, 2]


def test_every_field_comes_back_as_it_was_sent(inspector):
    house_id, body = new_id(), a_house()
    inspector.put(f"/houses/{house_id}", json=body)

    reply = inspector.get(f"/houses/{house_id}")

    assert reply.status_code == 200
    assert {name: reply.json[name] for name in body} == body
    assert reply.json["id"] == house_id


def test_a_location_keeps_every_digit_of_the_client(inspector):
    exact = [130.87654321987653, 33.1234567890123]

    house_id = a_kept_house(inspector, location={"type": "Point", "coordinates": exact})

    assert inspector.get(f"/houses/{house_id}").json["location"]["coordinates"] == exact


def test_a_replacement_drops_what_it_leaves_out(inspector):
    house_id, body = new_id(), a_house()
    inspector.put(f"/houses/{house_id}", json=body)

    short = {"code": body["code"], "structure": "steel"}
    reply = inspector.put(f"/houses/{house_id}", json=short)

    assert reply.status_code == 200
    assert reply.json["address"] is None
    assert reply.json["location"] is None
    assert reply.json["structure"] == "steel"


def test_a_code_in_use_is_409(inspector):
    taken = a_house()
    inspector.put(f"/houses/{new_id()}", json=taken)

    created = inspector.put(f"/houses/{new_id()}", json=a_house(code=taken["code"]))
    other = a_kept_house(inspector)
    changed = inspector.put(f"/houses/{other}", json=a_house(code=taken["code"]))

    assert (created.status_code, changed.status_code) == (409, 409)
    assert created.mimetype == "application/problem+json"
    assert taken["code"] in created.json["detail"]


def test_a_stale_if_match_is_412_with_the_current_house_and_changes_nothing(inspector):
    url, body = f"/houses/{new_id()}", a_house()
    stale = inspector.put(url, json=body).headers["ETag"]
    current = inspector.put(url, json=body | {"storeys": 1})

    reply = inspector.put(url, json=body | {"storeys": 3}, headers={"If-Match": stale})

    assert reply.status_code == 412
    assert reply.json["current"]["storeys"] == 1
    assert inspector.get(url).headers["ETag"] == current.headers["ETag"]


def test_a_stale_if_match_comes_before_a_faulty_body(inspector):
    url, body = f"/houses/{new_id()}", a_house()
    stale = inspector.put(url, json=body).headers["ETag"]
    inspector.put(url, json=body | {"storeys": 1})

    reply = inspector.put(url, json={"code": 5}, headers={"If-Match": stale})

    assert reply.status_code == 412


def test_the_current_body_is_accepted_whatever_its_if_match(inspector):
    url, body = f"/houses/{new_id()}", a_house()
    inspector.put(url, json=body)

    reply = inspector.put(url, json=body, headers={"If-Match": '"77"'})

    assert (reply.status_code, reply.json["revision"]) == (200, 1)


@for_each(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": None}, "code"),
        ({"code": 17}, "code"),
        ({"code": "x" * 65}, "code"),
        ({"code": "a\x00b"}, "code"),
        ({"address": "x" * 301}, "address"),
        ({"address": ["北九州市"]}, "address"),
        ({"ward_code": "40106"}, "ward_code"),
        ({"ward_code": 401064}, "ward_code"),
        ({"ward_code": "401064\n"}, "ward_code"),
        ({"ward_code": "\uff14\uff10\uff11\uff10\uff16\uff14"}, "ward_code"),
        ({"structure": "straw"}, "structure"),
        ({"structure": None}, "structure"),
        ({"structure": ["wooden"]}, "structure"),
        ({"storeys": -1}, "storeys"),
        ({"storeys": 2.5}, "storeys"),
        ({"storeys": True}, "storeys"),
        ({"storeys": "2"}, "storeys"),
        ({"storeys": 10**15}, "storeys"),
        ({"floor_area_m2": -0.1}, "floor_area_m2"),
        ({"floor_area_m2": "86"}, "floor_area_m2"),
        ({"floor_area_m2": 1e300}, "floor_area_m2"),
        ({"built_year": 99999}, "built_year"),
        ({"location": {"type": "Point"}}, "location.coordinates"),
        ({"location": {"type": "LineString", "coordinates": [1, 2]}}, "location.type"),
        ({"location": {"type": "Point", "coordinates": [181, 33]}}, "location.coordinates"),
        ({"location": {"type": "Point", "coordinates": [130, 91]}}, "location.coordinates"),
        ({"location": {"type": "Point", "coordinates": ["130", 33]}}, "location.coordinates"),
        ({"location": {"type": "Point", "coordinates": [130]}}, "location.coordinates"),
        ({"location": {"type": "Point", "coordinates": [1e200, 33]}}, "location.coordinates"),
        ({"location": [130, 33]}, "location"),
        ({"extra": {"roof_age": 5}}, "extra"),
        ({"owner": {"name": "見本"}}, "owner"),
        ({"total": 100}, "total"),
        ({"id": "8d7ac3a9-4fd2-4f6e-9d5b-1bb1cf9c8b0e"}, "id"),
    ],
)
def test_a_faulty_field_is_422_and_named(inspector, change, field):
    reply = inspector.put(f"/houses/{new_id()}", json=a_house(**change))

    assert reply.status_code == 422, reply.text
    assert any(name == field or name.startswith(f"{field}.") for name in reply.json["errors"])


def test_an_unknown_id_is_404(inspector):
    assert inspector.get(f"/houses/{new_id()}").status_code == 404


def test_the_list_filters_by_box(inspector):
    lon, lat = KOKURA
    inside = a_kept_house(inspector)
    a_kept_house(inspector, location={"type": "Point", "coordinates": [lon + 1, lat]})
    a_kept_house(inspector, location=None)

    reply = inspector.get(f"/houses?bbox={lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}")

    assert [item["id"] for item in reply.json["items"]] == [inside]


def test_a_point_on_the_edge_of_the_box_is_in_it(inspector):
    lon, lat = KOKURA
    house_id = a_kept_house(inspector)

    reply = inspector.get(f"/houses?bbox={lon},{lat},{lon + 1},{lat + 1}")
    beyond = inspector.get(f"/houses?bbox={lon + 1e-9},{lat},{lon + 1},{lat + 1}")

    assert [item["id"] for item in reply.json["items"]] == [house_id]
    assert beyond.json["items"] == []


def test_the_list_filters_by_text_ward_and_change(inspector):
    marked = a_kept_house(inspector, address="北九州市若松区100%通り_1", ward_code="401030")
    other = a_kept_house(inspector)
    later = inspector.get(f"/houses/{other}").json["updated_at"].replace("+", "%2B")

    def ids(query):
        return [item["id"] for item in inspector.get(f"/houses?{query}").json["items"]]

    assert ids("q=若松区") == [marked]
    assert ids("q=100%25") == [marked]
    assert ids("q=%_1") == []
    assert ids("q=通り_1") == [marked]
    assert ids("ward_code=401064") == [other]
    assert ids(f"updated_since={later}") == [other]


def test_the_list_filters_by_the_newest_confirmed_result(secretariat):
    bad = a_kept_house(secretariat)
    a_confirmed_visit(secretariat, bad)
    good = a_kept_house(secretariat)
    every = {f"{c}": "none" for c in all_wooden_items(secretariat)}
    a_confirmed_visit(secretariat, good, answers=every, notes={})

    def ids(query):
        return [item["id"] for item in secretariat.get(f"/houses?{query}").json["items"]]

    assert ids("judgement=substandard") == [bad]
    assert ids("judgement=not_substandard") == [good]
    assert ids("min_total=100") == [bad]
    assert ids("min_total=0") == [bad, good]


def all_wooden_items(caller):
    tables = caller.get("/rule-tables?structure=wooden&method=full").json["items"]
    table = caller.get(f"/rule-tables/{tables[0]['id']}/{tables[0]['version']}").json
    return [item["code"] for category in table["categories"] for item in category["items"]]


@for_each(
    "query",
    [
        "bbox=1,2,3",
        "bbox=nan,1,2,3",
        "bbox=1,80,2,70",
        "bbox=-181,1,2,3",
        "bbox=a,b,c,d",
        "limit=0",
        "limit=1001",
        "limit=x",
        "cursor=bad",
        "cursor=%00",
        "cursor=%E6%97%A5",
        "updated_since=2026-05-12",
        "updated_since=2026-05-12T10:00:00",
        "min_total=nan",
        "min_total=1e999",
        "q=%00",
        "ward=401064",
    ],
)
def test_a_faulty_or_unknown_query_is_422(inspector, query):
    reply = inspector.get(f"/houses?{query}")

    assert reply.status_code == 422, reply.text
    assert reply.json["errors"]


class TestExtraFields:
    @pytest.fixture
    def app_settings(self):
        fields = "roof_age:屋根の築年:number,route:通学路:boolean,memo:備考:text"
        return {"HANTEI_EXTRA_FIELDS": fields}

    def test_declared_fields_are_kept(self, inspector):
        extra = {"roof_age": 12.5, "route": True, "memo": "角地"}

        house_id = a_kept_house(inspector, extra=extra)

        assert inspector.get(f"/houses/{house_id}").json["extra"] == extra

    @for_each(
        "extra",
        [
            {"roof_age": "12"},
            {"roof_age": True},
            {"route": 1},
            {"memo": 5},
            {"memo": "x\x00"},
            {"memo": {"a": 1}},
            {"memo": "x" * 2001},
            {"else": 1},
            [],
        ],
    )
    def test_others_are_422(self, inspector, extra):
        reply = inspector.put(f"/houses/{new_id()}", json=a_house(extra=extra))

        assert reply.status_code == 422
