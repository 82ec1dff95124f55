"""The tiles' grid: WebMercatorQuad, where each point belongs to exactly one tile of a zoom.

A point's place in the world is a pair of fractions, (0, 0) the north-west corner and (1, 1) the
south-east one; times a power of two and cut to an integer, they number its tile and its unit in
it. Points past the grid's edges (beyond ±85.05° latitude) count to the outermost row.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from inspection.errors import NotFoundError
from inspection.geometry import Box
from inspection.gis.tiles.encoder import EXTENT

TMS = "WebMercatorQuad"
TMS_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS_URI = "http://www.opengis.net/def/crs/EPSG/0/3857"
HALF_WORLD_M = math.pi * 6378137.0
MAX_ZOOM = 22
UNIT_BITS = EXTENT.bit_length() - 1
EDGE_LAT = 85.0511287798066
_PIXEL_M = 0.00028
_PAD_DEG = 1e-7
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")


@dataclass(frozen=True)
class Tile:
    """One tile: zoom (tile matrix), row from the north, column from the west."""

    z: int
    y: int
    x: int

    @property
    def box(self) -> Box:
        """A box in degrees that surely holds every point of the tile; the edges' lie outside."""
        tiles = 1 << self.z
        west = self.x / tiles * 360 - 180 - _PAD_DEG
        east = (self.x + 1) / tiles * 360 - 180 + _PAD_DEG
        north = 90.0 if self.y == 0 else _latitude(self.y / tiles) + _PAD_DEG
        south = -90.0 if self.y == tiles - 1 else _latitude((self.y + 1) / tiles) - _PAD_DEG
        return max(west, -180.0), south, min(east, 180.0), north


def parse_tile(matrix_set: str, z: str, y: str, x: str) -> Tile:
    """Return the tile of an address. Raises NotFoundError for one that the grid does not have."""
    check_matrix_set(matrix_set)
    if all(_NUMBER.fullmatch(text) for text in (z, y, x)):
        tile = Tile(int(z), int(y), int(x))
        if tile.z <= MAX_ZOOM and max(tile.y, tile.x) < 1 << tile.z:
            return tile
    raise NotFoundError(f"タイル {z[:12]}/{y[:12]}/{x[:12]} は {TMS} にありません。")


def check_matrix_set(name: str) -> None:
    """Raise NotFoundError for a tile matrix set other than WebMercatorQuad."""
    if name != TMS:
        raise NotFoundError(
            f"タイル行列セット {name[:80]!r} はありません。{TMS} を使ってください。"
        )


def _latitude(fraction: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * fraction))))


def _row(lat: float) -> float:
    lat = math.radians(max(-EDGE_LAT, min(EDGE_LAT, lat)))
    return 0.5 - math.log(math.tan(math.pi / 4 + lat / 2)) / (2 * math.pi)


def limits(box: list[float]) -> list[dict[str, int | str]]:
    """Return for each zoom which rows and columns a box in degrees touches."""
    west, south, east, north = box
    described = []
    for z in range(MAX_ZOOM + 1):
        tiles = 1 << z
        rows = [min(int(_row(lat) * tiles), tiles - 1) for lat in (north, south)]
        columns = [min(int((lon + 180) / 360 * tiles), tiles - 1) for lon in (west, east)]
        described.append(
            {
                "tileMatrix": str(z),
                "minTileRow": max(rows[0], 0),
                "maxTileRow": max(rows[1], 0),
                "minTileCol": columns[0],
                "maxTileCol": columns[1],
            }
        )
    return described


def matrices() -> list[dict[str, object]]:
    """Return the tile matrices, as the OGC's register defines them (256 pixels a tile)."""
    return [
        {
            "id": str(z),
            "scaleDenominator": 2 * HALF_WORLD_M / 256 / _PIXEL_M / (1 << z),
            "cellSize": 2 * HALF_WORLD_M / 256 / (1 << z),
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": [-HALF_WORLD_M, HALF_WORLD_M],
            "tileWidth": 256,
            "tileHeight": 256,
            "matrixWidth": 1 << z,
            "matrixHeight": 1 << z,
        }
        for z in range(MAX_ZOOM + 1)
    ]
