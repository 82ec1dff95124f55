"""HTTP/1.1 by hand for load generators: cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PIECE = 256 * 1024
RECEIVE = 64 * 1024


class Disconnected(OSError):
    """The connection ended before the reply did."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; path with its query, headers beside Host and Content-Length."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One connection that is kept, opened when first needed and again after it ended."""

    def __init__(self, port: int, timeout_s: float = 60.0) -> None:
        self.port = port
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None
        self.sent_bytes = 0
        """Bytes of bodies handed to the kernel, also of requests that failed."""

    async def ask(self, request: Request) -> Reply:
        """Send a request and return its reply; OSError (TimeoutError too) when there is none."""
        try:
            return await asyncio.wait_for(self._ask(request), self._timeout_s)
        except BaseException:
            self.close()
            raise

    async def _ask(self, request: Request) -> Reply:
        loop = asyncio.get_running_loop()
        if self._socket is None:
            await self._open(loop)
        assert self._socket is not None
        await loop.sock_sendall(self._socket, self._head(request))
        body = memoryview(request.body)
        for start in range(0, len(body), PIECE):
            piece = body[start : start + PIECE]
            await loop.sock_sendall(self._socket, piece)
            self.sent_bytes += len(piece)
        reply = await self._receive(loop, has_body=request.method != "HEAD")
        if reply.headers.get("connection", "").lower() == "close":
            self.close()
        return reply

    async def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        await loop.sock_connect(sock, ("127.0.0.1", self.port))

    def _head(self, request: Request) -> bytes:
        lines = [f"{request.method} {request.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(request.body)}")
        return "\r\n".join([*lines, "", ""]).encode()

    async def _receive(self, loop: asyncio.AbstractEventLoop, *, has_body: bool) -> Reply:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += await self._more(loop)
        first, *lines = received[:end].decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body, status = received[end + 4 :], int(first.split(" ", 2)[1])
        if not has_body or status in (204, 304):
            return Reply(status, headers, b"")
        if "chunked" in headers.get("transfer-encoding", ""):
            return Reply(status, headers, await self._chunks(loop, body))
        parts, left = [body], int(headers.get("content-length", 0)) - len(body)
        while left > 0:
            parts.append(await self._more(loop))
            left -= len(parts[-1])
        return Reply(status, headers, b"".join(parts))

    async def _chunks(self, loop: asyncio.AbstractEventLoop, received: bytes) -> bytes:
        parts = []
        while True:
            while (end := received.find(b"\r\n")) < 0:
                received += await self._more(loop)
            size, received = int(received[:end].split(b";")[0], 16), received[end + 2 :]
            while len(received) < size + 2:
                received += await self._more(loop)
            if size == 0:
                return b"".join(parts)
            parts.append(received[:size])
            received = received[size + 2 :]

    async def _more(self, loop: asyncio.AbstractEventLoop) -> bytes:
        assert self._socket is not None
        data = await loop.sock_recv(self._socket, RECEIVE)
        if not data:
            raise Disconnected("the other side closed the connection")
        return data

    def close(self) -> None:
        """Let go of the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
