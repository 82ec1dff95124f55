from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.api.steps import a_kept_house, for_each
from tests.factories import new_id


@pytest.fixture
def enrol(client, secretariat, anonymous):
    """Enrol a tablet; returns its caller, with its id in `device_id`."""

    def make(name="タブレット"):
        code = secretariat.post("/devices/codes").json["code"]
        reply = anonymous.post("/devices/enrol", json={"code": code, "name": name})
        assert reply.status_code == 201, reply.text
        tablet = Caller(client, reply.json["token"])
        tablet.device_id = reply.json["device"]["id"]
        return tablet

    return make


def put_team(secretariat, *device_ids, team=None, name="1班"):
    team = team or new_id()
    body = {"name": name, "device_ids": list(device_ids)}
    return team, secretariat.put(f"/teams/{team}", json=body)


def test_a_team_is_created_changed_and_unchanged_by_the_same_again(secretariat, enrol):
    one, two = enrol(), enrol()
    team, first = put_team(secretariat, one.device_id)

    _, again = put_team(secretariat, one.device_id, team=team)
    _, changed = put_team(secretariat, one.device_id, two.device_id, team=team)

    assert [r.status_code for r in (first, again, changed)] == [201, 200, 200]
    assert [r.json["revision"] for r in (first, again, changed)] == [1, 1, 2]
    assert secretariat.get(f"/teams/{team}").json["device_ids"] == [one.device_id, two.device_id]
    assert [t["name"] for t in secretariat.get("/teams").json["items"]] == ["1班"]
    shown = {d["id"]: d["team"] for d in secretariat.get("/devices").json["items"]}
    assert shown[one.device_id] == {"id": team, "name": "1班"}


def test_a_stale_if_match_is_412_with_the_team_as_it_stands(secretariat):
    team, _ = put_team(secretariat)
    put_team(secretariat, team=team, name="2班")

    reply = secretariat.put(f"/teams/{team}", json={"name": "3班"}, headers={"If-Match": '"1"'})

    assert (reply.status_code, reply.json["current"]["name"]) == (412, "2班")


def test_a_name_and_a_tablet_belong_to_one_team(secretariat, enrol):
    tablet = enrol()
    put_team(secretariat, tablet.device_id)

    _, same_name = put_team(secretariat)
    _, same_tablet = put_team(secretariat, tablet.device_id, name="2班")

    assert (same_name.status_code, same_tablet.status_code) == (409, 409)
    assert "1班" in same_tablet.json["detail"]


def test_a_tablet_that_is_shut_out_drops_out_of_its_team_and_cannot_come_back(secretariat, enrol):
    tablet = enrol()
    team, _ = put_team(secretariat, tablet.device_id)

    secretariat.delete(f"/devices/{tablet.device_id}")

    _, back = put_team(secretariat, tablet.device_id, team=team, name="1班再")
    assert secretariat.get(f"/teams/{team}").json["device_ids"] == []
    assert (back.status_code, list(back.json["errors"])) == (422, ["device_ids.0"])


@for_each(
    "body",
    [
        {},
        {"name": ""},
        {"name": 1},
        {"name": "x", "device_ids": ["y"]},
        {"name": "x", "z": 1},
        {"name": "x", "device_ids": [(i := new_id()), i]},
        {"name": "x", "device_ids": [new_id()]},
    ],
)
def test_a_faulty_team_is_422(secretariat, body):
    assert secretariat.put(f"/teams/{new_id()}", json=body).status_code == 422


def test_a_house_is_assigned_to_two_teams_and_taken_off_one(secretariat):
    (one, _), (two, _) = put_team(secretariat), put_team(secretariat, name="2班")
    house = a_kept_house(secretariat)
    errand = {"due_on": "2026-12-01", "note": "犬に注意"}

    first = secretariat.put(f"/teams/{one}/houses/{house}", json=errand)
    again = secretariat.put(f"/teams/{one}/houses/{house}", json=errand)
    secretariat.put(f"/teams/{two}/houses/{house}", json={})
    gone = secretariat.delete(f"/teams/{two}/houses/{house}")
    gone_again = secretariat.delete(f"/teams/{two}/houses/{house}")

    assert (first.status_code, again.status_code) == (201, 200)
    assert (gone.status_code, gone_again.status_code) == (204, 204)
    (item,) = secretariat.get(f"/teams/{one}/assignments").json["items"]
    assert (item["house_id"], item["due_on"], item["note"]) == (house, "2026-12-01", "犬に注意")
    assert secretariat.get(f"/teams/{two}/assignments").json["items"] == []


def test_what_does_not_exist_is_404_before_422(secretariat):
    team, _ = put_team(secretariat)
    house = a_kept_house(secretariat)

    for path in (f"/teams/{team}/houses/{new_id()}", f"/teams/{new_id()}/houses/{house}"):
        assert secretariat.put(path, json={"x": 1}).status_code == 404
        assert secretariat.delete(path).status_code == 404
    for path in (f"/teams/{new_id()}", f"/teams/{new_id()}/assignments"):
        assert secretariat.get(path).status_code == 404
    assert secretariat.post(f"/teams/{new_id()}/assignments", json={}).status_code == 404


def test_a_days_list_goes_by_id_or_code_and_can_replace_the_last(secretariat):
    team, _ = put_team(secretariat)
    by_id, by_code = a_kept_house(secretariat), a_kept_house(secretariat, code="R8-001")
    path = f"/teams/{team}/assignments"

    first = secretariat.post(path, json={"houses": [by_id, "R8-001", by_id]})
    again = secretariat.post(path, json={"houses": ["R8-001"], "note": "午前", "replace": True})
    page = secretariat.get(f"{path}?limit=1").json

    assert first.json == {"assigned": 2, "changed": 0, "unchanged": 0, "removed": 0}
    assert again.json == {"assigned": 0, "changed": 1, "unchanged": 0, "removed": 1}
    assert ([i["house_id"] for i in page["items"]], page["next_cursor"]) == ([by_code], None)


def test_a_list_with_an_unknown_house_assigns_none_and_names_it(secretariat):
    team, _ = put_team(secretariat)
    house = a_kept_house(secretariat)
    path = f"/teams/{team}/assignments"

    reply = secretariat.post(path, json={"houses": [house, "R9-999", new_id()]})
    too_many = secretariat.post(path, json={"houses": ["x"] * 5001})

    assert (reply.status_code, set(reply.json["errors"])) == (422, {"houses.1", "houses.2"})
    assert too_many.status_code == 422
    assert secretariat.get(path).json["items"] == []


def test_a_dissolved_team_leaves_nothing_behind_and_is_in_the_audit_trail(app, secretariat, enrol):
    from inspection.extensions import db
    from inspection.models import AuditEntry

    tablet, house = enrol(), a_kept_house(secretariat)
    team, _ = put_team(secretariat, tablet.device_id)
    secretariat.put(f"/teams/{team}/houses/{house}", json={})

    assert secretariat.delete(f"/teams/{team}").status_code == 204

    assert secretariat.delete(f"/teams/{team}").status_code == 404
    assert put_team(secretariat, tablet.device_id)[1].status_code == 201
    with app.app_context():
        acts = [row.act for row in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert [act for act in acts if act.startswith("team.")] == [
        "team.create",
        "team.assign",
        "team.delete",
        "team.create",
    ]
