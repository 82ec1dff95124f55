"""Checks of a photo against all others, its visit and its device, as the worker makes them."""

from __future__ import annotations

import io
import threading
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select

from tests.api.conftest import Caller
from tests.api.steps import a_kept_house, a_kept_visit, send_photo
from tests.factories import a_jpeg, an_expected_photo, an_inspection, new_id
from tests.uploads.pictures import a_photo
from tests.uploads.test_looks import scene
from uploads.slots import slot

SOON = {"Hantei-Device-Time": (datetime.now(timezone(timedelta(hours=9))) + timedelta(hours=3))}


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


@pytest.fixture
def work(app):
    from inspection.services.background import KINDS
    from inspection.worker import Worker

    return Worker(app, KINDS).drain


def encoded(image, quality=90):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def told(caller, photo):
    reply = caller.get(f"/photos/{photo}").json
    assert reply["status"] == "ready", reply
    return {check["code"]: check for check in reply["checks"]}


def test_the_same_file_and_a_copy_at_another_house_name_its_case(secretariat, work):
    there = a_kept_visit(secretariat, a_kept_house(secretariat, code="K-1"))
    here = a_kept_visit(secretariat)
    picture = scene(1)
    send_photo(secretariat, there, encoded(picture))
    work()
    same = send_photo(secretariat, here, encoded(picture))
    copy = send_photo(secretariat, here, encoded(picture.resize((1200, 900)), 50))
    other = send_photo(secretariat, here, encoded(scene(2)))

    work()

    found = told(secretariat, same)
    assert found["same_file"]["level"] == "warning"
    assert "整理番号 K-1、2026年5月12日の調査" in found["same_file"]["detail"]
    assert found["alike"]["level"] == "ok"
    found = told(secretariat, copy)
    assert found["same_file"]["level"] == "ok"
    assert found["alike"]["level"] == "warning"
    assert "別の家屋(整理番号 K-1、" in found["alike"]["detail"]
    assert {check["level"] for check in told(secretariat, other).values()} <= {"ok", "unknown"}


def test_last_year_s_photo_is_no_photo_of_this_visit(secretariat, work):
    house = a_kept_house(secretariat)
    last_year = a_kept_visit(secretariat, house, inspected_at="2025-05-12T10:15:00+09:00")
    this_year = a_kept_visit(secretariat, house)
    old, again = encoded(scene(1)), encoded(scene(1), 40)
    send_photo(secretariat, last_year, old)
    work()
    same, copy = (send_photo(secretariat, this_year, data) for data in (old, again))

    work()

    for photo, code in ((same, "same_file"), (copy, "alike")):
        check = told(secretariat, photo)[code]
        assert check["level"] == "warning"
        assert "この家屋の別の調査" in check["detail"]
        assert "2025年5月12日" in check["detail"]


def test_hashes_of_other_workers_and_deleted_or_moved_photos_are_right(app, secretariat, work):
    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import Inspection, Photo

    def at(code, quality):
        visit = a_kept_visit(secretariat, a_kept_house(secretariat, code=code))
        return send_photo(secretariat, visit, encoded(scene(1), quality))

    def another_worker():
        app.extensions.pop("hantei_photo_hashes", None)

    first = at("K-1", 90)
    work()
    first_worker = app.extensions["hantei_photo_hashes"]
    another_worker()
    second = at("K-2", 85)
    work()
    with app.app_context(), write_transaction():
        db.session.execute(delete(Photo).where(Photo.id == uuid.UUID(second)))
    third = at("K-3", 80)
    work()
    with app.app_context(), write_transaction():
        moved = db.session.scalar(select(Photo).where(Photo.id == uuid.UUID(third)))
        target = a_kept_visit(secretariat, a_kept_house(secretariat, code="K-4"))
        moved.inspection_pk = db.session.scalar(
            select(Inspection.pk).where(Inspection.id == uuid.UUID(target))
        )
    app.extensions["hantei_photo_hashes"] = first_worker
    with app.app_context(), write_transaction():
        db.session.execute(delete(Photo).where(Photo.id == uuid.UUID(first)))
    last = at("K-5", 75)

    work()

    assert "K-4" in told(secretariat, last)["alike"]["detail"]
    assert first_worker.last >= 3


def test_of_copies_read_at_once_only_the_first_is_not_told(app, secretariat):
    from inspection.services.derive_photo import derive_photo

    def one(quality):
        return send_photo(secretariat, a_kept_visit(secretariat), encoded(scene(1), quality))

    photos = [one(quality) for quality in (90, 85, 80, 75)]
    together = threading.Barrier(len(photos))

    def derive(photo):
        with app.app_context():
            together.wait()
            derive_photo(uuid.UUID(photo))

    threads = [threading.Thread(target=derive, args=(photo,)) for photo in photos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    levels = [told(secretariat, photo)["alike"]["level"] for photo in photos]
    assert sorted(levels) == ["ok", "warning", "warning", "warning"]


def test_the_device_s_clock_is_a_witness_for_photo_and_visit(secretariat, work):
    wrong = {"Hantei-Device-Time": SOON["Hantei-Device-Time"].isoformat()}
    right = {"Hantei-Device-Time": datetime.now(timezone(timedelta(hours=9))).isoformat()}
    good, bad = new_id(), new_id()
    for visit, headers in ((good, right), (bad, wrong)):
        body = an_inspection(a_kept_house(secretariat))
        secretariat.put(f"/inspections/{visit}", json=body, headers=headers)
    ahead = send_photo(secretariat, good, a_jpeg(1), headers=wrong)
    on_time = send_photo(secretariat, good, a_jpeg(2), headers=right)

    work()

    assert told(secretariat, ahead)["clock"]["level"] == "warning"
    assert "3時間進んで" in told(secretariat, ahead)["clock"]["detail"]
    # Taken in May and sent months later: hours and months offline are no skew.
    assert told(secretariat, on_time)["clock"]["level"] == "ok"
    by_id = {item["id"]: item for item in secretariat.get("/inspections").json["items"]}
    assert any("端末の時計が約3時間進んで" in text for text in by_id[bad]["warnings"])
    assert not any("時計" in text for text in by_id[good]["warnings"])


def test_a_night_between_announcement_and_last_byte_is_no_skew(app, secretariat, work):
    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import Photo, Upload

    photo = send_photo(secretariat, a_kept_visit(secretariat), encoded(scene(1)))
    with app.app_context(), write_transaction():
        row = db.session.scalar(select(Photo).where(Photo.id == uuid.UUID(photo)))
        evening = row.received_at - timedelta(hours=14)
        row.device_clock_at = evening + timedelta(minutes=2)
        row.taken_at = evening  # as the tablet announced it
        upload = Upload(
            id=uuid.uuid4(),
            photo_id=row.id,
            inspection_id=row.inspection.id,
            item=row.item,
            announced="",
            length_bytes=row.bytes,
            offset_bytes=row.bytes,
            part="part",
            state="finished",
            actor="test",
            role="inspector",
            device_clock_at=row.device_clock_at,
            created_at=evening,
            expires_at=evening + timedelta(days=7),
        )
        db.session.add(upload)

    work()

    assert told(secretariat, photo)["clock"]["level"] == "ok"
    said = secretariat.get(f"/photos/{photo}").json["taken_at"]
    assert datetime.fromisoformat(said) == evening


def test_what_is_expected_is_seen_at_once_and_mismatches_are_told(secretariat, work):
    pictures = [a_jpeg(number) for number in range(3)]
    expected = [an_expected_photo(data) for data in pictures]
    expected[1] |= {"sha256": "0" * 64, "bytes": 5}
    expected[2] |= {"item": "2-3"}
    visit = a_kept_visit(secretariat, expected_photos=expected)

    seen = []
    for announced, data in zip(expected, pictures, strict=True):
        send_photo(secretariat, visit, data, announced["id"])
        one = secretariat.get(f"/inspections/{visit}").json
        (listed,) = secretariat.get("/inspections").json["items"]
        assert listed["photos"] == one["photos"]
        seen.append((one["photos"]["received"], one["photos"]["missing"]))

    assert seen == [
        (1, [expected[1]["id"], expected[2]["id"]]),
        (2, [expected[2]["id"]]),
        (3, []),
    ]
    warnings = one["warnings"]
    assert [text for text in warnings if "予告 5 バイト" in text and "項目 2-2" in text]
    assert [text for text in warnings if "調査記録では項目 2-3" in text]
    assert not [text for text in warnings if text.startswith("2-3") and "写真がありません" in text]


def test_thresholds_are_the_city_s(app, secretariat, work):
    app.config["HANTEI_CHECK_SHARPNESS"] = 900_000.0
    photo = send_photo(secretariat, a_kept_visit(secretariat), encoded(scene(1)))

    work()

    assert told(secretariat, photo)["blur"]["level"] == "warning"


def test_a_heic_without_a_place_comes_again_and_jpegs_go_on(app, secretariat, work):
    from inspection.services.derive_photo import NoPlaceError, derive_photo, derive_queued

    visit = a_kept_visit(secretariat)
    heic = send_photo(secretariat, visit, a_photo("HEIF"))
    jpeg = send_photo(secretariat, visit, a_jpeg())

    with slot(app.config["HANTEI_VAR_DIR"] / "locks", "heic", 1, 0):
        work()
        with app.app_context():
            assert derive_queued(uuid.UUID(heic)) > timedelta(0)
            with pytest.raises(NoPlaceError):
                derive_photo(uuid.UUID(heic), patience_s=0.2)
        waiting = secretariat.get(f"/photos/{heic}").json["status"]
        done = secretariat.get(f"/photos/{jpeg}").json["status"]
    with app.app_context():
        assert derive_queued(uuid.UUID(heic)) is None

    assert (waiting, done) == ("received", "ready")
    assert secretariat.get(f"/photos/{heic}").json["status"] == "ready"
