"""The home page says what the role may do, and the secretariat invites tablets from it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from inspection.auth import PERMISSIONS, PUBLIC, rule_of
from inspection.extensions import db
from inspection.models import AuditEntry
from inspection.web.roles import ABILITIES, ROLE_NAMES, ROLE_TASKS
from tests.web.conftest import PAGE, csrf_of

INVITING = ("secretariat", "admin")


def make_code(client):
    token = csrf_of(client.get("/home"))
    return client.post("/home/enrolment-code", data={"csrf_token": token}, headers=PAGE)


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_each_role_sees_exactly_what_it_may_do(client, staff, sign_in, role):
    sign_in(staff(role))

    page = client.get("/home").text

    shown = {ability.permission for ability in ABILITIES if f">{ability.label}</th>" in page}
    assert shown == PERMISSIONS[role]
    assert f"<h1>{ROLE_NAMES[role]}</h1>" in page
    assert ("登録コードを作る" in page) is (role in INVITING)
    for address, permission in (("/meetings", "meeting:read"), ("/tablets", "device:manage")):
        linked = f'<li><a href="{address}">' in page
        assert linked is (permission in PERMISSIONS[role]), address


def test_every_role_and_permission_has_words():
    permissions = frozenset().union(*PERMISSIONS.values())

    assert set(ROLE_NAMES) == set(ROLE_TASKS) == set(PERMISSIONS)
    assert {ability.permission for ability in ABILITIES} == permissions


def test_every_ability_names_a_route_that_asks_for_it(app):
    """`{id}` stands for whatever the route calls its parameter."""
    rules = {
        (method, re.sub(r"<[^>]+>", "*", rule.rule)): rule_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods
    }

    # A proposer withdraws over the same route; who may approve is asked by the service.
    first_asked = {"rule_table:approve": "rule_table:propose", "ogc:read": PUBLIC}

    for ability in ABILITIES:
        asked = rules[ability.method, re.sub(r"\{\w+\}", "*", ability.path)]
        assert asked == first_asked.get(ability.permission, ability.permission)


def test_a_stranger_is_sent_to_sign_in(client):
    reply = client.get("/home")

    assert (reply.status_code, reply.location) == (302, "/sign-in?next=/home")


def test_the_page_is_not_kept(client, staff, sign_in):
    sign_in(staff("secretariat"))

    assert client.get("/home").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", INVITING)
def test_the_code_shown_enrols_a_tablet(client, staff, sign_in, role):
    sign_in(staff(role))

    page = make_code(client).text

    code = re.search(r'class="code-large"[^>]*>([^<]+)<', page)[1]
    body = {"code": code, "name": "判定班1"}
    assert re.fullmatch(r"\w{5}-\w{5}", code)
    assert re.search(r"<strong>\d{1,2}時\d\d分まで</strong>", page)
    assert 'src="data:image/svg+xml' in page
    assert client.post("/api/v1/devices/enrol", json=body).status_code == 201


def test_making_a_code_is_audited_in_the_name_of_who_made_it(app, client, staff, sign_in):
    email = staff("secretariat")
    sign_in(email)

    make_code(client)

    with app.app_context():
        last = db.session.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()))
        assert (last.act, last.actor, last.role) == ("device.code", email, "secretariat")


@pytest.mark.parametrize("role", sorted(set(PERMISSIONS) - set(INVITING)))
def test_other_roles_make_no_code(client, staff, sign_in, role):
    sign_in(staff(role))

    reply = make_code(client)

    assert reply.status_code == 403
    assert f"役割「{ROLE_NAMES[role]}」にはこの操作の権限がありません。" in reply.text


def test_a_stranger_makes_no_code(client):
    token = csrf_of(client.get("/sign-in"))

    reply = client.post("/home/enrolment-code", data={"csrf_token": token})

    assert (reply.status_code, reply.location) == (302, "/sign-in")


def test_opening_a_codes_address_again_leads_home(client, staff, sign_in):
    sign_in(staff("secretariat"))

    assert client.get("/home/enrolment-code").location == "/home"


def test_says_when_tablets_cannot_reach_the_address(client, staff, sign_in):
    sign_in(staff("secretariat"))

    assert "HANTEI_BASE_URL" in make_code(client).text


@pytest.mark.parametrize("app_settings", [{"HANTEI_BASE_URL": "https://hantei.city.example.jp"}])
def test_invites_to_the_address_of_the_setting(client, staff, sign_in):
    sign_in(staff("secretariat"))

    page = make_code(client).text

    assert "<code>https://hantei.city.example.jp/enrol</code>" in page
    assert "HANTEI_BASE_URL" not in page
