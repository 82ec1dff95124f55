"""How a file travels while it is written: memory, given-up replies, full disks."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from inspection.errors import ConflictError, UnavailableError
from inspection.gis.following import AbandonedError, FollowedFile, whole_path

ROOT = Path(__file__).resolve().parents[2]
ROWS = 20_000
FLAT, OF_A_ROW_GROUP, OF_AN_INDEX = 4_000_000, 40_000_000, 16_000_000


def followed(folder, write, cancel=lambda: None):
    return FollowedFile(folder, write, cancel)


def test_bytes_come_in_order_while_more_are_written(tmp_path):
    go_on = threading.Event()

    def write(spool):
        spool.write(b"a" * 300_000)
        assert go_on.wait(10)
        spool.write(b"b" * 300_000)

    body = followed(tmp_path, write)
    body.wait()
    assert body.length is None
    first = next(body)
    go_on.set()
    rest = b"".join(body)
    body.close()

    assert first + rest == b"a" * 300_000 + b"b" * 300_000
    assert list(tmp_path.iterdir()) == []


def test_a_reply_that_is_given_up_ends_the_writing_and_cancels_what_it_waits_for(tmp_path):
    ended, waiting = [], threading.Event()

    def write(spool):
        try:
            spool.write(b"a" * 300_000)
            waiting.wait(10)  # a slow query
            spool.write(b"b")
        except AbandonedError:
            ended.append("abandoned")
            raise

    body = followed(tmp_path, write, cancel=waiting.set)
    body.wait()
    next(body)
    body.close()
    body.close()

    assert ended == ["abandoned"]
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_before_the_first_byte_is_the_requests_own(tmp_path):
    def refuse(_spool):
        raise ConflictError("no")

    with pytest.raises(ConflictError):
        followed(tmp_path, refuse).wait()


def test_a_full_disk_is_said_before_the_first_byte_and_breaks_the_reply_after_it(tmp_path):
    def full(spool):
        raise OSError(errno.ENOSPC, "No space left on device")

    def full_later(spool):
        spool.write(b"a" * 300_000)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UnavailableError, match="空き"):
        followed(tmp_path, full).wait()
    body = followed(tmp_path, full_later)
    with pytest.raises((OSError, UnavailableError)):
        _read_all(body)
    body.close()
    assert list(tmp_path.iterdir()) == []


def _read_all(body):
    body.wait()
    return list(body)


def test_a_whole_file_has_no_name_once_it_is_sent_and_leaves_nothing_beside_it(tmp_path):
    def write(spool):
        with whole_path(tmp_path, "gpkg") as path:
            path.write_bytes(b"whole")
            path.with_name(f"{path.stem}.gpkg-journal").write_bytes(b"beside")
            spool.replace(path)

    body = followed(tmp_path, write)
    body.wait()

    assert b"".join(body) == b"whole"
    assert list(tmp_path.iterdir()) == []
    body.close()


def test_writing_takes_the_same_memory_for_any_number_of_rows():
    done = subprocess.run(
        [sys.executable, "-m", "tests.gis.export_memory", str(ROWS)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip

    grown = json.loads(done.stdout)
    assert set(grown) == {"geojson", "gpkg", "fgb", "parquet", "csv", "xlsx", "kml"}
    for extension in ("geojson", "csv", "xlsx", "kml"):
        assert grown[extension] < FLAT, grown
    assert grown["parquet"] < OF_A_ROW_GROUP, grown
    assert max(grown["gpkg"], grown["fgb"]) < OF_AN_INDEX, grown
