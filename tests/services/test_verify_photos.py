"""`photos verify` on disk and S3, on both databases: what is missing, damaged, unasked; and mending."""

from __future__ import annotations

import itertools
import json
import os
import time
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.api.conftest import Caller
from tests.api.steps import a_confirmed_visit, a_kept_meeting, a_kept_visit, send_photo
from tests.factories import a_jpeg
from tests.uploads.behind import DiskBehind, S3Behind
from uploads.storage import original_key

FAULTS = (
    "missing original",
    "damaged original",
    "damaged report",
    "damaged thumbnail",
    "unreferenced",
)
BOXES = [{"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}]


@pytest.fixture(params=[("spatialite", "file"), ("postgis", "s3")], ids="-".join)
def place(request):
    """Where everything lies: (database, storage). One test takes all four pairs."""
    return request.param


@pytest.fixture
def database_kind(place):
    return place[0]


@pytest.fixture
def behind(place, request, tmp_path):
    if place[1] == "file":
        return DiskBehind(tmp_path / "storage")
    server = request.getfixturevalue("s3_server")
    return S3Behind(server, f"verify/{uuid.uuid4()}", tmp_path / "spool")


@pytest.fixture
def app_settings(behind, request):
    if behind.kind == "file":
        return {}
    server = request.getfixturevalue("s3_server")
    return server.settings(behind.prefix)


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


@pytest.fixture
def work(app):
    from inspection.services.background import KINDS
    from inspection.worker import Worker

    return lambda: Worker(app, KINDS).drain()


@pytest.fixture
def run(app):
    """Run a command; give (exit code, lines of standard output, the line on standard error)."""

    def run(*arguments):
        result = app.test_cli_runner().invoke(args=["photos", *arguments])
        error = next((x for x in result.stderr.splitlines() if x.startswith("Error:")), "")
        return result.exit_code, result.stdout.splitlines(), error

    return run


@pytest.fixture
def grown_old(app, monkeypatch):
    """Let every object be older than the time of grace."""
    from inspection.services import verify_photos

    monkeypatch.setattr(verify_photos, "GRACE", timedelta(seconds=-5))


def photo_row(app, photo):
    from inspection.extensions import db
    from inspection.models import Photo

    with app.app_context():
        return db.session.scalars(select(Photo).where(Photo.id == uuid.UUID(photo))).one()


def a_city(secretariat, work):
    """Make four photos of two visits (two share their bytes), one with boxes; and a pack."""
    first, second = a_confirmed_visit(secretariat), a_kept_visit(secretariat)
    photos = [
        send_photo(secretariat, visit, a_jpeg(seed))
        for visit, seed in ((first, 1), (first, 2), (second, 2), (second, 3))
    ]
    release = {"released": True, "boxes": BOXES}
    assert secretariat.put(f"/photos/{photos[0]}/release", json=release).status_code == 200
    meeting = a_kept_meeting(secretariat, first)
    assert secretariat.post(f"/meetings/{meeting}/packs", json={"edition": "public"}).status_code
    work()
    return photos


def test_a_whole_storage_is_said_to_be_whole_with_packs_and_burnt_pictures(
    app, behind, secretariat, work, run, grown_old
):
    photos = a_city(secretariat, work)
    with app.app_context():
        from inspection.resources import storage

        stored = [each.key for each in storage().list()]

    code, lines, error = run("verify")

    # 3 originals, 3 × 2 derivatives, 1 with boxes, 1 pack
    assert (len(stored), len([key for key in stored if "boxes" in key])) == (11, 1)
    assert (code, error) == (0, "")
    assert lines[-1].startswith("11 objects whole")
    assert len(lines) == 1
    assert run("verify", "--quick")[0] == 0
    # Boxes that a pack shows stay referenced when the photo has others now.
    secretariat.put(f"/photos/{photos[0]}/release", json={"released": True, "boxes": []})
    assert run("verify")[1][-1].startswith("11 objects whole")


@pytest.mark.parametrize(
    "place",
    list(itertools.product(("spatialite", "postgis"), ("file", "s3"))),
    ids="-".join,
    indirect=True,
)
def test_what_is_wrong_is_told_with_photo_house_and_visit(
    app, behind, secretariat, work, run, grown_old
):
    one, shared, other, last = a_city(secretariat, work)
    rows = {name: photo_row(app, name) for name in (one, shared, last)}
    stray = original_key("ab" * 32)
    with app.app_context():
        from inspection.resources import storage

        storage().delete(original_key(rows[one].sha256))
    behind.overwrite(original_key(rows[shared].sha256), a_jpeg(2)[:-1] + b"\x00")
    behind.overwrite(original_key(rows[last].sha256), a_jpeg(3)[:-700])
    behind.overwrite(rows[one].report_key, behind.read(rows[one].report_key)[:-9])
    behind.overwrite(rows[last].thumbnail_key, behind.read(rows[last].thumbnail_key)[:300])
    behind.overwrite(stray, b"stray")

    code, lines, error = run("verify")
    quick = run("verify", "--quick")

    assert code == 1
    assert error == "Error: 1 objects missing, 4 damaged"
    told = {word: [line for line in lines if line.startswith(word)] for word in FAULTS}
    assert [len(told[word]) for word in FAULTS] == [1, 3, 1, 1, 1]
    visit = secretariat.get(f"/photos/{one}").json["inspection_id"]
    house = secretariat.get(f"/inspections/{visit}").json["house_id"]
    code_of_house = secretariat.get(f"/houses/{house}").json["code"]
    assert f"photo {one} house {code_of_house} visit {visit}" in told["missing original"][0]
    assert {shared, other, last} == {line.split(" photo ")[1][:36] for line in told[FAULTS[1]]}
    assert f"instead of {len(a_jpeg(3))}" in "".join(told["damaged original"])
    assert f"photos derive --again {one}" in told["damaged report"][0]
    assert f"key {stray}" in told["unreferenced"][0]
    assert quick[2] == "Error: 1 objects missing, 1 damaged"  # sizes of derivatives are not kept


def test_derivatives_are_mended_from_a_whole_original_only(
    app, behind, secretariat, work, run, grown_old
):
    one, _, _, last = a_city(secretariat, work)
    rows = [photo_row(app, one), photo_row(app, last)]
    good = behind.read(rows[0].report_key)
    for row in rows:
        behind.overwrite(row.report_key, b"\xff\xd8 not whole")
    behind.overwrite(original_key(rows[1].sha256), b"nor is this")

    mended, refused = run("derive", "--again", one), run("derive", "--again", last)

    assert (mended[0], refused[0]) == (0, 1)
    assert behind.read(rows[0].report_key) == good
    assert secretariat.get(f"/photos/{one}").json["status"] == "ready"
    assert "original is damaged" in refused[2]
    assert behind.read(rows[1].report_key) == b"\xff\xd8 not whole"
    assert run("derive", "--again", str(uuid.uuid4()))[0] == 1
    work()
    assert run("verify")[2] == "Error: 0 objects missing, 2 damaged"


def test_what_arrives_just_now_is_no_fault_and_leftovers_are_told(
    app, behind, secretariat, work, run
):
    photo = send_photo(secretariat, a_kept_visit(secretariat))
    behind.overwrite(original_key("cd" * 32), b"its row comes in a moment")
    with app.app_context():
        from inspection.resources import storage

        left = storage().spool_folder / "1-killed.part"
    left.write_bytes(b"part")
    os.utime(left, (time.time() - 7 * 3600,) * 2)

    code, lines, _ = run("verify", "--json")

    leftover, summary = [json.loads(line) for line in lines]
    assert code == 0
    assert (leftover["kind"], leftover["key"]) == ("leftover", "1-killed.part")
    assert summary["summary"] == {"ok": 1, "in flight": 1, "leftover": 1}
    assert secretariat.get(f"/photos/{photo}").json["status"] == "received"


def test_a_photo_deleted_meanwhile_is_no_fault(app, behind, secretariat, run, monkeypatch):
    from inspection.extensions import db
    from inspection.models import Photo
    from inspection.resources import storage
    from inspection.services import verify_photos

    photo = send_photo(secretariat, a_kept_visit(secretariat))
    real = verify_photos.still_holds

    def look_again(reference):
        db.session.execute(delete(Photo))
        db.session.commit()
        return real(reference)

    with app.app_context():
        storage().delete(original_key(photo_row(app, photo).sha256))
    assert run("verify")[2] == "Error: 1 objects missing, 0 damaged"
    monkeypatch.setattr(verify_photos, "still_holds", look_again)

    assert run("verify")[0] == 0


def test_a_storage_that_goes_away_ends_the_run_with_one_line(app, behind, secretariat, run):
    send_photo(secretariat, a_kept_visit(secretariat))
    from uploads.errors import StorageUnavailableError

    def gone(*_):
        raise StorageUnavailableError("S3 does not answer: error sending request")

    with app.app_context():
        from inspection.resources import storage

        kind = type(storage())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "open_range", gone)
        patch.setattr(kind, "check", gone)
        code, _, error = run("verify")

    assert (code, error) == (1, "Error: S3 does not answer: error sending request")
