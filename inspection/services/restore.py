"""`restore`: a backup into an empty database and an empty storage, every digest compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from inspection.config import PROJECT_ROOT
from inspection.database import dumps
from inspection.errors import ConflictError
from inspection.parallel import bounded_map
from inspection.resources import storage
from inspection.services import backup_files as files
from inspection.services.backup_files import BackupError, BackupFolder, Entry
from uploads.errors import DigestMismatchError, ObjectNotFoundError
from uploads.local import LocalStorage
from uploads.storage import Storage

WRITERS = 4
Progress = Callable[[int, int], None]


@dataclass
class RestoreReport:
    """What a restore did. damaged: keys whose copy in the backup is missing or damaged.

    behind: whether the database has to be brought to the newest migration.
    """

    backup: Path
    objects: int = 0
    bytes: int = 0
    damaged: tuple[str, ...] = ()
    behind: bool = False


def restore_backup(root: Path, name: str | None, progress: Progress) -> RestoreReport:
    """Put a backup (the newest, or the one of that name) into this installation.

    Objects go first and the database last: until it is there, nothing refers to them, and what
    was interrupted can be begun again. An object whose copy is damaged is left out and told;
    a damaged database stops everything before anything is written.
    Raises NotFoundError, BackupError, ConflictError (not empty), DumpError.
    """
    folder = BackupFolder(root)
    backup = folder.find(name)
    manifest = files.read_manifest(backup)
    if manifest["database"]["kind"] != dumps.kind():
        raise BackupError(
            f"{backup} is of a {manifest['database']['kind']} database, this one is {dumps.kind()}"
        )
    behind = _is_behind(manifest["database"]["revision"])
    dumps.check_empty()
    _check_storage(storage(), files.entries(backup))
    report = RestoreReport(backup, behind=behind)
    _put_objects(folder.objects(), report, manifest["objects"]["count"], progress)
    dumps.load(backup / files.DATABASE)
    return report


def _is_behind(revision: str | None) -> bool:
    script = ScriptDirectory(str(PROJECT_ROOT / "migrations"))
    try:
        if revision is not None:
            script.get_revision(revision)
    except CommandError:
        raise BackupError(f"the backup is of newer software (migration {revision})") from None
    return revision != script.get_current_head()


def _check_storage(store: Storage, wanted: Iterator[Entry]) -> None:
    """Raise ConflictError when the storage holds anything that this backup does not.

    What an interrupted restore of the same backup left may be there; it is compared later.
    """
    entry = next(wanted, None)
    for found in store.list():
        while entry is not None and entry.key < found.key:
            entry = next(wanted, None)
        if entry is None or entry.key != found.key:
            raise ConflictError(
                f"the storage is not empty ({found.key}); restore goes into a new one only"
            )


def _put_objects(
    source: LocalStorage, report: RestoreReport, total: int, progress: Progress
) -> None:
    target = storage()
    work = files.entries(report.backup)
    for entry, whole in bounded_map(lambda each: _put(source, target, each), work, WRITERS):
        if whole:
            report.objects += 1
            report.bytes += entry.bytes
        else:
            report.damaged += (entry.key,)
        progress(report.objects, total)


def _put(source: LocalStorage, target: Storage, entry: Entry) -> tuple[Entry, bool]:
    try:
        with source.open_range(files.object_key(entry.sha256)) as stream:
            stored = target.put_new(entry.key, stream, entry.sha256)
    except (DigestMismatchError, ObjectNotFoundError):
        return entry, False
    if stored.sha256 != entry.sha256:
        raise ConflictError(f"the storage holds other bytes under {entry.key}")
    return entry, True
