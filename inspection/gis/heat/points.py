"""Reading what is counted: the places of a selection's houses with their results, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, func, literal_column, select

from inspection.auth import Actor
from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.gis.tiles.clusters import NO_JUDGEMENT
from inspection.models import House

_PART_ROWS = 20_000
_PACK_BITS = 16  # 65,536 houses, 1.5 MB a value at most
_PART_PACKS = 4


@dataclass(frozen=True)
class Points:
    """Houses that have a place: degrees, total in points (NaN for none), number of the judgement.

    26 bytes a house.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    total: NDArray[np.float64]
    judged: NDArray[np.int16]
    judgements: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return sum(each.nbytes for each in (self.lon, self.lat, self.total, self.judged))


def read_points(selection: Selection, actor: Actor) -> Points:
    """Read the houses of a selection that an actor may see, and that have a place: one statement.

    On a connection of its own, to see what is committed now; in parts, for what Python makes of a
    row takes many times the memory of its numbers.
    """
    packed = db.engine.dialect.name == "postgresql"
    query = _packed_rows() if packed else _rows()
    query = query.where(*matching(HOUSES, selection, actor), House.location.is_not(None))
    part, read = (_PART_PACKS, _unpacked) if packed else (_PART_ROWS, _numbers)
    codes: dict[str, int] = {}
    with db.engine.connect() as connection:
        rows = connection.execute(query.execution_options(yield_per=part))
        parts = [read(each, codes) for each in rows.partitions()]
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)] or _numbers([], codes)
    lon, lat, total, judged = columns
    names = sorted(codes)  # lest a tile's order depend on that of the rows
    order = np.array([names.index(name) for name in codes], np.int16)
    return Points(lon, lat, total, order[judged] if names else judged, tuple(names))


def _rows() -> Select[Any]:
    place = House.location
    columns = (func.ST_X(place), func.ST_Y(place), House.total, House.judgement)
    return HOUSES.joined(select(*columns).select_from(House))


def _packed_rows() -> Select[Any]:
    """Select judgement and the numbers of many houses in one value: a third of the rows' time."""
    numbers = " || ".join(
        f"float8send({each})"
        for each in (
            "ST_X(houses.location)",
            "ST_Y(houses.location)",
            "coalesce(houses.total, 'NaN')",
        )
    )
    values = literal_column(f"string_agg({numbers}, '')")
    piece = literal_column(f"houses.pk >> {_PACK_BITS}")
    query = HOUSES.joined(select(House.judgement, values).select_from(House))
    return query.group_by(House.judgement, piece)


def _unpacked(rows: Sequence[Any], codes: dict[str, int]) -> list[NDArray[Any]]:
    """Return packed rows as columns of numbers; see _numbers."""
    parts, judged = [], []
    for judgement, values in rows:
        numbers = np.frombuffer(values, ">f8").reshape(-1, 3)
        parts.append(numbers)
        code = codes.setdefault(judgement or NO_JUDGEMENT, len(codes))
        judged.append(np.full(len(numbers), code, np.int16))
    columns = np.concatenate(parts).astype(np.float64).T
    return [*map(np.ascontiguousarray, columns), np.concatenate(judged)]


def _numbers(rows: Sequence[Any], codes: dict[str, int]) -> list[NDArray[Any]]:
    """Return rows as columns of numbers; judgements by their places in `codes`, which may grow."""
    lon, lat, total, judgement = list(zip(*rows, strict=True)) or [()] * 4
    judged = [codes.setdefault(name or NO_JUDGEMENT, len(codes)) for name in judgement]
    return [
        np.array(lon, np.float64),
        np.array(lat, np.float64),
        np.array(total, np.float64),  # None becomes NaN
        np.array(judged, np.int16),
    ]
