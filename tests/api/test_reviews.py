from __future__ import annotations

from tests.api.steps import (
    a_confirmed_visit,
    a_kept_house,
    a_kept_meeting,
    a_kept_visit,
    for_each,
    put_cases,
    review,
)
from tests.factories import HUNDRED, a_decision, an_inspection


def test_confirming_makes_the_result_stand_beside_the_house(inspector, secretariat):
    house = a_kept_house(inspector)
    visit = a_kept_visit(inspector, house)
    before = inspector.get(f"/houses/{house}").json

    reply = review(secretariat, visit)

    after = inspector.get(f"/houses/{house}").json
    assert reply.json["status"] == "confirmed"
    assert (before["total"], before["judgement"]) == (None, None)
    assert (after["total"], after["judgement"]) == (100, "substandard")


def test_confirming_twice_changes_nothing(secretariat):
    visit = a_confirmed_visit(secretariat)
    first = secretariat.get(f"/inspections/{visit}").json

    assert review(secretariat, visit).json == first


def test_a_returned_visit_comes_back_with_the_comment_and_is_submitted_again(
    inspector, secretariat
):
    house = a_kept_house(inspector)
    visit = a_kept_visit(inspector, house)
    body = {"action": "return", "comment": "2-2 の写真が足りません。"}
    returned = secretariat.post(f"/inspections/{visit}/review", json=body)

    changed = inspector.put(
        f"/inspections/{visit}",
        json=an_inspection(house, remarks="撮り直した。"),
        headers={"If-Match": returned.headers["ETag"]},
    )

    assert returned.json["status"] == "returned"
    assert returned.json["review"]["comment"] == "2-2 の写真が足りません。"
    assert (changed.json["status"], changed.json["revision"]) == ("submitted", 2)


def test_the_same_body_of_a_returned_visit_leaves_it_returned(inspector, secretariat):
    house = a_kept_house(inspector)
    visit = a_kept_visit(inspector, house)
    review(secretariat, visit, "return")

    again = inspector.put(f"/inspections/{visit}", json=an_inspection(house))

    assert (again.status_code, again.json["status"]) == (200, "returned")


def test_a_draft_cannot_be_reviewed(secretariat):
    visit = a_kept_visit(secretariat, complete=False)

    for action in ("confirm", "return"):
        reply = secretariat.post(f"/inspections/{visit}/review", json={"action": action})
        assert reply.status_code == 409


@for_each("body", [{}, {"action": "burn"}, {"action": "confirm", "x": 1}, {"comment": "?"}, []])
def test_a_faulty_review_is_422(secretariat, body):
    visit = a_kept_visit(secretariat)

    assert secretariat.post(f"/inspections/{visit}/review", json=body).status_code == 422


def test_an_inspector_cannot_change_a_confirmed_record(inspector, secretariat):
    house = a_kept_house(inspector)
    visit = a_kept_visit(inspector, house)
    etag = review(secretariat, visit).headers["ETag"]
    url, changed = f"/inspections/{visit}", an_inspection(house, remarks="あとから")

    assert inspector.put(url, json=changed, headers={"If-Match": etag}).status_code == 403
    assert inspector.put(url, json=changed).status_code == 403
    assert inspector.put(url, json=changed, headers={"If-Match": '"9"'}).status_code == 403
    assert inspector.put(url, json=an_inspection(house)).status_code == 200
    assert inspector.get(url).json["status"] == "confirmed"


def test_the_secretariats_correction_is_a_revision_that_reopens_the_record(secretariat):
    house = a_kept_house(secretariat)
    visit = a_confirmed_visit(secretariat, house)
    url = f"/inspections/{visit}"
    etag = secretariat.get(url).headers["ETag"]
    corrected = an_inspection(house, answers=HUNDRED | {"6-2": "none"})

    reply = secretariat.put(url, json=corrected, headers={"If-Match": etag})

    assert (reply.json["status"], reply.json["revision"]) == ("submitted", 2)
    assert secretariat.get(f"/houses/{house}").json["total"] is None
    assert review(secretariat, visit).json["status"] == "confirmed"
    assert secretariat.get(f"/houses/{house}").json["total"] == 90


def test_the_newest_confirmed_visit_is_the_houses_result(secretariat):
    house = a_kept_house(secretariat)
    a_confirmed_visit(secretariat, house)
    older = "2025-04-01T10:00:00+09:00"
    a_confirmed_visit(secretariat, house, inspected_at=older, answers={"2-2": ["i"]})

    assert secretariat.get(f"/houses/{house}").json["total"] == 100


def test_the_status_follows_meeting_and_decision(secretariat):
    visit = a_confirmed_visit(secretariat)

    def status():
        return secretariat.get(f"/inspections/{visit}").json["status"]

    meeting = a_kept_meeting(secretariat, visit)
    scheduled = status()
    secretariat.put(f"/meetings/{meeting}/cases/{visit}/decision", json=a_decision())

    assert (scheduled, status()) == ("scheduled", "decided")


def test_a_case_that_is_taken_off_is_confirmed_again(secretariat):
    visit, other = a_confirmed_visit(secretariat), a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, visit, other)

    put_cases(secretariat, meeting, other)

    assert secretariat.get(f"/inspections/{visit}").json["status"] == "confirmed"
