"""Receiving one upload in several goes, so that nothing acknowledged is lost.

What is committed is an offset in a ledger, never the file's size: append, fdatasync the part,
commit the offset, and only then answer. A part may be longer than its offset, never shorter.

One writer at a time appends to a part. A writer that left in good order will never write again,
so the next goes on in the same file. A writer that fell silent may wake up at any moment, and no
lock can stop a write that is on its way: so who takes over copies the committed beginning to a
part of its own (`parts.take_over`), and the late write goes into a file that nobody reads any more.
The committed beginning of the old part is safe to copy, for a writer never writes before the
offset at which it began.

A writer that was killed leaves more in its part than it had committed. As long as the machine has
not been started anew, those bytes are as it wrote them, and `parts.durable_size` lets them be
committed on its behalf. What a power cut leaves of them nobody knows, so then they are forgotten.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from uploads import parts
from uploads.errors import ChecksumError, DamagedPartError, LostUploadError
from uploads.local import fsync_folder, unavailable_on_os_error, write_all

CHECKPOINT_BYTES = 1024 * 1024
CHECKPOINT_S = 0.1
"""A checkpoint each MiB, but on fast lines not more often than this, for each costs two syncs."""
MOST_UNCOMMITTED_BYTES = 8 * CHECKPOINT_BYTES
"""So much can a power cut take at most."""
HEARTBEAT_S = 2.0
"""So often, at least, a slow but living upload is committed."""
STALL_S = 10.0
"""A writer without bytes for so long may be replaced."""
CHECKSUMS = ("sha1", "sha256")


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


class PartWriter:
    """The one writer of one part, from its committed offset on.

        with PartWriter(folder / name, offset, ledger, writer) as part:
            part.append(piece)       # as often as there are pieces
            part.settle()            # nothing more comes: commit the rest and leave

    writer: a name that no other writer ever has. checksum: (algorithm, digest) of exactly what
    is appended here; with one, nothing is committed before `settle` has compared it. Raises
    DamagedPartError on entering, StorageUnavailableError wherever the disk refuses,
    LostUploadError when another writer took over.
    """

    def __init__(
        self,
        path: Path,
        offset: int,
        ledger: Ledger,
        writer: str,
        checksum: tuple[str, bytes] | None = None,
    ) -> None:
        self.path = path
        self.writer = writer
        self.committed = self.position = offset
        self._ledger = ledger
        self._checksum = checksum
        self._appended = hashlib.new(checksum[0]) if checksum else None
        self._whole = hashlib.sha256() if offset == 0 else None
        self._told = offset
        self._descriptor = -1
        self._most_uncommitted = CHECKPOINT_BYTES
        self._seen = time.monotonic()

    def __enter__(self) -> Self:
        with unavailable_on_os_error("cannot open what was received"):
            self._descriptor = self._open()
        self._sign()
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
        if self._is_due():
            self.checkpoint()

    def checkpoint(self) -> None:
        """Commit what came since the last time, or that something came, where a checksum is open.

        When nothing came nothing is said: silence is what ends the right to write.
        """
        if self.position == self._told:
            return
        offset = self.committed
        if self._appended is None:
            self._sync()
            offset = self.position
        self._tell(self._ledger.keep(offset), offset)

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
                self._whole = parts.digest_of(self.path, self.position)
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

    def _sign(self) -> None:
        """Let `parts.durable_size` know that what lies in the part from now on is this writer's."""
        if self._checksum is not None:
            return
        if parts.sign(self._descriptor, self.writer):
            self._most_uncommitted = MOST_UNCOMMITTED_BYTES

    def _is_due(self) -> bool:
        waiting = self.position - self.committed
        if waiting >= self._most_uncommitted or self._is_late():
            return True
        return waiting >= CHECKPOINT_BYTES and time.monotonic() - self._seen > CHECKPOINT_S

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
        self._told = self.position
        self._seen = time.monotonic()
