"""Load: so many clients without pause, or arrivals at fixed times whatever the server does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.load_http import Connection, Reply, Request

MOST_CONNECTIONS = 400


@dataclass
class Found:
    """What a load came to: seconds of each request, replies by status (0: none), time, own CPU."""

    latencies_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    elapsed_s: float = 0.0
    cpu_s: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies_s) / self.elapsed_s

    @property
    def own_cpu(self) -> float:
        """Share of one core that the load generator took."""
        return self.cpu_s / self.elapsed_s

    def quantile_ms(self, share: float) -> float:
        """Return the latency that this share of requests did not exceed."""
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3

    def failures(self) -> dict[int, int]:
        """Return the replies that are no success, by status."""
        return {status: count for status, count in self.statuses.items() if not 200 <= status < 300}


def without_pause(port: int, sequences: Iterable[Sequence[Request]], clients: int) -> Found:
    """Let clients work through sequences of requests, each at once with its next.

    A sequence counts as one: its latency spans its requests, its status is the last one's. A
    request may hold `{location}` in its path: the path of the last Location header.
    """
    return asyncio.run(_closed(port, iter(sequences), clients))


async def _closed(port: int, sequences: Iterator[Sequence[Request]], clients: int) -> Found:
    found = Found()
    elapsed, cpu = time.perf_counter(), time.process_time()

    async def client() -> None:
        connection = Connection(port)
        for sequence in sequences:
            begun = time.perf_counter()
            status = await _run(connection, sequence)
            found.latencies_s.append(time.perf_counter() - begun)
            found.statuses[status] += 1
        connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    found.elapsed_s = time.perf_counter() - elapsed
    found.cpu_s = time.process_time() - cpu
    return found


def at_a_rate(port: int, requests: Sequence[Request], per_second: float) -> Found:
    """Send one request each 1 / per_second seconds; latencies count from the scheduled time."""
    return asyncio.run(_open(port, requests, per_second))


async def _open(port: int, requests: Sequence[Request], per_second: float) -> Found:
    found, idle = Found(), [Connection(port) for _ in range(MOST_CONNECTIONS)]
    free = asyncio.Semaphore(MOST_CONNECTIONS)
    begun, cpu = time.perf_counter(), time.process_time()

    async def one(request: Request, due: float) -> None:
        async with free:
            connection = idle.pop()
            status = await _run(connection, [request])
            idle.append(connection)
        found.latencies_s.append(time.perf_counter() - due)
        found.statuses[status] += 1

    async with asyncio.TaskGroup() as tasks:
        for number, request in enumerate(requests):
            due = begun + number / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(one(request, due))
    found.elapsed_s = time.perf_counter() - begun
    found.cpu_s = time.process_time() - cpu
    for connection in idle:
        connection.close()
    return found


async def _run(connection: Connection, sequence: Sequence[Request]) -> int:
    """Send the requests of a sequence; the last status, or the first that is no success."""
    reply: Reply | None = None
    for request in sequence:
        if reply is not None and "{location}" in request.path:
            path = "/" + reply.headers["location"].partition("://")[2].partition("/")[2]
            if "://" not in reply.headers["location"]:
                path = reply.headers["location"]
            request = Request(request.method, path, request.headers, request.body)
        try:
            reply = await connection.ask(request)
        except OSError:
            return 0
        if not 200 <= reply.status < 300:
            return reply.status
    return reply.status if reply else 0
