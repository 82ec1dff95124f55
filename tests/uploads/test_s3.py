"""What only an S3 server has: wrong keys, silence, multipart uploads, links."""

from __future__ import annotations

import hashlib
import io
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests import s3server
from tests.cutting_proxy import CuttingProxy
from tests.factories import a_jpeg
from tests.s3server import BUCKET
from uploads import s3_access
from uploads.errors import (
    ObjectNotFoundError,
    StorageUnavailableError,
    UnsupportedStorageError,
)
from uploads.storage import open_storage, original_key

LARGE = bytes(range(256)) * 80_000  # 20 MB: a multipart upload
SHA256 = hashlib.sha256(LARGE).hexdigest()
KEY = original_key(SHA256)
MINUTE = timedelta(minutes=1)


def put(storage, data):
    digest = hashlib.sha256(data).hexdigest()
    return storage.put_new(original_key(digest), io.BytesIO(data), digest)


def unfinished_on_server(s3):
    found = s3.boto.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    return [each["Key"] for each in found if each["Key"].startswith(s3.prefix)]


@pytest.fixture
def storage(s3):
    return s3.open()


def every_act(storage):
    data = b"1"
    digest = hashlib.sha256(data).hexdigest()
    return {
        "check": storage.check,
        "put": lambda: storage.put_new("a/b", io.BytesIO(data), digest),
        "stat": lambda: storage.stat("a/b"),
        "open": lambda: storage.open_range("a/b").read(),
        "list": lambda: list(storage.list("a/")),
        "delete": lambda: storage.delete("a/b"),
        "url": lambda: storage.url("a/b", MINUTE),
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secret_access_key": "another-secret"}, "403 Forbidden"),
        ({"access_key_id": "nobody"}, "403 Forbidden"),
        ({"url": "s3://other-bucket/x"}, "404 Not Found"),
        ({"endpoint": "http://127.0.0.1:9"}, "error sending request"),
    ],
)
def test_what_the_server_refuses_is_unavailable_in_one_line_without_a_secret(s3, changes, reason):
    storage = s3.open(**changes)

    for name, act in every_act(storage).items():
        began = time.monotonic()
        with pytest.raises(StorageUnavailableError, match=reason) as caught:
            act()
        assert time.monotonic() - began < 3, name
        shown = f"{caught.value!s}{caught.value.__cause__!s}"
        assert "\n" not in str(caught.value)
        assert s3server.SECRET not in shown
        assert "another-secret" not in shown
    assert list(storage.spool_folder.iterdir()) == []


def test_a_silent_server_is_given_up(s3, monkeypatch):
    monkeypatch.setitem(s3_access._CLIENT, "read_timeout", timedelta(milliseconds=700))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        storage = s3.open(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()

        with pytest.raises(StorageUnavailableError, match="error sending request"):
            put(storage, b"1")

    assert time.monotonic() - began < 6
    assert list(storage.spool_folder.iterdir()) == []


def test_a_server_at_its_limit_is_unavailable(s3):
    class Busy(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(503)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Busy) as busy:
        threading.Thread(target=busy.serve_forever, daemon=True).start()
        storage = s3.open(endpoint=f"http://127.0.0.1:{busy.server_port}")

        with pytest.raises(StorageUnavailableError, match="503 Service Unavailable"):
            storage.stat("a/b")
        busy.shutdown()


def test_opening_asks_the_server_nothing(s3):
    with pytest.raises(StorageUnavailableError):
        s3.open(endpoint="http://127.0.0.1:9").check()


def test_variables_of_other_programs_do_not_lead_astray(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of somebody else")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")

    assert put(s3.open(), b"1").created is True


@pytest.mark.parametrize(
    "url", ["s3://", "s3://B/x", "s3://key:secret@bucket", "s3://bucket/../x", "s3://bucket?x=1"]
)
def test_a_wrong_url_is_refused_and_not_repeated(tmp_path, url):
    with pytest.raises(UnsupportedStorageError, match="storage URL") as caught:
        open_storage(url, s3=s3_access.S3Access(), spool_folder=tmp_path)

    assert "secret" not in str(caught.value)


def test_the_secret_is_not_in_a_description():
    assert "hidden" not in repr(s3_access.S3Access(secret_access_key="hidden"))


def test_a_large_object_comes_in_parts_and_is_read_back(s3, storage):
    first, again = put(storage, LARGE), put(storage, LARGE)

    assert (first.created, again.created) == (True, False)
    assert first.bytes == again.bytes == len(LARGE)
    assert again.sha256 == SHA256
    assert s3.read(KEY) == LARGE
    with storage.open_range(KEY, 2_097_000, 4_200_000) as file:
        assert file.read() == LARGE[2_097_000:4_200_000]
    assert unfinished_on_server(s3) == []


def test_a_large_damaged_object_is_replaced(s3, storage):
    s3.overwrite(KEY, LARGE[:-1])

    assert put(storage, LARGE).created is False

    assert s3.read(KEY) == LARGE


def test_many_writers_of_one_large_object_leave_it_whole(s3, storage):
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: put(storage, LARGE), range(4)))

    assert {each.sha256 for each in results} == {SHA256}
    assert s3.read(KEY) == LARGE
    assert unfinished_on_server(s3) == []


def test_a_writer_killed_midway_leaves_nothing_to_see(s3, storage, tmp_path):
    data = tmp_path / "data"
    data.write_bytes(LARGE)
    script = (
        "import sys\n"
        "from uploads.s3_access import S3Access\n"
        "from uploads.storage import open_storage\n"
        "url, endpoint, region, key_id, secret, spool, path, key, sha256 = sys.argv[1:]\n"
        "from pathlib import Path\n"
        "storage = open_storage(url, s3=S3Access(endpoint, region, key_id, secret),"
        " spool_folder=Path(spool))\n"
        "storage.put_new(key, open(path, 'rb'), sha256)\n"
    )
    port = int(s3.endpoint.rpartition(":")[2])
    with CuttingProxy(port, cut_after=None) as proxy:
        arguments = (proxy.url, s3server.REGION, s3server.KEY_ID, s3server.SECRET)
        writer = subprocess.Popen(
            [sys.executable, "-c", script, s3.url, *arguments, s3.spool, data, KEY, SHA256]
        )
        while proxy.counts.from_clients < 6_000_000 and writer.poll() is None:
            time.sleep(0.002)
        proxy.stall_for(60)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        proxy.stall_for(0)

    assert writer.returncode == -signal.SIGKILL
    assert [each.key for each in storage.list()] == []
    with pytest.raises(ObjectNotFoundError):
        storage.stat(KEY)
    assert put(storage, LARGE).created is True
    assert s3.read(KEY) == LARGE


def test_a_cut_connection_to_the_server_is_taken_up_again(s3):
    port = int(s3.endpoint.rpartition(":")[2])
    with CuttingProxy(port, cut_after=(6_000_000, 9_000_000)) as proxy:
        storage = s3.open(endpoint=proxy.url)

        assert put(storage, LARGE).sha256 == SHA256
        with storage.open_range(KEY) as file:
            assert file.read() == LARGE

    assert proxy.counts.cuts > 0


def test_an_object_replaced_while_it_is_read_is_not_mixed(s3, storage):
    put(storage, LARGE)

    with storage.open_range(KEY) as file:
        assert file.read(100) == LARGE[:100]
        s3.overwrite(KEY, LARGE[::-1])
        with pytest.raises(StorageUnavailableError):
            file.read()


def test_a_long_listing_comes_in_order_without_what_is_not_ours(s3, storage):
    wanted = [f"originals/ab/cd/{number:04}" for number in range(1100)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: s3.overwrite(key, b"1"), reversed(wanted)))
    s3.overwrite("originals/ab/", b"")
    s3.overwrite("originals/ab/cd/Upper", b"1")

    assert [each.key for each in storage.list()] == wanted
    assert [each.key for each in storage.list("originals/ab/cd/09")] == wanted[900:1000]


def test_a_link_makes_a_browser_save_and_ends(s3, storage):
    key = put(storage, a_jpeg()).key

    link = storage.url(key, MINUTE)
    brief = storage.url(key, timedelta(seconds=1))

    with urlopen(link) as reply:
        assert reply.read() == a_jpeg()
        name = f"{key.rpartition('/')[2][:16]}.jpg"
        assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert reply.headers["Content-Type"] == "application/octet-stream"
    assert s3server.SECRET not in link
    other = storage.url(put(storage, b"other").key, MINUTE)
    for wrong in (link.replace(key, other.split("?")[0].partition(f"{s3.prefix}/")[2]), link[:-1]):
        with pytest.raises(HTTPError, match="403"):
            urlopen(wrong)
    time.sleep(2.1)
    with pytest.raises(HTTPError, match="403"):
        urlopen(brief)


def test_a_link_names_the_server_as_browsers_reach_it(s3):
    storage = s3.open(public_endpoint="https://photos.example.jp")

    link = storage.url(put(storage, b"1").key, MINUTE)

    assert link.startswith(f"https://photos.example.jp/{BUCKET}/{s3.prefix}/originals/")


def test_there_is_no_link_to_what_a_browser_might_show(s3, storage):
    s3.overwrite("originals/page", b"<script>")

    assert storage.url("originals/page", MINUTE) is None
    with pytest.raises(ObjectNotFoundError):
        storage.url("originals/nothing", MINUTE)
