from __future__ import annotations

import errno
import hashlib
import os
from datetime import timedelta

import pytest

from uploads import parts, resumable
from uploads.errors import (
    ChecksumError,
    DamagedPartError,
    LostUploadError,
    StorageUnavailableError,
)
from uploads.resumable import PartWriter

MIB = 1024 * 1024
DATA = bytes(range(256)) * 8192  # 2 MiB


class Ledger:
    """Remembers what was committed, and when the part was synced before."""

    def __init__(self, offset=0):
        self.offset = offset
        self.commits = []
        self.left = self.lost = False

    def keep(self, offset):
        if self.lost:
            return False
        self.offset = offset
        self.commits.append(offset)
        return True

    def leave(self, offset):
        self.left = self.keep(offset)
        return self.left


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def path(tmp_path):
    return tmp_path / parts.new_part_name("u1")


def append(path, ledger, data, size=65536, **arguments):
    """Append in pieces and settle, as a whole PATCH does."""
    with PartWriter(path, ledger.offset, ledger, "writer", **arguments) as part:
        for at in range(0, len(data), size):
            part.append(data[at : at + size])
        part.settle()
        return part


def test_pieces_of_several_writers_make_the_whole(path, ledger):
    append(path, ledger, DATA[:700_001])
    last = append(path, ledger, DATA[700_001:])

    assert path.read_bytes() == DATA
    assert ledger.offset == len(DATA)
    assert ledger.left
    assert last.sha256() == hashlib.sha256(DATA).hexdigest()


def test_nothing_is_committed_before_it_is_synced(path, ledger, monkeypatch):
    steps = []
    monkeypatch.setattr(os, "fdatasync", lambda _: steps.append("sync"))
    monkeypatch.setattr(resumable, "fsync_folder", lambda _: steps.append("name"))
    monkeypatch.setattr(resumable, "MOST_UNCOMMITTED_BYTES", MIB)
    ledger.keep = lambda offset: steps.append(offset) or True
    ledger.leave = ledger.keep

    append(path, ledger, DATA + b"x")

    assert steps == ["sync", "name", MIB, "sync", 2 * MIB, "sync", 2 * MIB + 1]


def test_a_slow_line_has_a_checkpoint_each_mebibyte_and_a_trickle_every_two_seconds(
    path, ledger, monkeypatch
):
    clock = [100.0]
    monkeypatch.setattr(resumable.time, "monotonic", lambda: clock[0])
    with PartWriter(path, 0, ledger, "writer") as part:
        for _ in range(32):
            clock[0] += 0.05
            part.append(DATA[:65536])
        assert ledger.commits == [MIB, 2 * MIB]

        clock[0] += 2.1
        part.append(b"a")
        assert ledger.commits[-1] == 2 * MIB + 1


def test_silence_commits_what_came_and_then_says_nothing(path, ledger):
    with PartWriter(path, 0, ledger, "writer") as part:
        part.append(b"abc")
        part.checkpoint()
        part.checkpoint()

    assert ledger.commits == [3]


def test_what_lies_behind_the_committed_offset_is_forgotten(path, ledger):
    path.write_bytes(DATA[:1000] + b"garbage of a power cut")
    ledger.offset = 1000

    append(path, ledger, DATA[1000:])

    assert path.read_bytes() == DATA


@pytest.mark.parametrize("algorithm", resumable.CHECKSUMS)
def test_a_wrong_checksum_commits_nothing_however_long_it_takes(
    path, ledger, algorithm, monkeypatch
):
    monkeypatch.setattr(resumable, "HEARTBEAT_S", -1.0)
    append(path, ledger, DATA[:10])
    ledger.commits.clear()

    with pytest.raises(ChecksumError):
        append(path, ledger, DATA[10:], checksum=(algorithm, b"wrong"))
    assert set(ledger.commits) == {10}  # only that the writer lives

    digest = hashlib.new(algorithm, DATA[10:]).digest()
    append(path, ledger, DATA[10:], checksum=(algorithm, digest))
    assert path.read_bytes() == DATA


def test_a_cut_keeps_what_came_unless_a_checksum_of_more_is_open(path, ledger):
    with PartWriter(path, 0, ledger, "writer") as part:
        part.append(DATA[:500])
        part.break_off()
    assert (ledger.offset, ledger.left) == (500, True)

    with PartWriter(path, 500, ledger, "writer", ("sha1", b"x")) as part:
        part.append(DATA[500:600])
        part.break_off()
    assert ledger.offset == 500


def test_missing_bytes_are_damage_and_never_filled_up(path, ledger):
    path.write_bytes(b"short")

    for offset, at in ((6, path), (1, path.with_name("gone"))):
        with pytest.raises(DamagedPartError), PartWriter(at, offset, ledger, "writer"):
            pass
    with pytest.raises(DamagedPartError):
        parts.take_over(path.parent, path.name, "new", 6)
    assert path.read_bytes() == b"short"


def test_a_writer_that_lost_its_right_notices_at_its_next_commit(path, ledger):
    with PartWriter(path, 0, ledger, "writer") as part:
        part.append(b"abc")
        ledger.lost = True

        with pytest.raises(LostUploadError):
            part.settle()


def test_a_zombies_late_write_does_not_reach_the_part_of_who_took_over(tmp_path, ledger):
    folder, old, new = tmp_path, parts.new_part_name("u1"), parts.new_part_name("u1")
    zombie = PartWriter(folder / old, 0, ledger, "zombie")
    with zombie:
        zombie.append(DATA[:1000])
        zombie.checkpoint()

        parts.take_over(folder, old, new, 1000)
        append(folder / new, ledger, DATA[1000:])
        ledger.lost = True
        zombie.append(b"Z" * 5000)
        with pytest.raises(LostUploadError):
            zombie.checkpoint()

    assert (folder / new).read_bytes() == DATA


def test_what_a_killed_writer_received_can_be_committed_for_it(path, ledger, monkeypatch):
    with PartWriter(path, 0, ledger, "killed") as part:
        part.append(b"abc")

    assert parts.durable_size(path, "killed") == 3
    assert parts.durable_size(path, "another") is None
    assert parts.durable_size(path.with_name("none"), "killed") is None
    monkeypatch.setattr(parts, "_BOOT_ID", path.with_name("boot"))
    path.with_name("boot").write_text("after a power cut")
    assert parts.durable_size(path, "killed") is None


def test_what_came_under_an_open_checksum_is_nobodys(path, ledger):
    with PartWriter(path, 0, ledger, "killed", ("sha1", b"x")) as part:
        part.append(b"abc")

    assert parts.durable_size(path, "killed") is None


def test_without_attributes_a_mebibyte_is_the_most_that_is_uncommitted(path, ledger, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(os, "setxattr", refuse)

    append(path, ledger, DATA)

    assert ledger.commits[0] == MIB


def test_a_full_disk_is_said_and_what_was_committed_stays(path, ledger, monkeypatch):
    append(path, ledger, DATA[:1000])

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(resumable, "write_all", full)
        with pytest.raises(StorageUnavailableError, match="No space"):
            append(path, ledger, DATA[1000:])
    assert ledger.offset == 1000

    append(path, ledger, DATA[1000:])
    assert path.read_bytes() == DATA


def test_parts_are_found_by_age_and_removed_by_upload(tmp_path):
    folder = parts.parts_folder(tmp_path / ".incoming")
    for name in ("u1.a", "u1.b", "u2.a"):
        (folder / name).write_bytes(b"x")
    os.utime(folder / "u1.a", (0, 0))

    assert parts.old_uploads(folder, timedelta(hours=1)) == {"u1"}
    assert parts.remove_parts(folder, "u1") == 2
    assert [path.name for path in folder.iterdir()] == ["u2.a"]
