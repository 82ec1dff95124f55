"""Receiving one upload in several goes, so that nothing acknowledged is lost.

What is committed is an offset in a ledger, never the file's size: append, fdatasync the part,
commit the offset, and only then answer. A part may be longer than its offset, never shorter.

One writer at a time appends to a part. A writer that left in good order will never write again,
so the next goes on in the same file. A writer that fell silent may wake up at any moment, and no
lock can stop a write that is on its way: so who takes over copies the committed beginning to a
part of its own (`take_over`), and the late write goes into a file that nobody reads any more.
The committed beginning of the old part is safe to copy, for a writer never writes before the
offset at which it began.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from uploads.errors import ChecksumError, DamagedPartError, LostUploadError
from uploads.local import fsync_folder, unavailable_on_os_error, write_all

CHECKPOINT_BYTES = 1024 * 1024
"""So much of a cut or killed upload can be lost at most."""
HEARTBEAT_S = 2.0
"""So often, at least, a slow but living upload is committed."""
STALL_S = 10.0
"""A writer without bytes for so long may be replaced."""
PARTS_FOLDER = ".uploads"
CHECKSUMS = ("sha1", "sha256")
_COPY_BYTES = 1024 * 1024


class Ledger(Protocol):
    """Where offsets are committed, on behalf of one writer."""

    def keep(self, offset: int) -> bool:
        """Commit durably that `offset` bytes lie in the part, and that the writer is alive.

        False when the writer was replaced meanwhile: then nothing is committed.
        """
        ...

    def leave(self, offset: int) -> bool:
        """Like keep, and let the next writer go on: this one will write no more."""
        ...


def parts_folder(spool_folder: Path) -> Path:
    """Return the folder for parts, next to a storage's spool folder, made if need be.

    Not inside it: what lies there is swept after hours, and a part may wait for days. All hosts
    that receive uploads must see the same folder.
    """
    folder = spool_folder.with_name(PARTS_FOLDER)
    if not folder.is_dir():
        with unavailable_on_os_error(f"folder {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
            fsync_folder(folder.parent)
    return folder


def new_part_name(upload_id: str) -> str:
    """Return a name for a part that nobody has written to."""
    return f"{upload_id}.{secrets.token_hex(8)}"


def take_over(folder: Path, old: str, new: str, offset: int) -> None:
    """Copy the first `offset` bytes of a part to a new part, durably.

    Raises DamagedPartError when the old part is shorter, StorageUnavailableError.
    """
    with unavailable_on_os_error("cannot copy what was received"):
        with (folder / new).open("xb") as target:
            if offset:
                _copy(folder / old, target.fileno(), offset)
            os.fdatasync(target.fileno())
        fsync_folder(folder)


def _copy(source: Path, target: int, length: int) -> None:
    with _opened(source, length) as file:
        while length:
            piece = file.read(min(_COPY_BYTES, length))
            if not piece:
                raise DamagedPartError(f"{source.name} became shorter while it was read")
            write_all(target, piece)
            length -= len(piece)


def _opened(path: Path, least_bytes: int) -> BinaryIO:
    """Open a part for reading; DamagedPartError when it lacks committed bytes."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise DamagedPartError(f"{path.name} is gone, {least_bytes} bytes were committed") from None
    size = os.fstat(file.fileno()).st_size
    if size < least_bytes:
        file.close()
        raise DamagedPartError(f"{path.name} has {size} bytes, {least_bytes} were committed")
    return file


def remove_parts(folder: Path, upload_id: str) -> int:
    """Remove every part of an upload; how many there were."""
    removed = 0
    with unavailable_on_os_error("cannot remove what was received"):
        for path in folder.glob(f"{upload_id}.*"):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def old_uploads(folder: Path, untouched_for: timedelta) -> set[str]:
    """Return the ids of uploads that have a part which nobody has written to for so long."""
    horizon = time.time() - untouched_for.total_seconds()
    found = set()
    with unavailable_on_os_error("cannot list what was received"):
        for entry in os.scandir(folder):
            try:
                if entry.stat().st_mtime < horizon:
                    found.add(entry.name.partition(".")[0])
            except FileNotFoundError:
                continue  # finished or swept by another this moment
    return found


class PartWriter:
    """The one writer of one part, from its committed offset on.

        with PartWriter(folder / name, offset, ledger) as part:
            part.append(piece)       # as often as there are pieces
            part.settle()            # nothing more comes: commit the rest and leave

    checksum: (algorithm, digest) of exactly what is appended here. With one, nothing is committed
    before `settle` has compared it. Raises DamagedPartError on entering, StorageUnavailableError
    wherever the disk refuses, LostUploadError when another writer took over.
    """

    def __init__(
        self, path: Path, offset: int, ledger: Ledger, checksum: tuple[str, bytes] | None = None
    ) -> None:
        self.path = path
        self.committed = self.position = offset
        self._ledger = ledger
        self._checksum = checksum
        self._appended = hashlib.new(checksum[0]) if checksum else None
        self._whole = hashlib.sha256() if offset == 0 else None
        self._descriptor = -1
        self._seen = time.monotonic()

    def __enter__(self) -> Self:
        with unavailable_on_os_error("cannot open what was received"):
            self._descriptor = self._open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def append(self, piece: bytes) -> None:
        """Write bytes at the end, and commit from time to time."""
        with unavailable_on_os_error("cannot write what was received"):
            write_all(self._descriptor, piece)
        for digest in (self._appended, self._whole):
            if digest is not None:
                digest.update(piece)
        self.position += len(piece)
        if self.position - self.committed >= CHECKPOINT_BYTES or self._is_late():
            self.checkpoint()

    def checkpoint(self) -> None:
        """Commit what came, or only that the writer lives where a checksum is still open."""
        if self._appended is None and self.position > self.committed:
            self._sync()
            self._tell(self._ledger.keep(self.position), self.position)
        elif self._is_late():
            self._tell(self._ledger.keep(self.committed), self.committed)

    def settle(self) -> None:
        """Compare the checksum, commit everything and leave.

        Raises ChecksumError, then having committed nothing and not left.
        """
        self.verify()
        if self.position > self.committed:
            self._sync()
        self._tell(self._ledger.leave(self.position), self.position)

    def break_off(self) -> None:
        """Leave with what came; where a checksum of more than that is open, with nothing of it."""
        if self._appended is None:
            self.settle()
        else:
            self._tell(self._ledger.leave(self.committed), self.committed)

    def verify(self) -> None:
        """Compare the checksum, if there is one. Raises ChecksumError."""
        if self._checksum and self._appended and self._appended.digest() != self._checksum[1]:
            raise ChecksumError(self._checksum[0])
        self._appended = None

    def sha256(self) -> str:
        """Digest of the part from its beginning to where this writer stands."""
        if self._whole is None:
            with unavailable_on_os_error("cannot read what was received"):
                self._whole = _digest_of(self.path, self.position)
        return self._whole.hexdigest()

    def _open(self) -> int:
        """Open the part and forget what lies behind the committed offset."""
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if self.committed == 0 else 0)
        try:
            descriptor = os.open(self.path, flags, 0o640)
        except FileNotFoundError:
            if self.committed == 0:
                raise
            raise DamagedPartError(f"{self.path.name} is gone") from None
        size = os.fstat(descriptor).st_size
        if size < self.committed:
            os.close(descriptor)
            raise DamagedPartError(f"{self.path.name}: {size} bytes of {self.committed}")
        if size > self.committed:
            os.ftruncate(descriptor, self.committed)
        os.lseek(descriptor, self.committed, os.SEEK_SET)
        return descriptor

    def _is_late(self) -> bool:
        return time.monotonic() - self._seen > HEARTBEAT_S

    def _sync(self) -> None:
        with unavailable_on_os_error("cannot keep what was received"):
            os.fdatasync(self._descriptor)
            if self.committed == 0:  # the name is as new as the bytes
                fsync_folder(self.path.parent)

    def _tell(self, committed: bool, offset: int) -> None:
        if not committed:
            raise LostUploadError(self.path.name)
        self.committed = offset
        self._seen = time.monotonic()


def _digest_of(path: Path, length: int) -> hashlib._Hash:
    digest = hashlib.sha256()
    with _opened(path, length) as file:
        while length and (piece := file.read(min(_COPY_BYTES, length))):
            digest.update(piece)
            length -= len(piece)
    if length:
        raise DamagedPartError(f"{path.name} became shorter while it was read")
    return digest
