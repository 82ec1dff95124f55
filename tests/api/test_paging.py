from __future__ import annotations

import pytest

from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting, a_kept_visit


def walk(caller, path, limit, between=lambda: None):
    """Follow next_cursor to the end; call `between` before every further page."""
    seen, cursor, pages = [], None, 0
    while True:
        query = f"{path}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        reply = caller.get(query).json
        assert len(reply["items"]) <= limit
        seen += [item["id"] for item in reply["items"]]
        cursor, pages = reply["next_cursor"], pages + 1
        if cursor is None:
            return seen, pages
        between()


@pytest.mark.parametrize(("limit", "pages"), [(1, 7), (3, 3), (7, 1), (100, 1)])
def test_pages_hold_every_house_once(inspector, limit, pages):
    houses = [a_kept_house(inspector) for _ in range(7)]

    assert walk(inspector, "/houses", limit) == (houses, pages)


def test_inserts_and_changes_between_pages_neither_skip_nor_repeat(inspector):
    from tests.factories import a_house

    houses = [a_kept_house(inspector) for _ in range(5)]
    added = []

    def disturb():
        if len(added) < 3:
            added.append(a_kept_house(inspector))
        changed = inspector.get(f"/houses/{houses[0]}").json
        inspector.put(f"/houses/{houses[0]}", json=a_house(code=changed["code"], notes="変更"))

    seen, _ = walk(inspector, "/houses", 2, disturb)

    assert seen[:5] == houses
    assert sorted(seen) == sorted(set(seen))
    assert set(seen) == {*houses, *added}


def test_pages_of_visits_hold_every_visit_once(inspector):
    house = a_kept_house(inspector)
    visits = [a_kept_visit(inspector, house) for _ in range(5)]

    assert walk(inspector, "/inspections", 2) == (visits, 3)


def test_a_filter_holds_on_every_page(inspector):
    a_kept_house(inspector, ward_code="401030")
    wanted = [a_kept_house(inspector) for _ in range(4)]
    a_kept_house(inspector, ward_code="401030")

    first = inspector.get("/houses?ward_code=401064&limit=2").json
    second = inspector.get(f"/houses?ward_code=401064&limit=2&cursor={first['next_cursor']}").json

    assert [item["id"] for item in first["items"] + second["items"]] == wanted


def test_a_committee_members_pages_hold_only_cases(secretariat, committee):
    shown = []
    for _ in range(3):
        a_kept_visit(secretariat)
        shown.append(a_confirmed_visit(secretariat))
    a_kept_meeting(secretariat, *shown)

    assert walk(committee, "/inspections", 2) == (shown, 2)
    assert len(walk(committee, "/houses", 2)[0]) == 3


def test_a_cursor_that_no_page_gave_is_refused(inspector):
    beyond_any_key = "azk5OTk5OTk5OTk5"  # k99999999999

    for cursor in (beyond_any_key, "a", "あ", "ay0x"):
        assert inspector.get(f"/houses?cursor={cursor}").status_code == 422, cursor
