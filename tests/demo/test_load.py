"""Loading the demo: through the services, complete, repeatable, resumable."""

import pytest
from sqlalchemy import func, select

from inspection.demo import load
from inspection.demo.content import NEXT_MEETING, demo_id, read_meetings
from inspection.demo.visits import VisitLoader
from inspection.extensions import db
from inspection.models import STATUSES, AuditEntry, Case, House, Inspection, Meeting, Photo
from inspection.services import build_pack, case_history, houses, inspection_view
from inspection.services.derive_photo import derive_photo

# Worked by hand from the ordinance: (house, visit) -> total, low, high, judgement.
BY_HAND = {
    # Exterior: 25+15+15+10.
    ("R8-003", 1): (65, 65, 65, "not_substandard"),
    # 10 + (10+50+15+15).
    ("R8-003", 2): (100, 100, 100, "substandard"),
    # C = (0.3*160000 + 0.2*50000 + 0.1*20000) / (1200*84) * 18/20 = 0.536: 20; 40+25+15; 15.
    ("R8-010", 1): (115, 115, 115, "substandard"),
    # 50+25, 10, 10.
    ("R8-012", 1): (95, 95, 95, "not_substandard"),
    ("R8-013", 1): (95, 95, 95, "not_substandard"),
    # 10+20; timber frames: 15+20+50 = 85, cap 80; 10; 10.
    ("R8-015", 1): (130, 130, 130, "substandard"),
    # 50+25; the floor (up to 15) and the gutters (10) were not seen.
    ("R8-016", 1): (75, 75, 100, "undetermined"),
    # 20; 50+25+25; 10.
    ("R8-018", 1): (130, 130, 130, "substandard"),
    # 10+10; 10+50+15+25; two faces 10; 20; 5.
    ("R8-020", 1): (155, 155, 155, "substandard"),
}


def inspection(house, number):
    return db.session.scalar(
        select(Inspection).where(Inspection.id == demo_id("visit", house, number))
    )


def everything(app):
    """What the database holds, as far as people see it, and how often it was written to."""
    with app.app_context():
        return {
            "visits": [
                (visit.house.code, visit.status, visit.revision, visit.body_sha256)
                for visit in db.session.scalars(select(Inspection).order_by(Inspection.id))
            ],
            "houses": [
                (house.code, house.revision, house.total, house.owner and house.owner.name)
                for house in db.session.scalars(select(House).order_by(House.code))
            ],
            "photos": [
                (photo.id, photo.sha256, photo.released, photo.boxes)
                for photo in db.session.scalars(select(Photo).order_by(Photo.id))
            ],
            "cases": [
                (case.inspection.id, case.position, case.decision and case.decision.decision)
                for case in db.session.scalars(
                    select(Case).join(Meeting).order_by(Meeting.number, Case.position)
                )
            ],
            "audit": db.session.scalar(select(func.count()).select_from(AuditEntry)),
        }


def test_every_status_and_all_four_tables_occur(loaded):
    with loaded.app_context():
        visits = list(db.session.scalars(select(Inspection)))

        assert {visit.status for visit in visits} == set(STATUSES)
        assert {visit.rule_table.table_id for visit in visits} == {
            "jp.substandard-dwelling.wooden",
            "jp.substandard-dwelling.wooden-exterior",
            "jp.substandard-dwelling.reinforced-concrete",
            "jp.substandard-dwelling.concrete-block",
        }


def test_scores_are_as_worked_by_hand(loaded):
    with loaded.app_context():
        found = {(house, number): inspection(house, number).score for house, number in BY_HAND}

    assert {
        key: (score["total"], score["low"], score["high"], score["judgement"])
        for key, score in found.items()
    } == BY_HAND


def test_loading_twice_changes_nothing(loaded, load_part):
    before = everything(loaded)

    load_part()

    assert everything(loaded) == before


def test_what_people_changed_stays_as_they_left_it(loaded, load_part):
    with loaded.app_context():
        house = houses.find(demo_id("house", "R8-013"))
        body = {**{name: getattr(house, name) for name in houses.FIELDS}, "location": None}
        houses.put_house(house.id, body | {"notes": "changed"}, actor=load.CLERK)
    before = everything(loaded)

    load_part()

    assert everything(loaded) == before


@pytest.mark.parametrize("steps", [1, 9, 22])
def test_a_load_that_was_cut_short_is_completed(app, load_part, monkeypatch, steps):
    codes = ("R8-003", "R8-013", "R8-020")
    real, count = (VisitLoader._attach, VisitLoader._review), 0

    def failing(method):
        def run(self, *arguments):
            nonlocal count
            count += 1
            if count > steps:
                raise KeyboardInterrupt
            return method(self, *arguments)

        return run

    with monkeypatch.context() as patch:
        patch.setattr(VisitLoader, "_attach", failing(real[0]))
        patch.setattr(VisitLoader, "_review", failing(real[1]))
        try:
            load_part(codes)
        except KeyboardInterrupt:
            pass
        else:
            pytest.fail("was not cut short")

    load_part(codes)

    state = everything(app)
    assert [(code, status, revision) for code, status, revision, _ in sorted(state["visits"])] == [
        ("R8-003", "confirmed", 1),
        ("R8-003", "scheduled", 1),
        ("R8-013", "decided", 1),
        ("R8-020", "scheduled", 3),
    ]
    assert len(state["photos"]) == 2 + 6 + 4 + 6
    assert [decision for _, _, decision in state["cases"]] == [
        "deferred",
        "not_approved",
        None,
        None,
    ]
    assert sum(released for _, _, released, _ in state["photos"]) == 3


def test_a_correction_leaves_every_revision_and_the_comment(loaded):
    with loaded.app_context():
        visit = inspection("R8-020", 1)
        revisions = inspection_view.revisions_to_json(visit)

        assert [revision["score"]["total"] for revision in revisions] == [135, 165, 155]
        assert [revision["role"] for revision in revisions] == [
            "inspector",
            "inspector",
            "secretariat",
        ]
        assert revisions[0]["device_id"] is not None


def test_only_the_photo_left_out_on_purpose_is_missing(loaded):
    with loaded.app_context():
        visits = inspection_view.many_to_json(list(db.session.scalars(select(Inspection))))

    missing = {visit["id"]: visit["photos"]["missing"] for visit in visits}
    assert {visit: photos for visit, photos in missing.items() if photos} == {
        str(demo_id("visit", "R8-018", 1)): [str(demo_id("photo", "R8-018", 1, 2))]
    }


def test_a_photo_far_from_the_house_warns_and_one_without_position_says_so(app, load_part):
    load_part(("R8-023", "R8-002"))
    far, lost = demo_id("photo", "R8-023", 1, 1), demo_id("photo", "R8-002", 1, 7)

    with app.app_context():
        for photo_id in (far, lost):
            derive_photo(photo_id)
        rows = {
            photo.id: {check["code"]: check["level"] for check in photo.checks}
            for photo in db.session.scalars(select(Photo).where(Photo.id.in_([far, lost])))
        }

    assert rows[far]["distance"] == "warning"
    assert rows[far]["taken_at"] == "ok"
    assert rows[lost]["position"] == "unknown"


@pytest.mark.slow
def test_the_pack_of_the_coming_meeting_builds(loaded, tmp_path):
    with loaded.app_context():
        report = build_pack.build_to_file(
            NEXT_MEETING, "closed", tmp_path / "pack.pdf", lambda done, total: None
        )

    assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF-")
    assert report.missing_glyphs == ()
    assert report.pages >= 4 * 3 + 5


def test_the_deferred_case_comes_back_with_its_history(loaded):
    cases = {meeting.key: meeting.cases for meeting in read_meetings()}
    assert cases["r8-3"][1].house == cases["r8-4"][0].house

    with loaded.app_context():
        case = db.session.scalars(
            select(Case)
            .join(Meeting)
            .where(Meeting.id == NEXT_MEETING)
            .order_by(Case.position)
            .limit(1)
        ).one()
        history = case_history.history(case)

    assert [entry.on for entry in history] == ["2025-07-08", "2026-09-25"]
    assert "保留" in (history[1].detail or "")


def test_progress_ends_at_its_total(load_part):
    seen = []

    load_part(("R8-016", "R8-017"), lambda done, total: seen.append((done, total)))

    assert seen[0] == (0, 4)
    assert seen[-1] == (4, 4)
