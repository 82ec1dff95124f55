from __future__ import annotations

import json

import pytest

from tests.api.steps import a_kept_house, a_kept_visit, for_each, review
from tests.factories import HUNDRED, a_house, a_jpeg, an_expected_photo, an_inspection, new_id


@pytest.fixture
def house(inspector):
    return a_kept_house(inspector)


@pytest.fixture
def url():
    return f"/inspections/{new_id()}"


def test_a_new_visit_is_201_scored_and_submitted(inspector, house, url):
    reply = inspector.put(url, json=an_inspection(house))

    assert reply.status_code == 201
    assert (reply.json["revision"], reply.json["status"]) == (1, "submitted")
    assert reply.json["score"]["total"] == 100
    assert reply.json["score"]["table"]["id"] == "jp.substandard-dwelling.wooden"
    assert reply.headers["ETag"]


def test_the_record_comes_back_as_it_was_sent(inspector, house, url):
    body = an_inspection(house, conditions={}, expected_photos=[an_expected_photo(a_jpeg())])
    inspector.put(url, json=body)

    reply = inspector.get(url).json

    assert {name: reply[name] for name in body} == body


def test_the_same_body_again_is_200_and_changes_nothing(inspector, house, url):
    body = an_inspection(house)
    first = inspector.put(url, json=body)

    again = inspector.put(url, json=body)

    assert again.status_code == 200
    assert again.json == first.json
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(inspector.get(f"{url}/revisions").json["items"]) == 1


def test_key_order_and_spelling_of_the_same_values_do_not_matter(inspector, house, url):
    body = an_inspection(house)
    inspector.put(url, json=body)
    reordered = dict(reversed(body.items()))
    spelled = json.dumps(reordered, ensure_ascii=True, indent=2).replace("4.8", "48e-1")

    again = inspector.put(url, data=spelled, content_type="application/json; charset=utf-8")

    assert (again.status_code, again.json["revision"]) == (200, 1)


def test_whole_numbers_are_the_same_with_and_without_a_fraction(inspector, url):
    house = a_kept_house(inspector, structure="concrete_block")
    body = an_inspection(house, answers={"1-3": {"count": 2}}, notes={})
    inspector.put(url, json=body)
    spelled = json.dumps(body).replace('"count": 2', '"count": 2.0')
    assert "2.0" in spelled

    again = inspector.put(url, data=spelled, content_type="application/json")

    assert (again.status_code, again.json["revision"]) == (200, 1)


def test_defaults_left_out_and_written_out_are_the_same(inspector, house, url):
    short = {
        "house_id": house,
        "method": "full",
        "inspected_at": "2026-05-12T10:00:00+09:00",
        "answers": HUNDRED,
    }
    inspector.put(url, json=short)

    written = short | {"complete": True, "notes": {}, "conditions": {}, "expected_photos": []}
    again = inspector.put(url, json=written | {"position": None, "inspectors": []})

    assert (again.status_code, again.json["revision"]) == (200, 1)


def test_the_current_body_is_200_whatever_its_if_match(inspector, house, url):
    first = inspector.put(url, json=an_inspection(house))
    newer = an_inspection(house, remarks="もう一度見た。")
    inspector.put(url, json=newer, headers={"If-Match": first.headers["ETag"]})

    lost = inspector.put(url, json=newer, headers={"If-Match": first.headers["ETag"]})

    assert (lost.status_code, lost.json["revision"]) == (200, 2)


def test_another_body_needs_if_match(inspector, house, url):
    inspector.put(url, json=an_inspection(house))

    reply = inspector.put(url, json=an_inspection(house, remarks="変更"))

    assert reply.status_code == 428
    assert inspector.get(url).json["revision"] == 1


def test_a_change_with_the_current_etag_is_a_new_revision(inspector, house, url):
    etag = inspector.put(url, json=an_inspection(house)).headers["ETag"]

    reply = inspector.put(
        url, json=an_inspection(house, answers={"2-2": ["i"]}), headers={"If-Match": etag}
    )

    assert (reply.status_code, reply.json["revision"]) == (200, 2)
    assert reply.json["score"]["total"] == 25
    assert reply.headers["ETag"] != etag


@pytest.mark.parametrize("stale", ['"77"', '"1"', 'W/"2"', "nonsense", '"1", "77"', '""'])
def test_a_stale_if_match_is_412_with_the_record_as_it_stands(inspector, house, url, stale):
    etag = inspector.put(url, json=an_inspection(house)).headers["ETag"]
    current = an_inspection(house, remarks="今の内容")
    inspector.put(url, json=current, headers={"If-Match": etag})

    reply = inspector.put(
        url, json=an_inspection(house, remarks="古い版から"), headers={"If-Match": stale}
    )

    assert reply.status_code == 412
    assert reply.json["current"] == inspector.get(url).json
    assert reply.json["current"]["remarks"] == "今の内容"


def test_428_and_412_come_before_a_faulty_body(inspector, house, url):
    inspector.put(url, json=an_inspection(house))
    faulty = an_inspection(house, answers={"9-9": "none"})

    assert inspector.put(url, json=faulty).status_code == 428
    assert inspector.put(url, json={}).status_code == 428
    assert inspector.put(url, json={}, headers={"If-Match": '"9"'}).status_code == 412
    assert inspector.put(url, json={}, headers={"If-Match": '"1"'}).status_code == 422
    assert inspector.put(url, json=faulty, headers={"If-Match": '"1"'}).status_code == 422


def test_every_accepted_change_is_kept_with_who_when_and_what(inspector, secretariat, house, url):
    etag = inspector.put(url, json=an_inspection(house)).headers["ETag"]
    changed = an_inspection(house, remarks="事務局の訂正")
    secretariat.put(url, json=changed, headers={"If-Match": etag})

    items = inspector.get(f"{url}/revisions").json["items"]

    assert [item["revision"] for item in items] == [1, 2]
    assert [item["role"] for item in items] == ["inspector", "secretariat"]
    assert [item["actor"] for item in items] == ["test inspector", "test secretariat"]
    assert items[0]["record"]["remarks"] == an_inspection(house)["remarks"]
    assert items[1]["record"]["remarks"] == "事務局の訂正"
    assert all(item["received_at"] for item in items)


def test_an_incomplete_visit_is_a_draft_until_it_is_sent_complete(inspector, house, url):
    draft = inspector.put(url, json=an_inspection(house, complete=False))

    sent = inspector.put(
        url, json=an_inspection(house), headers={"If-Match": draft.headers["ETag"]}
    )

    assert (draft.json["status"], sent.json["status"]) == ("draft", "submitted")


def test_announced_photos_are_counted_and_the_missing_named(inspector, house, url):
    expected = [an_expected_photo(a_jpeg(number)) for number in (1, 2)]

    reply = inspector.put(url, json=an_inspection(house, expected_photos=expected))

    assert reply.json["photos"] == {
        "expected": 2,
        "received": 0,
        "missing": [photo["id"] for photo in expected],
    }


@pytest.mark.parametrize(
    ("structure", "method", "table"),
    [
        ("wooden", "full", "wooden"),
        ("wooden", "exterior", "wooden-exterior"),
        ("steel", "full", "wooden"),
        ("reinforced_concrete", "full", "reinforced-concrete"),
        ("concrete_block", "full", "concrete-block"),
    ],
)
def test_the_table_in_force_for_structure_and_method_judges(
    inspector, url, structure, method, table
):
    house = a_kept_house(inspector, structure=structure)

    reply = inspector.put(url, json=an_inspection(house, method=method, answers={}, notes={}))

    assert reply.json["score"]["table"]["id"] == f"jp.substandard-dwelling.{table}"


def test_a_named_table_is_used_and_one_for_another_structure_or_method_refused(inspector, house):
    def put(rule_table, **changes):
        body = an_inspection(house, answers={}, notes={}, rule_table=rule_table, **changes)
        return inspector.put(f"/inspections/{new_id()}", json=body)

    wooden = {"id": "jp.substandard-dwelling.wooden", "version": "2004-07-01"}
    assert put(wooden).json["score"]["table"]["version"] == "2004-07-01"
    assert put(wooden).json["rule_table"] == wooden
    assert put({"id": "jp.substandard-dwelling.concrete-block"}).status_code == 422
    assert put({"id": "jp.substandard-dwelling.wooden-exterior"}).status_code == 422
    assert put(wooden, method="exterior").status_code == 422
    assert put({"id": "none"}).status_code == 422


def test_the_frozen_score_outlives_a_change_of_the_house(inspector, url):
    house, body = new_id(), a_house()
    inspector.put(f"/houses/{house}", json=body)
    before = inspector.put(url, json=an_inspection(house)).json["score"]

    inspector.put(f"/houses/{house}", json=body | {"structure": "reinforced_concrete"})

    assert inspector.get(url).json["score"] == before


@for_each(
    ("change", "field"),
    [
        ({"house_id": "x"}, "house_id"),
        ({"house_id": None}, "house_id"),
        ({"method": "half"}, "method"),
        ({"inspected_at": "2026-05-12T10:00:00"}, "inspected_at"),
        ({"inspected_at": "2026-05-12"}, "inspected_at"),
        ({"inspected_at": "12.5.2026"}, "inspected_at"),
        ({"inspected_at": 1778548500}, "inspected_at"),
        ({"inspected_at": "0001-01-01T00:00:00+14:00"}, "inspected_at"),
        ({"inspected_at": "9999-12-31T23:59:59-14:00"}, "inspected_at"),
        ({"inspected_at": "2026-05-12T10:00:00+99:00"}, "inspected_at"),
        ({"inspected_at": "1930-01-01T00:00:00Z"}, "rule_table"),
        ({"inspectors": "田中"}, "inspectors"),
        ({"inspectors": [""]}, "inspectors"),
        ({"inspectors": ["x" * 101]}, "inspectors"),
        ({"inspectors": ["x"] * 21}, "inspectors"),
        ({"position": {"lon": 130}}, "position.lat"),
        ({"position": {"lon": 130, "lat": 91}}, "position.lat"),
        ({"position": {"lon": 130, "lat": 33, "accuracy_m": -1}}, "position.accuracy_m"),
        ({"position": {"lon": 130, "lat": 33, "fixed_at": "2026-05-12"}}, "position.fixed_at"),
        ({"position": {"lon": 130, "lat": 33, "speed": 1}}, "position.speed"),
        ({"position": [130, 33]}, "position"),
        ({"answers": {"2-2": []}}, "answers.2-2"),
        ({"answers": {"9-9": "none"}}, "answers.9-9"),
        ({"conditions": {"nonsense": True}}, "conditions.nonsense"),
        ({"notes": {"2-2": "x\x00"}}, "notes"),
        ({"notes": {"2-2": 5}}, "notes"),
        ({"notes": {"9-9": "項目がない"}}, "notes.9-9"),
        ({"notes": ["2-2"]}, "notes"),
        ({"remarks": "\x00"}, "remarks"),
        ({"remarks": "x" * 20_001}, "remarks"),
        ({"expected_photos": [{"id": "x"}]}, "expected_photos"),
        ({"expected_photos": [an_expected_photo(b"a", item="9-9")]}, "expected_photos"),
        ({"expected_photos": [an_expected_photo(b"a", sha256="A" * 64)]}, "expected_photos"),
        ({"expected_photos": [an_expected_photo(b"a", bytes=0)]}, "expected_photos"),
        ({"expected_photos": [an_expected_photo(b"a", id="8d7ac3a9-4fd2-4f6e-9d5b-1bb1cf9c8b0e")] * 2}, "expected_photos"),
        ({"complete": "yes"}, "complete"),
        ({"complete": None}, "complete"),
        ({"status": "confirmed"}, "status"),
        ({"score": {}}, "score"),
        ({"revision": 1}, "revision"),
    ],
)  # fmt: skip
def test_a_faulty_field_is_422_and_named(inspector, house, url, change, field):
    reply = inspector.put(url, json=an_inspection(house) | change)

    assert reply.status_code == 422, reply.text
    assert any(name == field or name.startswith(f"{field}.") for name in reply.json["errors"])
    assert inspector.get(url).status_code == 404


def test_a_house_that_is_not_there_is_422_in_a_body(inspector, url):
    reply = inspector.put(url, json=an_inspection(new_id()))

    assert reply.status_code == 422
    assert "house_id" in reply.json["errors"]


def test_an_unknown_id_is_404_everywhere_in_a_path(secretariat, url):
    assert secretariat.get(url).status_code == 404
    assert secretariat.get(f"{url}/revisions").status_code == 404
    assert secretariat.post(f"{url}/review", json={"action": "confirm"}).status_code == 404
    assert secretariat.post(f"{url}/review", json={"x": 1}).status_code == 404
    assert secretariat.get("/inspections/not-a-uuid").status_code == 404


def test_the_list_filters_by_status_house_and_change(secretariat, house):
    confirmed = a_kept_visit(secretariat, house)
    review(secretariat, confirmed)
    other = a_kept_visit(secretariat)
    since = secretariat.get(f"/inspections/{other}").json["updated_at"].replace("+", "%2B")

    def ids(query):
        return [item["id"] for item in secretariat.get(f"/inspections?{query}").json["items"]]

    assert ids("") == [confirmed, other]
    assert ids("status=confirmed") == [confirmed]
    assert ids("status=submitted") == [other]
    assert ids(f"house_id={house}") == [confirmed]
    assert ids(f"house_id={new_id()}") == []
    assert ids(f"updated_since={since}") == [other]
    assert secretariat.get("/inspections?status=lost").status_code == 422
    assert secretariat.get("/inspections?house_id=x").status_code == 422


def test_a_finding_without_a_photo_is_a_warning(inspector, house, url):
    photo = an_expected_photo(a_jpeg(), item="2-2")

    reply = inspector.put(url, json=an_inspection(house, expected_photos=[photo]))

    warned = "\n".join(reply.json["warnings"])
    assert "2-3" in warned
    assert "2-2" not in warned
