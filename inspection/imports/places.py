"""Where a feature is: one point, from the geometry that a layer has, in WGS84.

A polygon gives a point on its surface: its centroid where that lies inside, else the middle of the
widest stretch inside at half height (the centroid of an L-shaped house lies in the neighbour's
garden). Of several polygons the largest counts.
"""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Sequence

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from inspection.imports.model import ImportFileError

Point = tuple[float, float]
Ring = list[Point]
_POINT, _POLYGON, _MULTIPOINT, _MULTIPOLYGON = 1, 3, 4, 6
MOST_LEVELS = 50
DIGITS = 9  # of degrees: a tenth of a millimetre; beyond it PROJ's versions differ


class ToWgs84:
    """Turns a layer's coordinates (x east, y north, as files store them) into (lon, lat)."""

    def __init__(self, crs: str) -> None:
        try:
            source = CRS.from_user_input(crs)
        except CRSError:
            raise ImportFileError(
                f"the reference system {crs[:60]!r} is unknown; name it as --crs EPSG:6670"
            ) from None
        self.name = ":".join(source.to_authority() or ()) or source.name
        self._same = source.to_epsg() == 4326 or self.name == "OGC:CRS84"
        self._transformer = Transformer.from_crs(source, "EPSG:4326", always_xy=True)
        self.accuracy_m = 0.0 if self._same else self._transformer.accuracy

    def points(self, points: Sequence[Point | None]) -> list[Point | None]:
        """Return (lon, lat) in degrees of each; infinite where the system has no such place."""
        if self._same:
            return list(points)
        known = [point for point in points if point is not None]
        if not known:
            return list(points)
        xs, ys = zip(*known, strict=True)
        lons, lats = self._transformer.transform(xs, ys)
        turned = iter(zip(lons, lats, strict=True))
        return [
            None if point is None else (round(lon, DIGITS), round(lat, DIGITS))
            for point, (lon, lat) in (
                (p, (0.0, 0.0) if p is None else next(turned)) for p in points
            )
        ]


def point_of(wkb: bytes | None) -> Point | None:
    """Return the point that stands for a geometry; None for no geometry, or an empty one.

    Raises ValueError for lines, several points, or a geometry that is not well-formed.
    """
    if not wkb:
        return None
    try:
        return _Reader(wkb).point()
    except (struct.error, IndexError):
        raise ValueError("図形が壊れています。") from None


class _Reader:
    """Well-known binary, two dimensions, as GDAL gives it."""

    def __init__(self, wkb: bytes) -> None:
        self._wkb, self._at, self._order = wkb, 0, "<"

    def point(self) -> Point | None:
        kind = self._head()
        if kind == _POINT:
            return _finite(self._pairs(1)[0])
        if kind == _MULTIPOINT:
            points = [self._inner_point() for _ in range(self._count())]
            if len(points) > 1:
                raise ValueError(f"点が {len(points)} あります。1つの家屋は1点です。")
            return _finite(points[0]) if points else None
        if kind == _POLYGON:
            return _on_surface([self._rings()])
        if kind == _MULTIPOLYGON:
            polygons = []
            for _ in range(self._count()):
                self._head()
                polygons.append(self._rings())
            return _on_surface(polygons)
        raise ValueError("図形が点でも面でもありません。")

    def _head(self) -> int:
        self._order = "<" if self._wkb[self._at] == 1 else ">"
        (kind,) = struct.unpack_from(f"{self._order}I", self._wkb, self._at + 1)
        self._at += 5
        return int(kind) & 0xFF

    def _count(self) -> int:
        (count,) = struct.unpack_from(f"{self._order}I", self._wkb, self._at)
        self._at += 4
        return int(count)

    def _pairs(self, count: int) -> Ring:
        numbers = struct.unpack_from(f"{self._order}{2 * count}d", self._wkb, self._at)
        self._at += 16 * count
        return list(zip(numbers[0::2], numbers[1::2], strict=True))

    def _inner_point(self) -> Point:
        self._head()
        return self._pairs(1)[0]

    def _rings(self) -> list[Ring]:
        return [self._pairs(self._count()) for _ in range(self._count())]


def _finite(point: Point) -> Point | None:
    return point if all(map(math.isfinite, point)) else None  # an empty point is NaN NaN


def _on_surface(polygons: list[list[Ring]]) -> Point | None:
    filled = [rings for rings in polygons if rings and len(rings[0]) > 3]
    if not filled:
        return None
    rings = max(filled, key=lambda one: abs(_moments(one[0])[0]))
    area, x, y = _moments(rings[0])
    if area:
        centroid = (x / (3 * area), y / (3 * area))
        if _inside(rings, centroid):
            return _finite(centroid)
    return _widest(rings)


def _moments(ring: Ring) -> tuple[float, float, float]:
    """Twice the area, and its moments; counted from the first corner, for digits' sake."""
    x0, y0 = ring[0]
    area = x = y = 0.0
    for (ax, ay), (bx, by) in itertools.pairwise(ring):
        cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
        area += cross
        x += (ax + bx - 2 * x0) * cross
        y += (ay + by - 2 * y0) * cross
    return area, x + 3 * area * x0, y + 3 * area * y0


def _crossings(rings: list[Ring], y: float) -> list[float]:
    return sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for ring in rings
        for (ax, ay), (bx, by) in itertools.pairwise(ring)
        if (ay <= y) != (by <= y)
    )


def _inside(rings: list[Ring], point: Point) -> bool:
    return sum(x <= point[0] for x in _crossings(rings, point[1])) % 2 == 1


def _widest(rings: list[Ring]) -> Point | None:
    heights = sorted({y for _, y in rings[0]})
    levels = [(low + high) / 2 for low, high in itertools.pairwise(heights)]
    stretches = []
    for y in levels[:: len(levels) // MOST_LEVELS + 1]:
        found = _crossings(rings, y)
        for left, right in zip(found[0::2], found[1::2], strict=False):
            stretches.append((right - left, ((left + right) / 2, y)))
    return _finite(max(stretches)[1]) if stretches else _finite(rings[0][0])
