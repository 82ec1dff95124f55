"""GET /changes as a tablet sees it: first everything, then only what is new for it."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.api.steps import a_kept_house, a_kept_visit, for_each, review, send_photo
from tests.api.test_rule_table_proposals import publish
from tests.factories import a_house, a_jpeg, an_expected_photo, an_inspection, new_id
from tests.scoring.workbooks import a_city_book


@pytest.fixture
def enrol(client, secretariat, anonymous):
    """Enrol a tablet; returns its caller, with its id in `device_id`."""

    def make(name="タブレット"):
        code = secretariat.post("/devices/codes").json["code"]
        reply = anonymous.post("/devices/enrol", json={"code": code, "name": name})
        tablet = Caller(client, reply.json["token"])
        tablet.device_id = reply.json["device"]["id"]
        return tablet

    return make


@pytest.fixture
def team_of(secretariat):
    """Make a team of tablets and return its id."""

    def make(*tablets, name="1班"):
        team, devices = new_id(), [tablet.device_id for tablet in tablets]
        reply = secretariat.put(f"/teams/{team}", json={"name": name, "device_ids": devices})
        assert reply.status_code == 201, reply.text
        return team

    return make


def ask(caller, since=None, **query):
    query |= {"since": since} if since is not None else {}
    reply = caller.get("/changes", query_string=query)
    assert reply.status_code == 200, reply.text
    return reply.json


def ids(items):
    return [item["id"] for item in items]


def assign(secretariat, team, *houses, **errand):
    reply = secretariat.post(f"/teams/{team}/assignments", json={"houses": houses, **errand})
    assert reply.status_code == 200, reply.text


NOTHING = {"houses": [], "inspections": [], "rule_tables": [], "deleted": [], "reset": False}


def test_a_new_tablet_gets_everything_that_concerns_it_and_then_nothing(
    secretariat, enrol, team_of
):
    tablet = enrol()
    house, other = a_kept_house(secretariat), a_kept_house(secretariat)
    visit = a_kept_visit(secretariat, house)
    review(secretariat, visit)
    a_kept_visit(secretariat, other)
    assign(secretariat, team_of(tablet), house, due_on="2026-12-01", note="犬に注意")

    first = ask(tablet)
    again = ask(tablet, first["token"])

    (told,) = first["houses"]
    errand = told.pop("assignment")
    assert told == secretariat.get(f"/houses/{house}").json
    assert (told["total"], told["judgement"]) == (100, "substandard")
    assert (errand["due_on"], errand["note"]) == ("2026-12-01", "犬に注意")
    assert first["inspections"] == [secretariat.get(f"/inspections/{visit}").json]
    shown = secretariat.get("/rule-tables?on=2026-11-25").json["items"]
    assert {t["sha256"] for t in first["rule_tables"]} >= {t["sha256"] for t in shown}
    assert (first["deleted"], first["reset"], first["more"]) == ([], False, False)
    assert again == NOTHING | {"token": first["token"], "more": False}


def test_assigning_changing_and_taking_off_are_told_to_the_team_alone(secretariat, enrol, team_of):
    one, two = enrol(), enrol()
    team = team_of(one)
    team_of(two, name="2班")
    house = a_kept_house(secretariat)
    tokens = {tablet: ask(tablet)["token"] for tablet in (one, two)}

    def step(tablet):
        answer = ask(tablet, tokens[tablet])
        tokens[tablet] = answer.pop("token")
        return answer

    assign(secretariat, team, house)
    assigned = step(one)
    secretariat.put(f"/houses/{house}", json=a_house(notes="門が施錠されている。"))
    changed = step(one)
    secretariat.put(f"/teams/{team}/houses/{house}", json={"note": "午後"})
    noted = step(one)
    secretariat.delete(f"/teams/{team}/houses/{house}")
    gone = step(one)

    assert ids(assigned["houses"]) == [house]
    assert changed["houses"][0]["notes"] == "門が施錠されている。"
    assert noted["houses"][0]["assignment"]["note"] == "午後"
    assert (gone["houses"], gone["deleted"]) == ([], [{"kind": "house", "id": house}])
    assert step(two) == NOTHING | {"more": False}


def test_the_second_tablet_of_a_team_sees_what_the_first_one_sent(secretariat, enrol, team_of):
    one, two = enrol(), enrol()
    house = a_kept_house(secretariat)
    assign(secretariat, team_of(one, two), house)
    token = ask(two)["token"]

    visit = a_kept_visit(one, house)
    one.put(
        f"/inspections/{visit}",
        json=an_inspection(house, remarks="追記"),
        headers={"If-Match": '"1"'},
    )

    answer = ask(two, token)
    assert [(v["id"], v["revision"], v["remarks"]) for v in answer["inspections"]] == [
        (visit, 2, "追記")
    ]


def test_a_returned_visit_comes_back_with_its_comment_also_without_an_assignment(
    secretariat, enrol
):
    tablet, other = enrol(), enrol()
    tokens = [ask(tablet)["token"], ask(other)["token"]]
    visit = a_kept_visit(tablet)
    sent = ask(tablet, tokens[0])
    comment = {"action": "return", "comment": "2-2 の写真が足りません。"}
    secretariat.post(f"/inspections/{visit}/review", json=comment)

    returned = ask(tablet, sent["token"])
    review(secretariat, visit)
    confirmed = ask(tablet, returned["token"])

    assert [v["status"] for v in sent["inspections"]] == ["submitted"]
    assert [v["review"]["comment"] for v in returned["inspections"]] == [comment["comment"]]
    assert confirmed["deleted"] == [{"kind": "inspection", "id": visit}]
    assert ask(other, tokens[1]) == NOTHING | {"token": ask(other, tokens[1])["token"]} | {
        "more": False
    }


def test_a_photo_that_arrives_shows_in_the_visit(secretariat, enrol):
    tablet, data = enrol(), a_jpeg()
    photo = an_expected_photo(data)
    visit = a_kept_visit(tablet, expected_photos=[photo])
    first = ask(tablet)

    send_photo(tablet, visit, data, photo["id"])

    after = ask(tablet, first["token"])
    assert first["inspections"][0]["photos"]["missing"] == [photo["id"]]
    assert after["inspections"][0]["photos"]["missing"] == []


def test_a_visit_moved_to_another_house_leaves_the_team_that_has_the_first(
    secretariat, enrol, team_of
):
    tablet = enrol()
    house, other = a_kept_house(secretariat), a_kept_house(secretariat)
    assign(secretariat, team_of(tablet), house)
    visit = a_kept_visit(secretariat, house)
    token = ask(tablet)["token"]

    secretariat.put(f"/inspections/{visit}", json=an_inspection(other), headers={"If-Match": '"1"'})

    assert ask(tablet, token)["deleted"] == [{"kind": "inspection", "id": visit}]


def test_many_changes_of_one_house_are_one_item_of_one_answer(secretariat, enrol, team_of):
    tablet, house = enrol(), a_kept_house(secretariat)
    assign(secretariat, team_of(tablet), house)
    token = ask(tablet)["token"]

    for number in range(4):
        secretariat.put(f"/houses/{house}", json=a_house(notes=f"{number}"))

    answer = ask(tablet, token)
    assert [h["notes"] for h in answer["houses"]] == ["3"]


def test_small_pages_give_each_thing_once_whatever_changes_meanwhile(secretariat, enrol, team_of):
    tablet, houses = enrol(), [a_kept_house(secretariat) for _ in range(5)]
    team = team_of(tablet)
    assign(secretariat, team, *houses)
    visits = [a_kept_visit(secretariat, house) for house in houses[:3]]

    answer, got, seen = ask(tablet, limit=2), [], []
    while True:
        got += ids(answer["houses"]) + ids(answer["inspections"])
        seen += answer["deleted"]
        if not answer["more"]:
            break
        if len(got) == 2:  # in the middle of the first state
            secretariat.delete(f"/teams/{team}/houses/{houses[0]}")
        answer = ask(tablet, answer["token"], limit=2)

    assert sorted(got) == sorted(houses + visits[1:])
    assert {d["id"] for d in seen} == {houses[0], visits[0]}


def test_a_tablet_that_came_to_another_team_begins_anew(secretariat, enrol, team_of):
    tablet = enrol()
    one, two = a_kept_house(secretariat), a_kept_house(secretariat)
    first, second = team_of(tablet), team_of(name="2班")
    assign(secretariat, first, one)
    assign(secretariat, second, two)
    token = ask(tablet)["token"]
    secretariat.put(f"/teams/{first}", json={"name": "1班", "device_ids": []})
    left = ask(tablet, token)
    secretariat.put(f"/teams/{second}", json={"name": "2班", "device_ids": [tablet.device_id]})

    moved = ask(tablet, left["token"])

    assert (left["reset"], left["houses"]) == (True, [])
    assert (moved["reset"], ids(moved["houses"])) == (True, [two])
    assert moved["rule_tables"]
    assert ask(tablet, moved["token"])["reset"] is False


def test_a_token_of_another_tablet_or_an_older_database_begins_anew(
    app, secretariat, enrol, team_of
):
    from inspection.extensions import db
    from inspection.models import Change

    one, two = enrol(), enrol()
    house = a_kept_house(secretariat)
    assign(secretariat, team_of(one, two), house)
    token = ask(one)["token"]

    assert ask(two, token)["reset"] is True
    with app.app_context():
        db.session.query(Change).delete()
        db.session.commit()
    lost = ask(one, token)
    assert (lost["reset"], ids(lost["houses"])) == (True, [house])
    assert ask(one, lost["token"])["reset"] is False


def test_old_changes_are_forgotten_and_who_read_only_those_begins_anew(
    app, secretariat, enrol, team_of, monkeypatch
):
    from datetime import timedelta

    from sqlalchemy import update

    from inspection import changes
    from inspection.extensions import db
    from inspection.models import Change
    from inspection.models.types import now

    away, here = enrol(), enrol()
    house = a_kept_house(secretariat)
    assign(secretariat, team_of(away, here), house)
    old = ask(away)["token"]
    secretariat.put(f"/houses/{house}", json=a_house())
    current = ask(here)["token"]
    with app.app_context():
        db.session.execute(update(Change).values(at=now() - timedelta(days=91)))
        db.session.commit()
        kept = db.session.query(Change).count()
    here_token = ask(here, current)["token"]

    monkeypatch.setattr(changes, "PRUNE_EVERY", 1)
    secretariat.put(f"/houses/{house}", json=a_house(notes="新しい"))

    with app.app_context():
        numbers = [row.number for row in db.session.query(Change)]
    assert numbers == [kept + 1]
    assert ask(away, old)["reset"] is True
    answer = ask(here, here_token)
    assert [h["notes"] for h in answer["houses"]] == ["新しい"]


@for_each("since", ["", "x", "Yzk", "é", "\x00", "A" * 5000, "YzEuMC4wLi4uZi4w"])
def test_what_is_no_token_is_400(inspector, since):
    assert inspector.get("/changes", query_string={"since": since}).status_code == 400


@for_each("query", ["limit=0", "limit=501", "limit=x", "sinse=x"])
def test_a_faulty_query_is_422(inspector, query):
    assert inspector.get(f"/changes?{query}").status_code == 422


def test_who_has_no_tablet_sees_the_returned_visits_and_the_rule_tables(inspector, secretariat):
    house = a_kept_house(inspector)
    visit, other = a_kept_visit(inspector, house), a_kept_visit(inspector, house)
    first = ask(inspector)
    review(secretariat, visit, "return")
    review(secretariat, other)

    returned = ask(inspector, first["token"])
    inspector.put(
        f"/inspections/{visit}",
        json=an_inspection(house, remarks="直した"),
        headers={"If-Match": '"1"'},
    )
    again = ask(inspector, returned["token"])

    assert (first["houses"], first["inspections"]) == ([], [])
    assert first["rule_tables"]
    assert ids(returned["inspections"]) == [visit]
    assert again["deleted"] == [{"kind": "inspection", "id": visit}]


def test_a_rule_table_that_the_city_approves_is_told(secretariat, admin, enrol):
    tablet = enrol()
    before = ask(tablet)

    table = publish(secretariat, admin, a_city_book())["table"]

    told = ask(tablet, before["token"])
    new = {t["sha256"] for t in told["rule_tables"]} - {t["sha256"] for t in before["rule_tables"]}
    assert new == {table["sha256"]}
    assert ask(tablet, told["token"])["rule_tables"] == []


def test_the_committee_and_gis_do_not_follow(caller):
    assert caller("committee").get("/changes").status_code == 403
    assert caller("gis").get("/changes").status_code == 403
