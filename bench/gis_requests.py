"""The operations that are compared: what each asks, the same of every server; and the bare SQL.

Boxes hold a given number of houses and are never asked twice of one server; CQL2 literals differ
too. Nobody asks for compression.
"""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from bench.gis_houses import PEERS_TABLE, Houses
from bench.gis_neighbours import Neighbours
from bench.load_http import Reply, Request
from inspection.gis.collections import HOUSES
from inspection.gis.tiles.columns import attributes
from inspection.paging import encode_cursor

MARGIN_DEG = 2e-6
"""By so much a box ends before the first house that should lie outside: it has six decimals."""

SOME_WARDS = ("401013", "401030", "401064")
"""Three wards that hold some seven in a hundred of all houses at or above MANY_POINTS."""

MANY_POINTS = 95
DEEP = 0.9
PAGE = 100


@dataclass(frozen=True)
class Ask:
    """One request, whoever it goes to: how it is written down for each server, and as SQL."""

    ours: str
    tipg: str
    pygeoapi: str | None
    sql: str
    values: tuple


def _box(box: tuple[float, float, float, float], limit: int) -> Ask:
    text = ",".join(f"{number:.6f}" for number in box)
    query = f"bbox={text}&limit={limit}"
    return Ask(
        ours=f"/ogc/collections/houses/items?{query}",
        tipg=f"/collections/{PEERS_TABLE}/items?{query}",
        pygeoapi=f"/collections/houses/items?f=json&{query}",
        sql="SELECT {text} FROM houses WHERE location && ST_MakeEnvelope(%s, %s, %s, %s, 4326) "
        "ORDER BY houses.pk LIMIT %s",
        values=(*(float(word) for word in text.split(",")), limit),
    )


def boxes(hits: int, limit: int, houses: Houses, seed: int) -> Iterator[Ask]:
    """Yield squares around random houses, each just large enough for so many."""
    near = Neighbours(houses.lon, houses.lat)
    numbers = np.random.default_rng(seed)
    while True:
        at = int(numbers.integers(len(houses)))
        reach = near.reach(lon := float(houses.lon[at]), lat := float(houses.lat[at]), hits)
        if reach is not None and reach > MARGIN_DEG:
            reach -= MARGIN_DEG
            yield _box((lon - reach, lat - reach, lon + reach, lat + reach), limit)


def items(houses: Houses, seed: int) -> Iterator[Ask]:
    """Yield requests for one random house."""
    numbers = random.Random(seed)
    while True:
        at = numbers.randrange(len(houses))
        yield Ask(
            ours=f"/ogc/collections/houses/items/{houses.ids[at]}",
            tipg=f"/collections/{PEERS_TABLE}/items/{at + 1}",
            pygeoapi=f"/collections/houses/items/{at + 1}?f=json",
            sql="SELECT {text} FROM houses WHERE id = %s",
            values=(houses.ids[at],),
        )


def filters(_houses: Houses, seed: int) -> Iterator[Ask]:
    """Yield filters with the same matches, some 72,000 of a million, each with a literal of its own."""
    numbers = random.Random(seed)
    wards = ", ".join(f"'{ward}'" for ward in SOME_WARDS)
    while True:
        points = MANY_POINTS - 4 + round(4 * numbers.random(), 9)
        text = quote(f"ward_code IN ({wards}) AND total >= {points}")
        yield Ask(
            ours=f"/ogc/collections/houses/items?filter-lang=cql2-text&limit=10&filter={text}",
            tipg=f"/collections/{PEERS_TABLE}/items?filter-lang=cql2-text&limit=10&filter={text}",
            pygeoapi=f"/collections/houses/items?f=json&filter-lang=cql-text&limit=10&filter={text}",
            sql="WITH page AS (SELECT {text} AS text FROM houses WHERE ward_code IN (%s, %s, %s) "
            "AND total >= %s ORDER BY houses.pk LIMIT 10) SELECT text, (SELECT count(*) "
            "FROM houses WHERE ward_code IN (%s, %s, %s) AND total >= %s) FROM page",
            values=(*SOME_WARDS, points, *SOME_WARDS, points),
        )


def first_pages(_houses: Houses, _seed: int) -> Iterator[Ask]:
    """Yield requests for the first page without a filter, with the number of all."""
    ask = Ask(
        ours="/ogc/collections/houses/items?limit=10",
        tipg=f"/collections/{PEERS_TABLE}/items?limit=10",
        pygeoapi="/collections/houses/items?f=json&limit=10",
        sql="WITH page AS (SELECT {text} AS text FROM houses ORDER BY houses.pk LIMIT 10) "
        "SELECT text, (SELECT count(*) FROM houses) FROM page",
        values=(),
    )
    return itertools.repeat(ask)


def deep_pages(houses: Houses, seed: int) -> Iterator[Ask]:
    """Yield requests for a page after nine tenths of all; ours by its cursor."""
    numbers = random.Random(seed)
    while True:
        at = int(len(houses) * DEEP) + numbers.randrange(len(houses) // 20)
        yield Ask(
            ours=f"/ogc/collections/houses/items?limit={PAGE}&cursor={encode_cursor(at)}",
            tipg=f"/collections/{PEERS_TABLE}/items?limit={PAGE}&offset={at}",
            pygeoapi=f"/collections/houses/items?f=json&limit={PAGE}&offset={at}",
            sql="SELECT {text} FROM houses WHERE houses.pk > %s ORDER BY houses.pk LIMIT 100",
            values=(at,),
        )


def tiles(zoom: int, houses: Houses, seed: int) -> Iterator[Ask]:
    """Yield the tiles of random houses at a zoom, none twice before all were asked.

    tipg is asked for the attributes that our tiles carry, not for all it has.
    """
    names = ("id", *(each.name for each in attributes(HOUSES)))
    numbers = random.Random(seed)
    side = 2**zoom
    known: dict[tuple[int, int], None] = {}
    for at in numbers.sample(range(len(houses)), min(len(houses), 4000)):
        x = int((houses.lon[at] + 180) / 360 * side)
        y = int((1 - math.asinh(math.tan(math.radians(houses.lat[at]))) / math.pi) / 2 * side)
        known[x, y] = None
    for x, y in itertools.cycle(known):
        yield Ask(
            ours=f"/ogc/collections/houses/tiles/WebMercatorQuad/{zoom}/{y}/{x}",
            tipg=f"/collections/{PEERS_TABLE}/tiles/WebMercatorQuad/{zoom}/{x}/{y}"
            f"?properties={','.join(names)}",
            pygeoapi=None,
            sql="WITH e AS (SELECT ST_TileEnvelope(%s, %s, %s) AS box), found AS (SELECT "
            "ST_AsMVTGeom(ST_Transform(location, 3857), e.box, 4096, 64) AS geom, "
            f"{', '.join(names)} FROM houses, e "
            "WHERE location && ST_Transform(e.box, 4326)) SELECT ST_AsMVT(found, 'houses') FROM found",
            values=(zoom, x, y),
        )


def as_request(path: str, token: str | None) -> Request:
    """Return the request of a path."""
    headers = {"Accept": "application/geo+json, application/json;q=0.5, */*;q=0.1"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return Request("GET", path, headers)


def features_of(reply: Reply) -> tuple[int | None, frozenset[str], frozenset[str]]:
    """Return numberMatched, the houses' codes, and the names of their properties (but `id`).

    Ours has the id beside the properties, the others among them. Raises SystemExit for a reply
    that is no success.
    """
    if reply.status != 200:
        raise SystemExit(f"{reply.status}: {reply.body[:500].decode(errors='replace')}")
    document = json.loads(reply.body)
    found = document.get("features", [document])
    names = frozenset(name for one in found for name in one["properties"]) - {"id"}
    codes = frozenset(one["properties"]["code"] for one in found)
    return document.get("numberMatched"), codes, names
