"""Uploads to a real server: workers killed at random moments, frozen ones, a line that stalls."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import threading
import time
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from inspection.extensions import db
from inspection.models import Job, Photo, Upload
from inspection.models.types import now
from tests.api.conftest import Caller
from tests.api.steps import a_kept_visit
from tests.api.tus import OFFSET_STREAM, TUS, a_large_jpeg, created, patch
from tests.factories import new_id
from tests.test_serve import free_port, running, until
from tests.upload_server import UploadServer
from uploads import resumable

STALL_S = 3.0
KILLS = 5


@pytest.fixture
def inspector(client, tokens):
    return Caller(client, tokens("inspector"))


@pytest.fixture
def server(database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(resumable, "STALL_S", STALL_S)  # here as there
    with UploadServer(database_url, tmp_path, free_port(), app="tests.short_stall:app") as server:
        yield server


class Sender:
    """A client on sockets: it goes on at what HEAD says until the upload is whole."""

    def __init__(self, server, caller):
        self.port, self.said = server.port, TUS | {"Authorization": f"Bearer {caller.token}"}

    def ask(self, method, path, body=None, **headers):
        """Return status and headers; OSError when the server goes away."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, self.said | headers)
            reply = connection.getresponse()
            reply.read()
            return reply.status, reply.headers
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def slowly(self, data, seconds):
        """Give the bytes in pieces, spread over so many seconds."""
        for at in range(0, len(data), 65536):
            time.sleep(seconds * 65536 / len(data))
            yield data[at : at + 65536]

    def upload(self, path, data, seconds):
        """Upload the rest again and again; return how many times."""
        for attempt in range(1, 200):
            try:
                status, headers = self.ask("HEAD", path)
                if status != 200:
                    assert status in (423, 503), status
                    time.sleep(0.1)
                    continue
                offset = int(headers["Upload-Offset"])
                if offset == len(data):
                    return attempt
                rest = data[offset:]
                self.ask(
                    "PATCH", path, self.slowly(rest, seconds * len(rest) / len(data)),
                    **OFFSET_STREAM,
                    **{"Upload-Offset": str(offset), "Content-Length": str(len(rest))},
                )  # fmt: skip
            except OSError:
                time.sleep(0.05)
        raise AssertionError("never whole")

    def begin(self, path, offset, length, data):
        """Send a PATCH's head and some of its body; return the open connection."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        said = self.said | OFFSET_STREAM | {"Upload-Offset": offset, "Content-Length": length}
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        line.sendall(f"PATCH {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() + data)
        return line


def workers(server):
    """Process ids of gunicorn's workers."""
    return [pid for pid, (parent, _) in running().items() if parent == server.pid]


def test_workers_killed_at_random_moments_lose_and_repeat_nothing(app, inspector, server):
    visit, photo, data = a_kept_visit(inspector), new_id(), a_large_jpeg(8_000_000)
    path = created(inspector, visit, data, photo_id=photo).removeprefix("/")
    moments, sender = random.Random(11), Sender(server, inspector)
    done = threading.Event()

    def kill():
        for _ in range(KILLS):
            time.sleep(moments.uniform(0.1, 0.8))
            for pid in workers(server):
                os.kill(pid, signal.SIGKILL)
            if done.wait(0.5):
                return

    killer = threading.Thread(target=kill)
    killer.start()
    attempts = sender.upload(path, data, seconds=3)
    done.set()
    killer.join()

    assert attempts > 2
    assert inspector.get(f"/photos/{photo}/file?size=original").data == data
    with app.app_context():
        assert db.session.scalars(select(Photo.id)).all() == [uuid.UUID(photo)]
        assert len(db.session.scalars(select(Job.pk).where(Job.kind == "photo.derive")).all()) == 1


def test_a_frozen_worker_that_wakes_up_late_damages_nothing(app, inspector, server):
    visit, photo, data = a_kept_visit(inspector), new_id(), a_large_jpeg(3_000_000)
    url = created(inspector, visit, data, photo_id=photo)
    half = 20 * 65536
    line = Sender(server, inspector).begin(url[1:], 0, len(data), data[:half])
    until(lambda: row_of(app)[0] == half, 10)

    frozen = int(row_of(app)[1].rsplit("/", 2)[1])
    os.kill(frozen, signal.SIGSTOP)
    try:
        assert patch(inspector, url, half, data[half:]).status_code == 423
        line.sendall(b"Z" * (len(data) - half))  # other bytes, for the frozen worker to write
        until(lambda: has_stalled(app), 10)
        taken = patch(inspector, url, half, data[half:-9])
    finally:
        os.kill(frozen, signal.SIGCONT)
    assert taken.status_code == 204
    assert b" 423 " in line.recv(4096).split(b"\r\n")[0]
    line.close()

    assert patch(inspector, url, len(data) - 9, data[-9:]).status_code == 204
    assert inspector.get(f"/photos/{photo}/file?size=original").data == data


def row_of(app):
    """The upload's committed offset, its writer, and when that was heard of."""
    with app.app_context():
        return db.session.execute(
            select(Upload.offset_bytes, Upload.writer, Upload.writer_seen_at)
        ).one()


def has_stalled(app):
    """Tell whether the writer has been silent for as long as this server allows."""
    return now() - row_of(app)[2] > timedelta(seconds=STALL_S)


def test_a_line_that_stalls_is_let_go_and_one_that_pauses_is_not(inspector, server):
    visit, data = a_kept_visit(inspector), a_large_jpeg(1_000_000)
    sender = Sender(server, inspector)
    path = created(inspector, visit, data).removeprefix("/")
    line = sender.begin(path, 0, len(data), data[:300_001])

    # The server ends it by itself, having kept to the byte what came.
    assert b" 400 " in line.recv(4096).split(b"\r\n")[0]
    line.close()
    assert sender.ask("HEAD", path)[1]["Upload-Offset"] == "300001"

    # A line that pauses goes on, and nothing is lost between two pauses.
    photo, data = new_id(), a_large_jpeg(400_000)
    path = created(inspector, visit, data, photo_id=photo).removeprefix("/")
    line = sender.begin(path, 0, len(data), data[:70_001])
    for at, size in ((70_001, 1), (70_002, 200_000), (270_002, 129_998)):
        time.sleep(1.1)
        line.sendall(data[at : at + size])

    assert b" 204 " in line.recv(4096).split(b"\r\n")[0]
    line.close()
    assert inspector.get(f"/photos/{photo}/file?size=original").data == data
