"""Low zooms: features gathered into the cells of a grid, none left out.

The database counts once by the finest cells that a tile may show (one pass over the collection);
every tile of the zooms above is summed up from these, in Morton order, in which the cells of any
tile lie side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, literal_column, select

from inspection.auth import Actor
from inspection.database.transactions import reading
from inspection.extensions import db
from inspection.gis.collections import Collection
from inspection.gis.feature_sql import point_sql
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.gis.tiles.columns import attribute, cut_values, place
from inspection.gis.tiles.detail import attribute_columns, attribute_names
from inspection.gis.tiles.encoder import EXTENT, Value, encode_points
from inspection.gis.tiles.grid import Tile

DETAIL_ZOOM = 14
"""From this zoom on, tiles hold single features."""

CELL_BITS = 5
"""A tile shows 32 × 32 cells, 16 pixels each on a map with tiles of 512 pixels."""

FINEST_BITS = DETAIL_ZOOM - 1 + CELL_BITS
"""Bits of a finest cell's column and row: cells of about 127 m at 34° latitude."""

NO_JUDGEMENT = "none"
PART_ROWS = 20_000


@dataclass(frozen=True)
class Cells:
    """A selection counted by finest cells, sorted by their Morton keys.

    counts: features by cell and judgement; x, y: sums of fractions of the world; total: the
    highest score, -inf for none; key: a member's primary key.
    """

    morton: NDArray[np.int64]
    judgements: tuple[str, ...]
    counts: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    total: NDArray[np.float64]
    key: NDArray[np.int64]

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        arrays = (self.morton, self.counts, self.x, self.y, self.total, self.key)
        return sum(array.nbytes for array in arrays)


def count_cells(collection: Collection, selection: Selection, actor: Actor) -> Cells:
    """Count the features of a selection by finest cells and judgements: one statement."""
    dialect = db.engine.dialect.name
    where = place(collection, dialect)
    column, row = where.cut()
    judgement = literal_column(attribute(collection, "judgement").source)
    total = literal_column(attribute(collection, "total").source)
    groups = (
        collection.joined(
            select(
                column.label("cell_x"),
                row.label("cell_y"),
                judgement.label("judged"),
                func.count(),
                func.sum(where.x),
                func.sum(where.y),
                func.max(total),
                func.min(collection.entity.pk),
            ).select_from(collection.entity)
        )
        .where(
            *matching(collection, selection, actor),
            literal_column(f"{point_sql(collection.id)} IS NOT NULL"),
        )
        .group_by(literal_column("cell_x"), literal_column("cell_y"), literal_column("judged"))
    )
    codes: dict[str, int] = {}
    # On a connection of its own, to see what is committed now; in parts, for what Python makes of
    # a row takes many times the memory of its numbers.
    with db.engine.connect() as connection:
        in_parts = groups.execution_options(yield_per=PART_ROWS)
        rows = connection.execute(in_parts, cut_values(FINEST_BITS))
        parts = [_numbers(part, codes) for part in rows.partitions()]
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    return _gathered(columns or _numbers([], codes), tuple(codes))


def _numbers(rows: Sequence[Any], codes: dict[str, int]) -> list[NDArray[Any]]:
    """Return rows of cells as columns of numbers; judgements as their codes, which may grow."""
    x, y, judged, counts, sum_x, sum_y, totals, keys = list(zip(*rows, strict=True)) or [()] * 8
    return [
        _spread(np.array(x, np.int64)) | _spread(np.array(y, np.int64)) << 1,
        np.array([codes.setdefault(name or NO_JUDGEMENT, len(codes)) for name in judged], np.int64),
        np.array(counts, np.int64),
        np.array(sum_x, np.float64),
        np.array(sum_y, np.float64),
        np.array([-np.inf if value is None else value for value in totals], np.float64),
        np.array(keys, np.int64),
    ]


def _gathered(columns: list[NDArray[Any]], judgements: tuple[str, ...]) -> Cells:
    """Bring rows by cell and judgement together by cell."""
    mortons, judged, counts, sum_x, sum_y, totals, keys = columns
    morton, inverse = np.unique(mortons, return_inverse=True)
    size = len(morton)
    table = np.zeros((size, len(judgements)), np.int64)
    np.add.at(table, (inverse, judged), counts)
    total, key = np.full(size, -np.inf), np.zeros(size, np.int64)
    np.maximum.at(total, inverse, totals)
    key[inverse] = keys
    x, y = (np.bincount(inverse, sums, size) for sums in (sum_x, sum_y))
    return Cells(morton, judgements, table, x, y, total, key)


def _spread(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put a zero between any two of a number's 32 bits."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        numbers = (numbers | numbers << shift) & mask
    return numbers


def cluster_tile(collection: Collection, cells: Cells, tile: Tile) -> bytes:
    """Return the tile of a zoom below DETAIL_ZOOM: one point a cell, at the mean of its members.

    Each carries `count`, `count_` by judgement, and `total` as the highest; one alone is itself,
    with all attributes.
    """
    zoom_bits = 2 * (FINEST_BITS - tile.z)
    own = int(_spread(np.array([tile.x]))[0] | _spread(np.array([tile.y]))[0] << 1)
    first, last = np.searchsorted(cells.morton, [own << zoom_bits, own + 1 << zoom_bits])
    if first == last:
        return b""
    cell = cells.morton[first:last] >> (zoom_bits - 2 * CELL_BITS)
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    counts = np.add.reduceat(cells.counts[first:last], starts, axis=0)
    members = counts.sum(axis=1)
    columns: dict[str, list[Value]] = {"count": members.tolist()}
    for place_, name in enumerate(cells.judgements):
        columns[f"count_{name}"] = [number or None for number in counts[:, place_].tolist()]
    totals = np.maximum.reduceat(cells.total[first:last], starts).tolist()
    columns["total"] = [None if value == -np.inf else value for value in totals]
    alone = np.flatnonzero(members == 1)
    _add_attributes(collection, columns, alone, cells.key[first:last][starts[alone]])
    units = [
        _units(sums[first:last], starts, members, tile.z, corner)
        for sums, corner in ((cells.x, tile.x), (cells.y, tile.y))
    ]
    return encode_points(collection.id, units[0], units[1], columns)


def _units(
    sums: NDArray[np.float64],
    starts: NDArray[np.int64],
    members: NDArray[np.int64],
    z: int,
    corner: int,
) -> NDArray[np.int64]:
    mean = np.add.reduceat(sums, starts) / members
    units = np.floor(mean * ((1 << z) * EXTENT)).astype(np.int64) - corner * EXTENT
    return np.clip(units, 0, EXTENT - 1)  # rounding may carry a mean over the edge


def _add_attributes(
    collection: Collection,
    columns: dict[str, list[Value]],
    places: NDArray[np.int64],
    keys: NDArray[np.int64],
) -> None:
    """Give single features their attributes; one that is gone meanwhile keeps its place."""
    dialect = db.engine.dialect.name
    wanted = select(collection.entity.pk, *attribute_columns(collection, dialect)).where(
        collection.entity.pk.in_(keys.tolist())
    )
    found = {}
    if len(keys):
        with reading() as connection:
            rows = connection.execute(collection.joined(wanted)).all()
        found = {row[0]: row[1:] for row in rows}
    for number, name in enumerate(attribute_names(collection)):
        column = columns.setdefault(name, [None] * len(columns["count"]))
        for place_, key in zip(places.tolist(), keys.tolist(), strict=True):
            if key in found:
                column[place_] = found[key][number]
