from __future__ import annotations

import pytest

from tests.api.steps import (
    a_confirmed_visit,
    a_kept_meeting,
    a_kept_visit,
    for_each,
    put_cases,
    review,
)
from tests.factories import a_case, a_decision, a_meeting, an_inspection, new_id


def test_a_meeting_is_created_replaced_and_left_alone(secretariat):
    url = f"/meetings/{new_id()}"

    replies = [
        secretariat.put(url, json=a_meeting()),
        secretariat.put(url, json=a_meeting()),
        secretariat.put(url, json=a_meeting(place="第1会議室")),
    ]

    assert [reply.status_code for reply in replies] == [201, 200, 200]
    assert [reply.json["revision"] for reply in replies] == [1, 1, 2]
    assert secretariat.get(url).json.items() >= a_meeting(place="第1会議室").items()


def test_title_and_time_are_enough(secretariat):
    body = {"title": "臨時会", "held_at": "2026-06-15T14:00:00+09:00"}

    reply = secretariat.put(f"/meetings/{new_id()}", json=body)

    assert (reply.status_code, reply.json["agenda"], reply.json["members"]) == (201, [], [])


@for_each(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": ""}, "title"),
        ({"held_at": "2026-06-15T14:00:00"}, "held_at"),
        ({"held_at": None}, "held_at"),
        ({"number": "3"}, "number"),
        ({"number": 3.5}, "number"),
        ({"agenda": "開会"}, "agenda"),
        ({"agenda": [1]}, "agenda"),
        ({"members": ["\x00"]}, "members"),
        ({"cases": []}, "cases"),
    ],
)
def test_a_faulty_meeting_is_422_and_named(secretariat, change, field):
    reply = secretariat.put(f"/meetings/{new_id()}", json=a_meeting(**change))

    assert reply.status_code == 422
    assert any(name.startswith(field) for name in reply.json["errors"])


def test_a_stale_if_match_of_a_meeting_is_412_with_the_current_one(secretariat):
    url = f"/meetings/{new_id()}"
    stale = secretariat.put(url, json=a_meeting()).headers["ETag"]
    secretariat.put(url, json=a_meeting(number=4), headers={"If-Match": stale})

    reply = secretariat.put(url, json=a_meeting(number=5), headers={"If-Match": stale})

    assert reply.status_code == 412
    assert reply.json["current"]["number"] == 4
    assert secretariat.put(url, json={}, headers={"If-Match": stale}).status_code == 412


def test_meetings_are_listed_latest_first(secretariat):
    early = a_kept_meeting(secretariat, held_at="2026-01-15T14:00:00+09:00")
    late = a_kept_meeting(secretariat, held_at="2026-06-15T14:00:00+09:00")

    items = secretariat.get("/meetings").json["items"]

    assert [item["id"] for item in items] == [late, early]


def test_cases_keep_their_order_and_proposal(secretariat):
    first, second = a_confirmed_visit(secretariat), a_confirmed_visit(secretariat)
    url = f"/meetings/{a_kept_meeting(secretariat)}/cases"
    body = [a_case(second, proposal="認定"), a_case(first, proposal=None)]

    created = secretariat.put(url, json=body)
    again = secretariat.put(url, json=body)
    turned = secretariat.put(url, json=body[::-1])

    def order(reply):
        return [(case["inspection_id"], case["proposal"]) for case in reply.json["items"]]

    assert [r.status_code for r in (created, again, turned)] == [201, 200, 200]
    assert order(created) == order(again) == [(second, "認定"), (first, None)]
    assert order(secretariat.get(url)) == [(first, None), (second, "認定")]


def test_an_empty_list_creates_nothing(secretariat):
    url = f"/meetings/{a_kept_meeting(secretariat)}/cases"

    reply = secretariat.put(url, json=[])

    assert (reply.status_code, reply.json["items"]) == (200, [])


def test_an_unconfirmed_visit_is_409_and_nothing_is_put(secretariat):
    confirmed, waiting = a_confirmed_visit(secretariat), a_kept_visit(secretariat)
    url = f"/meetings/{a_kept_meeting(secretariat)}/cases"

    reply = secretariat.put(url, json=[a_case(confirmed), a_case(waiting)])

    assert reply.status_code == 409
    assert secretariat.get(url).json["items"] == []
    assert secretariat.get(f"/inspections/{confirmed}").json["status"] == "confirmed"


def test_a_faulty_list_is_422(secretariat):
    visit = a_confirmed_visit(secretariat)
    url = f"/meetings/{a_kept_meeting(secretariat)}/cases"

    for body in (
        {"items": []},
        [a_case(new_id())],
        [a_case(visit), a_case(visit)],
        [{"proposal": "認定"}],
        [visit],
        [a_case(visit, position=1)],
        [a_case(visit)] * 501,
        "x",
        5,
    ):
        assert secretariat.put(url, json=body).status_code == 422, body


def test_an_unknown_meeting_is_404(secretariat):
    meeting = new_id()

    assert secretariat.get(f"/meetings/{meeting}").status_code == 404
    assert secretariat.get(f"/meetings/{meeting}/cases").status_code == 404
    assert secretariat.put(f"/meetings/{meeting}/cases", json=[]).status_code == 404
    assert secretariat.put(f"/meetings/{meeting}/cases", json={"x": 1}).status_code == 404
    assert secretariat.post(f"/meetings/{meeting}/packs", json={}).status_code == 404
    assert secretariat.post(f"/meetings/{meeting}/packs", json={"x": 1}).status_code == 404
    url = f"/meetings/{meeting}/cases/{new_id()}/decision"
    assert secretariat.put(url, json=a_decision()).status_code == 404


class TestDecisions:
    @pytest.fixture
    def visit(self, secretariat):
        return a_confirmed_visit(secretariat)

    @pytest.fixture
    def meeting(self, secretariat, visit):
        return a_kept_meeting(secretariat, visit)

    @pytest.fixture
    def url(self, meeting, visit):
        return f"/meetings/{meeting}/cases/{visit}/decision"

    def test_a_decision_is_created_replaced_and_shown_with_its_case(
        self, secretariat, meeting, url
    ):
        replies = [
            secretariat.put(url, json=a_decision()),
            secretariat.put(url, json=a_decision()),
            secretariat.put(url, json=a_decision(decision="not_approved")),
        ]

        case = secretariat.get(f"/meetings/{meeting}/cases").json["items"][0]
        assert [reply.status_code for reply in replies] == [201, 200, 200]
        assert case["decision"]["decision"] == "not_approved"
        assert case["decision"]["decided_on"] == "2026-06-15"

    def test_without_a_day_it_is_the_meetings_in_the_sites_time_zone(self, secretariat, visit):
        meeting = a_kept_meeting(secretariat, visit, held_at="2026-06-14T22:00:00Z")
        url = f"/meetings/{meeting}/cases/{visit}/decision"

        reply = secretariat.put(url, json={"decision": "approved"})

        assert reply.json["decided_on"] == "2026-06-15"

    @for_each(
        "body",
        [
            {},
            {"decision": "maybe"},
            a_decision(decided_on="2026-06-31"),
            a_decision(decided_on="2026-06-15T00:00:00Z"),
            a_decision(reason="\x00"),
            a_decision(by="me"),
        ],
    )
    def test_a_faulty_decision_is_422(self, secretariat, url, body):
        assert secretariat.put(url, json=body).status_code == 422

    def test_a_visit_that_is_no_case_of_the_meeting_is_404(self, secretariat, meeting):
        other = a_confirmed_visit(secretariat)

        url = f"/meetings/{meeting}/cases/{other}/decision"
        assert secretariat.put(url, json=a_decision()).status_code == 404
        assert secretariat.put(url, json={}).status_code == 404

    def test_a_deferred_case_may_be_put_on_a_later_meeting(self, secretariat, visit, url):
        secretariat.put(url, json=a_decision(decision="deferred", reason="再調査"))

        later = a_kept_meeting(secretariat, held_at="2026-09-15T14:00:00+09:00")
        reply = put_cases(secretariat, later, visit)

        assert reply.json["items"][0]["decision"] is None
        assert secretariat.get(f"/inspections/{visit}").json["status"] == "scheduled"

    @pytest.mark.parametrize("decision", ["approved", "not_approved", None])
    def test_a_settled_or_waiting_case_may_not(self, secretariat, visit, url, decision):
        if decision:
            secretariat.put(url, json=a_decision(decision=decision))
        later = a_kept_meeting(secretariat)

        reply = secretariat.put(f"/meetings/{later}/cases", json=[a_case(visit)])

        assert reply.status_code == 409

    def test_a_decided_case_cannot_be_left_out(self, secretariat, meeting, url):
        secretariat.put(url, json=a_decision())

        assert secretariat.put(f"/meetings/{meeting}/cases", json=[]).status_code == 409

    def test_a_reopened_visit_is_decided_only_once_confirmed_again(self, secretariat, visit, url):
        house = secretariat.get(f"/inspections/{visit}").json["house_id"]
        etag = secretariat.get(f"/inspections/{visit}").headers["ETag"]
        changed = an_inspection(house, remarks="訂正")
        secretariat.put(f"/inspections/{visit}", json=changed, headers={"If-Match": etag})

        refused = secretariat.put(url, json=a_decision())
        review(secretariat, visit)

        assert refused.status_code == 409
        assert secretariat.put(url, json=a_decision()).status_code == 201
