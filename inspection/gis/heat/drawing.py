"""One heat tile: every cell that reaches into it, whole, with the counts of the whole cell.

So a cell on an edge is in two tiles or more, each time the same; by its id it counts once.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from inspection.gis.heat.cells import HeatCells, world_outlines
from inspection.gis.questions.tally import UNITS
from inspection.gis.tiles.encoder import EXTENT, Value, encode_polygons
from inspection.gis.tiles.grid import Tile

LAYER = "heat"
_ID_BITS = 24


def heat_tile(cells: HeatCells, tile: Tile) -> bytes:
    """Return the tile with the cells whose bounding boxes overlap it, in the order of their keys.

    Cells are drawn whole, beyond the tile's edges.
    """
    scale = float(EXTENT << tile.z)
    corner = np.array([tile.x, tile.y], np.int64) * EXTENT
    boxes = np.rint(cells.boxes * scale).astype(np.int64)
    touching = (boxes[:, :2] < corner + EXTENT) & (boxes[:, 2:] > corner)
    chosen = np.flatnonzero(touching.all(axis=1))
    if not len(chosen):
        return b""
    keys = cells.keys[chosen]
    rings = np.rint(world_outlines(cells.grid, keys) * scale).astype(np.int64) - corner
    codes = [cells.grid.code((a, b)) for a, b in keys.tolist()]
    return encode_polygons(LAYER, rings, _attributes(cells, chosen, codes), _ids(keys, codes))


def _attributes(
    cells: HeatCells, chosen: NDArray[np.int64], codes: list[str]
) -> dict[str, list[Value]]:
    counts, inspected = cells.counts[chosen], cells.inspected[chosen].tolist()
    columns: dict[str, list[Value]] = {"code": [*codes], "count": counts.sum(axis=1).tolist()}
    for place, name in enumerate(cells.judgements):
        columns[f"count_{name}"] = [number or None for number in counts[:, place].tolist()]
    columns["inspected"] = inspected
    columns["mean_total"] = [
        round(units / number / UNITS, 2) if number else None
        for units, number in zip(cells.units[chosen].tolist(), inspected, strict=True)
    ]
    columns["max_total"] = [
        None if total == -math.inf else total for total in cells.greatest[chosen].tolist()
    ]
    return columns


def _ids(keys: NDArray[np.int64], codes: list[str]) -> NDArray[np.int64]:
    """Return ids: the code where it is a number (mesh), else both parts of the key in one."""
    if codes[0].isdigit():
        return np.array([int(code) for code in codes], np.int64)
    parts = keys + (1 << _ID_BITS - 1)
    return (parts[:, 0] << _ID_BITS) | parts[:, 1]
