"""Places made coarse: the centres of JIS X 0410 meshes that enough points share; prefectures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inspection.gis.questions.mesh import Level, MeshGrid, find_level

PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
    "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県",
    "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
"""By JIS X 0401: the first two digits of a municipality's code."""

_LEVELS = ("3", "2")
"""Tried in turn: about 1 km, about 10 km."""


@dataclass(frozen=True)
class Mesh:
    """A cell by its code, and its centre in degrees as text."""

    code: str
    lon: str
    lat: str


def prefecture(municipality: str) -> str:
    """Return the prefecture of a municipality's code: 401005 -> 福岡県; nothing for no such one."""
    number = int(municipality[:2]) if municipality[:2].isdigit() else 0
    return PREFECTURES[number - 1] if 1 <= number <= len(PREFECTURES) else ""


def mesh_centres(
    points: Sequence[tuple[float | None, float | None]], enough: int
) -> list[Mesh | None]:
    """Return each point's finest mesh that at least so many of the points share; None for none."""
    found: list[Mesh | None] = [None] * len(points)
    for name in reversed(_LEVELS):
        level = find_level(name)
        assert level is not None
        cells = _cells(level, points)
        shared = Counter(cells)
        for place, mesh in enumerate(cells):
            if mesh is not None and shared[mesh] >= enough:
                found[place] = mesh
    return found


def _cells(level: Level, points: Sequence[tuple[float | None, float | None]]) -> list[Mesh | None]:
    grid = MeshGrid(level)
    there = [n for n, (lon, lat) in enumerate(points) if lon is not None and lat is not None]
    keys = grid.keys([points[n][0] for n in there], [points[n][1] for n in there])  # type: ignore[misc]
    found: list[Mesh | None] = [None] * len(points)
    for n, key in zip(there, keys, strict=True):
        if key is not None:
            west, south, east, north = *grid.rings([key])[0][0], *grid.rings([key])[0][2]
            centre = ((west + east) / 2, (south + north) / 2)
            found[n] = Mesh(grid.code(key), *(f"{value:.6f}" for value in centre))
    return found
