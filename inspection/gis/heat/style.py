"""The MapLibre style of heat tiles: cells filled by classes of a number, darker for more.

Classes are fixed, so that maps of two days can be compared. Colours grow darker step by step, which
is seen without their hue; a cell without a total is empty. The page's legend comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inspection.gis.errors import parameter_error
from inspection.gis.heat.drawing import LAYER
from inspection.gis.heat.tilesets import tilejson_address, title
from inspection.gis.tiles.style import NAVY, PAPER, ground


@dataclass(frozen=True)
class Fill:
    """One way to fill: an attribute, and its classes as (from this value on, colour, words)."""

    attribute: str
    title: str
    classes: tuple[tuple[float, str, str], ...]
    missing: str | None = None


FILLS = {
    "count": Fill(
        "count",
        "家屋の数",
        (
            (1, "#e3ecf6", "1〜2戸"),
            (3, "#bcd3ea", "3〜9戸"),
            (10, "#8db2d8", "10〜29戸"),
            (30, "#5c8dc0", "30〜99戸"),
            (100, "#3768a0", "100〜299戸"),
            (300, "#1f4778", "300〜999戸"),
            (1000, "#0d2547", "1,000戸以上"),
        ),
    ),
    "mean_total": Fill(
        "mean_total",
        "評点の平均",
        (
            (0, "#fdf0dc", "25点未満"),
            (25, "#f8cf9b", "25点以上"),
            (50, "#ec9b63", "50点以上"),
            (75, "#d25f41", "75点以上"),
            (100, "#8f1414", "100点以上"),
        ),
        "評点なし",
    ),
}
DEFAULT_FILL = "count"
Layers = list[dict[str, Any]]


def find_fill(name: str) -> Fill:
    """Return a way to fill. Raises BadRequestError naming `fill`."""
    if name not in FILLS:
        allowed = "、".join(FILLS)
        raise parameter_error("fill", f"{name[:40]!r} は使えません。使えるもの: {allowed}")
    return FILLS[name]


def style(shape: str, query: str, fill: Fill) -> dict[str, Any]:
    """Return the style of a shape's tiles; query: a selection that the tiles keep."""
    return {
        "version": 8,
        "name": f"{title(shape)}({fill.title})",
        "sources": {LAYER: {"type": "vector", "url": tilejson_address(shape, query)}},
        "layers": [ground(), *layers(LAYER, "", fill)],
    }


def colour(fill: Fill) -> list[Any]:
    """Return the expression of a cell's colour."""
    value = ["get", fill.attribute]
    (_, lowest, _), *others = fill.classes
    steps: list[Any] = ["step", value, lowest]
    for least, name, _ in others:
        steps += [least, name]
    return ["case", ["has", fill.attribute], steps, PAPER]


def layers(source: str, prefix: str, fill: Fill) -> Layers:
    """Return the layers that draw a source; prefix: of their ids."""
    place = {"source": source, "source-layer": LAYER}
    return [
        {
            "id": f"{prefix}cells",
            "type": "fill",
            **place,
            "paint": {"fill-color": colour(fill)},
        },
        {
            "id": f"{prefix}edges",
            "type": "line",
            **place,
            "paint": {"line-color": NAVY, "line-width": 0.75, "line-opacity": 0.5},
        },
    ]
