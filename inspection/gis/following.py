"""A file that a reply sends while another thread still writes it.

Writing goes as fast as the database does, into a spool file without a name, and sending as fast as
the client takes it: a client that stalls holds a file, never a connection of the database. A reply
that is given up ends the writing and its query.
"""

from __future__ import annotations

import errno
import os
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog

from inspection.errors import UnavailableError

log = structlog.get_logger(__name__)
WRITE_BYTES = 1 << 18
READ_BYTES = 1 << 18
LEFT_AFTER_S = 3600.0
CANCEL_AGAIN_S = 0.5
_PREFIX = "export-"
FULL = "一時ファイルを書く空きがありません。管理者に連絡してください。"


class AbandonedError(Exception):
    """Nobody reads any more."""


class Spool:
    """The end that is written to: an open binary file that takes bytes only at its end."""

    closed = False

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._told = 0
        self._changed = threading.Condition()
        self.size = 0
        self.abandoned = False
        self.ended = False
        self.failure: BaseException | None = None

    def write(self, data: Any) -> int:
        """Take bytes; they reach the reader a quarter of a megabyte at a time."""
        self.check()
        block = bytes(data)
        self._waiting.append(block)
        self._waiting_bytes += len(block)
        self._told += len(block)
        if self._waiting_bytes >= WRITE_BYTES:
            self._pass_on()
        return len(block)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._told

    def flush(self) -> None:
        """Do nothing: the reader gets larger pieces that way."""

    def writable(self) -> bool:
        """Say that it is written to."""
        return True

    def readable(self) -> bool:
        """Say that the writer cannot read."""
        return False

    def seekable(self) -> bool:
        """Say that what is written stays."""
        return False

    def check(self) -> None:
        """Raise AbandonedError once nobody reads any more."""
        if self.abandoned:
            raise AbandonedError

    def replace(self, path: Path) -> None:
        """Take a finished file instead, whose name goes away."""
        whole = path.open("rb", buffering=0)
        path.unlink()
        with self._changed:
            self._file.close()
            self._file = whole
            self.size = os.fstat(whole.fileno()).st_size
            self._changed.notify_all()

    def end(self, failure: BaseException | None) -> None:
        """Say that nothing follows, or why."""
        if failure is None:
            try:
                self._pass_on()
            except OSError as error:
                failure = error
        with self._changed:
            self.ended, self.failure = True, failure
            self._changed.notify_all()

    def _pass_on(self) -> None:
        data = memoryview(b"".join(self._waiting))
        self._waiting, self._waiting_bytes = [], 0
        sent = 0
        while sent < len(data):
            sent += os.pwrite(self._file.fileno(), data[sent:], self.size + sent)
        with self._changed:
            self.size += len(data)
            self._changed.notify_all()

    def read(self, at: int) -> bytes:
        """Wait for bytes from a place on and return some; nothing at the end.

        Raises what the writer failed with.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.size > at or self.ended)
            if self.failure is not None:
                raise self.failure
            return os.pread(self._file.fileno(), READ_BYTES, at)

    def close(self) -> None:
        """Give the space back."""
        with self._changed:
            self._file.close()


class FollowedFile:
    """What a reply iterates over: the bytes of a spool, from the start to the end of the writing.

    write: fills the spool. cancel: stops what `write` waits for, from another thread.
    """

    def __init__(
        self, folder: Path, write: Callable[[Spool], None], cancel: Callable[[], None]
    ) -> None:
        self._spool = Spool(folder)
        self._cancel = cancel
        self._at = 0
        self._thread = threading.Thread(target=self._run, args=(write,), daemon=True)
        self._thread.start()

    def _run(self, write: Callable[[Spool], None]) -> None:
        failure: BaseException | None = None
        try:
            write(self._spool)
        except BaseException as error:
            failure = error
        self._spool.end(failure)

    def wait(self) -> None:
        """Wait until the first bytes can be sent.

        Raises what the writing failed with until then, UnavailableError for a full disk.
        """
        try:
            self._spool.read(0)
        except OSError as error:
            log.error("export cannot be written", error=str(error))
            self.close()
            if error.errno in (errno.ENOSPC, errno.EDQUOT) or "full" in str(error):
                raise UnavailableError(FULL) from error
            raise UnavailableError from error
        except BaseException:
            self.close()
            raise

    @property
    def length(self) -> int | None:
        """How many bytes there are in all, once that is known."""
        return self._spool.size if self._spool.ended else None

    def __iter__(self) -> Iterator[bytes]:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next bytes. A failure of the writing breaks the reply off: it is incomplete."""
        try:
            data = self._spool.read(self._at)
        except Exception as error:
            log.error("export broken off", error=str(error), sent=self._at)
            raise
        if not data:
            raise StopIteration
        self._at += len(data)
        return data

    def close(self) -> None:
        """End the writing if need be, and give the space back. Twice is once."""
        self._spool.abandoned = True
        while self._thread.is_alive():
            # Again, for the first may have come before there was anything to stop.
            self._cancel()
            self._thread.join(CANCEL_AGAIN_S)
        self._spool.close()


@contextmanager
def whole_path(folder: Path, extension: str) -> Iterator[Path]:
    """Give the path of a file that is sent only once it is whole; whatever is left goes at the end.

    What a killed process left goes too, an hour after the last byte.
    """
    for old in folder.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            if time.time() - old.stat().st_mtime > LEFT_AFTER_S:
                old.unlink()
    path = folder / f"{_PREFIX}{uuid.uuid4()}.{extension}"
    try:
        yield path
    finally:
        for left in folder.glob(f"{path.stem}*"):
            left.unlink(missing_ok=True)
