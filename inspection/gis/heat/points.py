"""Reading what is counted: the places of a selection's houses with their results, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from inspection.auth import Actor
from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.gis.tiles.clusters import NO_JUDGEMENT
from inspection.models import House

PART_ROWS = 20_000


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
    place = House.location
    query = HOUSES.joined(
        select(func.ST_X(place), func.ST_Y(place), House.total, House.judgement).select_from(House)
    ).where(*matching(HOUSES, selection, actor), place.is_not(None))
    codes: dict[str, int] = {}
    with db.engine.connect() as connection:
        rows = connection.execute(query.execution_options(yield_per=PART_ROWS))
        parts = [_numbers(part, codes) for part in rows.partitions()]
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)] or _numbers([], codes)
    return Points(*columns, tuple(codes))


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
