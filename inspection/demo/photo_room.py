"""A room inside an abandoned house."""

from __future__ import annotations

import numpy as np

from inspection.demo.photo_canvas import Canvas, Place, lit
from inspection.demo.photo_house import Look
from inspection.demo.photo_textures import (
    Surface,
    blend,
    boards,
    clouds,
    flat,
    noise,
    plaster,
    step,
)


def room(canvas: Canvas, look: Look) -> None:
    """A room inside: a stained ceiling that hangs, torn paper screens, a floor that gave way."""
    rng = canvas.rng
    left, right, back, top = -2.3, 2.3, 4.6, 2.4
    walls = lit(plaster(rng, 700, 400, (176, 164, 132), 6), 0.72)
    canvas.image.paste((40, 36, 32), (0, 0, canvas.width, canvas.height))
    faces: tuple[tuple[Surface, list[Place]], ...] = (
        (walls, [(left, 0.4, top), (left, back, top), (left, back, 0), (left, 0.4, 0)]),
        (
            lit(walls, 0.8),
            [(right, back, top), (right, 0.4, top), (right, 0.4, 0), (right, back, 0)],
        ),
        (
            lit(walls, 1.15),
            [(left, back, top), (right, back, top), (right, back, 0), (left, back, 0)],
        ),
        (
            _ceiling(rng),
            [(left, 0.4, top), (right, 0.4, top), (right, back, top), (left, back, top)],
        ),
        (_floor(rng), [(left, back, 0), (right, back, 0), (right, 0.4, 0), (left, 0.4, 0)]),
    )
    for surface, corners in faces:
        canvas.hang(surface, corners)
    canvas.hang(
        _screens(rng),
        [(-1.5, back, 1.95), (1.5, back, 1.95), (1.5, back, 0.05), (-1.5, back, 0.05)],
    )
    for x in (left, right):
        canvas.line([(x, back, 0), (x, back, top)], (82, 64, 48), 0.11)
    canvas.line([(left, back, 1.98), (right, back, 1.98)], (88, 68, 50), 0.1)
    panel = boards(rng, 300, 120, (132, 110, 82), 60, upright=False)
    canvas.hang(
        lit(panel, 0.7), [(0.4, 2.6, top), (1.5, 2.6, top), (1.4, 2.2, 1.75), (0.5, 2.2, 1.65)]
    )


def _ceiling(rng: np.random.Generator) -> Surface:
    surface = boards(rng, 700, 700, (142, 120, 92), 90, upright=True) * np.float32(0.62)
    surface = blend(surface, (54, 40, 28), step(clouds(rng, 700, 700, 200), 0.55, 0.25) * 0.7)
    return blend(surface, (14, 12, 11), step(clouds(rng, 700, 700, 260), 0.74, 0.02))


def _floor(rng: np.random.Generator) -> Surface:
    straw = flat((158, 146, 98), 0.68 + 0.3 * noise(rng, 800, 800, 2, 30))
    y, x = np.mgrid[0:800, 0:800]
    border = ((x % 400) < 16) | ((y % 800) < 14)
    straw = blend(straw, (52, 62, 48), border.astype(np.float32) * 0.9)
    straw = blend(straw, (74, 66, 48), step(clouds(rng, 800, 800, 150), 0.56, 0.25) * 0.7)
    away = np.hypot((x - 470) / 1.4, y - 430).astype(np.float32) / 150
    ragged = away + (clouds(rng, 800, 800, 70) - 0.5) * 1.2
    joists = ((x % 130) < 44).astype(np.float32)
    below = blend(flat((24, 20, 18), np.ones((800, 800), np.float32)), (104, 80, 56), joists)
    return blend(
        blend(straw, (58, 46, 32), step(1.15 - ragged, 0, 0.2)), below, step(1 - ragged, 0, 0.04)
    )


def _screens(rng: np.random.Generator) -> Surface:
    """Paper screens (障子) with the daylight behind them and torn panes."""
    width, height, cell = 600, 400, 50
    paper = flat((238, 232, 212), 0.85 + 0.22 * clouds(rng, width, height, 90))
    y, x = np.mgrid[0:height, 0:width]
    torn = rng.random((height // cell, width // cell)) < 0.18
    hole = torn[y // cell, x // cell] & (noise(rng, width, height, 14) > 0.35)
    paper = blend(paper, (150, 172, 150), hole.astype(np.float32))
    bars = ((x % cell) < 5) | ((y % cell) < 5) | ((x % 300) < 16) | (y > height - 60)
    return blend(paper, (112, 86, 60), bars.astype(np.float32))
