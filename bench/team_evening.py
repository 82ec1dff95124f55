"""The evening: is everything there once, as the tablets' own book says? Nothing may need a person."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from PIL import Image
from pysqlite3 import dbapi2

from bench import load_bodies
from bench.load_http import Connection, Request
from bench.load_server import Server
from bench.team_day import FIELDS, Day, Photo
from scoring.answers import parse_answers
from scoring.evaluate import evaluate
from scoring.rendering import score_to_json
from tests.postgis import connect

AT_ONCE = 8
JOBS_S = 1800.0
CLOCK_TOLERANCE_S = 150.0
"""A request's clock is noted when it is made; it may arrive later, after pauses and a restart."""

SCORE_PARTS = ("total", "low", "high", "judgement", "judgements", "cut", "open_items")


class Rows:
    """Counts from the database itself, past the application."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query that both databases understand."""
        embedded = self._url.startswith("sqlite:///")
        connection = (
            dbapi2.connect(self._url.removeprefix("sqlite:///")) if embedded else connect(self._url)
        )
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def one(self, sql: str) -> Any:
        """Return the first value."""
        return self.ask(sql)[0][0]


def wait_for_jobs(rows: Rows) -> None:
    """Wait until no job of a photo is left to do. Raises SystemExit after JOBS_S."""
    deadline = time.monotonic() + JOBS_S
    left = (
        "select count(*) from jobs where kind = 'photo.derive' and state in ('queued', 'running')"
    )
    while rows.one(left):
        if time.monotonic() > deadline:
            raise SystemExit(f"jobs are not done after {JOBS_S:g} s")
        time.sleep(0.25)


def faults(day: Day, server: Server, rows: Rows, token: str) -> list[str]:
    """Compare everything with the book; return what is wrong, nothing when all is well."""
    found = [*_counts(day, rows), *_commands(server)]
    check = _Evening(day, server.port, token)
    return [*found, *asyncio.run(check.run())]


def _counts(day: Day, rows: Rows) -> Iterable[str]:
    broken = sum(not photo.ready for photo in day.photos)
    wanted = {
        "houses": len(day.evening_houses),
        "inspections": len(day.visits),
        "inspection_revisions": sum(revision for _, revision in day.visits.values()),
        "photos": len(day.photos),
        "photos where status = 'ready'": len(day.photos) - broken,
        "photos where status = 'rejected'": broken,
        "jobs where state = 'dead'": 0,
        "devices": len(day.tablets),
    }
    for table, count in wanted.items():
        found = rows.one(f"select count(*) from {table}")
        if found != count:
            yield f"{table}: {found} rows, not {count}"
    for kind, error in rows.ask("select kind, error from jobs where state = 'dead' limit 3"):
        yield f"dead {kind}: {error}"


def _commands(server: Server) -> Iterable[str]:
    for words in (("audit", "verify"), ("photos", "verify")):
        try:
            server.flask(*words)
        except SystemExit as error:
            yield str(error)


class _Evening:
    """Reads everything back over HTTP as the secretariat."""

    def __init__(self, day: Day, port: int, token: str) -> None:
        self._day, self._port, self._headers = day, port, load_bodies.bearer(token)
        self._devices = {tablet.device_id: tablet for tablet in day.tablets}
        self.found: list[str] = []

    async def run(self) -> list[str]:
        visits = [(self._visit, visit_id) for visit_id in self._day.visits]
        houses = [(self._house, house_id) for house_id in self._day.evening_houses]
        photos = [(self._photo, photo) for photo in self._day.photos]
        left = iter([*visits, *houses, *photos])
        await asyncio.gather(*(self._work(left) for _ in range(AT_ONCE)))
        return self.found

    async def _work(self, left: Iterable[tuple[Callable[..., Awaitable[None]], Any]]) -> None:
        connection = Connection(self._port)
        for check, subject in left:
            await check(connection, subject)
        connection.close()

    async def _get(self, connection: Connection, path: str) -> bytes | None:
        for _ in range(3):  # an idle connection may have been closed meanwhile
            try:
                reply = await connection.ask(Request("GET", load_bodies.API + path, self._headers))
            except OSError:
                continue
            if reply.status == 200:
                return reply.body
            self.found.append(f"GET {path}: {reply.status}")
            return None
        self.found.append(f"GET {path}: no answer")
        return None

    async def _json(self, connection: Connection, path: str) -> Any:
        body = await self._get(connection, path)
        return None if body is None else json.loads(body)

    def _must(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.found.append(f"{what}: {found!r:.300}, not {wanted!r:.300}")

    async def _visit(self, connection: Connection, visit_id: str) -> None:
        wanted, revision = self._day.visits[visit_id]
        found = await self._json(connection, f"/inspections/{visit_id}")
        if found is None:
            return
        for name in FIELDS:
            if name in wanted:
                self._must(
                    f"{visit_id} {name}", _comparable(found[name]), _comparable(wanted[name])
                )
        self._must(f"{visit_id} revision", found["revision"], revision)
        self._must(f"{visit_id} status", found["status"], "submitted")
        photos = len(wanted["expected_photos"])
        self._must(
            f"{visit_id} photos",
            found["photos"],
            {"expected": photos, "received": photos, "missing": []},
        )
        self._score(visit_id, found["score"], wanted)
        await self._revisions(connection, visit_id, revision)

    def _score(self, visit_id: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
        table = self._day.table
        own = score_to_json(evaluate(table, parse_answers(table, wanted["answers"])))
        for part in SCORE_PARTS:
            self._must(f"{visit_id} score {part}", found[part], own[part])
        lines = [_points(score) for score in (found, own)]
        self._must(f"{visit_id} score lines", *lines)

    async def _revisions(self, connection: Connection, visit_id: str, count: int) -> None:
        found = await self._json(connection, f"/inspections/{visit_id}/revisions")
        if found is None:
            return
        numbers = [one["revision"] for one in found["items"]]
        self._must(f"{visit_id} revisions", numbers, list(range(1, count + 1)))
        for one in found["items"]:
            told, received = one["device_clock_at"], datetime.fromisoformat(one["received_at"])
            tablet = self._devices.get(one["device_id"])
            if tablet is None or told is None:
                self.found.append(f"{visit_id}: revision of an unknown device or without its clock")
                continue
            off = (datetime.fromisoformat(told) - received).total_seconds()
            if not -CLOCK_TOLERANCE_S < off - tablet.clock_s < 5:
                self.found.append(f"{visit_id}: clock of {tablet.name} is {off:.0f} s off")

    async def _house(self, connection: Connection, house_id: str) -> None:
        wanted, revision = self._day.evening_houses[house_id]
        found = await self._json(connection, f"/houses/{house_id}")
        if found is not None:
            self._must(f"{house_id}", {name: found[name] for name in wanted}, wanted)
            self._must(f"{house_id} revision", found["revision"], revision)

    async def _photo(self, connection: Connection, photo: Photo) -> None:
        found = await self._json(connection, f"/photos/{photo.id}")
        if found is None:
            return
        wanted = {
            "inspection_id": photo.visit_id,
            "item": photo.item,
            "sha256": photo.sha256,
            "bytes": photo.bytes,
            "status": "ready" if photo.ready else "rejected",
        }
        self._must(photo.path.name, {name: found[name] for name in wanted}, wanted)
        original = await self._get(connection, f"/photos/{photo.id}/file?size=original")
        if original is not None:
            self._must(f"{photo.path.name} original", _sha256(original), photo.sha256)
        if photo.ready:
            await self._derivatives(connection, photo)

    async def _derivatives(self, connection: Connection, photo: Photo) -> None:
        for size, side in (("report", 1600), ("thumbnail", 320)):
            data = await self._get(connection, f"/photos/{photo.id}/file?size={size}")
            if data is not None:
                with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                    if max(image.size) > side:
                        self.found.append(f"{photo.path.name} {size}: {image.size}")


def _comparable(value: Any) -> Any:
    """Return a value without the order that two tablets' additions have among themselves."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted(value, key=lambda line: line["id"])
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if part is not None}
    if isinstance(value, str) and value[10:11] == "T":
        return datetime.fromisoformat(value)
    return value


def _points(score: dict[str, Any]) -> list[tuple[str, Any, str, Any]]:
    return [
        (part["code"], part["points"], line["code"], line["points"])
        for part in score["categories"]
        for line in part["items"]
    ]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
