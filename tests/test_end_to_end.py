"""The whole job by plain HTTP against the real server and worker, as `make run` starts them."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pypdfium2
import pytest

from tests import databases
from tests.factories import (
    HUNDRED,
    KOKURA,
    a_case,
    a_house,
    a_jpeg,
    a_meeting,
    an_inspection,
    content_digest,
    new_id,
)

ROOT = Path(__file__).resolve().parents[1]
ITEMS = ("2-2", "2-2", "2-3", "2-4", "6-2", "overview")
PICTURES = [a_jpeg(n, lon=KOKURA[0] + n / 100_000, width=1280, height=960) for n in range(6)]
START_S, BUILD_S = 60, 60


class Http:
    """Plain requests with one token; every reply is (status, headers, bytes)."""

    def __init__(self, base, token):
        self.base, self.token = base, token

    def __call__(self, method, path, body=None, *, expect=(200, 201, 202), **headers):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
            headers.setdefault("Content_Type", "application/json")
        request = urllib.request.Request(
            self.base + path,
            data=body,
            method=method,
            headers={"Authorization": f"Bearer {self.token}"}
            | {name.replace("_", "-"): value for name, value in headers.items()},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                status, found, data = reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            status, found, data = error.code, error.headers, error.read()
        assert status in expect, (method, path, status, data[:500])
        return status, found, data

    def json(self, method, path, body=None, **more):
        status, _, data = self(method, path, body, **more)
        return status, json.loads(data)


class Script:
    """The steps of one case from the visit to the committee's pack; ids are fixed at the start."""

    def __init__(self, http):
        self.http = http
        self.house, self.visit, self.meeting = new_id(), new_id(), new_id()
        self.photos = [new_id() for _ in PICTURES]
        self.house_body = a_house(
            code="小倉北-2026-017", address="北九州市小倉北区魚町三丁目5番12号"
        )
        self.meeting_body = a_meeting()

    def run(self):
        """Do everything; return what a second run must find again, and the pack's bytes."""
        statuses = [
            self.put(f"/houses/{self.house}", self.house_body),
            self.put(f"/inspections/{self.visit}", self.visit_body()),
            *(self.send(place) for place in range(len(PICTURES))),
            self.http.json("POST", f"/inspections/{self.visit}/review", {"action": "confirm"})[0],
            self.put(f"/meetings/{self.meeting}", self.meeting_body),
            self.put(f"/meetings/{self.meeting}/cases", [a_case(self.visit)]),
        ]
        pack = self.build()
        _, headers, data = self.http("GET", f"/packs/{pack['id']}/file")
        assert headers["Content-Type"] == "application/pdf"
        assert hashlib.sha256(data).hexdigest() == pack["sha256"]
        return statuses, data, pack["snapshot_sha256"]

    def put(self, path, body):
        return self.http.json("PUT", path, body)[0]

    def visit_body(self):
        expected = [
            {
                "id": photo,
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "item": item,
            }
            for photo, data, item in zip(self.photos, PICTURES, ITEMS, strict=True)
        ]
        return an_inspection(self.house, answers=HUNDRED, expected_photos=expected)

    def send(self, place):
        data = PICTURES[place]
        path = f"/inspections/{self.visit}/photos/{self.photos[place]}?item={ITEMS[place]}"
        return self.http(
            "PUT", path, data, Content_Type="image/jpeg", Content_Digest=content_digest(data)
        )[0]

    def build(self):
        _, headers, _ = self.http("POST", f"/meetings/{self.meeting}/packs", {"edition": "closed"})
        path = headers["Location"].removeprefix("/api/v1")
        deadline = time.monotonic() + BUILD_S
        while (pack := self.http.json("GET", path)[1])["status"] in ("queued", "running"):
            assert time.monotonic() < deadline, pack
            time.sleep(0.2)
        assert pack["status"] == "ready", pack
        return pack

    def state(self):
        """Every record of the case as the API shows it."""
        paths = [
            f"/houses/{self.house}",
            f"/inspections/{self.visit}",
            f"/inspections/{self.visit}/revisions",
            f"/meetings/{self.meeting}",
            f"/meetings/{self.meeting}/cases",
            *(f"/photos/{photo}" for photo in self.photos),
        ]
        return [self.http.json("GET", path)[1] for path in paths]


@pytest.fixture
def server(database_url, tmp_path):
    """Base URL of the API of a server and worker as `make run` starts them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HANTEI_")}
    environment = databases.settings(database_url, tmp_path, HANTEI_DEMO="0")
    output = tmp_path / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "inspection.serve"],
            cwd=ROOT,
            env={**clean, **environment, "PORT": str(port)},
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_S
    while "ready on" not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/api/v1"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0, output.read_text()
    assert "Traceback" not in output.read_text()


def words_of(document):
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(text.split())


def pictures_of(document):
    kind = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    return [image for page in document for image in page.get_objects(filter=[kind], max_depth=5)]


def acts(app):
    """How often each act was done; looking, ordering a pack and building it change no record."""
    from collections import Counter

    from inspection.extensions import db
    from inspection.models import AuditEntry

    with app.app_context():
        found = Counter(row.act for row in db.session.query(AuditEntry))
    return {act: count for act, count in found.items() if not act.startswith("pack.")}


def test_from_the_visit_to_the_pack_and_the_same_again(app, tokens, server):
    http = Http(server, tokens("secretariat"))
    script = Script(http)

    statuses, pdf, snapshot = script.run()

    assert statuses == [201] * 8 + [200, 201, 201]
    visit = http.json("GET", f"/inspections/{script.visit}")[1]
    assert (visit["score"]["total"], visit["score"]["judgement"]) == (100, "substandard")
    assert visit["photos"] == {"expected": 6, "received": 6, "missing": []}
    photo = http.json("GET", f"/photos/{script.photos[3]}")[1]
    assert photo["status"] == "ready"
    assert photo["position"]["lon"] == pytest.approx(KOKURA[0] + 3e-5, abs=1e-6)
    assert photo["distance_m"] == pytest.approx(2.8, abs=0.2)

    document = pypdfium2.PdfDocument(pdf)
    words = words_of(document)
    table = visit["score"]["table"]
    rules = http.json("GET", f"/rule-tables/{table['id']}/{table['version']}")[1]
    labels = [item["label"]["ja"] for part in rules["categories"] for item in part["items"]]
    assert len(labels) == 28
    wanted = [script.house_body["address"], script.house_body["code"], "100", *labels]
    assert [text for text in wanted if "".join(text.split()) not in words] == []
    assert len(pictures_of(document)) == 6

    before, done = script.state(), acts(app)
    again, same_pdf, same_snapshot = script.run()

    assert again == [200] * 11
    assert script.state() == before
    assert acts(app) == done
    assert same_snapshot == snapshot
    assert same_pdf == pdf
