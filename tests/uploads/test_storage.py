"""The contract of `Storage`, kept by disk and S3 alike; what is of a disk only stands below.

The S3 side runs against a real server, looked into by boto3, which shares nothing with ours.
"""

import errno
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from uploads.errors import (
    DigestMismatchError,
    InvalidKeyError,
    ObjectNotFoundError,
    RangeNotSatisfiableError,
    StorageUnavailableError,
    TooLargeError,
    TruncatedError,
    UnsupportedStorageError,
)
from uploads.local import sweep
from uploads.spool import Spool
from uploads.storage import derivative_key, open_storage, original_key

DATA = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
KEY = original_key(SHA256)


def put(storage, data=DATA, key=None):
    digest = hashlib.sha256(data).hexdigest()
    return storage.put_new(key or original_key(digest), io.BytesIO(data), digest)


def spooled(storage):
    with Spool(storage, limit_bytes=10**6) as spool:
        spool.receive(io.BytesIO(DATA))
        return spool.commit(KEY)


def keys(storage, prefix=""):
    return [each.key for each in storage.list(prefix)]


def unfinished(storage):
    return list(storage.spool_folder.iterdir())


def test_what_was_put_is_read_back(storage, behind):
    stored = put(storage)

    assert (stored.key, stored.bytes, stored.sha256, stored.created) == (KEY, 256_000, SHA256, True)
    with storage.open_range(KEY) as file:
        assert file.read() == DATA
    assert storage.stat(KEY).bytes == 256_000
    assert abs(storage.stat(KEY).modified_at.timestamp() - time.time()) < 60
    assert behind.read(KEY) == DATA
    assert unfinished(storage) == []


def test_what_another_program_wrote_is_read(storage, behind):
    behind.overwrite(KEY, DATA)

    with storage.open_range(KEY, 7) as file:
        assert file.read() == DATA[7:]
    assert keys(storage) == [KEY]
    assert put(storage).created is False


def test_a_whole_object_can_be_read_in_any_order(storage):
    put(storage)

    with storage.open_range(KEY) as file:
        assert (file.read(3), file.tell()) == (DATA[:3], 3)
        assert file.seek(-5, os.SEEK_END) == 255_995
        assert (file.read(100), file.read(1)) == (DATA[-5:], b"")
        assert file.seek(2) == 2
        assert file.read(10) == DATA[2:12]


def test_a_storage_that_serves_passes_its_check(storage):
    assert storage.check() is None


def test_putting_the_same_again_changes_nothing(storage):
    put(storage)
    before = storage.stat(KEY)

    again = put(storage)

    assert (again.created, again.sha256, again.bytes) == (False, SHA256, 256_000)
    assert storage.stat(KEY) == before


def test_a_taken_key_keeps_its_bytes_and_is_described_truly(storage):
    key = derivative_key(SHA256, "report-1.jpg")
    put(storage, b"first", key)

    second = put(storage, b"second", key)

    assert second.sha256 == hashlib.sha256(b"first").hexdigest()
    assert second.bytes == 5
    with storage.open_range(key) as file:
        assert file.read() == b"first"


def test_a_damaged_original_is_mended_by_sending_it_again(storage, behind):
    put(storage)
    behind.overwrite(KEY, b"rotten")

    again = put(storage)

    assert (again.created, again.sha256) == (False, SHA256)
    with storage.open_range(KEY) as file:
        assert file.read() == DATA


def test_other_bytes_than_announced_leave_nothing(storage):
    with pytest.raises(DigestMismatchError):
        storage.put_new(KEY, io.BytesIO(DATA[:-1]), SHA256)

    assert keys(storage) == []
    assert unfinished(storage) == []


def test_many_writers_of_one_key_make_it_once(storage):
    results = []
    threads = [threading.Thread(target=lambda: results.append(put(storage))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.created for each in results) == [False] * 7 + [True]
    assert {each.sha256 for each in results} == {SHA256}


@pytest.mark.parametrize(
    ("start", "end"), [(0, None), (0, 1), (10, 20), (255_999, None), (256_000, None), (5, 10**9)]
)
def test_a_range_is_read(storage, start, end):
    put(storage)

    with storage.open_range(KEY, start, end) as file:
        assert file.read() == DATA[start:end]


@pytest.mark.parametrize(("start", "end"), [(256_001, None), (20, 10), (-1, None)])
def test_an_impossible_range_is_refused(storage, start, end):
    put(storage)

    with pytest.raises(RangeNotSatisfiableError):
        storage.open_range(KEY, start, end)


def test_what_is_not_there_is_said_so(storage):
    with pytest.raises(ObjectNotFoundError):
        storage.stat(KEY)
    with pytest.raises(ObjectNotFoundError):
        storage.open_range(KEY)
    assert storage.delete(KEY) is False


def test_a_folder_of_keys_is_not_an_object(storage):
    put(storage)

    with pytest.raises(ObjectNotFoundError):
        storage.stat("originals")
    with pytest.raises(ObjectNotFoundError):
        storage.open_range("originals")


def test_what_was_deleted_is_gone_and_can_come_back(storage):
    put(storage)

    assert storage.delete(KEY) is True

    assert keys(storage) == []
    assert put(storage).created is True


def test_a_listing_is_by_prefix_in_the_order_of_keys(storage):
    wanted = ["a/b-c", "a/b.c", "a/b/cd", "a/bc", "b"]
    for key in reversed(wanted):
        put(storage, key.encode(), key)

    assert keys(storage) == wanted == sorted(wanted)
    assert keys(storage, "a/b") == wanted[:4]
    assert keys(storage, "a/b/") == ["a/b/cd"]
    assert keys(storage, "c/d/e") == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/",
        ".incoming/x",
        "a/.b",
        "A",
        "a b",
        "a\x00b",
        "a\\b",
        "ä",
        "a\n",
        "x" * 513,
    ],
)
def test_a_key_that_could_leave_the_storage_is_refused(storage, key):
    for act in (storage.stat, storage.open_range, storage.delete):
        with pytest.raises(InvalidKeyError):
            act(key)
    with pytest.raises(InvalidKeyError):
        storage.put_new(key, io.BytesIO(DATA), SHA256)


@pytest.mark.parametrize("prefix", ["../", "/", "a/../", ".incoming"])
def test_a_listing_cannot_leave_the_storage(storage, prefix):
    with pytest.raises(InvalidKeyError):
        list(storage.list(prefix))


def test_keys_are_spread_over_folders():
    assert original_key("ab12" + "0" * 60) == "originals/ab/12/ab12" + "0" * 60
    with pytest.raises(InvalidKeyError):
        original_key("../" + "0" * 61)
    with pytest.raises(InvalidKeyError):
        derivative_key(SHA256, "../x")


def test_a_disk_has_no_links(local):
    assert local.url(KEY, timedelta(hours=1)) is None


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket/photos",
        "s3://",
        "ftp://x",
        "/var/storage",
        "file://host/x",
        "file:x",
        "",
        "file://",
    ],
)
def test_an_unsupported_storage_is_named(url):
    with pytest.raises(UnsupportedStorageError, match="storage URL"):
        open_storage(url)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StorageUnavailableError):
        open_storage((tmp_path / "file" / "storage").as_uri())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("call", ["write", "fsync", "link", "open"])
def test_a_disk_that_refuses_is_unavailable_and_nothing_is_left(local, monkeypatch, code, call):
    real = getattr(os, call)

    def refuse(*args, **options):
        if call == "open" and not args[1] & os.O_CREAT:
            return real(*args, **options)
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        with pytest.raises(StorageUnavailableError, match=os.strerror(code)):
            put(local)
        with pytest.raises(StorageUnavailableError):
            spooled(local)

    assert keys(local) == []
    assert unfinished(local) == []
    assert put(local).created is True


def test_a_write_that_takes_only_a_part_is_continued(local, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:777]))

    assert put(local).created is True


def test_everything_is_synced_before_it_is_acknowledged(local, root, monkeypatch):
    order = []
    real_fsync, real_link = os.fsync, os.link

    def fsync(descriptor):
        order.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real_fsync(descriptor)

    def link(source, target):
        order.append("link")
        real_link(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", link)

    put(local)

    linked = order.index("link")
    assert order[0].endswith(".part")
    assert order[-1] == str((root / KEY).parent)
    assert {str(root), str(root / "originals")} <= set(order[:linked])


def test_a_killed_writer_leaves_no_object_and_its_rest_is_swept(local, root):
    script = (
        "import io, os, signal, sys\n"
        "from uploads.storage import open_storage\n"
        "class Stream(io.BytesIO):\n"
        "    def read(self, size=-1):\n"
        "        if self.tell() > 100_000: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return super().read(size)\n"
        "open_storage(sys.argv[1]).put_new(sys.argv[2], Stream(bytes(10**6)), '0' * 64)\n"
    )

    subprocess.run([sys.executable, "-c", script, root.as_uri(), KEY], check=False)

    assert keys(local) == []
    (rest,) = unfinished(local)
    long_ago = time.time() - 7 * 3600
    os.utime(rest, (long_ago, long_ago))
    assert unfinished(open_storage(root.as_uri())) == []


def test_sweeping_leaves_what_is_being_written(storage):
    with Spool(storage, limit_bytes=10**6) as spool:
        assert sweep(storage.spool_folder) == 0
        assert sweep(storage.spool_folder, older_than=timedelta(seconds=-5)) == 1
        spool.receive(io.BytesIO(b"goes on"))


class Body:
    """A request's body that ends or breaks where it is told to."""

    def __init__(self, data, error=None):
        self._file = io.BytesIO(data)
        self._error = error
        self.largest = 0

    def read(self, size):
        self.largest = max(self.largest, size)
        chunk = self._file.read(size)
        if not chunk and self._error:
            raise self._error
        return chunk


def test_a_body_is_received_hashed_and_committed_without_a_copy(local, root):
    body = Body(DATA)
    with Spool(local, limit_bytes=len(DATA)) as spool:
        spool.receive(body, announced_bytes=len(DATA))
        inode = spool.path.stat().st_ino
        stored = spool.commit(original_key(spool.sha256))

    assert (stored.sha256, stored.bytes, stored.created) == (SHA256, len(DATA), True)
    assert (root / KEY).stat().st_ino == inode
    assert body.largest == 64 * 1024
    assert unfinished(local) == []


def test_a_body_that_is_not_committed_is_forgotten(storage):
    with Spool(storage, limit_bytes=10**6) as spool:
        spool.receive(Body(DATA))

    assert keys(storage) == []
    assert unfinished(storage) == []


def test_a_body_committed_twice_is_stored_once(storage):
    for created in (True, False):
        with Spool(storage, limit_bytes=10**6) as spool:
            spool.receive(Body(DATA))
            assert spool.commit(KEY).created is created


def test_a_body_over_the_limit_is_refused_before_or_while_it_comes(storage):
    for announced in (len(DATA), None):
        with pytest.raises(TooLargeError), Spool(storage, len(DATA) - 1) as spool:
            spool.receive(Body(DATA), announced_bytes=announced)
    assert unfinished(storage) == []


class ServerDisconnectError(Exception):
    pass


@pytest.mark.parametrize("error", [None, ConnectionResetError(), ServerDisconnectError()])
def test_a_sender_who_goes_away_leaves_nothing(storage, error):
    with pytest.raises(TruncatedError) as cut, Spool(storage, limit_bytes=10**6) as spool:
        spool.receive(Body(DATA, error), 300_000, disconnects=(OSError, ServerDisconnectError))

    assert (cut.value.received_bytes, cut.value.announced_bytes) == (256_000, 300_000)
    assert unfinished(storage) == []
