"""Which cells a zoom shows: a fixed table for each shape, so that a cell is some 30 pixels wide.

A pixel of a map with tiles of 512 pixels is 65 km / 2^zoom wide at 34° latitude. The standard's
meshes grow by eight and by ten, so that cells of zooms 6 and 9 are 80 pixels and of zoom 10 are 16.
"""

from __future__ import annotations

from typing import Any, Protocol

from flask import current_app

from inspection.errors import NotFoundError
from inspection.gis.crs import parse_crs
from inspection.gis.questions.hexagons import HexGrid
from inspection.gis.questions.mesh import LEVELS, Key, MeshGrid

LAST_ZOOM = 14
"""Maps draw further zooms from these tiles: there are no smaller cells."""

MESHES = ("1",) * 7 + ("2",) * 3 + ("3", "3", "half", "quarter", "eighth")
HEXAGONS_M = (50_000,) * 7 + (20_000, 10_000, 5_000, 2_500, 1_000, 500, 250, 125)
SHAPES = {"mesh": "メッシュ", "hexagon": "六角形"}


class Grid(Protocol):
    """Cells that are computed as arrays."""

    @property
    def title(self) -> str:
        """The grid in Japanese, which tells it from others."""

    def indices(self, lons: Any, lats: Any) -> tuple[Any, Any, Any]:
        """Return both parts of each point's key, and whether there is such a cell."""

    def outlines(self, keys: Any) -> Any:
        """Return rings (n × corners × 2) in degrees, counterclockwise, the first corner repeated."""

    def code(self, key: Key) -> str:
        """Return a cell's name."""


def check_shape(name: str) -> None:
    """Raise NotFoundError for a shape that there is not."""
    if name not in SHAPES:
        raise NotFoundError(f"区画 {name[:80]!r} はありません。{'、'.join(SHAPES)} があります。")


def cell_grid(shape: str, zoom: int) -> Grid:
    """Return the cells that a shape has at a zoom.

    Raises NotFoundError beyond LAST_ZOOM.
    """
    if zoom > LAST_ZOOM:
        raise NotFoundError(f"集計タイルはズーム {LAST_ZOOM} までです。")
    if shape == "mesh":
        return MeshGrid(next(each for each in LEVELS if each.name == MESHES[zoom]))
    zone = parse_crs(current_app.config["HANTEI_PLANE_CRS"], "HANTEI_PLANE_CRS")
    return HexGrid(zone, HEXAGONS_M[zoom])


def description(shape: str) -> str:
    """Return the table of sizes as words."""
    names = {level.name: level.title for level in LEVELS}
    table = [names[n] for n in MESHES] if shape == "mesh" else [f"幅{m:,}m" for m in HEXAGONS_M]
    firsts = [zoom for zoom, title in enumerate(table) if zoom == 0 or table[zoom - 1] != title]
    return "、".join(f"ズーム {zoom} から {table[zoom]}" for zoom in firsts)


assert len(MESHES) == len(HEXAGONS_M) == LAST_ZOOM + 1
