"""A grid of regular hexagons on a plane rectangular zone (平面直角座標系).

Metres of the zone: its scale is 0.9999 on the central meridian and 1.0001 at 180 km from it, so
cells within a city's own zone differ by less than 0.02 % in width. The grid is anchored at the
zone's origin: the same cell has the same name in every answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspection.gis.crs import PLANE_REACH_DEG, Crs, from_lon_lat, to_lon_lat
from inspection.gis.questions.mesh import Key, Ring

SMALLEST_M, LARGEST_M = 50, 50_000
_DEGREE_DIGITS = 8  # about a millimetre
# A vertex seen from the cell's centre, in half widths east and in sixths of the height √3 × width
# north; whole numbers, so that neighbours share their vertices to the last digit.
_VERTICES = ((1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1))


@dataclass(frozen=True)
class HexGrid:
    """Hexagons with a vertex to the north; width_m: metres between opposite sides."""

    crs: Crs
    width_m: int

    @property
    def title(self) -> str:
        """The grid in Japanese."""
        return f"六角形(幅{self.width_m}m、{self.crs.title})"

    def keys(self, lons: Sequence[float], lats: Sequence[float]) -> list[Key | None]:
        """Return each point's cell as axial coordinates (q to the east, r to the north-east).

        lons, lats: degrees. None beyond the zone's arithmetic (45° from its meridian).
        """
        q, r, inside = self.indices(lons, lats)
        found = zip(q.tolist(), r.tolist(), inside.tolist(), strict=True)
        return [(q, r) if here else None for q, r, here in found]

    def indices(self, lons: Any, lats: Any) -> tuple[Any, Any, Any]:
        """Return axial coordinates, and whether the zone reaches there, as arrays; see keys."""
        lon, lat = np.asarray(lons, float), np.asarray(lats, float)
        inside = (np.abs(lon - self.crs.meridian) <= PLANE_REACH_DEG) & (np.abs(lat) <= 89)
        axial = np.zeros((2, len(lon)), np.int64)
        if inside.any():
            north, east = from_lon_lat(self.crs, lon[inside], lat[inside])
            r = np.asarray(north) / (self.width_m * math.sqrt(3) / 2)
            axial[:, inside] = _rounded(np.asarray(east) / self.width_m - r / 2, r)
        return axial[0], axial[1], inside

    def code(self, key: Key) -> str:
        """Return a cell's name: width and axial coordinates, such as `500:-12,204`."""
        return f"{self.width_m}:{key[0]},{key[1]}"

    def rings(self, keys: Sequence[Key]) -> list[Ring]:
        """Return the cells' outlines, counterclockwise, in (lon, lat) degrees."""
        return self.outlines(np.asarray(keys)).tolist() if keys else []

    def outlines(self, keys: Any) -> Any:
        """Return the rings of cells, an array of keys (n × 2), as an array of n × 7 × 2 degrees."""
        axial = keys.astype(np.int64)
        vertices = np.asarray(_VERTICES)
        east = (2 * axial[:, :1] + axial[:, 1:]) + vertices[:, 0]
        north = 3 * axial[:, 1:] + vertices[:, 1]
        lon, lat = to_lon_lat(
            self.crs,
            (north * (self.width_m / (2 * math.sqrt(3)))).ravel(),
            (east * (self.width_m / 2)).ravel(),
        )
        points = np.stack([lon, lat], axis=1).round(_DEGREE_DIGITS)
        return points.reshape(len(keys), len(_VERTICES), 2)


def _rounded(q: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Round axial coordinates to the cell whose centre is nearest (cube rounding): 2 × n."""
    s = -q - r
    whole_q, whole_r, whole_s = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = np.abs(whole_q - q), np.abs(whole_r - r), np.abs(whole_s - s)
    mend_q = (off_q > off_r) & (off_q > off_s)
    mend_r = ~mend_q & (off_r > off_s)
    first = np.where(mend_q, -whole_r - whole_s, whole_q).astype(np.int64)
    second = np.where(mend_r, -whole_q - whole_s, whole_r).astype(np.int64)
    return np.stack([first, second])
