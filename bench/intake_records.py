"""Visits a second through the real server, one by one and by /sync; and the soak: 50 a second offered."""

from __future__ import annotations

import random
import sys
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bench import load, load_bodies
from bench.intake_bare import commits_per_second
from bench.load_http import Request
from bench.load_server import DATABASES, Server, database, run_folder, settings
from bench.tables import markdown, short

HOUSES = 200
CLIENTS = (1, 8, 16)
SYNC_OPS = 50
OFFERED_PER_S = 50


def measured(seconds: float, soak_s: float) -> str:
    """Measure both databases; seconds: about how long each figure is taken for."""
    rates, soaks = [], []
    for kind in DATABASES:
        with run_folder() as folder, database(kind) as url:
            bare = commits_per_second(url, folder, seconds)
            with Server(folder, settings(folder, url)) as server:
                visits = _Visits(server)
                rates += _rates(kind, visits, bare, seconds)
                soaks.append(_soak(kind, visits, soak_s))
    head = ("visits", "a second", "p50 ms", "p95 ms", "times bare commits", "own CPU of a core")
    offered = f"{OFFERED_PER_S} visits a second for {soak_s:g} s"
    soak_head = (offered, "answered", "errors", "p50 ms", "p95 ms", "p99 ms", "max ms", "own CPU")
    return "\n\n".join([markdown(head, rates), markdown(soak_head, soaks)])


class _Visits:
    """Houses on a server, and an endless supply of visits to them."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self._numbers = random.Random(1)
        self._table = load_bodies.wooden()
        self._token = server.token("inspector")
        self._houses = {
            load_bodies.new_id(self._numbers): load_bodies.a_house(self._numbers, f"B-{number}")
            for number in range(HOUSES)
        }
        stored = load.without_pause(self.port, map(self._one_house, self._houses), 4)
        if stored.failures():
            raise SystemExit(f"houses were refused: {stored.failures()} {stored.complaint}")

    def _one_house(self, house_id: str) -> Sequence[Request]:
        path = f"/houses/{house_id}"
        return [load_bodies.as_json("PUT", path, self._token, self._houses[house_id])]

    def _body(self) -> dict:
        house_id = self._numbers.choice(list(self._houses))
        place = self._houses[house_id]["location"]["coordinates"]
        day = datetime(2026, 11, 25, 9, tzinfo=load_bodies.JST)
        at = day + timedelta(seconds=self._numbers.randrange(20_000))
        photos = [
            {
                "id": load_bodies.new_id(self._numbers),
                "sha256": self._numbers.randbytes(32).hex(),
                "bytes": 2_000_000,
                "item": "overview",
            }
            for _ in range(8)
        ]
        return load_bodies.a_visit(self._numbers, self._table, house_id, place, at, photos)

    def single(self, count: int) -> Iterator[list[Request]]:
        """Yield so many PUTs of new visits."""
        for _ in range(count):
            path = f"/inspections/{uuid.uuid4()}"
            yield [load_bodies.as_json("PUT", path, self._token, self._body())]

    def synced(self, count: int) -> Iterator[list[Request]]:
        """Yield so many POSTs of SYNC_OPS new visits each."""
        for _ in range(count):
            ops = [
                {"op": "put_inspection", "id": str(uuid.uuid4()), "body": self._body()}
                for _ in range(SYNC_OPS)
            ]
            yield [load_bodies.as_json("POST", "/sync", self._token, ops)]


def _rates(kind: str, visits: _Visits, bare: float, seconds: float) -> list[tuple]:
    _taken(visits, visits.single(50), 8)  # warm
    rows = [(f"{kind}: bare commits, 1 writer", short(bare), "", "", "1", "")]
    for clients in CLIENTS:
        first = _taken(visits, visits.single(60), clients)
        found = _taken(visits, visits.single(int(first.per_second * seconds) + 1), clients)
        rows.append(_row(f"{kind}: PUT, {clients} at once", found, 1, bare))
    for clients in (1, 8):
        first = _taken(visits, visits.synced(2 * clients), clients)
        found = _taken(visits, visits.synced(int(first.per_second * seconds) + clients), clients)
        rows.append(_row(f"{kind}: /sync of {SYNC_OPS}, {clients} at once", found, SYNC_OPS, bare))
    return rows


def _taken(visits: _Visits, sequences: Iterator[list[Request]], clients: int) -> load.Found:
    """Bodies are made beforehand, so that making them is not what is measured."""
    found = load.without_pause(visits.port, list(sequences), clients)
    if found.failures():
        raise SystemExit(f"visits were refused: {found.failures()} {found.complaint}")
    return found


def _row(name: str, found: load.Found, records: int, bare: float) -> tuple:
    rate = found.per_second * records
    return (
        name,
        short(rate),
        short(found.quantile_ms(0.5)),
        short(found.quantile_ms(0.95)),
        short(rate / bare),
        f"{found.own_cpu:.0%}",
    )


def _soak(kind: str, visits: _Visits, soak_s: float) -> tuple:
    requests = [one for (one,) in visits.single(int(OFFERED_PER_S * soak_s))]
    found = load.at_a_rate(visits.port, requests, OFFERED_PER_S)
    errors = sum(found.failures().values())
    if errors:
        print(f"{kind}: {found.failures()} {found.complaint}", file=sys.stderr)
    quantiles = [short(found.quantile_ms(share)) for share in (0.5, 0.95, 0.99, 1)]
    return (kind, len(found.latencies_s) - errors, errors, *quantiles, f"{found.own_cpu:.0%}")
