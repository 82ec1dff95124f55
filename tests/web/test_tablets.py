"""The list of tablets: who was seen when, and how a lost one is shut out."""

from __future__ import annotations

import uuid

import pytest

from tests.web.conftest import PAGE, csrf_of


@pytest.fixture
def tablet(app, client):
    """An enrolled tablet that was seen with a clock three hours slow; returns (id, token)."""
    from datetime import timedelta

    from inspection.auth import SYSTEM
    from inspection.models.types import now
    from inspection.services import devices, teams

    with app.app_context():
        code = devices.issue_enrolment_code(SYSTEM).code
        device, token = devices.enrol_device(code, "判定班1 <A>", None)
        teams.put_team(uuid.uuid4(), {"name": "1班", "device_ids": [device.id]}, actor=SYSTEM)
    told = {"Hantei-Device-Time": (now() - timedelta(hours=3)).isoformat()}
    client.get("/api/v1/houses", headers={"Authorization": f"Bearer {token}", **told})
    return device.id, token


def test_the_list_says_team_last_contact_and_a_wrong_clock(client, staff, sign_in, tablet):
    sign_in(staff("secretariat"))

    page = client.get("/tablets", headers=PAGE).text

    assert "判定班1 &lt;A&gt;" in page
    assert "<td>1班</td>" in page
    assert "時計が 3 時間 0 分遅れています" in page
    assert "使用中（1 台）" in page


def test_a_lost_tablet_is_stopped_after_a_second_question(client, staff, sign_in, tablet):
    device_id, token = tablet
    sign_in(staff("secretariat"))
    address = f"/tablets/{device_id}/stop"

    question = client.get(address, headers=PAGE)
    without_csrf = client.post(address, headers=PAGE)
    done = client.post(
        address, data={"csrf_token": csrf_of(question)}, headers=PAGE, follow_redirects=True
    )

    refused = client.get("/api/v1/houses", headers={"Authorization": f"Bearer {token}"})
    assert without_csrf.status_code == 400
    assert "登録を止めました" in done.text
    assert "止めたタブレット" in done.text
    assert (refused.status_code, "停止されています" in refused.json["detail"]) == (401, True)
    assert client.get(address, headers=PAGE).status_code == 404


@pytest.mark.parametrize("role", ["inspector", "committee"])
def test_other_roles_neither_see_nor_stop(client, staff, sign_in, tablet, role):
    sign_in(staff(role))

    assert client.get("/tablets", headers=PAGE).status_code == 403
    token = csrf_of(client.get("/home", headers=PAGE))
    reply = client.post(f"/tablets/{tablet[0]}/stop", data={"csrf_token": token}, headers=PAGE)
    assert reply.status_code == 403
