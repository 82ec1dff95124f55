"""What is kept between requests: finished tiles and counted cells, each only while it is true.

Kept in the process, within bounds of memory; nothing is served that a change has overtaken.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import current_app

from inspection import queries
from inspection.auth import Actor
from inspection.gis.collections import Collection
from inspection.gis.parameters import Selection
from inspection.gis.tiles import version
from inspection.gis.tiles.clusters import DETAIL_ZOOM, cluster_tile, count_cells
from inspection.gis.tiles.detail import detail_tile
from inspection.gis.tiles.grid import Tile
from inspection.gis.tiles.version import Version

TILES_BYTES = 32 * 1024 * 1024
CELLS_BYTES = 96 * 1024 * 1024
_TURNS = 16


@dataclass(frozen=True)
class TileRequest:
    """What a tile is asked of: a collection, a selection of it, by whom.

    text: the selection's parameters as they were sent, which name it.
    """

    collection: Collection
    selection: Selection
    text: str
    actor: Actor

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others. Roles that see the same share it."""
        role = self.actor.role
        sight = role if role in (queries.COMMITTEE, "gis") else "all"
        return self.collection.id, sight, self.text

    @property
    def weight(self) -> int:
        """How many bytes its key takes at most, which a client chooses: they count as kept."""
        return 4 * len(self.text) + 200


class Sized(Protocol):
    """What knows how many bytes it takes."""

    @property
    def bytes(self) -> int:
        """How much memory it takes."""


@dataclass
class _Kept:
    version: Version
    began: float
    content: Any
    size: int


@dataclass
class _Shelf:
    """Kept things by key, the least lately used dropped first when there are too many bytes."""

    limit: int
    held: int = 0
    things: OrderedDict[Hashable, _Kept] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: Hashable) -> _Kept | None:
        with self.lock:
            if key in self.things:
                self.things.move_to_end(key)
            return self.things.get(key)

    def put(self, key: Hashable, kept: _Kept) -> None:
        with self.lock:
            earlier = self.things.pop(key, None)
            self.held += kept.size - (earlier.size if earlier else 0)
            self.things[key] = kept
            while self.held > self.limit:
                self.held -= self.things.popitem(last=False)[1].size


class TileStore:
    """The tiles of one application."""

    def __init__(self) -> None:
        self._tiles = _Shelf(TILES_BYTES)
        self._cells = _Shelf(CELLS_BYTES)
        self._turns = [[threading.Lock() for _ in range(_TURNS)] for _ in range(2)]

    def tile(self, request: TileRequest, tile: Tile, at: Version) -> bytes:
        """Return a tile that is at least as new as a version just read."""

        def made() -> bytes:
            collection, selection, actor = request.collection, request.selection, request.actor
            if tile.z >= DETAIL_ZOOM:
                return detail_tile(collection, selection, actor, tile)
            cells = self.counted(
                (request.key, "cells"),
                request,
                at,
                lambda _: count_cells(collection, selection, actor),
            )
            return cluster_tile(collection, cells, tile)

        return self.finished((request.key, tile), request, at, made)

    def finished(
        self, key: Hashable, request: TileRequest, at: Version, make: Callable[[], bytes]
    ) -> bytes:
        """Return a tile that was kept, or make it and keep it."""
        kept = self._tiles.find(key)
        if kept is not None and kept.version.holds_at(at):
            return bytes(kept.content)
        content = make()
        if at.settled:
            self._tiles.put(key, _Kept(at, 0.0, content, len(content) + request.weight))
        return content

    def counted(
        self,
        key: Hashable,
        request: TileRequest,
        at: Version,
        count: Callable[[Version], Sized],
        *,
        inner: bool = False,
    ) -> Any:
        """Return what was counted. Of requests at one moment one counts, the others wait for it.

        count: is given the version that it shall at least show. inner: asked for by the `count` of
        another, from whose turns its own are kept apart, so that none waits for one that waits.
        """
        arrived = time.monotonic()
        kept = self._cells.find(key)
        if kept is not None and kept.version.holds_at(at):
            return kept.content
        with self._turns[inner][hash(key) % _TURNS]:
            kept = self._cells.find(key)
            if kept is not None and (kept.began >= arrived or kept.version.holds_at(at)):
                return kept.content
            began = time.monotonic()
            now = version.current(request.collection, request.actor)
            content = count(now)
            self._cells.put(key, _Kept(now, began, content, content.bytes + request.weight))
        return content


def tile_store() -> TileStore:
    """Return the running application's store."""
    store: TileStore = current_app.extensions["hantei_tiles"]
    return store
