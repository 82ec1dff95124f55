from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting, put_cases
from tests.factories import a_decision


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


def history_of(meeting_id, place=0):
    import uuid

    from inspection.services import case_history, meetings

    return case_history.history(meetings.get(uuid.UUID(meeting_id)).cases[place])


def test_a_deferred_cases_earlier_decision_and_visit_show_later(app, secretariat):
    house = a_kept_house(secretariat)
    earlier = "2024-05-01T09:00:00+09:00"
    a_confirmed_visit(secretariat, house, inspected_at=earlier, answers={"2-2": ["i"]})
    visit = a_confirmed_visit(secretariat, house)
    first = a_kept_meeting(secretariat, visit, title="第2回 判定委員会")
    decision = a_decision(decision="deferred", reason="再調査")
    secretariat.put(f"/meetings/{first}/cases/{visit}/decision", json=decision)
    later = a_kept_meeting(secretariat, held_at="2026-09-15T14:00:00+09:00")
    put_cases(secretariat, later, visit)

    with app.app_context():
        entries = history_of(later)

    assert [entry.on for entry in entries] == ["2024-05-01", "2026-06-15"]
    assert "25点" in entries[0].detail
    assert entries[1].event == "第2回 判定委員会"
    assert "再調査" in entries[1].detail


def test_neighbours_are_judged_houses_within_400_m_by_distance(app, secretariat):
    import uuid

    from inspection.services import case_context, houses
    from tests.factories import KOKURA

    lon, lat = KOKURA

    def at(east_m, north_m):
        where = [lon + east_m / 92_500, lat + north_m / 110_900]
        return a_kept_house(secretariat, location={"type": "Point", "coordinates": where})

    centre = at(0, 0)
    placed = {"far": at(0, 450), "near": at(50, 0), "mid": at(0, -300), "unjudged": at(10, 10)}
    codes = {name: secretariat.get(f"/houses/{id_}").json["code"] for name, id_ in placed.items()}
    for name in ("far", "near", "mid"):
        a_confirmed_visit(secretariat, placed[name])

    with app.app_context():
        found = case_context.neighbours(houses.find(uuid.UUID(centre)))

    assert [each.code for each in found] == [codes["near"], codes["mid"]]
    assert [each.letter for each in found] == ["A", "B"]
