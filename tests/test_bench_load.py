"""The load generator of the GIS measurements reads replies however they come in pieces."""

from __future__ import annotations

import socket
import threading

import pytest

from bench import gis_load

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
PLAIN = HEAD + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = (
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
)
NONE = b"HTTP/1.1 204 No Content\r\n\r\n"
CLOSING = HEAD + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello"


class Replies:
    """A server that answers every request with the same bytes, in pieces of a size."""

    def __init__(self, reply: bytes, piece: int) -> None:
        self.reply, self.piece, self.asked, self.connections = reply, piece, 0, 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            while connection.recv(4096) == REQUEST:
                self.asked += 1
                for start in range(0, len(self.reply), self.piece):
                    connection.sendall(self.reply[start : start + self.piece])
                if self.reply is CLOSING:
                    return

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def serve():
    started = []

    def start(reply: bytes, piece: int) -> Replies:
        started.append(Replies(reply, piece))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.mark.parametrize("piece", [1, 7, 4096])
@pytest.mark.parametrize("reply", [PLAIN, CHUNKED, NONE])
def test_each_reply_counts_once_and_connections_are_kept(serve, reply, piece):
    server = serve(reply, piece)

    found = gis_load.without_pause(server.port, [REQUEST], 2, 0.05)

    assert len(found.latencies_s) == server.asked >= 2
    assert server.connections == 2


def test_a_connection_that_the_server_ends_is_opened_again(serve):
    server = serve(CLOSING, 4096)

    found = gis_load.without_pause(server.port, [REQUEST], 2, 0.05)

    assert len(found.latencies_s) == server.asked == server.connections >= 2


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", "503: busy"),
        (PLAIN + b"!", "more came"),
        (HEAD + b"\r\n", "without a length"),
    ],
)
def test_what_is_no_success_ends_the_load_with_what_was_said(serve, reply, words):
    with pytest.raises(SystemExit, match=words):
        gis_load.without_pause(serve(reply, 4096).port, [REQUEST], 1, 0.05)
