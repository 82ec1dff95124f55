"""Who may do what: the table of the operations page, tried on every route of the API."""

from __future__ import annotations

import pytest

from tests.api.steps import (
    a_confirmed_visit,
    a_kept_house,
    a_kept_meeting,
    a_kept_visit,
    send_photo,
)
from tests.factories import an_owner, new_id

ROLES = ("inspector", "secretariat", "committee", "gis", "admin")
INSPECTOR, S, C, _, A = ROLES
READERS = {INSPECTOR, S, C, A}
MEETINGS = {S, C, A}

ALLOWED = {
    ("GET", "/houses"): READERS,
    ("GET", "/houses/{}"): READERS,
    ("PUT", "/houses/{}"): {INSPECTOR, S, A},
    ("GET", "/houses/{}/owner"): {S},
    ("PUT", "/houses/{}/owner"): {S},
    ("GET", "/rule-tables"): READERS,
    ("GET", "/rule-tables/{}/{}"): READERS,
    ("GET", "/rule-tables/{}/{}.xlsx"): READERS,
    ("GET", "/rule-tables/proposals"): {S, A},
    ("POST", "/rule-tables/proposals"): {S, A},
    ("GET", "/rule-tables/proposals/{}"): {S, A},
    ("POST", "/rule-tables/proposals/{}/review"): {S, A},
    ("POST", "/rule-tables/what-if"): {S, A},
    ("POST", "/scores"): set(ROLES),
    ("GET", "/inspections"): READERS,
    ("GET", "/inspections/{}"): READERS,
    ("GET", "/inspections/{}/explanation"): READERS,
    ("GET", "/inspections/{}/revisions"): READERS,
    ("PUT", "/inspections/{}"): {INSPECTOR, S},
    ("POST", "/inspections/{}/review"): {S},
    ("PUT", "/inspections/{}/photos/{}"): {INSPECTOR, S},
    ("GET", "/photos/{}"): READERS,
    ("GET", "/photos/{}/file"): READERS,
    ("PUT", "/photos/{}/release"): {S},
    ("GET", "/meetings"): MEETINGS,
    ("GET", "/meetings/{}"): MEETINGS,
    ("PUT", "/meetings/{}"): {S, A},
    ("GET", "/meetings/{}/cases"): MEETINGS,
    ("PUT", "/meetings/{}/cases"): {S, A},
    ("GET", "/meetings/{}/cases.csv"): MEETINGS,
    ("GET", "/meetings/{}/cases.xlsx"): MEETINGS,
    ("GET", "/meetings/{}/minutes.docx"): MEETINGS,
    ("PUT", "/meetings/{}/cases/{}/decision"): {S, A},
    ("POST", "/meetings/{}/packs"): {S, A},
    ("GET", "/packs/{}"): MEETINGS,
    ("GET", "/packs/{}/file"): MEETINGS,
    ("POST", "/packs/{}/cancel"): {S, A},
    ("POST", "/devices/codes"): {S, A},
    ("GET", "/devices"): {S, A},
    ("DELETE", "/devices/{}"): {S, A},
    ("POST", "/sync"): {INSPECTOR, S},
    ("GET", "/changes"): {INSPECTOR, S},
    ("GET", "/counts/wards"): set(ROLES),
    ("GET", "/counts/meshes"): set(ROLES),
    ("GET", "/counts/hexagons"): set(ROLES),
    ("POST", "/houses/near"): set(ROLES),
    ("GET", "/changes/houses"): set(ROLES),
    ("GET", "/exports/{}.{}"): set(ROLES),
    ("GET", "/exports/open-data.csv"): set(ROLES),
    ("GET", "/exports/hantei.qlr"): set(ROLES),
    ("GET", "/exports/hantei.qgs"): set(ROLES),
    ("GET", "/teams"): {S, A},
    ("GET", "/teams/{}"): {S, A},
    ("PUT", "/teams/{}"): {S, A},
    ("DELETE", "/teams/{}"): {S, A},
    ("PUT", "/teams/{}/houses/{}"): {S, A},
    ("DELETE", "/teams/{}/houses/{}"): {S, A},
    ("GET", "/teams/{}/assignments"): {S, A},
    ("POST", "/teams/{}/assignments"): {S, A},
    ("GET", "/tokens"): {A},
    ("DELETE", "/tokens/{}"): {A},
}
PUBLIC = {("GET", "/openapi.json"), ("GET", "/docs"), ("POST", "/devices/enrol")}


def routes(app):
    """Every (method, path) below /api/v1, with {} for each id."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            path = "".join("{}" if part[0] else part[1] for part in _parts(rule.rule))
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                yield method, path.removeprefix("/api/v1")


def _parts(rule):
    import re

    for found in re.finditer(r"<([^>]+)>|[^<]+", rule):
        yield found[1], found[0]


def test_every_route_of_the_application_has_a_rule(app):
    from inspection.auth import PERMISSIONS, PUBLIC, rule_of

    known = {PUBLIC, *frozenset().union(*PERMISSIONS.values())}
    rules = {rule.endpoint: rule_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}

    without = {endpoint: rule for endpoint, rule in rules.items() if rule not in known}
    assert without == {}


def test_a_route_without_a_rule_is_refused_to_everybody(app, caller):
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")

    assert caller(None).get("/forgotten").status_code == 401
    assert caller("admin").get("/forgotten").status_code == 403


def test_the_table_names_every_route_of_the_api(app):
    assert {route for route in routes(app) if "/docs" not in route[1]} >= set(ALLOWED)
    unnamed = {r for r in routes(app) if r not in ALLOWED and r not in PUBLIC}
    assert {r for r in unnamed if not r[1].startswith("/docs/")} == set()


def test_without_a_token_only_the_public_routes_answer(anonymous):
    for method, path in ALLOWED:
        reply = anonymous.send(method, path.replace("{}", new_id()))
        assert reply.status_code == 401, (method, path)
    for method, path in PUBLIC - {("GET", "/docs")}:
        assert anonymous.send(method, path).status_code != 401, (method, path)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_nothing_else(caller, role):
    sender = caller(role)

    wrong = {}
    for (method, path), allowed in ALLOWED.items():
        status = sender.send(method, path.replace("{}", new_id())).status_code
        if (status == 403) == (role in allowed) or status in (401, 405):
            wrong[method, path] = status
    assert wrong == {}


def test_head_is_refused_like_get(caller):
    assert caller("inspector").send("HEAD", "/meetings").status_code == 403
    assert caller("admin").send("HEAD", f"/houses/{new_id()}/owner").status_code == 403


def test_a_committee_member_sees_only_cases_on_meetings(secretariat, committee):
    house, other = a_kept_house(secretariat), a_kept_house(secretariat)
    case = a_confirmed_visit(secretariat, house)
    waiting, elsewhere = a_kept_visit(secretariat, house), a_confirmed_visit(secretariat, other)
    shown, hidden = send_photo(secretariat, case), send_photo(secretariat, elsewhere)
    a_kept_meeting(secretariat, case)

    def ids(path):
        return [item["id"] for item in committee.get(path).json["items"]]

    assert ids("/houses") == [house]
    assert ids("/inspections") == [case]
    assert committee.get(f"/houses/{house}").status_code == 200
    assert committee.get(f"/inspections/{case}").status_code == 200
    assert committee.get(f"/photos/{shown}").status_code == 200
    assert committee.get(f"/photos/{shown}/file?size=original").status_code == 200
    for path in (
        f"/houses/{other}",
        f"/inspections/{waiting}",
        f"/inspections/{waiting}/revisions",
        f"/inspections/{elsewhere}",
        f"/photos/{hidden}",
        f"/photos/{hidden}/file?size=original",
        f"/inspections?house_id={other}",
        f"/houses?q={other[:4]}",
    ):
        reply = committee.get(path)
        assert reply.status_code == 404 or reply.json["items"] == [], path


def test_nobody_but_the_secretariat_learns_whether_owner_data_exists(secretariat, caller):
    house = a_kept_house(secretariat)
    secretariat.put(f"/houses/{house}/owner", json=an_owner())

    for role in set(ROLES) - {"secretariat"}:
        for each in (house, new_id()):
            assert caller(role).get(f"/houses/{each}/owner").status_code == 403
