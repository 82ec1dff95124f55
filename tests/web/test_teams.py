"""Teams on the pages: made, given tablets and houses by the secretariat."""

from __future__ import annotations

import re
import uuid

import pytest

from inspection.auth import SYSTEM
from inspection.services import devices
from tests.api.steps import a_kept_house
from tests.web.conftest import PAGE
from tests.web.conftest import post as post_from


@pytest.fixture
def tablet(app):
    """An enrolled tablet; returns its id."""
    with app.app_context():
        code = devices.issue_enrolment_code(SYSTEM).code
        return devices.enrol_device(code, "1号", None)[0].id


def post(client, target, **form):
    return post_from(client, "/home", to=target, **form)


def test_a_team_is_made_given_a_tablet_and_houses_pasted_from_a_list(clerk, secretariat, tablet):
    houses = [a_kept_house(secretariat, code=code) for code in ("R8-1", "R8-2", "R8-3")]
    page = clerk.get("/teams/new", headers=PAGE).text
    target = re.search(r'action="(/teams/[^"]+)"', page)[1]

    made = [post(clerk, target, name="東班", device=str(tablet)) for _ in range(2)]
    pasted = {"houses": "R8-1\r\nＲ８-2、R8-1\t", "due_on": "2026-12-20", "note": "門の鍵は事務局"}
    assigned = post(clerk, f"{target}/houses", **pasted)
    shown = clerk.get(target, headers=PAGE).text
    taken_off = post(clerk, f"{target}/houses/{houses[0]}/remove")

    assert [reply.status_code for reply in made] == [303, 303]
    assert (assigned.status_code, taken_off.status_code) == (303, 303)
    assert "割り当てた家屋（2 戸）" in shown
    assert "令和8年12月20日" in shown
    [team] = secretariat.get("/teams").json["items"]
    assert (team["name"], team["device_ids"], team["assignments"]) == ("東班", [str(tablet)], 1)
    listed = clerk.get("/tablets", headers=PAGE).text
    assert f'<a href="{target}">東班</a>' in listed


def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(clerk, secretariat, tablet):
    a_kept_house(secretariat, code="R8-1")
    target = f"/teams/{uuid.uuid4()}"

    nameless = post(clerk, target, name=" ", device=str(tablet))
    post(clerk, target, name="東班", device=str(tablet))
    same_name = post(clerk, f"/teams/{uuid.uuid4()}", name="東班")
    same_tablet = post(clerk, f"/teams/{uuid.uuid4()}", name="西班", device=str(tablet))
    unknown = post(clerk, f"{target}/houses", houses="R8-1\nR8-9", note="急ぎ")
    nothing = post(clerk, f"{target}/houses", houses="  ")
    late = post(clerk, target, name="北班", revision="0")

    assert (nameless.status_code, "班の名前を" in nameless.text) == (422, True)
    assert re.search(rf'value="{tablet}" checked', nameless.text)
    assert (same_name.status_code, 'value="東班"' in same_name.text) == (409, True)
    assert (same_tablet.status_code, "先に外してください" in same_tablet.text) == (409, True)
    assert unknown.status_code == 422
    assert "登録されていない番号があるため、割り当てていません：R8-9<" in unknown.text
    assert 'value="急ぎ"' in unknown.text
    assert (nothing.status_code, late.status_code) == (422, 412)
    assert secretariat.get("/teams").json["items"][0]["assignments"] == 0


@pytest.mark.parametrize("role", ["inspector", "committee"])
def test_other_roles_have_no_teams(client, staff, sign_in, role):
    sign_in(staff(role))
    target = f"/teams/{uuid.uuid4()}"

    assert client.get("/teams/new", headers=PAGE).status_code == 403
    assert post(client, target, name="東班").status_code == 403
    assert post(client, f"{target}/houses", houses="R8-1").status_code == 403
