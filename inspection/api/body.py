"""Reading a request's body in pieces from a network that may stall or go away."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from flask import request
from werkzeug.exceptions import ClientDisconnected

from uploads import resumable
from uploads.errors import TruncatedError

PIECE_BYTES = 64 * 1024
SMALLEST_BYTES = 1024
TICK_S = 1.0
IN_FLIGHT_BYTES = 256 * 1024
"""What the kernel may hold for us: it is lost when this process is killed."""


def pieces() -> Iterator[bytes]:
    """Yield the body as it comes; an empty piece when nothing came for a second.

    Raises TruncatedError when the client went away, said nothing for `resumable.STALL_S`, or sent
    less than its Content-Length.
    """
    announced = request.content_length
    received = 0
    for piece in _Body(announced).pieces():
        received += len(piece)
        yield piece
    if announced is not None and received < announced:
        raise TruncatedError(received, announced)


class _Body:
    """The body, and the server's socket below it where the server shows it (gunicorn does)."""

    def __init__(self, announced: int | None) -> None:
        self._announced = announced
        self._socket = request.environ.get("gunicorn.socket")
        self._stream = _stream()

    def pieces(self) -> Iterator[bytes]:
        """As the function above, but the end of the stream is taken as the end of the body."""
        silent_since = time.monotonic()
        patience = None
        if self._socket is not None:
            patience = self._socket.gettimeout()
            self._bound_what_is_in_flight()
        try:
            while True:
                try:
                    self._wait(resumable.STALL_S if self._announced is None else TICK_S)
                    piece = self._stream.read(PIECE_BYTES)
                    if not piece:
                        return
                    came = (piece,)
                except TimeoutError as error:
                    if self._announced is None:  # a chunked body cannot go on after that
                        raise TruncatedError(0, None) from error
                    came = tuple(self._at_hand())
                except (OSError, EOFError, ClientDisconnected) as error:
                    raise TruncatedError(0, self._announced) from error
                if came:
                    silent_since = time.monotonic()
                elif time.monotonic() - silent_since > resumable.STALL_S:
                    came = (self._last_words(),)
                yield from came or (b"",)
        finally:
            if self._socket is not None:
                self._socket.settimeout(patience)

    def _at_hand(self) -> Iterator[bytes]:
        """Take what the server has buffered: a read that timed out keeps what it had.

        How much it is cannot be asked; fewer bytes than a piece are a sum of powers of two. (The
        server reads 1 KiB at least: less than that waits for more.)
        """
        size = PIECE_BYTES
        self._wait(0.001)
        while (size := size // 2) >= SMALLEST_BYTES:
            try:
                if piece := self._stream.read(size):
                    yield piece
            except TimeoutError:
                continue

    def _last_words(self) -> bytes:
        """Take the rest of what the server has buffered, and nothing more from this line."""
        with suppress(OSError, EOFError):
            self._socket.shutdown(socket.SHUT_RD)
            return bytes(self._stream.read(PIECE_BYTES))
        raise TruncatedError(0, self._announced)

    def _wait(self, seconds: float) -> None:
        if self._socket is not None:
            self._socket.settimeout(seconds)

    def _bound_what_is_in_flight(self) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, IN_FLIGHT_BYTES // 2)


def _stream() -> Any:
    """Return the stream below Werkzeug's where it ends by itself: that one hides what happens."""
    if request.environ.get("wsgi.input_terminated"):
        return request.environ["wsgi.input"]
    request.max_content_length = sys.maxsize  # the upload's own length is the limit
    return request.stream
