"""A load of prepared requests that takes little of the machine: one loop over epoll, bodies thrown away.

bench.load offers more (bodies, arrivals at fixed times) and takes some 0.3 ms a request; beside a
fast server on two cores that would be half of what is measured.
"""

from __future__ import annotations

import itertools
import re
import select
import socket
import time
from collections.abc import Sequence

from bench.load import Found
from bench.load_http import Request

BUFFER_BYTES = 1 << 20
PATIENCE_S = 300.0
COMPLAINT_BYTES = 500
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")
_NO_BODY = (204, 304)


def encoded(request: Request, port: int) -> bytes:
    """Return a GET request as it is sent; connections are kept, as HTTP/1.1 does by itself."""
    lines = [f"GET {request.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def without_pause(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Found:
    """Let clients ask, each at once its next, until the time is over; what is under way is awaited.

    requests: asked in turn, again from the first after the last. Raises SystemExit for a reply
    that is no success, a connection that ends too early, and silence of PATIENCE_S.
    """
    found, asks = Found(), itertools.cycle(requests)
    latencies, clock = found.latencies_s, time.perf_counter
    buffer = bytearray(BUFFER_BYTES)
    by_number = {}
    with select.epoll() as poll:

        def opened() -> _Client:
            client = _Client(port, buffer)
            by_number[client.number] = client
            poll.register(client.number, select.EPOLLIN)
            return client

        idle = [opened() for _ in range(clients)]
        begun, cpu = clock(), time.process_time()
        deadline = begun + seconds
        for client in idle:
            client.send(next(asks), clock())
        while by_number:
            events = poll.poll(PATIENCE_S)
            if not events:
                raise SystemExit(f"no reply for {PATIENCE_S:g} s")
            for number, _ in events:
                client = by_number[number]
                if not client.receive():
                    continue
                now = clock()
                latencies.append(now - client.begun)
                if client.closes or now >= deadline:
                    # An idle one would be closed by its server while others are still awaited.
                    del by_number[number]
                    client.close()
                if now < deadline:
                    (opened() if client.closes else client).send(next(asks), now)
        found.elapsed_s, found.cpu_s = clock() - begun, time.process_time() - cpu
    return found


class _Client:
    """One connection and how far its reply has come. closes: the server will end it after that."""

    __slots__ = (
        "_buffer",
        "_left",
        "_parse",
        "_rest",
        "_socket",
        "_view",
        "begun",
        "closes",
        "number",
    )

    def __init__(self, port: int, buffer: bytearray) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = self._socket.fileno()
        self._buffer, self._view = buffer, memoryview(buffer)
        self._rest = b""
        """The beginning of a head, or of a chunk's size, that has not come whole."""

        self._left = 0
        """Bytes of the body, or of the chunk and its end, that are still to come."""

        self._parse = self._head
        self.begun, self.closes = 0.0, False

    def send(self, request: bytes, now: float) -> None:
        """Send the next request; it counts from now."""
        self.begun, self._parse = now, self._head
        self._socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come, at least a byte; true when the reply is whole."""
        if self._rest:
            kept = len(self._rest)
            self._buffer[:kept] = self._rest
            many = self._socket.recv_into(self._view[kept:])
            self._rest = b""
            end = kept + many
        else:
            many = end = self._socket.recv_into(self._buffer)
        if not many:
            raise SystemExit("the server ended the connection before its reply was whole")
        return self._parse(0, end)

    def _head(self, at: int, end: int) -> bool:
        stop = self._buffer.find(_END, at, end)
        if stop < 0:
            self._rest = bytes(self._view[at:end])
            return False
        head = bytes(self._view[at:stop]).lower()
        status = int(head[9:12])
        if not 200 <= status < 300:
            raise SystemExit(f"{status}: {self._complaint(stop + len(_END), end)}")
        self.closes = b"\r\nconnection: close" in head
        if (length := _LENGTH.search(head)) is not None:
            self._left = int(length[1])
            self._parse = self._body
        elif b"\r\ntransfer-encoding: chunked" in head:
            self._left = 0
            self._parse = self._chunks
        elif status in _NO_BODY:
            self._left, self._parse = 0, self._body
        else:
            raise SystemExit(f"a reply without a length: {head!r}")
        return self._parse(stop + len(_END), end)

    def _body(self, at: int, end: int) -> bool:
        self._left -= end - at
        if self._left < 0:
            raise SystemExit("more came than the reply's length")
        return not self._left

    def _chunks(self, at: int, end: int) -> bool:
        while True:
            taken = min(self._left, end - at)
            self._left -= taken
            at += taken
            if self._left or at == end:
                return False
            stop = self._buffer.find(b"\r\n", at, end)
            if stop < 0:
                self._rest = bytes(self._view[at:end])
                return False
            size, at = int(bytes(self._view[at:stop]).partition(b";")[0], 16), stop + 2
            self._left = size + 2
            if not size:
                self._parse = self._body  # the empty line after the last chunk
                return self._body(at, end)

    def _complaint(self, at: int, end: int) -> str:
        body = bytes(self._view[at:end])
        self._socket.settimeout(1.0)
        try:
            while len(body) < COMPLAINT_BYTES and (more := self._socket.recv(COMPLAINT_BYTES)):
                body += more
        except TimeoutError:
            pass  # that was all
        return body[:COMPLAINT_BYTES].decode(errors="replace")

    def close(self) -> None:
        """Let go of the connection."""
        self._socket.close()
