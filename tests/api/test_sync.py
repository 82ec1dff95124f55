from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.api.conftest import Caller
from tests.api.steps import a_kept_house, a_kept_visit, for_each, review
from tests.factories import a_house, an_inspection, new_id


def put_house(**changes):
    return {"op": "put_house", "id": new_id(), "body": a_house(**changes)}


def put_visit(house, if_match=None, id_=None, **changes):
    return {
        "op": "put_inspection",
        "id": id_ or new_id(),
        "if_match": if_match,
        "body": an_inspection(house, **changes),
    }


def sync(caller, operations, **arguments):
    reply = caller.post("/sync", json=operations, **arguments)
    assert reply.status_code == 200, reply.text
    assert len(reply.json["results"]) == len(operations)
    return reply.json["results"]


def statuses(results):
    return [result["status"] for result in results]


def test_a_days_work_is_answered_as_the_single_puts_would_be(inspector):
    house = put_house()
    visit = put_visit(house["id"])

    results = sync(inspector, [house, visit])

    assert statuses(results) == [201, 201]
    for operation, result, path in zip(
        [house, visit], results, ("houses", "inspections"), strict=True
    ):
        single = inspector.put(f"/{path}/{operation['id']}", json=operation["body"])
        assert single.status_code == 200
        assert (result["body"], result["etag"]) == (single.json, single.headers["ETag"])


def test_the_whole_day_sent_again_changes_nothing(inspector):
    house = put_house()
    day = [house, *(put_visit(house["id"]) for _ in range(3))]
    first = sync(inspector, day)

    again = sync(inspector, day)

    assert statuses(again) == [200] * 4
    assert [r["body"] for r in again] == [r["body"] for r in first]
    for operation in day[1:]:
        revisions = inspector.get(f"/inspections/{operation['id']}/revisions").json["items"]
        assert len(revisions) == 1


def test_a_conflict_carries_the_record_as_it_stands(inspector):
    house = a_kept_house(inspector)
    visit = a_kept_visit(inspector, house)
    change = {"headers": {"If-Match": '"1"'}, "json": an_inspection(house, remarks="端末2")}
    inspector.put(f"/inspections/{visit}", **change)

    stale, missing, fresh, weak = sync(
        inspector,
        [
            put_visit(house, '"1"', visit, remarks="端末1"),
            put_visit(house, None, visit, remarks="端末1"),
            put_visit(house, '"2"', visit, remarks="端末1"),
            put_visit(house, 'W/"3"', visit, remarks="端末3"),
        ],
    )

    assert [r["status"] for r in (stale, missing, fresh, weak)] == [412, 428, 200, 412]
    assert stale["body"]["current"]["remarks"] == "端末2"
    assert stale["body"] == inspector.put(
        f"/inspections/{visit}",
        json=an_inspection(house, remarks="端末1?"),
        headers={"If-Match": '"1"'},
    ).json | {"current": stale["body"]["current"]}
    assert (fresh["body"]["revision"], fresh["etag"]) == (3, '"3"')


FAULTS = [
    "text",
    None,
    7,
    [],
    {},
    {"op": "burn", "id": new_id(), "body": {}},
    {"op": "put_house", "body": a_house()},
    {"op": "put_house", "id": "x", "body": a_house()},
    {"op": "put_house", "id": new_id()},
    {"op": "put_house", "id": new_id(), "body": None},
    {"op": "put_house", "id": new_id(), "body": []},
    {"op": "put_house", "id": new_id(), "body": a_house(), "more": 1},
    {"op": "put_house", "id": new_id(), "body": a_house(), "if_match": 3},
    {"op": "put_house", "id": new_id(), "body": a_house(storeys="2")},
    {"op": "put_house", "id": new_id(), "body": a_house(colour="red")},
    {"op": "put_house", "id": new_id(), "body": a_house(notes="half \ud83d")},
    {"op": "put_house", "id": new_id(), "body": a_house(storeys=10**30)},
    {"op": "put_inspection", "id": new_id(), "body": an_inspection(new_id())},
    {"op": "put_inspection", "id": new_id(), "body": an_inspection(new_id(), answers={"x": 1})},
]


def test_a_bad_record_is_its_own_422_and_blocks_no_other(inspector):
    good = [put_house() for _ in FAULTS]
    mixed = [operation for pair in zip(FAULTS, good, strict=True) for operation in pair]

    # As text of its own: the test client cannot send half a character.
    reply = inspector.post("/sync", data=json.dumps(mixed), content_type="application/json")

    results = reply.json["results"]
    assert statuses(results[1::2]) == [201] * len(good)
    for fault, result in zip(FAULTS, results[::2], strict=True):
        assert result["status"] == 422, (fault, result)
        assert result["body"]["errors"], fault
        assert result["body"]["title"] == "入力内容を確認してください"


def test_faults_are_told_in_the_words_and_order_of_the_single_put(inspector, secretariat):
    house = a_kept_house(inspector, code="K-1")
    visit = a_kept_visit(inspector, house)
    review(secretariat, visit)
    operations = [
        ("houses", {"op": "put_house", "id": new_id(), "body": a_house(storeys="2", code="")}),
        ("houses", {"op": "put_house", "id": new_id(), "body": a_house(code="K-1")}),
        ("inspections", put_visit(house, '"9"', visit, remarks="確定後")),
        ("inspections", put_visit(house, None, visit) | {"body": {"x": 1}}),
        ("inspections", put_visit(house, answers={"9-9": ["i"]})),
    ]

    results = sync(inspector, [operation for _, operation in operations])

    for (path, operation), result in zip(operations, results, strict=True):
        headers = {"If-Match": operation["if_match"]} if operation.get("if_match") else {}
        single = inspector.put(
            f"/{path}/{operation['id']}", json=operation["body"], headers=headers
        )
        assert (result["status"], result["body"]) == (single.status_code, single.json)
    assert statuses(results) == [422, 409, 403, 403, 422]


@for_each(
    ("data", "status"),
    [
        (b"[]", 200),
        (b"[", 400),
        (b"[NaN]", 400),
        (b"", 400),
        (b"\xff", 400),
        (b"[" * 5000, 400),
        (b"{}", 422),
        (b"null", 422),
        (b'"x"', 422),
        (b"[" + b",".join([b"1"] * 501) + b"]", 413),
    ],
)
def test_the_body_as_a_whole(inspector, data, status):
    reply = inspector.post("/sync", data=data, content_type="application/json")

    assert reply.status_code == status, reply.text
    if status == 200:
        assert reply.json == {"results": []}


def test_another_media_type_is_415(inspector):
    assert inspector.post("/sync", data=b"[]", content_type="text/plain").status_code == 415


@pytest.mark.parametrize("app_settings", [{"HANTEI_MAX_SYNC_BYTES": "5000000"}])
def test_a_day_may_be_longer_than_one_record_but_not_without_end(inspector):
    def padded(size):
        return b"[" + b" " * size + b"]"

    sizes = {4_500_000: 200, 5_500_000: 413}
    for size, status in sizes.items():
        reply = inspector.post("/sync", data=padded(size), content_type="application/json")
        assert reply.status_code == status
    assert inspector.put(f"/houses/{new_id()}", data=padded(4_500_000)).status_code == 413


def test_the_devices_clock_stands_beside_the_servers(client, secretariat, anonymous):
    code = secretariat.post("/devices/codes").json["code"]
    enrolled = anonymous.post("/devices/enrol", json={"code": code, "name": "時計"}).json
    tablet = Caller(client, enrolled["token"])
    house = put_house()
    visit = put_visit(house["id"])
    told = "2026-11-25T07:00:00+09:00"

    results = sync(tablet, [house, visit], headers={"Hantei-Device-Time": told})

    (revision,) = tablet.get(f"/inspections/{visit['id']}/revisions").json["items"]
    (device,) = secretariat.get("/devices").json["items"]
    assert statuses(results) == [201, 201]
    assert datetime.fromisoformat(revision["device_clock_at"]) == datetime.fromisoformat(told)
    assert revision["device_id"] == enrolled["device"]["id"]
    seen = datetime.fromisoformat(device["last_seen_at"])
    skew = (datetime.fromisoformat(told) - seen).total_seconds()
    assert device["clock_skew_s"] == pytest.approx(skew, abs=0.01)


def test_a_tablet_that_is_shut_out_in_the_middle_stops_there(
    app, client, secretariat, anonymous, monkeypatch
):
    from inspection.services import houses

    code = secretariat.post("/devices/codes").json["code"]
    enrolled = anonymous.post("/devices/enrol", json={"code": code, "name": "紛失"}).json
    tablet, day = Caller(client, enrolled["token"]), [put_house() for _ in range(4)]
    real = houses.put_house

    def revoked_after_two(house_id, *args, **kwargs):
        done = real(house_id, *args, **kwargs)
        if str(house_id) == day[1]["id"]:
            from uuid import UUID

            from inspection.auth import SYSTEM
            from inspection.services.devices import revoke_device

            revoke_device(UUID(enrolled["device"]["id"]), SYSTEM)
        return done

    monkeypatch.setattr(houses, "put_house", revoked_after_two)

    results = sync(tablet, day)

    assert statuses(results) == [201, 201, 401, 401]
    assert "停止されています" in results[-1]["body"]["detail"]
    assert len(secretariat.get("/houses").json["items"]) == 2
    assert tablet.post("/sync", json=[]).status_code == 401


def test_when_the_database_goes_away_what_was_kept_is_told_and_the_rest_is_503(
    app, inspector, monkeypatch
):
    from sqlalchemy.exc import OperationalError

    from inspection.services import houses

    day, real, asked = [put_house() for _ in range(6)], houses.put_house, []

    def gone_after_two(house_id, *args, **kwargs):
        asked.append(str(house_id))
        if len(asked) > 2:
            raise OperationalError("insert", {}, Exception("server closed the connection"))
        return real(house_id, *args, **kwargs)

    monkeypatch.setattr(houses, "put_house", gone_after_two)
    results = sync(inspector, day)
    monkeypatch.undo()

    assert statuses(results) == [201, 201, 503, 503, 503, 503]
    assert len(asked) == 4
    assert statuses(sync(inspector, day)) == [200, 200, 201, 201, 201, 201]
