"""gunicorn's worker that stays with a connection: prompt for one client, fair to many."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress

import pytest

APPLICATION = """
import threading
def app(environ, start_response):
    body = str(threading.get_ident()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
THREADS = 2


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worker")
    (folder / "little.py").write_text(APPLICATION)
    number = free_port()
    words = ["-k", "inspection.web_worker.StayingWorker", "--threads", str(THREADS)]
    words += ["--no-control-socket", "--keep-alive", "30", "--bind", f"127.0.0.1:{number}"]
    command = [sys.executable, "-m", "gunicorn", *words, "--pythonpath", str(folder), "little:app"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError), opened(number) as connection:
                asked(connection)
                break
            time.sleep(0.05)
        yield number
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def opened(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        yield connection


def asked(connection):
    """The thread that answered."""
    connection.request("GET", "/")
    reply = connection.getresponse()
    assert reply.status == 200
    return reply.read()


def test_a_client_that_asks_at_once_again_keeps_its_thread(port):
    with opened(port) as connection:
        assert len({asked(connection) for _ in range(20)}) == 1


def test_more_clients_than_threads_are_all_answered(port):
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=5) for _ in range(12)]
    try:
        for _ in range(3):
            for connection in connections:
                assert asked(connection)
    finally:
        for connection in connections:
            connection.close()


def test_a_resting_connection_is_still_there_later(port):
    with opened(port) as resting:
        asked(resting)
        before = resting.sock
        time.sleep(0.1)
        asked(resting)
        assert resting.sock is before


def test_requests_sent_together_are_answered_in_turn(port):
    with opened(port) as connection:
        connection.connect()
        request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sock.sendall(request * 3)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 3 or not received[-1:].isdigit():
            piece = connection.sock.recv(65536)
            assert piece
            received += piece
