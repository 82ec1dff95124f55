"""`demo load`: invented houses, visits, photos and meetings, put in through the services.

Nothing goes around them: history, audit and revisions are as real as in use. What is there stays
as it is, and a load that was cut short is completed by the next one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import Any

from inspection.api.houses import HouseSchema, OwnerSchema
from inspection.api.meetings import CaseSchema, MeetingSchema
from inspection.auth import Actor
from inspection.demo import accounts
from inspection.demo.content import DemoHouse, DemoMeeting, DemoVisit, read_houses, read_meetings
from inspection.demo.pictures import drawing, scenes_of
from inspection.demo.visits import CLERK, VisitLoader
from inspection.services import devices, houses, meetings

Progress = Callable[[int, int], None]
PROCESSES = 2
TABLETS = ("判定用タブレット1号(デモ)", "判定用タブレット2号(デモ)")


def load_demo(
    progress: Progress, only: Collection[str] | None = None, processes: int = PROCESSES
) -> str:
    """Load the demo data and return a line that says what is there.

    only: codes of the houses to load, with their visits and the meetings' cases on them; all by
    default. processes: how many draw the photos, 0 for none but this one.
    Raises what the services raise, when someone has put other things in the demo's place.
    """
    wanted = [house for house in read_houses() if only is None or house.code in only]
    accounts.ensure()
    tablets = _tablets()
    for house in wanted:
        _put_house(house)
    loaders = [
        VisitLoader(house, visit, tablets[visit_place(house, visit) % len(tablets)])
        for house in wanted
        for visit in house.visits
    ]
    _load_visits([loader for loader in loaders if not loader.is_complete()], progress, processes)
    for meeting in read_meetings():
        _put_meeting(meeting, {house.code for house in wanted})
    photos = sum(not photo.withheld for loader in loaders for photo in loader.visit.photos)
    return f"demo data: {len(wanted)} houses, {len(loaders)} visits, {photos} photos"


def visit_place(house: DemoHouse, visit: DemoVisit) -> int:
    """Return a number that spreads visits over the tablets."""
    return house.index + visit.number


def _tablets() -> list[Actor]:
    """Return the demo's tablets as actors, enrolled when they are not yet."""
    known = {device.name: device for device in devices.list_devices()}
    actors = []
    for name in TABLETS:
        device = known.get(name)
        if device is None:
            code = devices.issue_enrolment_code(CLERK).code
            device, _ = devices.enrol_device(code, name, None)
        actors.append(Actor(label=name, role="inspector", device_id=str(device.id)))
    return actors


def _put_house(house: DemoHouse) -> None:
    if houses.find(house.id) is None:
        houses.put_house(house.id, HouseSchema().load(house.fields), actor=CLERK)
    row = houses.find(house.id)
    if house.owner is not None and row is not None and row.owner is None:
        houses.put_owner(house.id, OwnerSchema().load(house.owner), actor=CLERK)


def _load_visits(loaders: list[VisitLoader], progress: Progress, processes: int) -> None:
    scenes = [scenes_of(loader.house, loader.visit) for loader in loaders]
    total, done = sum(map(len, scenes)), 0
    if not loaders:
        return
    progress(0, total)
    with drawing(itertools.chain.from_iterable(scenes), processes) as pictures:
        for loader in loaders:
            wanted = len(loader.visit.photos)
            loader.load(list(itertools.islice(pictures, wanted)))
            done += wanted
            progress(done, total)


def _put_meeting(meeting: DemoMeeting, codes: Collection[str]) -> None:
    cases = [case for case in meeting.cases if case.house in codes]
    if not cases:
        return
    row = meetings.find(meeting.id)
    if row is None:
        body = MeetingSchema().load(_plain(meeting.fields))
        row, _ = meetings.put_meeting(meeting.id, body, actor=CLERK)
    if not row.cases:
        wanted = [
            {"inspection_id": str(case.inspection_id), "proposal": case.proposal} for case in cases
        ]
        row, _ = meetings.put_cases(meeting.id, CaseSchema(many=True).load(wanted), actor=CLERK)
    undecided = {case.inspection.id for case in row.cases if case.decision is None}
    for case in cases:
        if case.decision is not None and case.inspection_id in undecided:
            body = {
                "decision": case.decision,
                "reason": case.reason,
                "decided_on": meeting.held_on,
            }
            meetings.decide(meeting.id, case.inspection_id, body, actor=CLERK)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a meeting's fields as JSON has them."""
    return {**fields, "held_at": fields["held_at"].isoformat()}
