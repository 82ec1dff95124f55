"""Uploads when something goes wrong: two at once, damage, a full disk, no database, forgotten."""

from __future__ import annotations

import errno
import os
import threading
import time
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from inspection.database.transactions import write_transaction
from inspection.extensions import db
from inspection.models import Upload
from inspection.models.types import now
from inspection.services import end_uploads, receive_upload, upload_ledger
from tests.api.steps import a_kept_visit
from tests.api.tus import OFFSET_STREAM, TUS, announcing, created, head, offset_of, patch
from tests.factories import a_jpeg, new_id
from uploads import resumable

DATA = a_jpeg()
HALF = len(DATA) // 2


@pytest.fixture
def visit(inspector):
    return a_kept_visit(inspector)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(receive_upload, "DEPARTURE_S", 0.1)


class Line:
    """A body that comes as the test lets it: `give` bytes, `hang_up`, or nothing for a while."""

    def __init__(self, length):
        self.left = length
        self.pieces, self.came = [], threading.Condition()
        self.asked = threading.Event()

    def give(self, data):
        with self.came:
            self.pieces.append(data)
            self.came.notify()

    def hang_up(self):
        self.give(OSError("connection reset"))

    def read(self, size=-1):
        self.asked.set()
        if self.left == 0:
            return b""
        with self.came:
            assert self.came.wait_for(lambda: self.pieces, timeout=20)
            piece = self.pieces.pop(0)
        if isinstance(piece, OSError):
            raise piece
        assert len(piece) <= size
        self.left -= len(piece)
        return piece


@pytest.fixture
def sending(inspector):
    """Begin a PATCH in a thread; returns its line and a function that gives its reply."""
    threads = []

    def begin(url, offset, length):
        line, replies = Line(length), []
        said = TUS | OFFSET_STREAM | {"Upload-Offset": str(offset), "Content-Length": str(length)}

        def send():
            environ = {"wsgi.input": line, "wsgi.input_terminated": True}
            replies.append(inspector.send("PATCH", url, headers=said, environ_overrides=environ))

        threads.append(threading.Thread(target=send))
        threads[-1].start()
        assert line.asked.wait(20)

        def reply():
            threads[-1].join(20)
            return replies[0]

        return line, reply

    yield begin
    for thread in threads:
        thread.join(20)


def seen(app, url, **values):
    """Change an upload's row, as if time had passed."""
    with app.app_context(), write_transaction():
        db.session.execute(
            update(Upload).where(Upload.id == uuid.UUID(url.rpartition("/")[2])).values(**values)
        )


def parts_of(app):
    with app.app_context():
        return sorted(path.name for path in upload_ledger.parts_folder().iterdir())


def test_of_two_patches_at_once_one_is_locked_out(inspector, visit, sending):
    url = created(inspector, visit, DATA)
    line, reply = sending(url, 0, HALF)

    second = patch(inspector, url, 0, DATA)
    line.give(DATA[:HALF])

    assert second.status_code == 423
    assert second.headers["Tus-Resumable"] == "1.0.0"
    assert reply().status_code == 204
    assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 204


def test_a_cut_patch_keeps_what_came_and_lets_go_at_once(inspector, visit, sending):
    photo = new_id()
    url = created(inspector, visit, DATA, photo_id=photo)
    line, reply = sending(url, 0, len(DATA))
    line.give(DATA[:HALF])
    line.hang_up()

    assert reply().status_code == 400
    assert offset_of(inspector, url) == HALF
    assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 204
    assert inspector.get(f"/photos/{photo}/file?size=original").data == DATA


def test_after_ten_silent_seconds_another_takes_over_and_the_first_does_no_harm(
    app, inspector, visit, sending
):
    photo = new_id()
    url = created(inspector, visit, DATA, photo_id=photo)
    line, reply = sending(url, 0, len(DATA))
    line.give(DATA[:HALF])
    while inspector.send("HEAD", url, headers=TUS).headers["Upload-Offset"] != str(HALF):
        time.sleep(0.05)  # HEAD commits for the writer that only waits
    assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 423
    seen(app, url, writer_seen_at=now() - timedelta(seconds=resumable.STALL_S))

    assert patch(inspector, url, HALF, DATA[HALF:-5]).status_code == 204
    line.give(b"Z" * (len(DATA) - HALF))  # the first wakes up, with other bytes even

    assert reply().status_code == 423
    assert patch(inspector, url, len(DATA) - 5, DATA[-5:]).status_code == 204
    assert inspector.get(f"/photos/{photo}/file?size=original").data == DATA
    assert parts_of(app) == []


def test_damage_is_told_and_wrong_bytes_are_never_kept(app, inspector, visit):
    url = created(inspector, visit, DATA)
    patch(inspector, url, 0, DATA[:HALF])
    with app.app_context():
        (part,) = upload_ledger.parts_folder().iterdir()
        part.write_bytes(DATA[: HALF - 1])

    assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 410
    assert head(inspector, url).status_code == 410


def unavailable(reply):
    assert reply.status_code == 503, reply.text
    assert reply.headers["Retry-After"]
    assert reply.headers["Tus-Resumable"] == "1.0.0"


def test_a_full_disk_is_503_and_the_offset_stays_true(inspector, visit, monkeypatch):
    url = created(inspector, visit, DATA)
    patch(inspector, url, 0, DATA[:HALF])

    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(resumable, "write_all", full)
        unavailable(patch(inspector, url, HALF, DATA[HALF:]))

    assert offset_of(inspector, url) == HALF
    assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 204


@pytest.mark.parametrize("step", ["uploads.local.LocalStorage._link", "inspection.audit.record"])
def test_a_failure_while_the_photo_is_made_is_503_and_head_finishes_it_later(
    step, inspector, visit, monkeypatch
):
    photo = new_id()
    url = created(inspector, visit, DATA, photo_id=photo)

    def fail(*_, **__):
        raise (
            OSError(errno.EDQUOT, "Disk quota exceeded")
            if "_link" in step
            else OperationalError("insert", {}, Exception("server closed the connection"))
        )

    with monkeypatch.context() as patched:
        patched.setattr(step, fail)
        unavailable(patch(inspector, url, 0, DATA))
        unavailable(head(inspector, url))
        assert inspector.get(f"/photos/{photo}").status_code == 404

    assert offset_of(inspector, url) == len(DATA)
    assert inspector.get(f"/photos/{photo}/file?size=original").data == DATA


def test_a_database_that_is_gone_is_503_and_nothing_is_lost(app, inspector, visit, monkeypatch):
    url = created(inspector, visit, DATA)
    patch(inspector, url, 0, DATA[:9])

    def gone(*_, **__):
        raise OperationalError("update", {}, Exception("server closed the connection"))

    with monkeypatch.context() as patched:
        patched.setattr(upload_ledger.Claim, "_change", gone)
        unavailable(patch(inspector, url, 9, DATA[9:HALF]))

    assert offset_of(inspector, url) in (9, HALF)
    seen(app, url, writer_seen_at=None)  # the silence ends the right to write
    offset = offset_of(inspector, url)
    assert patch(inspector, url, offset, DATA[offset:]).status_code == 204


class TestForgotten:
    """Uploads that nobody goes on with."""

    @pytest.fixture
    def app_settings(self):
        return {"HANTEI_UPLOAD_TTL_S": "3600"}

    def sweep(self, app):
        with app.app_context():
            return end_uploads.sweep()

    def test_an_expired_upload_is_gone_then_its_bytes_and_at_last_its_name(
        self, app, inspector, visit
    ):
        alive = created(inspector, visit, DATA)
        patch(inspector, alive, 0, DATA[:5])
        url = created(inspector, visit, DATA)
        patch(inspector, url, 0, DATA[:HALF])

        seen(app, url, expires_at=now())
        assert head(inspector, url).status_code == 410
        assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 410
        assert self.sweep(app) == 1
        assert [name.split(".")[0] for name in parts_of(app)] == [alive.rpartition("/")[2]]
        assert head(inspector, url).status_code == 410
        seen(app, url, expires_at=now() - timedelta(seconds=3601))
        assert self.sweep(app) == 1
        assert head(inspector, url).status_code == 404
        assert offset_of(inspector, alive) == 5

    def test_finished_uploads_are_forgotten_in_the_end_and_files_without_one_removed(
        self, app, inspector, visit
    ):
        photo = new_id()
        url = created(inspector, visit, DATA, photo_id=photo)
        patch(inspector, url, 0, DATA)
        with app.app_context():
            stray = upload_ledger.parts_folder() / f"{url.rpartition('/')[2]}.stray"
        stray.write_bytes(b"x")
        os.utime(stray, (0, 0))

        assert self.sweep(app) == 0
        assert parts_of(app) == []
        seen(app, url, expires_at=now() - timedelta(seconds=3601))
        assert self.sweep(app) == 1
        assert head(inspector, url).status_code == 404
        assert inspector.get(f"/photos/{photo}").status_code == 200


def test_the_same_photo_in_two_uploads_at_once_is_one_photo(inspector, visit, sending):
    photo = new_id()
    first = created(inspector, visit, DATA, photo_id=photo)
    second = inspector.post("//uploads", headers=announcing(visit, DATA, photo_id=photo))
    line, reply = sending(first, 0, len(DATA))

    other = patch(inspector, "/" + second.headers["Location"], 0, DATA)
    line.give(DATA)

    assert (other.status_code, reply().status_code) == (204, 204)
    assert inspector.get(f"/inspections/{visit}").json["photos"]["received"] == 1
