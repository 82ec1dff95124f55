"""Every hostile picture through the door and past the worker: nothing breaks, nothing is shown."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest

from tests.api.conftest import Caller
from tests.api.steps import a_kept_visit, photo_url
from tests.factories import a_jpeg, new_id
from tests.uploads.hostile import HOSTILE
from tests.uploads.sly import SLY
from uploads import derivatives
from uploads.derivatives import Limits

ALL = HOSTILE | SLY
NAMES = ["../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "C:\\x.jpg", "a/b.jpg", "x.jpg.exe",
         "\r\nSet-Cookie: a=b", '"; filename="evil.html', "写真.html", "a" * 300, "<b>.svg", "con"]  # fmt: skip
TYPES = ["image/jpeg", "text/html", "image/svg+xml", "application/octet-stream", "no type"]
# What a good 100-megapixel photo may cost as well.
MOST_BYTES = Limits().memory_bytes + 200_000_000


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


@pytest.fixture
def work(app):
    from inspection.services.background import KINDS
    from inspection.worker import Worker

    return Worker(app, KINDS).drain


@pytest.fixture
def heads(monkeypatch):
    """What the drawing process said of every picture, and how many seconds that took."""
    seen = []
    ask = derivatives._SERVER.ask

    def listening(order):
        start = time.perf_counter()
        head, bodies = ask(order)
        seen.append({**head, "seconds": time.perf_counter() - start})
        return head, bodies

    monkeypatch.setattr(derivatives._SERVER, "ask", listening)
    return seen


def test_there_are_enough_of_them():
    assert len(ALL) >= 120
    assert len(ALL) == len(HOSTILE) + len(SLY)


def send(caller, visit, number, data):
    """Send one picture under a bad name and a false type; return its id and the reply."""
    photo = new_id()
    url = f"{photo_url(visit, photo)}&filename={quote(NAMES[number % len(NAMES)])}"
    kind = TYPES[number % len(TYPES)]
    return photo, caller.put(url, data=data, headers={"Content-Type": kind})


def test_none_of_them_breaks_server_or_worker_or_is_shown(database_kind, secretariat, work, heads):
    # Few of them reach the database: on the second one every fourth is enough.
    chosen = list(ALL.items())[:: 1 if database_kind == "spatialite" else 4]
    visit = a_kept_visit(secretariat)
    refused, taken = {}, {}
    for number, (name, data) in enumerate(chosen):
        start = time.perf_counter()
        photo, reply = send(secretariat, visit, number, data)
        assert time.perf_counter() - start < 10, name
        assert reply.status_code in (201, 422), f"{name}: {reply.status_code} {reply.text}"
        (taken if reply.status_code == 201 else refused)[name] = (photo, reply)
    good, reply = send(secretariat, visit, 0, a_jpeg())
    assert reply.status_code == 201

    assert work() >= len(taken)

    assert HOSTILE.keys() & dict(chosen).keys() <= refused.keys()
    for name, (_, reply) in refused.items():
        assert reply.content_type == "application/problem+json", name
        assert reply.json["errors"]["body"][0].endswith("。"), name
    for name, (photo, _) in taken.items():
        check_what_became_of_it(secretariat, name, photo)
    never_kept, _ = next(iter(refused.values()))
    assert secretariat.get(f"/photos/{never_kept}").status_code == 404
    assert secretariat.get(f"/photos/{good}").json["status"] == "ready"
    assert max(head["peak_bytes"] for head in heads) < MOST_BYTES
    assert max(head["seconds"] for head in heads) < 20
    assert {head["ended"] for head in heads} <= {"drawn", "refused", "memory"}


def check_what_became_of_it(caller, name, photo):
    """Ready with clean derivatives, or rejected with a reason; its original only for saving."""
    said = caller.get(f"/photos/{photo}").json
    assert said["status"] in ("ready", "rejected"), name
    report = caller.get(f"/photos/{photo}/file?size=report")
    if said["status"] == "rejected":
        assert said["reason"].endswith("。"), name
        assert report.status_code == 409, name
    else:
        assert (report.status_code, report.content_type) == (200, "image/jpeg"), name
        assert b"<script" not in report.data, name
        assert report.headers["X-Content-Type-Options"] == "nosniff"
    original = caller.get(f"/photos/{photo}/file?size=original")
    disposition = original.headers["Content-Disposition"]
    assert disposition.startswith(f'attachment; filename="{photo}.'), name
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert original.content_type in ("image/jpeg", "image/png", "image/webp", "image/heic"), name
