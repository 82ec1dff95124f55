"""Receive one body over a bad network, hashing it on the way, then keep it or forget it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from uploads.errors import TooLargeError, TruncatedError
from uploads.local import CHUNK_BYTES, create_spool_file, unavailable_on_os_error, write_all
from uploads.storage import Storage, StoredObject


class Readable(Protocol):
    """What a request's body offers."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


class Spool:
    """A file for one body, next to the storage; gone at the end of the `with` block.

        with Spool(storage, limit_bytes=60_000_000) as spool:
            spool.receive(request.stream, announced_bytes=request.content_length)
            probe(spool.path)
            stored = spool.commit(original_key(spool.sha256))

    Raises StorageUnavailableError wherever the disk refuses.
    """

    def __init__(self, storage: Storage, limit_bytes: int) -> None:
        self._storage = storage
        self._limit = limit_bytes
        self._digest = hashlib.sha256()
        self.bytes = 0
        with unavailable_on_os_error("cannot open a file to receive"):
            self._descriptor, self.path = create_spool_file(storage.spool_folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def sha256(self) -> str:
        """Digest of what came so far, in lower-case hex."""
        return self._digest.hexdigest()

    def receive(
        self,
        stream: Readable,
        announced_bytes: int | None = None,
        disconnects: tuple[type[Exception], ...] = (OSError, EOFError),
    ) -> None:
        """Take the body to its end, in pieces of 64 KiB.

        announced_bytes: Content-Length, None when the sender gave none.
        disconnects: what the server's stream raises when the sender goes away.
        Raises TooLargeError (before reading, when the announced length is too long already)
        and TruncatedError when fewer bytes came than announced or the sender went away.
        """
        if announced_bytes is not None and announced_bytes > self._limit:
            raise TooLargeError(self._limit)
        while True:
            try:
                chunk = stream.read(CHUNK_BYTES)
            except disconnects as error:
                raise TruncatedError(self.bytes, announced_bytes) from error
            if not chunk:
                break
            self._append(chunk)
        if announced_bytes is not None and self.bytes < announced_bytes:
            raise TruncatedError(self.bytes, announced_bytes)

    def commit(self, key: str) -> StoredObject:
        """Put the body into the storage for good; on disk a link, not a second copy."""
        return self._storage.adopt(key, self.path, self.sha256)

    def close(self) -> None:
        """Forget the spool file; what was committed stays."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            Path(self.path).unlink(missing_ok=True)

    def _append(self, chunk: bytes) -> None:
        if self.bytes + len(chunk) > self._limit:
            raise TooLargeError(self._limit)
        with unavailable_on_os_error("cannot write what was received"):
            write_all(self._descriptor, chunk)
        self._digest.update(chunk)
        self.bytes += len(chunk)
