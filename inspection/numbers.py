"""Points as JSON numbers."""

from __future__ import annotations


def plain(points: float | None) -> int | float | None:
    """Return a whole number without its `.0`, for 100 reads better than 100.0."""
    if points is None or points != int(points):
        return points
    return int(points)
