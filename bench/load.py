"""Load: so many clients without pause, or arrivals at fixed times whatever the server does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from bench.load_http import Connection, Reply, Request

MOST_CONNECTIONS = 400


@dataclass
class Found:
    """What a load came to: seconds of each request, replies by status (0: none), time, own CPU."""

    latencies_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    elapsed_s: float = 0.0
    cpu_s: float = 0.0
    complaint: str = ""
    """What the first reply said that was no success."""

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

    def note(self, reply: Reply, latency_s: float) -> None:
        """Count one reply; status 0 is one that never came."""
        self.latencies_s.append(latency_s)
        self.statuses[reply.status] += 1
        if not 200 <= reply.status < 300 and not self.complaint:
            self.complaint = f"{reply.status}: {reply.body[:500].decode(errors='replace')}"

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
            reply = await _run(connection, sequence)
            found.note(reply, time.perf_counter() - begun)
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
            reply = await _run(connection, [request])
            idle.append(connection)
        found.note(reply, time.perf_counter() - due)

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


async def _run(connection: Connection, sequence: Sequence[Request]) -> Reply:
    """Send the requests of a sequence; the last reply, or the first that is no success."""
    reply = Reply(0, {}, b"")
    for request in sequence:
        if "{location}" in request.path:
            request = replace(request, path=_path(reply.headers["location"]))
        try:
            reply = await connection.ask(request)
        except OSError as error:
            return Reply(0, {}, repr(error).encode())
        if not 200 <= reply.status < 300:
            break
    return reply


def _path(location: str) -> str:
    """Return the path of a Location header, which may be a whole URL."""
    return urlsplit(location).path
