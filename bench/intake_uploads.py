"""Photos a second through tus and in one request, beside @tus/server and a bare durable write."""

from __future__ import annotations

import base64
import hashlib
import random
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from bench import load, load_bodies
from bench.intake_bare import Bare
from bench.intake_node import tus_server
from bench.intake_photos import of_size
from bench.load_http import Request
from bench.load_server import DATABASES, Server, database, run_folder, settings
from bench.tables import markdown, short

SIZES = (3_000_000, 12_000_000)
AT_ONCE = (1, 8)
MARK_AT = 200  # inside the first comment segment, whose bytes are free
Photos = list[bytes]


def measured(total_bytes: int) -> str:
    """Measure; total_bytes: of the photos that each figure is taken from."""
    tables = []
    for size in SIZES:
        count = max(2 * max(AT_ONCE), total_bytes // size)
        rows = _peers(size, count)
        for kind in DATABASES:
            rows += _ours(kind, size, count)
        head = (f"{size / 1e6:g} MB photos", *(f"MB/s, {n} at once" for n in AT_ONCE), "own CPU")
        tables.append(markdown(head, rows))
    return "\n\n".join(tables)


class Supply:
    """Photos of one size that all differ, made from one by a mark in its comment."""

    def __init__(self, size: int) -> None:
        self._model = of_size(size, 1)
        self.size = size

    def take(self, count: int) -> Photos:
        """Return so many photos that were never taken before."""
        start, end = self._model[:MARK_AT], self._model[MARK_AT + 16 :]
        return [start + uuid.uuid4().bytes + end for _ in range(count)]


def _peers(size: int, count: int) -> list[tuple]:
    supply, rows = Supply(size), []
    with run_folder() as folder:
        for name, way in (
            ("write + fsync", lambda bare, photo: bare.write(photo)),
            ("write + fsync + sha256 + SQLite transaction", lambda bare, photo: bare.keep(photo)),
        ):
            rates = [_bare(folder, way, supply.take(count), n) for n in AT_ONCE]
            rows.append((name, *map(short, rates), ""))
        with tus_server(folder) as port:
            rows.append(_row("@tus/server, creation-with-upload", port, supply, count, _one_post))
            rows.append(_row("@tus/server, POST and PATCH", port, supply, count, _post_and_patch))
    return rows


def _bare(folder: Path, way: Callable[[Bare, bytes], None], photos: Photos, at_once: int) -> float:
    """Return MB a second of a way without any server, in so many threads."""
    begun = time.perf_counter()

    def work(share: Photos) -> None:
        bare = Bare("", folder)
        for photo in share:
            way(bare, photo)
        bare.close()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(work, [photos[start::at_once] for start in range(at_once)]))
    return sum(map(len, photos)) / (time.perf_counter() - begun) / 1e6


def _ours(kind: str, size: int, count: int) -> list[tuple]:
    supply = Supply(size)
    with (
        run_folder() as folder,
        database(kind) as url,
        Server(folder, settings(folder, url)) as server,
        server.worker_at_rest(),
    ):
        requests = _Requests(server)
        return [
            _row(f"Hantei ({kind}), {name}", server.port, supply, count, way)
            for name, way in (
                ("creation-with-upload", requests.one_post),
                ("POST and PATCH", requests.post_and_patch),
                ("PUT in one request", requests.put),
            )
        ]


def _row(
    name: str, port: int, supply: Supply, count: int, way: Callable[[bytes], Sequence[Request]]
) -> tuple:
    found = []
    for at_once in AT_ONCE:
        load.without_pause(port, list(map(way, supply.take(at_once))), at_once)  # warm
        one = load.without_pause(port, list(map(way, supply.take(count))), at_once)
        if one.failures():
            raise SystemExit(f"{name}: {one.failures()} {one.complaint}")
        found.append(one)
    rates = [short(one.per_second * supply.size / 1e6) for one in found]
    return (name, *rates, f"{max(one.own_cpu for one in found):.0%}")


def _tus(photo: bytes, extra: dict[str, str]) -> dict[str, str]:
    """Return the headers that announce a photo; the same ones for every server."""
    told = {"filename": "photo.jpg", "filetype": "image/jpeg", **extra}
    pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    return {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(photo)),
        "Upload-Metadata": ",".join(pairs),
    }


_BYTES = {"Content-Type": "application/offset+octet-stream"}


def _one_post(photo: bytes, extra: dict[str, str] | None = None, **more: str) -> list[Request]:
    return [Request("POST", "/uploads", {**_tus(photo, extra or {}), **_BYTES, **more}, photo)]


def _post_and_patch(
    photo: bytes, extra: dict[str, str] | None = None, **more: str
) -> list[Request]:
    patch = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", **_BYTES, **more}
    return [
        Request("POST", "/uploads", {**_tus(photo, extra or {}), **more}),
        Request("PATCH", "{location}", patch, photo),
    ]


class _Requests:
    """Requests that send photos of one visit to our server."""

    def __init__(self, server: Server) -> None:
        self._token = load_bodies.bearer(server.token("inspector"))
        self._visit = self._store_visit(server)

    def _store_visit(self, server: Server) -> str:
        numbers = random.Random(uuid.uuid4().int)
        house_id, visit_id = load_bodies.new_id(numbers), load_bodies.new_id(numbers)
        house = load_bodies.a_house(numbers, house_id)
        at = datetime(2026, 11, 25, 10, tzinfo=load_bodies.JST)
        place = house["location"]["coordinates"]
        visit = load_bodies.a_visit(numbers, load_bodies.wooden(), house_id, place, at)
        token = self._token["Authorization"].split()[1]
        stored = load.without_pause(
            server.port,
            [
                [
                    load_bodies.as_json("PUT", f"/houses/{house_id}", token, house),
                    load_bodies.as_json("PUT", f"/inspections/{visit_id}", token, visit),
                ]
            ],
            1,
        )
        if stored.failures():
            raise SystemExit(f"the visit was refused: {stored.complaint}")
        return visit_id

    def _label(self, photo: bytes) -> dict[str, str]:
        return {
            "photo_id": str(uuid.uuid4()),
            "inspection_id": self._visit,
            "item": "overview",
            "sha256": hashlib.sha256(photo).hexdigest(),
        }

    def one_post(self, photo: bytes) -> list[Request]:
        """Creation with the whole photo as its body."""
        return _one_post(photo, self._label(photo), **self._token)

    def post_and_patch(self, photo: bytes) -> list[Request]:
        """Creation, then the whole photo."""
        return _post_and_patch(photo, self._label(photo), **self._token)

    def put(self, photo: bytes) -> list[Request]:
        """The photo in one request, with its digest."""
        digest = base64.b64encode(hashlib.sha256(photo).digest()).decode()
        path = f"{load_bodies.API}/inspections/{self._visit}/photos/{uuid.uuid4()}?item=overview"
        return [
            Request("PUT", path, {**self._token, "Content-Digest": f"sha-256=:{digest}:"}, photo)
        ]
