"""One operation on one server for some seconds: rate, latencies, CPU of the server and its database."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection

from bench import gis_load, load
from bench.gis_requests import Ask, as_request
from bench.load_http import Request
from bench.load_server import descendants
from tests.postgis import connect

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class System:
    """Who is asked: where, with which token, how a request of it is written; its first process."""

    name: str
    port: int
    pid: int
    path: Callable[[Ask], str | None]
    token: str | None = None

    def request(self, ask: Ask) -> Request | None:
        """Return the request; None for what it does not offer."""
        path = self.path(ask)
        return None if path is None else as_request(path, self.token)


@dataclass(frozen=True)
class Figure:
    """What came of it. server_ms, database_ms: CPU a request; own_cpu: the load's, of one core."""

    per_second: float
    p50_ms: float
    p95_ms: float
    server_ms: float
    database_ms: float
    own_cpu: float
    requests: int


def ask_all(
    system: System, asks: Sequence[Ask], clients: int, seconds: float, database_pid: int | None
) -> Figure:
    """Ask without pause until the time is over; what is under way then is waited for.

    All requests are written before the clock starts; after the last ask comes the first again.
    """
    requests = [gis_load.encoded(_request(system, ask), system.port) for ask in asks]
    before = _cpu_s(system.pid), _cpu_s(database_pid)
    try:
        found = gis_load.without_pause(system.port, requests, clients, seconds)
    except SystemExit as error:
        raise SystemExit(f"{system.name}: {error}") from error
    after = _cpu_s(system.pid), _cpu_s(database_pid)
    return _figure(found, *((new - old) for old, new in zip(before, after, strict=True)))


def _request(system: System, ask: Ask) -> Request:
    request = system.request(ask)
    assert request is not None
    return request


def bare(
    url: str, asks: Sequence[Ask], text: str, clients: int, seconds: float, database_pid: int | None
) -> Figure:
    """Run the statement itself, over as many connections; its rows come as text and are let go."""
    statements = {ask.sql: ask.sql.replace("{text}", text) for ask in asks}
    ready = itertools.cycle([(statements[ask.sql], ask.values) for ask in asks])
    found = load.Found()
    connections = [connect(url) for _ in range(clients)]
    before, own = _cpu_s(database_pid), time.process_time()
    begun = time.perf_counter()

    def client(connection: Connection) -> None:
        cursor, clock = connection.cursor(), time.perf_counter
        started = clock()
        while started < begun + seconds:
            cursor.execute(*next(ready))  # next() of a cycle is one step: no lock needed
            now = clock()
            found.latencies_s.append(now - started)
            started = now

    threads = [threading.Thread(target=client, args=(one,)) for one in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.elapsed_s, found.cpu_s = time.perf_counter() - begun, time.process_time() - own
    server_s = _cpu_s(database_pid) - before
    for connection in connections:
        connection.close()
    return _figure(found, found.cpu_s, server_s)


def _figure(found: load.Found, server_s: float, database_s: float) -> Figure:
    many = len(found.latencies_s)
    return Figure(
        per_second=found.per_second,
        p50_ms=found.quantile_ms(0.5),
        p95_ms=found.quantile_ms(0.95),
        server_ms=server_s * 1e3 / many,
        database_ms=database_s * 1e3 / many,
        own_cpu=found.own_cpu,
        requests=many,
    )


def _cpu_s(pid: int | None) -> float:
    """Return the CPU seconds of a process, those below it, and those that it has waited for."""
    if pid is None:
        return 0.0
    total = 0
    for one in (pid, *descendants(pid)):
        with suppress(OSError):
            words = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(word) for word in words[11:15])
    return total / _TICKS_PER_S


def postmaster(url: str) -> int:
    """Return the id of the database's first process."""
    with connect(url) as connection:
        row = connection.execute("show data_directory").fetchone()
    assert row is not None
    return int((Path(row[0]) / "postmaster.pid").read_text().split()[0])
