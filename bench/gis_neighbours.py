"""How far the nearest houses reach around a place, in some 0.1 ms: for boxes with so many of them."""

from __future__ import annotations

import numpy as np

STRIP_DEG = 0.005
WINDOWS_DEG = (0.000625, 0.00125, 0.0025, 0.005, 0.01, 0.02)
"""Half sides of the squares that are looked through, until one holds enough."""

_APART = 1000.0


class Neighbours:
    """Points in strips of longitude, in each by latitude. lon, lat: degrees, of equal length."""

    def __init__(self, lon: np.ndarray, lat: np.ndarray) -> None:
        # One ascending number for strip and latitude, so that a search finds part of a strip.
        keys = np.floor(lon / STRIP_DEG) * _APART + lat
        order = np.argsort(keys)
        self._keys, self._lon, self._lat = keys[order], lon[order], lat[order]

    def reach(self, lon: float, lat: float, hits: int) -> float | None:
        """Return half the side of the square around a place to the point after so many nearest.

        None where the largest of WINDOWS_DEG does not hold them.
        """
        for window in WINDOWS_DEG:
            away = self._within(lon, lat, window)
            if len(away) > hits:
                return float(np.partition(away, hits)[hits])
        return None

    def _within(self, lon: float, lat: float, window: float) -> np.ndarray:
        """Return the distances of the points within a square, the larger of both directions'."""
        strips = np.arange(
            np.floor((lon - window) / STRIP_DEG), np.floor((lon + window) / STRIP_DEG) + 1
        )
        starts = np.searchsorted(self._keys, strips * _APART + lat - window)
        stops = np.searchsorted(self._keys, strips * _APART + lat + window)
        away = np.concatenate(
            [
                np.maximum(abs(self._lon[low:high] - lon), abs(self._lat[low:high] - lat))
                for low, high in zip(starts, stops, strict=True)
            ]
        )
        return away[away < window]
