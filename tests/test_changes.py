"""Nothing is missed: a reader that follows the feed while many write ends with what there is."""

from __future__ import annotations

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from tests.factories import a_house, an_inspection

WRITERS, STEPS, HOUSES = 8, 12, 6


@pytest.fixture
def services(app):
    """What the writers do, as plain functions on one application; returns a namespace."""
    from types import SimpleNamespace

    from inspection.api.houses import HouseSchema
    from inspection.api.inspections import InspectionSchema, to_record
    from inspection.auth import SYSTEM, Actor
    from inspection.services import assignments, devices, feed, houses, teams
    from inspection.services.review_inspection import review_inspection
    from inspection.services.submit_inspection import submit_inspection

    with app.app_context():
        device, _ = devices.enrol_device(devices.issue_enrolment_code(SYSTEM).code, "端末", None)
        team = uuid.uuid4()
        teams.put_team(team, {"name": "1班", "device_ids": [device.id]}, actor=SYSTEM)
    tablet = Actor("端末", "inspector", device_id=str(device.id))

    def put_house(house, **changes):
        houses.put_house(house, HouseSchema().load(a_house(**changes)), actor=SYSTEM)

    def put_visit(visit, house, actor=tablet, **changes):
        record = to_record(InspectionSchema().load(an_inspection(house, **changes)))
        submit_inspection(visit, record, actor=actor, if_match="*")

    def give(house):
        assignments.assign_house(team, house, assignments.Errand(None, None), actor=SYSTEM)

    def take(house):
        assignments.unassign_house(team, house, actor=SYSTEM)

    def review(visit, action):
        review_inspection(visit, action, None, actor=SYSTEM)

    def ask(since=None, limit=7, actor=tablet):
        return feed.changes_since(since, actor=actor, limit=limit)

    return SimpleNamespace(
        put_house=put_house, put_visit=put_visit, give=give, take=take, review=review, ask=ask
    )


class Replica:
    """What a tablet holds of the feed: it knows only the answers."""

    def __init__(self, ask):
        self.ask, self.token = ask, None
        self.houses, self.inspections = {}, {}
        self.answers = 0

    def step(self):
        answer = self.ask(self.token)
        if answer.reset:
            self.houses, self.inspections = {}, {}
        told = [one["id"] for one in (*answer.houses, *answer.inspections, *answer.deleted)]
        assert len(told) == len(set(told)), "told twice in one answer"
        self.houses |= {one["id"]: one for one in answer.houses}
        self.inspections |= {one["id"]: one for one in answer.inspections}
        for gone in answer.deleted:
            held = self.houses if gone["kind"] == "house" else self.inspections
            held.pop(gone["id"], None)
        self.token, self.answers = answer.token, self.answers + 1
        return answer

    def catch_up(self):
        while self.step().more:
            pass
        return self


def write_at_random(app, services, seed, houses):
    """One writer: changes houses and visits, assigns, takes off, reviews, in its own threads."""
    from inspection.errors import HanteiError

    choose = random.Random(seed)
    visits = [uuid.uuid4() for _ in range(2)]
    for step in range(STEPS):
        house, visit = choose.choice(houses), choose.choice(visits)
        act = choose.choice(["house", "visit", "visit", "give", "give", "take", "review"])
        try:
            with app.app_context():
                if act == "house":
                    services.put_house(house, code=str(house)[:20], notes=f"{seed}-{step}")
                elif act == "visit":
                    services.put_visit(visit, house, remarks=f"{seed}-{step}")
                elif act == "review":
                    services.review(visit, choose.choice(["confirm", "return"]))
                else:
                    getattr(services, act)(house)
        except HanteiError:
            pass  # a visit that is not there yet, or was confirmed meanwhile


def test_a_replica_that_follows_many_writers_equals_what_there_is(app, services):
    houses = [uuid.uuid4() for _ in range(HOUSES)]
    with app.app_context():
        for house in houses:
            services.put_house(house, code=str(house)[:20])
        services.give(houses[0])
    done = threading.Event()

    def follow():
        replica = Replica(services.ask)
        while not done.is_set():
            with app.app_context():
                replica.step()
        with app.app_context():
            return replica.catch_up()

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        readers = [pool.submit(follow) for _ in range(2)]
        writers = [
            pool.submit(write_at_random, app, services, seed, houses) for seed in range(WRITERS)
        ]
        wait(writers)
        done.set()  # also when a writer failed, which the next line tells
        for writer in writers:
            writer.result()
        followed = [reader.result() for reader in readers]

    with app.app_context():
        truth = Replica(services.ask).catch_up()
        for replica in followed:
            assert replica.answers > 5
            assert replica.houses == truth.houses
            assert replica.inspections == truth.inspections
        again = services.ask(followed[0].token)
    assert truth.houses
    assert truth.inspections
    assert (again.houses, again.inspections, again.deleted, again.rule_tables) == ([], [], [], [])


def test_numbers_have_no_gaps_and_follow_the_commits(app, services):
    """Also of writers that leave no trace in the audit trail, whose lock they do not hold then."""
    from sqlalchemy import select

    from inspection.database.transactions import read_transaction, write_transaction
    from inspection.extensions import db
    from inspection.models import Change, House

    houses = [uuid.uuid4() for _ in range(6)]
    with app.app_context():
        for house in houses:
            services.put_house(house, code=str(house)[:20])
            services.give(house)
    done, seen = threading.Event(), []

    def write(house):
        for step in range(8):
            with app.app_context(), write_transaction():
                row = db.session.scalars(select(House).where(House.id == house)).one()
                row.notes = f"{step}"

    def watch():
        while not done.is_set():
            with app.app_context(), read_transaction():
                seen.append(list(db.session.scalars(select(Change.number).order_by(Change.number))))

    with ThreadPoolExecutor(7) as pool:
        watcher = pool.submit(watch)
        writers = [pool.submit(write, house) for house in houses]
        wait(writers)
        done.set()  # also when a writer failed, which the next line tells
        for each in (*writers, watcher):
            each.result()

    assert len(seen) > 5
    for numbers in seen:
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_house_assigned_while_another_is_about_to_change_it_is_told_as_changed(
    app, services, monkeypatch
):
    from sqlalchemy import select

    from inspection import changes
    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import House

    house = uuid.uuid4()
    with app.app_context():
        services.put_house(house, code="K-1")
    asked, go_on, real = threading.Event(), threading.Event(), changes.of_assignments

    def change():
        with app.app_context(), write_transaction():
            db.session.scalars(select(House)).one().notes = "後から"

    def pause(session, assignments):
        if not assignments:  # the change has asked which teams have the house: none
            asked.set()
            go_on.wait(5)
        return real(session, assignments)

    def give():
        with app.app_context():
            services.give(house)

    monkeypatch.setattr(changes, "of_assignments", pause)
    with ThreadPoolExecutor(2) as pool:
        changing = pool.submit(change)
        assert asked.wait(5)
        giving = pool.submit(give)
        with app.app_context():
            replica = Replica(services.ask)
            for _ in range(5):  # an answer between the two commits, if there can be one
                replica.catch_up()
                threading.Event().wait(0.1)
        go_on.set()
        changing.result()
        giving.result()

    with app.app_context():
        (held,) = replica.catch_up().houses.values()
    assert held["notes"] == "後から"


def test_a_write_that_is_rolled_back_is_not_noted(app, services):
    from sqlalchemy import func, select

    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import Change, House

    house = uuid.uuid4()
    with app.app_context():
        services.put_house(house, code="K-1")
        services.give(house)
        count = select(func.count()).select_from(Change)
        before = db.session.scalar(count)

        def fail():
            with write_transaction():
                db.session.scalars(select(House)).one().notes = "未確定"
                db.session.flush()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        with write_transaction():
            assert db.session.scalars(select(House)).one().notes != "未確定"

        assert db.session.scalar(count) == before


def test_houses_changed_past_the_session_are_told_when_noted(app, services):
    from sqlalchemy import select, update

    from inspection import changes
    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import House

    assigned, other = uuid.uuid4(), uuid.uuid4()
    with app.app_context():
        for house in (assigned, other):
            services.put_house(house, code=str(house)[:20])
        services.give(assigned)
        token = services.ask().token

        with write_transaction():
            db.session.execute(update(House).values(town="取込"))
            changes.note_houses(db.session.scalars(select(House.pk)))

        answer = services.ask(token)
    assert [house["id"] for house in answer.houses] == [str(assigned)]
    assert answer.houses[0]["town"] == "取込"


def test_a_visit_that_is_deleted_is_told_as_gone(app, services):
    from sqlalchemy import delete, select

    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import Inspection, InspectionRevision

    house, visit = uuid.uuid4(), uuid.uuid4()
    with app.app_context():
        services.put_house(house, code="K-1")
        services.give(house)
        services.put_visit(visit, house)
        token = services.ask().token

        with write_transaction():
            row = db.session.scalars(select(Inspection)).one()
            db.session.delete(row)
            with db.session.no_autoflush:
                db.session.execute(delete(InspectionRevision))

        answer = services.ask(token)
    assert answer.deleted == [{"kind": "inspection", "id": str(visit)}]
