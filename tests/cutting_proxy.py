"""A bad network: a TCP proxy on 127.0.0.1 that cuts, refuses and stalls, and counts the bytes.

    with CuttingProxy(server_port, cut_after=(5_000_000, 7_000_000), seed=7) as proxy:
        client.upload(f"http://127.0.0.1:{proxy.port}/uploads")
    proxy.counts.from_clients / size  # bytes sent ÷ size

Every connection is cut after a number of bytes from the client, drawn from the seed. What came
before the cut still reaches the server; the client sees a reset. The server behind may be
killed and started again: each connection connects anew, and is reset while the server is down.
"""

from __future__ import annotations

import random
import selectors
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

PIECE_BYTES = 64 * 1024
IN_FLIGHT_BYTES = 128 * 1024
CONNECT_S = 2.0
TICK_S = 0.2
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass
class Counts:
    """What passed: bytes received from clients and sent on, connections, and their fates."""

    from_clients: int = 0
    to_server: int = 0
    from_server: int = 0
    connections: int = 0
    cuts: int = 0
    refused: int = 0


class CuttingProxy:
    """The proxy; `port` is where it listens, `counts` what passed so far.

    cut_after: least and most bytes from the client before a connection is cut; None never cuts.
    seed: of the draws; connections draw in the order in which they come. port: 0 takes a free one.
    """

    def __init__(
        self,
        server_port: int,
        *,
        cut_after: tuple[int, int] | None = (5_000_000, 7_000_000),
        seed: int = 1,
        port: int = 0,
    ) -> None:
        self.server_port = server_port
        self.cut_after = cut_after
        self.counts = Counts()
        self._draw = random.Random(seed)
        self._lock = threading.Lock()
        self._refuse_until = self._stall_until = 0.0
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self._listener.settimeout(TICK_S)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> CuttingProxy:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Address for clients, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to listen, in a thread."""
        self._run(self._accept)

    def stop(self) -> None:
        """Cut everything and close; what was counted stays."""
        self._stopping.set()
        for thread in list(self._threads):
            thread.join(timeout=5)
        self._listener.close()

    def refuse_for(self, seconds: float) -> None:
        """Reset every new connection for so long."""
        self._refuse_until = time.monotonic() + seconds

    def stall_for(self, seconds: float) -> None:
        """Pass nothing in either direction for so long, with every connection open."""
        self._stall_until = time.monotonic() + seconds

    def _run(self, target, *arguments) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            client.settimeout(None)
            with self._lock:
                self.counts.connections += 1
                budget = self._draw.randint(*self.cut_after) if self.cut_after else None
            self._run(self._serve, client, budget)

    def _serve(self, client: socket.socket, budget: int | None) -> None:
        try:
            if time.monotonic() < self._refuse_until:
                raise ConnectionRefusedError
            server = socket.create_connection(("127.0.0.1", self.server_port), CONNECT_S)
        except OSError:
            self._count(refused=1)
            _reset(client)
            return
        server.settimeout(None)
        # A line holds little; the loopback's buffers would hold megabytes and call them sent.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, IN_FLIGHT_BYTES)
        try:
            _Pair(self, client, server, budget).relay()
        except OSError:
            pass  # one side went away: so does the other
        finally:
            server.close()
            _reset(client)

    def _count(self, **more: int) -> None:
        with self._lock:
            for name, value in more.items():
                setattr(self.counts, name, getattr(self.counts, name) + value)


class _Pair:
    """One connection: the client's socket, the server's, and how many bytes may still pass."""

    def __init__(
        self,
        proxy: CuttingProxy,
        client: socket.socket,
        server: socket.socket,
        budget: int | None,
    ) -> None:
        self.proxy, self.client, self.server, self.budget = proxy, client, server, budget

    def relay(self) -> None:
        """Pass bytes both ways until a side ends, the budget is spent or the proxy stops."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.client, selectors.EVENT_READ)
            selector.register(self.server, selectors.EVENT_READ)
            while not self.proxy._stopping.is_set():
                for key, _ in selector.select(TICK_S):
                    while time.monotonic() < self.proxy._stall_until:
                        if self.proxy._stopping.wait(TICK_S / 4):
                            return
                    passed = self._up() if key.fileobj is self.client else self._down()
                    if not passed:
                        return

    def _up(self) -> bool:
        """Client to server; false when the client ended or its budget is spent."""
        size = PIECE_BYTES if self.budget is None else min(PIECE_BYTES, self.budget)
        data = self.client.recv(size)
        if not data:
            return False
        self.proxy._count(from_clients=len(data))
        self.server.sendall(data)
        self.proxy._count(to_server=len(data))
        if self.budget is not None:
            self.budget -= len(data)
            if self.budget <= 0:
                self.proxy._count(cuts=1)
                return False
        return True

    def _down(self) -> bool:
        data = self.server.recv(PIECE_BYTES)
        if data:
            self.client.sendall(data)
            self.proxy._count(from_server=len(data))
        else:
            self._end_gently()
        return bool(data)

    def _end_gently(self) -> None:
        """Let the client read the server's last words before its connection goes."""
        self.client.shutdown(socket.SHUT_WR)
        self.client.settimeout(1)
        while self.client.recv(PIECE_BYTES):
            pass


def _reset(client: socket.socket) -> None:
    """Close with a reset, as a network that is gone; after a gentle end it says nothing more."""
    with suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    client.close()
