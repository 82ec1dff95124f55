"""Reading an object of an S3 server as a file, piece by piece.

Each piece is a request of its own, complete before its bytes are handed out: a slow reader
holds no connection to the server and meets no timeout, and memory is one piece.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

import obstore
from obstore.store import S3Store

from uploads.errors import StorageUnavailableError
from uploads.s3_access import s3_errors

if TYPE_CHECKING:
    from obstore import GetOptions

PIECE_BYTES = 2 * 1024 * 1024


def open_pieces(store: S3Store, key: str, start: int, stop: int, e_tag: str | None) -> BinaryIO:
    """Open bytes `start` (included) to `stop` (excluded) of an object that has this ETag.

    Reading raises StorageUnavailableError when the server fails or the object was replaced.
    """
    return cast(BinaryIO, _Pieces(store, key, start, stop, e_tag))


class _Pieces(io.RawIOBase):
    """A window of one object. Position 0 is the window's first byte."""

    def __init__(self, store: S3Store, key: str, start: int, stop: int, e_tag: str | None) -> None:
        self._store, self._key, self._e_tag = store, key, e_tag
        self._start, self._length = start, stop - start
        self._at = 0
        self._piece = memoryview(b"")
        self._piece_at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        if base + offset < 0:
            raise ValueError("negative position")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        into = memoryview(buffer).cast("B")
        done = 0
        while done < len(into) and self._at < self._length:
            offset = self._at - self._piece_at
            if not 0 <= offset < len(self._piece):
                self._fetch()
                offset = 0
            part = self._piece[offset : offset + len(into) - done]
            into[done : done + len(part)] = part
            done += len(part)
            self._at += len(part)
        return done

    def _fetch(self) -> None:
        first = self._start + self._at
        last = min(first + PIECE_BYTES, self._start + self._length)
        # if_match: a piece of another object than the first would be silently wrong.
        options: GetOptions = {"range": (first, last), "if_match": self._e_tag}
        with s3_errors(f"S3 cannot read {self._key}", self._key):
            data = bytes(obstore.get(self._store, self._key, options=options).bytes())
        if len(data) != last - first:
            raise StorageUnavailableError(f"{self._key}: {len(data)} bytes of {last - first}")
        self._piece, self._piece_at = memoryview(data), self._at
