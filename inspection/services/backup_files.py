"""What a backup folder holds, and where: read and written by backup and restore alike.

DIR/objects/ab/cd/<sha256>        every object once, by its digest, shared by all backups
DIR/backups/<UTC time>/database   the database at one moment
DIR/backups/<UTC time>/objects.jsonl   key, bytes, sha256 … of each object, in order of keys
DIR/backups/<UTC time>/manifest.json   digests of both; written last: without it, no backup
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inspection.errors import HanteiError, NotFoundError
from uploads.local import LocalStorage, fsync_folder
from uploads.storage import check_sha256

FORMAT = 1
MANIFEST, DATABASE, OBJECTS = "manifest.json", "database", "objects.jsonl"


class BackupError(HanteiError):
    """A backup is damaged or of another kind; the message names the file."""


@dataclass(frozen=True)
class Entry:
    """One object of a backup. modified_at: as the storage told it, to know it again by."""

    key: str
    bytes: int
    sha256: str
    modified_at: str


class BackupFolder:
    """The folder of all backups of one installation; owner data lies in it, so only we read it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._backups = self.root / "backups"

    def make(self) -> None:
        """Make what is not there yet."""
        self._backups.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.root / "objects").mkdir(exist_ok=True, mode=0o700)

    def objects(self) -> LocalStorage:
        """Return the store of objects by digest; write, fsync, link like the photos' own."""
        return LocalStorage(self.root / "objects")

    def backup(self, name: str) -> Path:
        """Return the folder of one backup."""
        return self._backups / name

    def remove_incomplete(self) -> None:
        """Remove what killed runs left; only for the holder of the folder's lock."""
        for backup in self._backups.iterdir():
            if backup.is_dir() and not (backup / MANIFEST).exists():
                shutil.rmtree(backup)

    def newest(self) -> Path | None:
        """Return the newest complete backup."""
        complete = sorted(path.parent for path in self._backups.glob(f"*/{MANIFEST}"))
        return complete[-1] if complete else None

    def find(self, name: str | None) -> Path:
        """Return a complete backup by name, or the newest. Raises NotFoundError."""
        found = self.newest() if name is None else self.backup(name)
        if found is None or not (found / MANIFEST).is_file():
            raise NotFoundError(f"{self.root}: no complete backup{f' {name}' if name else ''} here")
        return found


def object_key(sha256: str) -> str:
    """Return the key of an object in the backup's own store."""
    check_sha256(sha256)
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def file_sha256(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def entries(backup: Path | None) -> Iterator[Entry]:
    """Read the objects of a backup, in the order of keys; none without a backup."""
    if backup is None:
        return
    with (backup / OBJECTS).open(encoding="utf-8") as lines:
        for line in lines:
            yield Entry(**json.loads(line))


def entry_line(entry: Entry) -> str:
    """Return one object as a line."""
    return json.dumps(asdict(entry)) + "\n"


def write_manifest(backup: Path, values: dict[str, Any]) -> None:
    """Finish a backup: from now on it counts."""
    part = backup / f"{MANIFEST}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, **values}, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(backup / MANIFEST)
    fsync_folder(backup)
    fsync_folder(backup.parent)


def read_manifest(backup: Path) -> dict[str, Any]:
    """Return a manifest whose files are whole. Raises BackupError."""
    try:
        values: dict[str, Any] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        wanted = {OBJECTS: values["objects"]["sha256"], DATABASE: values["database"]["sha256"]}
        known = values["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{backup / MANIFEST} cannot be read: {error!r}") from None
    if not known:
        raise BackupError(f"{backup / MANIFEST}: format {values['format']}, known is {FORMAT}")
    for name, sha256 in wanted.items():
        path = backup / name
        if not path.is_file():
            raise BackupError(f"{path} is missing")
        if file_sha256(path) != sha256:
            raise BackupError(f"{path} is damaged: its sha256 is not the manifest's")
    return values
