"""Storage on a local disk: write, fsync, link, fsync the folder.

`link` refuses to replace, so that of two writers one creates and the other finds; a name
appears only when the bytes are on the disk. obstore's and most other local stores never
fsync, which is why this is our own.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from uploads.errors import (
    DigestMismatchError,
    ObjectNotFoundError,
    RangeNotSatisfiableError,
    StorageUnavailableError,
)
from uploads.storage import ObjectStat, StoredObject, check_key, check_prefix, check_sha256

CHUNK_BYTES = 64 * 1024
# A dot: no key may start with one, so unfinished bytes can never be taken for an object.
SPOOL_FOLDER = ".incoming"
SPOOL_AGE = timedelta(hours=6)


@contextmanager
def unavailable_on_os_error(doing: str) -> Iterator[None]:
    """Turn an OSError (ENOSPC, EDQUOT, EROFS, EIO …) into StorageUnavailableError."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailableError(f"{doing}: {error.strerror or error}") from error


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create_spool_file(folder: Path) -> tuple[int, Path]:
    """Open a new file for unfinished bytes; its descriptor and path."""
    path = folder / f"{os.getpid()}-{secrets.token_hex(8)}.part"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.open(path, flags, 0o640), path


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte: os.write may write less."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sweep(folder: Path, older_than: timedelta = SPOOL_AGE) -> int:
    """Remove unfinished files that nobody has written to for so long; how many."""
    horizon = time.time() - older_than.total_seconds()
    removed = 0
    for path in folder.glob("*.part"):
        # Another process may be sweeping at the same time.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < horizon:
                path.unlink()
                removed += 1
    return removed


class LocalStorage:
    """A folder on one file system. See `uploads.storage.Storage` for what the methods keep."""

    def __init__(self, root: Path) -> None:
        """Create the folder if need be and sweep what a kill left. May raise StorageUnavailable."""
        self._root = root
        self._durable_folders: set[Path] = set()
        with unavailable_on_os_error(f"storage folder {root}"):
            self.spool_folder.mkdir(parents=True, exist_ok=True)
            sweep(self.spool_folder)

    @property
    def spool_folder(self) -> Path:
        """A folder in the same file system: what is complete there needs only a link."""
        return self._root / SPOOL_FOLDER

    def check(self) -> None:
        """See that the folder is there and can be written: a lost mount leaves neither."""
        with unavailable_on_os_error(f"storage folder {self._root}"):
            if not os.access(self.spool_folder, os.W_OK):
                self.spool_folder.stat()
                raise PermissionError(errno.EACCES, "not writable", str(self.spool_folder))

    def put_new(self, key: str, stream: BinaryIO, sha256: str) -> StoredObject:
        """Store a stream unless the key is taken; DigestMismatchError leaves nothing."""
        check_key(key)
        check_sha256(sha256)
        with unavailable_on_os_error("cannot open a file to write"):
            descriptor, path = create_spool_file(self.spool_folder)
        try:
            digest = self._write(descriptor, stream)
            if digest != sha256:
                raise DigestMismatchError(f"{key}: announced sha256 {sha256}, found {digest}")
            return self.adopt(key, path, sha256)
        finally:
            os.close(descriptor)
            path.unlink(missing_ok=True)

    def adopt(self, key: str, path: Path, sha256: str) -> StoredObject:
        """Link a finished file of this file system to its key."""
        target = self._path(key)
        check_sha256(sha256)
        with unavailable_on_os_error(f"cannot store {key}"):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                size = os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)
            self._prepare(target.parent)
            created = self._link(path, target)
            fsync_folder(target.parent)
            if created:
                return StoredObject(key, size, sha256, created=True)
            return self._found(key, target, path, sha256)

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open a part of an object; the whole is a plain file, which servers can send fast."""
        path = self._path(key)
        with self._reading(key):
            file = path.open("rb")
        size = os.fstat(file.fileno()).st_size
        stop = size if end is None else min(end, size)
        if not 0 <= start <= stop:
            file.close()
            raise RangeNotSatisfiableError(f"{key}: bytes {start} to {end} of {size}")
        if (start, stop) == (0, size):
            return file
        file.seek(start)
        return cast(BinaryIO, io.BufferedReader(_Limited(file, stop - start), CHUNK_BYTES))

    def stat(self, key: str) -> ObjectStat:
        """Size and time of one object."""
        path = self._path(key)
        with self._reading(key):
            return _stat(key, path)

    def delete(self, key: str) -> bool:
        """Remove an object so that it stays removed after a power cut."""
        path = self._path(key)
        with unavailable_on_os_error(f"cannot delete {key}"):
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            fsync_folder(path.parent)
        return True

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Objects under a prefix; those deleted while listing are left out."""
        check_prefix(prefix)
        folder = self._root / prefix.rpartition("/")[0]
        with unavailable_on_os_error(f"cannot list {prefix!r}"):
            for path in _files(folder):
                key = path.relative_to(self._root).as_posix()
                if key.startswith(prefix):
                    with suppress(FileNotFoundError):
                        yield _stat(key, path)

    def url(self, key: str, ttl: timedelta) -> str | None:
        """Return None: a disk has no links of its own, the application serves the bytes."""
        check_key(key)
        return None

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    @staticmethod
    def _write(descriptor: int, stream: BinaryIO) -> str:
        """Copy the stream; its sha256. Errors of the stream itself pass as they are."""
        digest = hashlib.sha256()
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            with unavailable_on_os_error("cannot write"):
                write_all(descriptor, chunk)
        return digest.hexdigest()

    def _prepare(self, folder: Path) -> None:
        """Make the folder and make its name durable, and those of the folders that hold it.

        Each is synced once a process, also when it exists: another process may have made it a
        moment ago and not have synced it yet. Above a folder whose name is durable all are.
        """
        if folder in self._durable_folders:
            return
        folder.mkdir(parents=True, exist_ok=True)
        fresh: list[Path] = []
        while folder != self._root and folder not in self._durable_folders:
            fsync_folder(folder.parent)
            fresh.append(folder)
            folder = folder.parent
        self._durable_folders.update(fresh)

    @staticmethod
    def _link(path: Path, target: Path) -> bool:
        try:
            os.link(path, target)
        except FileExistsError:
            return False
        return True

    def _found(self, key: str, target: Path, path: Path, sha256: str) -> StoredObject:
        """Describe what already lies under a key, mending a damaged content-addressed object."""
        found = _sha256_of(target)
        if found != sha256 and target.name == sha256:
            spare = self.spool_folder / f"{secrets.token_hex(8)}.part"
            os.link(path, spare)
            spare.replace(target)
            fsync_folder(target.parent)
            found = sha256
        return StoredObject(key, target.stat().st_size, found, created=False)

    @staticmethod
    @contextmanager
    def _reading(key: str) -> Iterator[None]:
        with unavailable_on_os_error(f"cannot read {key}"):
            try:
                yield
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise ObjectNotFoundError(key) from None


class _Limited(io.RawIOBase):
    """The next `length` bytes of a file, which it closes."""

    def __init__(self, file: io.BufferedReader, length: int) -> None:
        self._file = file
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._file.read(min(len(buffer), self._left))
        buffer[: len(chunk)] = chunk
        self._left -= len(chunk)
        return len(chunk)

    def close(self) -> None:
        self._file.close()
        super().close()


def _stat(key: str, path: Path) -> ObjectStat:
    info = path.stat()
    if not path.is_file():
        raise IsADirectoryError(key)
    return ObjectStat(key, info.st_size, datetime.fromtimestamp(info.st_mtime, UTC))


def _files(folder: Path) -> Iterator[Path]:
    """Files under a folder in the order of their keys; what starts with a dot is not ours."""
    if not folder.is_dir():
        return
    names = [path for path in folder.iterdir() if not path.name.startswith(".")]
    # "a/" sorts where the key of anything in the folder a sorts.
    for path in sorted(names, key=lambda each: each.name + "/" * each.is_dir()):
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
