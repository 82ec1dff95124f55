"""Counts of houses by the cells of a grid: only cells with houses, and not without bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import func, select

from inspection.auth import Actor
from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.gis.errors import parameter_error
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.gis.questions.mesh import Key, Ring
from inspection.gis.questions.tally import Tally
from inspection.models import House

MAX_CELLS = 50_000
CHUNK = 20_000


class Grid(Protocol):
    """Cells of some shape."""

    @property
    def title(self) -> str:
        """The grid in Japanese."""

    def keys(self, lons: Sequence[float], lats: Sequence[float]) -> list[Key | None]:
        """Return the cell of each point (degrees), None outside the grid."""

    def code(self, key: Key) -> str:
        """Return a cell's name."""

    def rings(self, keys: Sequence[Key]) -> list[Ring]:
        """Return the outlines of cells in (lon, lat) degrees."""


@dataclass
class CellCounts:
    """Cells with houses, by key; `unplaced`: houses without a point, or outside the grid."""

    grid: Grid
    cells: dict[Key, Tally] = field(default_factory=dict)
    unplaced: Tally = field(default_factory=Tally)

    @property
    def total(self) -> Tally:
        """All houses that were asked for."""
        total = Tally()
        for tally in (*self.cells.values(), self.unplaced):
            total.merge(tally)
        return total

    def in_order(self) -> list[tuple[str, Ring, Tally]]:
        """Return code, outline and counts of each cell, in the order of the keys."""
        keys = sorted(self.cells)
        rings = self.grid.rings(keys)
        return [
            (self.grid.code(k), ring, self.cells[k]) for k, ring in zip(keys, rings, strict=True)
        ]


def count_cells(grid: Grid, selection: Selection, actor: Actor, coarser: str) -> CellCounts:
    """Count the houses of a selection by cell, read in pieces so that memory stays flat.

    coarser: the parameter that makes cells larger. Raises BadRequestError naming it when there
    are more than MAX_CELLS cells.
    """
    counts = CellCounts(grid)
    with read_transaction():
        for rows in _pieces(selection, actor):
            _count(counts, rows)
            if len(counts.cells) > MAX_CELLS:
                raise parameter_error(
                    coarser,
                    f"家屋のある区画が {MAX_CELLS:,} を超えます。区画を大きくするか、"
                    "bbox などで範囲を絞ってください。",
                )
    return counts


def _pieces(selection: Selection, actor: Actor) -> Iterator[Sequence[Any]]:
    point = House.location
    query = HOUSES.joined(
        select(
            func.ST_X(point), func.ST_Y(point), House.judgement, House.status, House.total
        ).select_from(House)
    ).where(*matching(HOUSES, selection, actor))
    return db.session.execute(query.execution_options(yield_per=CHUNK)).partitions()


def _count(counts: CellCounts, rows: Sequence[Any]) -> None:
    placed = [row for row in rows if row[0] is not None]
    keys = counts.grid.keys([row[0] for row in placed], [row[1] for row in placed])
    for key, (_, _, judgement, status, total) in zip(keys, placed, strict=True):
        tally = counts.unplaced if key is None else counts.cells.get(key)
        if tally is None:
            tally = counts.cells[key] = Tally()  # type: ignore[index]
        tally.add(judgement, status, total)
    for row in rows:
        if row[0] is None:
            counts.unplaced.add(*row[2:])
