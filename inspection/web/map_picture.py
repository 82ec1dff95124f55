"""Small maps of answers as SVG, drawn without any library or background map.

Degrees become pixels by the latitude of the middle: true to shape within a city.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

WIDTH, MAX_HEIGHT, MARGIN = 960, 720, 24
MAX_SHAPES = 3_000
STEPS = 5
_M_PER_DEG = 111_320.0
_BARS_M = tuple(n * 10**power for power in range(1, 6) for n in (1, 2, 5))
Place = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A house: where, of which kind (its CSS class), and what is said of it."""

    at: Place
    kind: str
    title: str


@dataclass(frozen=True)
class Cell:
    """An area with how many houses it holds."""

    ring: Sequence[Sequence[float]]
    houses: int
    title: str


@dataclass
class Picture:
    """What is drawn: areas below, lines above them, houses on top; places in (lon, lat)."""

    cells: list[Cell] = field(default_factory=list)
    lines: list[Sequence[Sequence[float]]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def steps(self) -> list[int]:
        """Return the greatest number of houses of each shade, from the palest."""
        most = max((cell.houses for cell in self.cells), default=0)
        return sorted({math.ceil(most * n / STEPS) for n in range(1, STEPS + 1)} - {0})

    def svg(self, label: str) -> Markup | None:
        """Return the map, None where there is nothing to draw or too much of it."""
        shapes = len(self.cells) + len(self.lines) + len(self.marks)
        if not 0 < shapes <= MAX_SHAPES:
            return None
        frame = _Frame(self._places())
        parts = [*self._drawn_cells(frame), *self._drawn_lines(frame), *self._drawn_marks(frame)]
        parts.append(frame.bar())
        return Markup(
            f'<svg class="answer-map" viewBox="0 0 {frame.width} {frame.height}" role="img" '
            'aria-label="{}">{}</svg>'
        ).format(label, Markup("").join(parts))

    def _places(self) -> Iterable[Sequence[float]]:
        for cell in self.cells:
            yield from cell.ring
        for line in self.lines:
            yield from line
        for mark in self.marks:
            yield mark.at

    def _drawn_cells(self, frame: _Frame) -> Iterable[Markup]:
        steps = self.steps()
        for cell in self.cells:
            shade = next(n for n, most in enumerate(steps, 1) if cell.houses <= most)
            shade += STEPS - len(steps)
            path = Markup('<path class="shade-{}" d="{}Z"><title>{}</title></path>')
            yield path.format(shade, frame.path(cell.ring[:-1]), cell.title)

    def _drawn_lines(self, frame: _Frame) -> Iterable[Markup]:
        for line in self.lines:
            yield Markup('<path class="drawn" d="{}"/>').format(frame.path(line))

    def _drawn_marks(self, frame: _Frame) -> Iterable[Markup]:
        for mark in self.marks:
            x, y = frame.pixel(mark.at)
            dot = Markup(
                '<circle class="mark mark--{}" cx="{}" cy="{}" r="6"><title>{}</title></circle>'
            )
            yield dot.format(mark.kind, x, y, mark.title)


class _Frame:
    """From degrees to pixels: all places inside the margin, north above."""

    def __init__(self, places: Iterable[Sequence[float]]) -> None:
        lons, lats = zip(*((place[0], place[1]) for place in places), strict=True)
        self._west, self._north = min(lons), max(lats)
        middle = math.cos(math.radians((self._north + min(lats)) / 2))
        wide = max((max(lons) - self._west) * middle, 0.002)
        tall = max(self._north - min(lats), 0.001)
        self._scale = min((WIDTH - 2 * MARGIN) / wide, (MAX_HEIGHT - 3 * MARGIN) / tall)
        self._stretch = middle * self._scale
        self.width = round(wide * self._scale) + 2 * MARGIN
        self.height = round(tall * self._scale) + 3 * MARGIN

    def pixel(self, place: Sequence[float]) -> tuple[float, float]:
        """Return x and y of a place."""
        x = MARGIN + (place[0] - self._west) * self._stretch
        y = MARGIN + (self._north - place[1]) * self._scale
        return round(x, 1), round(y, 1)

    def path(self, places: Iterable[Sequence[float]]) -> str:
        """Return the path through places."""
        return "M" + "L".join("{} {}".format(*self.pixel(place)) for place in places)

    def bar(self) -> Markup:
        """Return a scale bar of a round length, at most a third of the width."""
        per_m = self._scale / _M_PER_DEG
        fitting = [m for m in _BARS_M if m * per_m <= self.width / 3] or [_BARS_M[0]]
        metres, y = fitting[-1], self.height - MARGIN / 2
        told = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
        end = round(MARGIN + metres * per_m, 1)
        return Markup(
            '<path class="bar" d="M{0} {1}V{2}H{3}V{1}"/><text x="{4}" y="{2}">{5}</text>'
        ).format(MARGIN, y - 8, y, end, end + 8, told)
