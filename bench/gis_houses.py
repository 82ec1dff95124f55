"""Synthetic houses, many of them, quickly: where they lie, what they are, loaded past the services.

Seven wards of Kitakyushu with clusters like towns, a tenth spread over the region; six in ten
inspected. The same number gives the same houses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pysqlite3 import dbapi2

from inspection.database.library import find_library, load
from tests.postgis import connect

WARDS = {
    "401013": ("門司区", 130.96, 33.93, 0.09),
    "401030": ("若松区", 130.78, 33.91, 0.08),
    "401056": ("戸畑区", 130.83, 33.89, 0.06),
    "401064": ("小倉北区", 130.876, 33.884, 0.18),
    "401072": ("小倉南区", 130.89, 33.82, 0.21),
    "401081": ("八幡東区", 130.81, 33.865, 0.08),
    "401099": ("八幡西区", 130.74, 33.855, 0.30),
}
TOWNS = ("城内", "本町", "中央", "浜町", "緑町", "昭和町", "大手町", "山手", "新町", "春日台")
STRUCTURES = (
    ("wooden", 0.82),
    ("light_steel", 0.06),
    ("reinforced_concrete", 0.05),
    ("concrete_block", 0.07),
)
COLUMNS = (
    "id", "code", "address", "town", "lot_number", "ward_code", "location", "structure", "storeys",
    "built_year", "notes", "extra", "revision", "body_sha256", "total", "low", "high", "judgement",
    "status", "inspected_at", "created_at", "updated_at",
)  # fmt: skip
TOWNS_PER_WARD = 40
SPREAD = 0.1
INSPECTED = 0.6
THRESHOLD = 100.0
BATCH = 50_000
PEERS_TABLE = "peers.houses"


@dataclass(frozen=True)
class Houses:
    """Houses in columns; row n has the primary key n + 1."""

    ids: list[str]
    lon: np.ndarray
    lat: np.ndarray
    ward: np.ndarray
    """Index into WARDS."""

    total: np.ndarray
    """Points, in steps of 5; nan where there was no inspection."""

    rest: np.random.Generator

    def __len__(self) -> int:
        return len(self.ids)


def make(count: int) -> Houses:
    """Make so many houses."""
    numbers = np.random.default_rng(20261125)
    shares = np.array([share for *_, share in WARDS.values()])
    ward = numbers.choice(len(WARDS), count, p=shares / shares.sum())
    centres = np.array([(lon, lat) for _, lon, lat, _ in WARDS.values()])
    towns = centres[:, None, :] + numbers.normal(0, 0.018, (len(WARDS), TOWNS_PER_WARD, 2))
    town = numbers.integers(0, TOWNS_PER_WARD, count)
    points = towns[ward, town] + numbers.normal(0, 0.0035, (count, 2))
    spread = numbers.random(count) < SPREAD
    points[spread] = numbers.uniform((130.2, 33.4), (131.4, 34.1), (int(spread.sum()), 2))
    total = np.round(numbers.gamma(2.6, 32, count) / 5) * 5
    total[numbers.random(count) >= INSPECTED] = np.nan
    raw = numbers.bytes(16 * count)
    ids = [str(uuid.UUID(bytes=raw[at : at + 16], version=4)) for at in range(0, len(raw), 16)]
    points = np.round(points, 7)
    return Houses(ids, points[:, 0], points[:, 1], ward, total, numbers)


def rows(houses: Houses, start: int) -> Iterator[tuple[Any, ...]]:
    """Yield BATCH houses from one on, as values of COLUMNS; the place is still left out (None)."""
    stop = min(start + BATCH, len(houses))
    many, draw = stop - start, houses.rest
    structures = draw.choice(len(STRUCTURES), many, p=[share for _, share in STRUCTURES]).tolist()
    years, storeys = draw.integers(1925, 1996, many).tolist(), draw.integers(1, 4, many).tolist()
    towns, days = draw.integers(0, len(TOWNS), many).tolist(), draw.integers(0, 700, many).tolist()
    slack, wards = draw.integers(0, 6, many).tolist(), houses.ward[start:stop].tolist()
    totals, known = houses.total[start:stop].tolist(), list(WARDS.items())
    dates = [str(np.datetime64("2024-12-01") + day) for day in range(700)]
    for n in range(many):
        number, total, day = start + n + 1, totals[n], dates[days[n]]
        code, (name, *_) = known[wards[n]]
        at = f"{day}T0{n % 8}:{n % 60:02}:00.000000Z"
        seen = total == total  # not nan
        yield (
            houses.ids[start + n], f"K-{number:07}", f"北九州市{name}{TOWNS[towns[n]]}{number % 900}",
            TOWNS[towns[n]], f"{number % 2000}番地", code, None, STRUCTURES[structures[n]][0],
            storeys[n], years[n], "隣家の犬に注意" if n % 9 == 0 else None, "{}", 1, "0" * 64,
            total if seen else None, max(total - 5 * slack[n], 0.0) if seen else None,
            total + 5 * slack[n] if seen else None,
            ("substandard" if total >= THRESHOLD else "not_substandard") if seen else None,
            "confirmed" if seen else None, at if seen else None, at, at,
        )  # fmt: skip


def load_postgis(url: str, houses: Houses) -> None:
    """Copy the houses into a migrated database, its indexes made afterwards, and ANALYZE."""
    with connect(url) as connection:
        found = connection.execute(
            "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i "
            "where i.indrelid = 'houses'::regclass and not i.indisprimary and not exists "
            "(select 1 from pg_constraint c where c.conindid = i.indexrelid)"
        ).fetchall()
        for name, _ in found:
            connection.execute(f"drop index {name}")
        with connection.cursor().copy(f"copy houses ({', '.join(COLUMNS)}) from stdin") as copy:
            for start in range(0, len(houses), BATCH):
                copy.write(_copy_text(houses, start))
        connection.execute("set maintenance_work_mem = '512MB'")
        for _, definition in found:
            connection.execute(definition)
        connection.execute("vacuum analyze houses")


def copy_for_peers(url: str) -> None:
    """Give the others a table of their own, PEERS_TABLE: without Hantei's stored text, same indexes."""
    with connect(url) as connection:
        names = connection.execute(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute "
            "where attrelid = 'houses'::regclass and attnum > 0 and attgenerated = ''"
        ).fetchone()[0]
        connection.execute("create schema peers")
        connection.execute("create table peers.houses (like public.houses)")
        connection.execute("alter table peers.houses drop column feature")
        connection.execute(
            f"insert into peers.houses ({names}) select {names} from houses order by pk"
        )
        connection.execute("set maintenance_work_mem = '512MB'")
        for (definition,) in connection.execute(
            "select replace(pg_get_indexdef(indexrelid), ' ON public.houses', ' ON peers.houses') "
            "from pg_index where indrelid = 'public.houses'::regclass"
        ).fetchall():
            connection.execute(definition)
        connection.execute("vacuum analyze peers.houses")


def _copy_text(houses: Houses, start: int) -> str:
    stop = min(start + BATCH, len(houses))
    points = np.empty(
        stop - start, [("b", "u1"), ("t", "<u4"), ("s", "<u4"), ("x", "<f8"), ("y", "<f8")]
    )
    points["b"], points["t"], points["s"] = 1, 0x20000001, 4326
    points["x"], points["y"] = houses.lon[start:stop], houses.lat[start:stop]
    text, width = points.tobytes().hex(), 2 * points.itemsize
    lines = []
    for n, (*values,) in enumerate(rows(houses, start)):
        values[6] = text[n * width : (n + 1) * width]
        lines.append("\t".join("\\N" if value is None else str(value) for value in values))
    return "\n".join([*lines, ""])


def load_spatialite(path: str, houses: Houses) -> None:
    """Insert the houses into a migrated database, and ANALYZE."""
    connection = dbapi2.connect(path, isolation_level=None)
    load(connection, find_library())
    connection.execute("pragma busy_timeout=30000")  # the worker writes, too
    connection.execute("pragma synchronous=off")
    marks = ", ".join("MakePoint(?, ?, 4326)" if n == "location" else "?" for n in COLUMNS)
    insert = f"insert into houses ({', '.join(COLUMNS)}) values ({marks})"
    connection.execute("begin immediate")
    for start in range(0, len(houses), BATCH):
        places = zip(houses.lon[start:].tolist(), houses.lat[start:].tolist(), strict=True)
        connection.executemany(
            insert,
            (
                (row[0].replace("-", ""), *row[1:6], *place, *row[7:])
                for row, place in zip(rows(houses, start), places, strict=False)
            ),
        )
    connection.execute("commit")
    connection.execute("analyze")
    connection.close()
