"""`backup`: the database at one moment and every object of the storage, while the server runs.

The database goes first: an object is stored before the row that refers to it commits, so whatever
the copied database refers to is there to be copied after it.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import inspection
from inspection.database import dumps
from inspection.errors import ConflictError
from inspection.parallel import bounded_map
from inspection.resources import storage
from inspection.services import backup_files as files
from inspection.services import stored_references
from inspection.services.backup_files import BackupFolder, Entry
from uploads.errors import ObjectNotFoundError, StorageUnavailableError, TruncatedError
from uploads.local import LocalStorage
from uploads.spool import Spool
from uploads.storage import ObjectStat, Storage

READERS = 4
ANY_SIZE = 1 << 50
_ADDRESSED = re.compile(r"(?:originals/../..|packs/..)/([0-9a-f]{64})")
Progress = Callable[[int, int], None]


@dataclass
class BackupReport:
    """What a backup did.

    damaged: keys whose bytes cannot be read, or are not those that their name tells. Where an
    earlier backup holds the right ones, this one takes them from there.
    """

    folder: Path
    objects: int = 0
    bytes: int = 0
    copied: int = 0
    copied_bytes: int = 0
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Copied:
    """What became of one object."""

    key: str
    entry: Entry | None = None
    new: bool = False
    damaged: bool = False


def make_backup(root: Path, progress: Progress) -> BackupReport:
    """Add a backup to a folder; objects that earlier ones hold are not copied again.

    Raises ConflictError while another backup writes there, DumpError, StorageUnavailableError.
    """
    folder = BackupFolder(root)
    folder.make()
    with _alone(folder.root):
        folder.remove_incomplete()
        previous = folder.newest()
        made_at = datetime.now(UTC)
        backup = folder.backup(made_at.strftime("%Y%m%dT%H%M%S.%fZ"))
        backup.mkdir(mode=0o700)
        revision = dumps.revision()
        dumps.dump(backup / files.DATABASE)
        report = BackupReport(backup)
        _copy_objects(folder.objects(), previous, report, progress)
        database = backup / files.DATABASE
        files.write_manifest(
            backup,
            {
                "made_at": made_at.isoformat(),
                "software": inspection.__version__,
                "database": {
                    "kind": dumps.kind(),
                    "revision": revision,
                    "bytes": database.stat().st_size,
                    "sha256": files.file_sha256(database),
                },
                "objects": {
                    "count": report.objects,
                    "bytes": report.bytes,
                    "sha256": files.file_sha256(backup / files.OBJECTS),
                },
                "damaged": list(report.damaged),
            },
        )
    return report


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(f"{root}: another backup is being written here") from None
        yield


def _copy_objects(
    target: LocalStorage, previous: Path | None, report: BackupReport, progress: Progress
) -> None:
    source, total = storage(), stored_references.count()
    work = _with_known(source.list(), files.entries(previous))
    with (report.folder / files.OBJECTS).open("w", encoding="utf-8") as out:
        for each in bounded_map(lambda pair: _copy(source, target, *pair), work, READERS):
            report.damaged += (each.key,) * each.damaged
            if each.entry is not None:
                out.write(files.entry_line(each.entry))
                report.objects += 1
                report.bytes += each.entry.bytes
                report.copied += each.new
                report.copied_bytes += each.entry.bytes * each.new
            progress(report.objects, max(total, report.objects))
        out.flush()
        os.fsync(out.fileno())


def _with_known(
    there: Iterator[ObjectStat], known: Iterator[Entry]
) -> Iterator[tuple[ObjectStat, Entry | None]]:
    """Put beside each object what the previous backup knew of it; both come in order of keys."""
    entry = next(known, None)
    for found in there:
        while entry is not None and entry.key < found.key:
            entry = next(known, None)
        same = entry is not None and entry.key == found.key
        yield found, entry if same else None


def _told_by_name(key: str) -> str | None:
    match = _ADDRESSED.fullmatch(key)
    return match[1] if match else None


def _copy(source: Storage, target: LocalStorage, found: ObjectStat, known: Entry | None) -> _Copied:
    """Copy one object unless the backup holds it. What was deleted meanwhile has no entry."""
    key, modified_at = found.key, found.modified_at.isoformat()
    if (
        known is not None
        and (known.bytes, known.modified_at) == (found.bytes, modified_at)
        and _told_by_name(key) in (None, known.sha256)
        and _holds(target, known.sha256) == known.bytes
    ):
        return _Copied(key, known)
    try:
        with source.open_range(key) as stream:
            sha256, size = _keep(target, stream)
    except ObjectNotFoundError:
        return _Copied(key)
    except (TruncatedError, StorageUnavailableError):
        target.check()
        source.check()  # one of them is gone: the run ends; else this object cannot be read
        return _Copied(key, _right_one(target, key, known), damaged=True)
    if _told_by_name(key) not in (None, sha256):
        entry = _right_one(target, key, known) or Entry(key, size, sha256, modified_at)
        return _Copied(key, entry, new=entry.sha256 == sha256, damaged=True)
    return _Copied(key, Entry(key, size, sha256, modified_at), new=True)


def _right_one(target: LocalStorage, key: str, known: Entry | None) -> Entry | None:
    """Return what an earlier backup holds in place of a damaged object; without a time of
    writing, so that the damage is looked at, and told, the next time too."""
    sha256 = _told_by_name(key) or (known.sha256 if known else None)
    size = _holds(target, sha256) if sha256 else None
    return None if sha256 is None or size is None else Entry(key, size, sha256, "")


def _holds(target: LocalStorage, sha256: str) -> int | None:
    """Return the size of an object that the backups hold, None when they do not."""
    try:
        return target.stat(files.object_key(sha256)).bytes
    except ObjectNotFoundError:
        return None


def _keep(target: LocalStorage, stream: BinaryIO) -> tuple[str, int]:
    with Spool(target, limit_bytes=ANY_SIZE) as spool:
        spool.receive(stream, disconnects=(OSError, StorageUnavailableError))
        spool.commit(files.object_key(spool.sha256))
        return spool.sha256, spool.bytes
