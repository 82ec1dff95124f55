"""The cases of a meeting on the staff's pages: chosen, ordered, taken off, put back."""

from __future__ import annotations

import re

from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting
from tests.factories import an_inspection
from tests.web.conftest import PAGE, case_form, order_of, post


def test_cases_are_chosen_ordered_and_taken_off(clerk, secretariat):
    visits = [a_confirmed_visit(secretariat) for _ in range(3)]
    meeting = a_kept_meeting(secretariat)

    added = post(clerk, f"/meetings/{meeting}/add", inspection=visits)
    desk = f"/meetings/{meeting}"
    post(
        clerk,
        desk,
        to=f"{desk}/cases",
        do=f"up:{visits[2]}",
        **case_form(clerk, meeting),
        **{f"proposal-{visits[0]}": "認定が相当"},
    )
    moved = order_of(secretariat, meeting)
    numbered = {f"position-{visits[1]}": "1"}
    post(clerk, desk, to=f"{desk}/cases", do="save", **case_form(clerk, meeting), **numbered)
    renumbered = order_of(secretariat, meeting)
    form = case_form(clerk, meeting)
    post(clerk, desk, to=f"{desk}/cases", do=f"remove:{visits[0]}", **form)

    assert added.status_code == 303
    assert moved == [visits[0], visits[2], visits[1]]
    assert renumbered == [visits[1], visits[0], visits[2]]
    assert order_of(secretariat, meeting) == [visits[1], visits[2]]
    offered = clerk.get(f"/meetings/{meeting}/add", headers=PAGE).text
    assert visits[0] in offered
    assert visits[1] not in offered


def test_a_case_taken_off_goes_back_to_its_place_with_its_proposal(clerk, secretariat):
    visits = [a_confirmed_visit(secretariat) for _ in range(3)]
    meeting = a_kept_meeting(secretariat, *visits)
    desk, text = f"/meetings/{meeting}", "長い案" * 3000
    form = case_form(clerk, meeting) | {f"proposal-{visits[1]}": text}

    off = post(clerk, desk, to=f"{desk}/cases", do=f"remove:{visits[1]}", **form)
    pressed_twice = post(clerk, desk, to=f"{desk}/cases", do=f"remove:{visits[1]}", **form)
    gone = order_of(secretariat, meeting)
    sent = dict(re.findall(r'name="(inspection|position|proposal)" value="([^"]*)"', off.text))
    back = [post(clerk, desk, to=f"{desk}/cases/back", **sent) for _ in range(2)]

    assert "元に戻す" in off.text
    assert "元に戻す" in pressed_twice.text
    assert gone == [visits[0], visits[2]]
    assert [reply.status_code for reply in back] == [303, 303]
    assert order_of(secretariat, meeting) == visits
    cases = secretariat.get(f"{desk}/cases").json["items"]
    assert cases[1]["proposal"] == text


def test_a_case_that_another_meeting_took_meanwhile_does_not_come_back(clerk, secretariat):
    visit, other = a_confirmed_visit(secretariat), a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, other)
    a_kept_meeting(secretariat, visit, title="臨時委員会", number=4)
    desk = f"/meetings/{meeting}"

    reply = post(clerk, desk, to=f"{desk}/cases/back", inspection=visit, position="1")
    added = post(clerk, f"{desk}/add", inspection=visit)

    assert (reply.status_code, added.status_code) == (409, 409)
    assert "「臨時委員会」の案件になっています" in reply.text
    assert "「臨時委員会」の案件になっています" in added.text
    assert order_of(secretariat, meeting) == [other]


def test_a_case_being_corrected_is_marked_and_holds_up_packs_with_a_reason(clerk, secretariat):
    visit = a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, visit)
    record = secretariat.get(f"/inspections/{visit}").json
    correction = an_inspection(record["house_id"], remarks="敷地の境界を確かめた。")
    secretariat.put(f"/inspections/{visit}", json=correction, headers={"If-Match": "1"})
    desk = f"/meetings/{meeting}"

    page = clerk.get(desk, headers=PAGE).text
    refused = post(clerk, desk, to=f"{desk}/packs", edition="closed")
    decisions = clerk.get(f"{desk}/decisions", headers=PAGE).text

    assert "訂正中（" in page
    assert "訂正中の案件があるため、資料を作れません" in page
    assert refused.status_code == 409
    assert "確定してから作成してください" in refused.text
    assert "記録を確定し直すまで決定を記録できません" in decisions


def test_a_case_under_correction_holds_up_no_order_and_no_proposal(clerk, secretariat):
    house = a_kept_house(secretariat)
    reopened, other = a_confirmed_visit(secretariat, house), a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, reopened, other)
    corrected = an_inspection(house, remarks="訂正しました")
    secretariat.put(f"/inspections/{reopened}", json=corrected, headers={"If-Match": "*"})
    desk = f"/meetings/{meeting}"

    moved = post(clerk, desk, to=f"{desk}/cases", do=f"up:{other}", **case_form(clerk, meeting))

    assert moved.status_code == 303
    assert order_of(secretariat, meeting) == [other, reopened]


def test_a_list_that_another_changed_is_not_overwritten_and_keeps_what_was_typed(
    clerk, secretariat
):
    first, second = a_confirmed_visit(secretariat), a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, first)
    form = case_form(clerk, meeting)
    secretariat.put(
        f"/meetings/{meeting}/cases",
        json=[{"inspection_id": first}, {"inspection_id": second}],
    )

    late = post(
        clerk,
        f"/meetings/{meeting}",
        to=f"/meetings/{meeting}/cases",
        do="save",
        **form,
        **{f"proposal-{first}": "書きかけの案"},
    )

    assert late.status_code == 409
    assert "書きかけの案" in late.text
    assert "いま保存されている案：（空欄）" in late.text
    assert "別の画面で変更されました" in late.text
    assert order_of(secretariat, meeting) == [first, second]


def test_only_confirmed_visits_that_wait_are_offered_and_found_by_words(clerk, secretariat):
    waiting = a_confirmed_visit(secretariat, a_kept_house(secretariat, code="R8_100%"))
    other = a_confirmed_visit(secretariat, a_kept_house(secretariat, code="R8-200"))
    deferred = a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, deferred)
    decide = f"/meetings/{meeting}/cases/{deferred}/decision"

    before = clerk.get(f"/meetings/{meeting}/add", headers=PAGE).text
    secretariat.put(decide, json={"decision": "deferred"})
    after = clerk.get(f"/meetings/{meeting}/add", headers=PAGE).text
    found = clerk.get(f"/meetings/{meeting}/add?q=R8_100%25", headers=PAGE).text

    assert waiting in before
    assert deferred not in before
    assert deferred in after
    assert waiting in found
    assert other not in found
