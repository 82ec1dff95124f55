"""Counting: houses by the cells of one grid, with where each cell lies in the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspection.gis.heat.points import Points
from inspection.gis.heat.sizes import Grid
from inspection.gis.questions.tally import UNITS
from inspection.gis.tiles.grid import EDGE_LAT

_PART = 65_536
_SHIFT = 32


@dataclass(frozen=True)
class HeatCells:
    """Cells with houses, by key.

    keys: n × 2; counts: houses by cell and judgement; inspected: houses with a total; units: sum
    of these in ten-thousandths of a point; greatest: the highest total, -inf for none; boxes: west,
    north, east, south in fractions of the world from its north-west corner.
    """

    grid: Grid
    judgements: tuple[str, ...]
    keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    inspected: NDArray[np.int64]
    units: NDArray[np.int64]
    greatest: NDArray[np.float64]
    boxes: NDArray[np.float64]

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        arrays = (self.keys, self.counts, self.inspected, self.units, self.greatest, self.boxes)
        return sum(each.nbytes for each in arrays)


def count_cells(grid: Grid, points: Points) -> HeatCells:
    """Count houses by cell. Those where the grid has no cell, or beyond the map, are left out."""
    packed, kept = _packed(grid, points)
    cells, place = np.unique(packed[kept], return_inverse=True)
    size, kinds = len(cells), len(points.judgements)
    judged = points.judged[kept].astype(np.int64)
    counts = np.bincount(place * kinds + judged, minlength=size * kinds).reshape(size, kinds)
    total = points.total[kept]
    known = ~np.isnan(total)
    # Whole numbers below 2^53, so that their sum is exact in whatever order.
    units = np.rint(total[known] * UNITS)
    greatest = np.full(size, -np.inf)
    np.maximum.at(greatest, place[known], total[known])
    first = cells + (1 << _SHIFT - 1) >> _SHIFT
    keys = np.stack([first, cells - (first << _SHIFT)], axis=1)
    return HeatCells(
        grid,
        points.judgements,
        keys,
        counts,
        np.bincount(place[known], minlength=size),
        np.bincount(place[known], units, size).astype(np.int64),
        greatest,
        _boxes(grid, keys),
    )


def _packed(grid: Grid, points: Points) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each point's key as one number, and whether it has a cell that the map shows."""
    packed = np.empty(len(points.lon), np.int64)
    kept = np.abs(points.lat) < EDGE_LAT
    for start in range(0, len(packed), _PART):
        part = slice(start, start + _PART)
        first, second, inside = grid.indices(points.lon[part], points.lat[part])
        packed[part] = (first << _SHIFT) + second
        kept[part] &= inside
    return packed, kept


def world_outlines(grid: Grid, keys: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return cells' rings in fractions of the world: n × corners × 2, clockwise on the map."""
    rings = grid.outlines(keys)[:, -1:0:-1]
    lon, lat = rings[..., 0], np.clip(rings[..., 1], -EDGE_LAT, EDGE_LAT)
    # A cell that reaches over the antimeridian goes on past the edge of the world.
    torn = np.ptp(lon, axis=1, keepdims=True) > 180
    lon = np.where(torn & (lon < 0), lon + 360, lon)
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)
    return np.stack([(lon + 180) / 360, y], axis=2)


def _boxes(grid: Grid, keys: NDArray[np.int64]) -> NDArray[np.float64]:
    boxes = np.empty((len(keys), 4))
    for start in range(0, len(keys), _PART):
        part: Any = slice(start, start + _PART)
        rings = world_outlines(grid, keys[part])
        boxes[part, :2], boxes[part, 2:] = rings.min(axis=1), rings.max(axis=1)
    return boxes
