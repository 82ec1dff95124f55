"""Houses within a distance of a drawing: the spatial index first, then exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, func, or_, select

from inspection.auth import Actor
from inspection.database.transactions import snapshot
from inspection.extensions import db
from inspection.geometry import within
from inspection.gis.collections import HOUSES
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.gis.questions.distance import Ruler, boxes_around
from inspection.gis.questions.drawing import Drawing
from inspection.gis.questions.houses import ShownHouse, fetch_houses
from inspection.gis.questions.wards import WardCounts, empty_wards
from inspection.models import House

CHUNK = 20_000


@dataclass(frozen=True)
class NearHouse:
    """One house and how far it is from the drawing, in metres (0 inside an area)."""

    house: ShownHouse
    distance_m: float


@dataclass(frozen=True)
class NearHouses:
    """All that are near, counted by ward; the nearest of them, as many as were asked for."""

    counts: WardCounts
    nearest: list[NearHouse]


def find_near(
    drawing: Drawing, distance_m: float, selection: Selection, actor: Actor, limit: int
) -> NearHouses:
    """Find the houses of a selection within a distance, at one moment of the database.

    limit: of the list, which is ordered by distance; the counts are of all.
    """
    ruler, counts = Ruler(drawing, distance_m), empty_wards()
    pks: list[np.ndarray] = []
    metres: list[np.ndarray] = []
    with snapshot():
        for rows in _pieces(drawing, distance_m, selection, actor):
            found = _measure(ruler, rows)
            hits = np.flatnonzero(np.isfinite(found))
            for n in hits.tolist():
                _, _, _, ward, judgement, status, total = rows[n]
                counts.count(ward, judgement, status, total)
            pks.append(np.asarray([rows[n][0] for n in hits.tolist()], dtype=np.int64))
            metres.append(found[hits])
        nearest = _nearest(np.concatenate([*pks, []]), np.concatenate([*metres, []]), limit)
        houses = fetch_houses([pk for pk, _ in nearest])
    listed = [NearHouse(houses[pk], m) for pk, m in nearest if pk in houses]
    return NearHouses(counts, listed)


def near_conditions(
    drawing: Drawing, distance_m: float, selection: Selection, actor: Actor
) -> list[ColumnElement[bool]]:
    """Return the conditions that the databases answer, with a spatial index, before measuring."""
    boxes = boxes_around(drawing, distance_m)
    around = or_(*(within(House.location, box) for box in boxes))
    return [*matching(HOUSES, selection, actor), around]


def _pieces(
    drawing: Drawing, distance_m: float, selection: Selection, actor: Actor
) -> Iterator[Sequence[Any]]:
    lon, lat = func.ST_X(House.location), func.ST_Y(House.location)
    columns = (House.pk, lon, lat, House.ward_code, House.judgement, House.status, House.total)
    query = HOUSES.joined(select(*columns).select_from(House)).where(
        *near_conditions(drawing, distance_m, selection, actor)
    )
    return db.session.execute(query.execution_options(yield_per=CHUNK)).partitions()


def _measure(ruler: Ruler, rows: Sequence[Any]) -> np.ndarray:
    return ruler.measure(np.asarray([row[1] for row in rows]), np.asarray([r[2] for r in rows]))


def _nearest(pks: np.ndarray, metres: np.ndarray, limit: int) -> list[tuple[int, float]]:
    order = np.lexsort((pks, metres))[:limit]
    return [(int(pks[n]), float(metres[n])) for n in order]
