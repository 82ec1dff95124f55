"""Every server must give the same houses before its speed counts."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Sequence

import mapbox_vector_tile

from bench.gis_measure import System
from bench.gis_requests import Ask, features_of
from bench.load_http import Connection, Reply

EXTENT = 4096


def ask_once(system: System, ask: Ask) -> Reply | None:
    """Return one reply; None for what a server does not offer."""
    request = system.request(ask)
    if request is None:
        return None

    async def once() -> Reply:
        connection = Connection(system.port, timeout_s=300.0)
        reply = await connection.ask(request)
        connection.close()
        return reply

    return asyncio.run(once())


def check_features(systems: Sequence[System], asks: Sequence[Ask]) -> None:
    """Raise SystemExit unless all give the same houses, properties and number of matches."""
    for ask in asks:
        found = {}
        for system in systems:
            reply = ask_once(system, ask)
            if reply is not None:
                found[system.name] = features_of(reply)
        for one, other in itertools.combinations(found, 2):
            if found[one] != found[other]:
                (matched, codes, names), (others_matched, others, others_names) = (
                    found[one],
                    found[other],
                )
                raise SystemExit(
                    f"{one} and {other} differ for {ask.ours}: {matched} and {others_matched} "
                    f"matches; {len(codes - others)} houses only here, {len(others - codes)} there; "
                    f"properties {sorted(names ^ others_names)} of one only"
                )


def check_tiles(systems: Sequence[System], asks: Sequence[Ask]) -> None:
    """Raise SystemExit unless the tiles stand for as many houses, with the same attributes.

    A cluster counts as its `count`, and has attributes of its own. What lies in the buffer around a
    tile does not count; where clusters straddle an edge the numbers may differ a little, which is
    said.
    """
    for ask in asks[:1]:
        found, names = {}, {}
        for system in systems:
            reply = ask_once(system, ask)
            if reply is None:
                continue
            if reply.status != 200:
                raise SystemExit(f"{system.name}: {reply.status} for {system.path(ask)}")
            found[system.name], carried = _content(reply.body)
            if carried:  # a tile may consist of clusters
                names[system.name] = carried
        if len(set(found.values())) > 1:
            print(f"{ask.ours}: {found} houses inside the tile", file=sys.stderr)
        if max(found.values()) > 1.1 * min(found.values()) + 5:
            raise SystemExit(f"the tiles differ for {ask.ours}: {found}")
        if len(set(names.values())) > 1:
            raise SystemExit(f"the tiles' attributes differ for {ask.ours}: {names}")


def _content(tile: bytes) -> tuple[int, frozenset[str]]:
    """Return the houses inside a tile, and the names of the attributes of single ones."""
    layers = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    total, names = 0, set()
    for layer in layers.values():
        for feature in layer["features"]:
            shape, properties = feature["geometry"], feature["properties"]
            points = [shape["coordinates"]] if shape["type"] == "Point" else shape["coordinates"]
            inside = [p for p in points if 0 <= p[0] < EXTENT and 0 <= p[1] < EXTENT]
            if inside:
                total += int(properties.get("count", len(inside)))
            if "count" not in properties:
                names.update(properties)
    return total, frozenset(names)
