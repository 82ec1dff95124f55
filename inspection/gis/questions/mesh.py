"""地域メッシュ: the cells and codes of JIS X 0410, from the first (80 km) to the eighth (125 m).

A cell belongs to whole fractions of a degree, and a point on an edge to the cell north or east of
it. Coordinates are taken as the decimal number that was written: 33.8 as a binary number lies a
hair below 33.8 and would fall into the cell south of its edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

Key = tuple[int, int]
Ring = list[list[float]]

_FIRST_PER_LAT = Fraction(3, 2)  # 40 minutes of latitude, one degree of longitude
_FIRST_LON = 100
_NEAR_AN_EDGE = 1e-9  # of a cell; the error of the products below is less than a tenth of it


@dataclass(frozen=True)
class Level:
    """One size of cells; factors: how each level divides the one before it, from the first."""

    name: str
    title: str
    factors: tuple[int, ...]

    @cached_property
    def per_lat(self) -> Fraction:
        """Cells in a degree of latitude."""
        return _FIRST_PER_LAT * math.prod(self.factors)

    @cached_property
    def per_lon(self) -> Fraction:
        """Cells in a degree of longitude."""
        return Fraction(math.prod(self.factors))


LEVELS: tuple[Level, ...] = (
    Level("1", "第1次メッシュ(約80km)", ()),
    Level("2", "第2次メッシュ(約10km)", (8,)),
    Level("3", "第3次メッシュ(約1km)", (8, 10)),
    Level("half", "2分の1メッシュ(約500m)", (8, 10, 2)),
    Level("quarter", "4分の1メッシュ(約250m)", (8, 10, 2, 2)),
    Level("eighth", "8分の1メッシュ(約125m)", (8, 10, 2, 2, 2)),
)
_ALIASES = {
    "first": "1", "second": "2", "third": "3",
    "4": "half", "5": "quarter", "6": "eighth",
    "1/2": "half", "1/4": "quarter", "1/8": "eighth",
}  # fmt: skip
ALLOWED = "1、2、3、half、quarter、eighth のいずれか"


def find_level(name: str) -> Level | None:
    """Return a level by its name (`3`, `third`, `half`, `1/2`, `4` …); None when there is none."""
    wanted = _ALIASES.get(name, name)
    return next((level for level in LEVELS if level.name == wanted), None)


@dataclass(frozen=True)
class MeshGrid:
    """The cells of one level, as `cells` counts in them."""

    level: Level

    @property
    def title(self) -> str:
        """The level in Japanese."""
        return self.level.title

    def keys(self, lons: Sequence[float], lats: Sequence[float]) -> list[Key | None]:
        """Return each point's cell as (row from the equator, column from Greenwich).

        lons, lats: degrees. None where the standard has no cell: south of 0°, from 66°40' north
        on, and west of 100° east.
        """
        rows, columns, inside = self.indices(lons, lats)
        found = zip(rows.tolist(), columns.tolist(), inside.tolist(), strict=True)
        return [(row, column) if here else None for row, column, here in found]

    def indices(self, lons: Any, lats: Any) -> tuple[Any, Any, Any]:
        """Return rows, columns, and whether the standard has such a cell, as arrays; see keys."""
        rows = _indices(np.asarray(lats, float), self.level.per_lat)
        columns = _indices(np.asarray(lons, float), self.level.per_lon)
        fine = int(self.level.per_lon)
        inside = (rows >= 0) & (rows < 100 * fine) & (columns >= _FIRST_LON * fine)
        return rows, columns, inside

    def code(self, key: Key) -> str:
        """Return a cell's code: 4, 6, 8, 9, 10 or 11 digits."""
        row, column = key
        parts: list[str] = []
        for factor in reversed(self.level.factors):
            row, north = divmod(row, factor)
            column, east = divmod(column, factor)
            # Halves are numbered 1 south-west, 2 south-east, 3 north-west, 4 north-east.
            parts.append(str(1 + east + 2 * north) if factor == 2 else f"{north}{east}")
        return f"{row:02}{column - _FIRST_LON:02}" + "".join(reversed(parts))

    def rings(self, keys: Sequence[Key]) -> list[Ring]:
        """Return the cells' outlines, counterclockwise, in (lon, lat) degrees."""
        return self.outlines(np.asarray(keys)).tolist() if keys else []

    def outlines(self, keys: Any) -> Any:
        """Return the rings of cells, an array of keys (n × 2), as an array of n × 5 × 2 degrees."""
        rows, columns = (keys[:, axis, None] for axis in (0, 1))
        lon = (columns + np.array([0, 1, 1, 0, 0])) / float(self.level.per_lon)
        lat = (rows + np.array([0, 0, 1, 1, 0])) / float(self.level.per_lat)
        return np.stack([lon, lat], axis=2)


def _indices(degrees: Any, per_degree: Fraction) -> Any:
    """Return floor(degrees × per_degree), exact for the decimal numbers as written."""
    scaled = degrees * float(per_degree)
    found = np.floor(scaled)
    for n in np.flatnonzero(np.abs(scaled - np.rint(scaled)) < _NEAR_AN_EDGE):
        found[n] = math.floor(Fraction(repr(float(degrees[n]))) * per_degree)
    return found.astype(np.int64)


def mesh_code(level: Level, lon: float, lat: float) -> str | None:
    """Return the code of a point's cell, None outside the standard's area.

    Example: level `half` of (130.8752, 33.8834) is 503067601.
    """
    grid = MeshGrid(level)
    key = grid.keys([lon], [lat])[0]
    return None if key is None else grid.code(key)
