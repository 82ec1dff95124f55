"""A tablet that syncs its day: records first, then photos by tus, again and again until all is there."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench import load_bodies
from bench.load_http import Connection, Reply, Request
from bench.team_day import FIELDS, Photo, Tablet, Write

BATCH = 10
"""Records a request."""

PIECE = 1 << 20
"""Bytes a PATCH of the tablets that send checksums."""

TWICE = 0.2
"""Share of requests that are sent once more although they were answered."""

PAUSES_S = (0.2, 4.0)
AGAIN = {423, 429, 500, 502, 503, 504}
PATIENCE_S = 1800.0
_TUS = {"Tus-Resumable": "1.0.0"}
_BYTES = {"Content-Type": "application/offset+octet-stream"}


class NeedsPerson(Exception):
    """Something that no tablet can settle by itself."""


@dataclass
class Diary:
    """What a tablet went through: counts of retries by cause, replies by status."""

    statuses: Counter[int] = field(default_factory=Counter)
    disconnects: int = 0
    conflicts: int = 0
    sent_twice: int = 0
    resumed: int = 0


class Syncing:
    """One tablet on the network. acknowledged: called at each record and photo that is settled."""

    def __init__(self, tablet: Tablet, port: int, acknowledged: Callable[[], None]) -> None:
        self.tablet, self.diary = tablet, Diary()
        self._connection = Connection(port, timeout_s=40)
        self._acknowledged = acknowledged
        self._numbers = random.Random(tablet.seed)
        self._failures = 0
        self._with_checksums = tablet.seed % 4 == 3

    async def run(self) -> None:
        """Send everything. Raises NeedsPerson, or TimeoutError after PATIENCE_S."""
        async with asyncio.timeout(PATIENCE_S):
            await self._records()
            for photo in self.tablet.photos:
                await self._photo(photo)
                self._acknowledged()
        self._connection.close()

    # Records

    async def _records(self) -> None:
        writes = self.tablet.writes
        for at in range(0, len(writes), BATCH):
            batch = writes[at : at + BATCH]
            await self._send(batch)
            for _ in batch:
                self._acknowledged()
            if self._numbers.random() < TWICE:
                self.diary.sent_twice += len(batch)
                await self._send(batch)

    async def _send(self, batch: list[Write]) -> None:
        """Send records until each is settled, a repeated one too."""
        waiting = [_Pending(write) for write in batch]
        if len(batch) > 1 and self._numbers.random() < TWICE:
            self.diary.sent_twice += 1
            waiting.append(_Pending(batch[0]))
        while waiting:
            ops = [pending.operation() for pending in waiting]
            reply = await self._until_answered(lambda ops=ops: self._json("POST", "/sync", ops))
            self._must(reply, {200})
            results = reply.json["results"]
            waiting = [
                pending
                for pending, result in zip(waiting, results, strict=True)
                if not self._settled(pending, result)
            ]
            if waiting:
                await self._pause()

    def _settled(self, pending: _Pending, result: dict[str, Any]) -> bool:
        self.diary.statuses[result["status"]] += 1
        if result["status"] in (200, 201):
            return True
        if result["status"] == 412:
            self.diary.conflicts += 1
            pending.merge(result["body"]["current"])
            return False
        if result["status"] in AGAIN:
            return False
        raise NeedsPerson(f"{self.tablet.name} {pending.write.op}: {result}")

    # Photos

    async def _photo(self, photo: Photo) -> None:
        """Send one photo until the server says that it has every byte."""
        data = photo.path.read_bytes()
        location, offset = None, 0
        while location is None or offset < len(data):
            try:
                if location is None:
                    location, offset = await self._create(photo, data)
                elif offset < 0:
                    location, offset = await self._look(location)
                else:
                    offset = await self._append(location, offset, data)
            except _TryAgain:
                offset = -1  # ask how far it is
                await self._pause()

    async def _create(self, photo: Photo, data: bytes) -> tuple[str, int]:
        told = {
            "photo_id": photo.id,
            "inspection_id": photo.visit_id,
            "item": photo.item,
            "sha256": photo.sha256,
            "filename": photo.path.name,
        }
        pairs = (f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in told.items())
        headers = {"Upload-Length": str(len(data)), "Upload-Metadata": ",".join(pairs)}
        first = b""
        if self._numbers.random() < 0.1:  # creation-with-upload
            first, headers = data[: 64 * 1024], headers | _BYTES
        reply = await self._once(Request("POST", "/uploads", self._headers(headers), first))
        self._must(reply, {201})
        path = "/" + reply.headers["location"].split("://")[-1].partition("/")[2]
        if reply.headers["location"].startswith("/"):
            path = reply.headers["location"]
        return path, int(reply.headers.get("upload-offset", 0))

    async def _look(self, location: str) -> tuple[str | None, int]:
        reply = await self._once(Request("HEAD", location, self._headers({})))
        if reply.status in (404, 410):
            return None, 0
        self._must(reply, {200})
        self.diary.resumed += 1
        return location, int(reply.headers["upload-offset"])

    async def _append(self, location: str, offset: int, data: bytes) -> int:
        headers = {"Upload-Offset": str(offset), **_BYTES}
        piece = data[offset : offset + PIECE] if self._with_checksums else data[offset:]
        if self._with_checksums:
            digest = base64.b64encode(hashlib.sha1(piece).digest()).decode()
            headers["Upload-Checksum"] = f"sha1 {digest}"
        reply = await self._once(Request("PATCH", location, self._headers(headers), piece))
        if reply.status in (404, 409, 410, 460):
            raise _TryAgain
        self._must(reply, {204})
        return int(reply.headers["upload-offset"])

    # Network

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {**load_bodies.bearer(self.tablet.token), **self.tablet.clock(), **_TUS, **more}

    def _json(self, method: str, path: str, body: Any) -> Request:
        return load_bodies.as_json(method, path, self.tablet.token, body, **self._headers({}))

    async def _until_answered(self, make: Callable[[], Request]) -> Reply:
        while True:
            try:
                return await self._once(make())
            except _TryAgain:
                await self._pause()

    async def _once(self, request: Request) -> Reply:
        """Send a request; _TryAgain when the network or the server is not up to it now."""
        try:
            reply = await self._connection.ask(request)
        except OSError:
            self.diary.disconnects += 1
            raise _TryAgain from None
        self.diary.statuses[reply.status] += 1
        if reply.status in AGAIN:
            raise _TryAgain
        self._failures = 0
        return reply

    async def _pause(self) -> None:
        """Wait longer after each failure in a row, never in step with the others."""
        least, most = PAUSES_S
        self._failures += 1
        await asyncio.sleep(min(most, least * 2**self._failures) * self._numbers.uniform(0.5, 1))

    def _must(self, reply: Reply, allowed: set[int]) -> None:
        if reply.status not in allowed:
            text = reply.body[:500].decode(errors="replace")
            raise NeedsPerson(f"{self.tablet.name}: {reply.status} {text}")


class _TryAgain(Exception):
    """No answer, or one that says later."""


class _Pending:
    """A record on its way; after a 412 it is this tablet's changes over what stands there."""

    def __init__(self, write: Write) -> None:
        self.write = write
        self.body = write.body
        self.revision = 1 if write.changes is not None else None

    def operation(self) -> dict[str, Any]:
        op = {"op": self.write.op, "id": self.write.id, "body": self.body}
        return op if self.revision is None else {**op, "if_match": f'"{self.revision}"'}

    def merge(self, current: dict[str, Any]) -> None:
        if self.write.changes is None:
            raise NeedsPerson(f"{self.write.op} {self.write.id} was changed by somebody else")
        self.revision = current["revision"]
        fields = FIELDS if self.write.op == "put_inspection" else self.write.body
        standing = {name: current[name] for name in fields if name in current}
        self.body = standing | {
            name: _merged(standing.get(name), value) for name, value in self.write.changes.items()
        }


def _merged(there: Any, mine: Any) -> Any:
    """Add to answers and notes by code, to photos by id; else take this tablet's value."""
    if isinstance(mine, dict):
        return {**(there or {}), **mine}
    if isinstance(mine, list):
        known = {line["id"] for line in there or ()}
        return [*(there or ()), *(line for line in mine if line["id"] not in known)]
    return mine
