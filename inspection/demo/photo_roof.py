"""Close-ups of a roof and its gutter (屋根、雨樋)."""

from __future__ import annotations

import numpy as np

from inspection.demo import photo_garden as garden
from inspection.demo.photo_canvas import Canvas, lit
from inspection.demo.photo_house import CLOSE_PPM, Look, wall_surface
from inspection.demo.photo_textures import (
    Surface,
    blend,
    boards,
    clouds,
    flat,
    noise,
    roof_tiles,
    step,
)


def roof(canvas: Canvas, look: Look) -> None:
    """The roof from a raised camera: tiles slid off, boards bare, weeds on it."""
    rng, width, height = canvas.rng, canvas.width, canvas.height
    garden.backdrop(canvas)
    for x in (-30.0, -14.0, 4.0, 20.0):
        garden.neighbour(canvas, x, float(rng.uniform(28, 40)), 10, 5)
    surface = roof_tiles(rng, 1200, 800, look.roof_colour, 17, 0.16 + 0.16 * look.damage)
    lean = float(rng.uniform(-0.06, 0.06))
    ridge = height * float(rng.uniform(0.26, 0.34))
    quad = [
        (width * (0.1 + lean), ridge),
        (width * (0.97 + lean), ridge + height * lean * 0.5),
        (width * 1.45, height * 1.08),
        (-width * 0.4, height * 1.04),
    ]
    canvas.stretch(lit(surface, 0.95 + canvas.weather.sun * 0.4), quad)
    _ridge(canvas, quad[0], quad[1])
    tile = roof_tiles(rng, 60, 60, look.roof_colour, 1, 0)
    for _ in range(14):
        _loose_tile(canvas, tile, quad)
    if rng.random() < 0.5:
        _tarpaulin(canvas)


def _ridge(canvas: Canvas, left: tuple[float, float], right: tuple[float, float]) -> None:
    draw = canvas.draw
    for lift, tone, thick in ((0, 56, 26), (16, 104, 20), (32, 78, 8), (42, 122, 22)):
        ends = [(left[0] - 20, left[1] - lift), (right[0] + 20, right[1] - lift)]
        draw.line(ends, fill=(tone, tone + 2, tone + 8), width=thick)
    for share in np.arange(0.02, 1, 0.045):
        x, y = (a + (b - a) * share for a, b in zip(left, right, strict=True))
        draw.line([(x, y - 52), (x, y - 32)], fill=(60, 62, 68), width=4)


def _loose_tile(canvas: Canvas, tile: Surface, quad: list[tuple[float, float]]) -> None:
    """A tile that slid and lies askew."""
    rng = canvas.rng
    y = float(rng.uniform(quad[0][1] + 60, canvas.height))
    x = float(rng.uniform(0.05, 0.95)) * canvas.width
    size = 16 + 44 * (y - quad[0][1]) / canvas.height
    angle = float(rng.uniform(-0.9, 0.9))
    across = np.array((np.cos(angle), np.sin(angle) * 0.6)) * size
    down = np.array((-np.sin(angle), np.cos(angle))) * size * 0.75
    centre = np.array((x, y))
    outline = [
        centre - across - down,
        centre + across - down,
        centre + across + down,
        centre - across + down,
    ]
    canvas.draw.polygon([(px + 7, py + 10) for px, py in outline], fill=(34, 32, 32))
    canvas.stretch(
        lit(tile, float(rng.uniform(0.8, 1.2))), [(float(px), float(py)) for px, py in outline]
    )


def _tarpaulin(canvas: Canvas) -> None:
    """A blue sheet held down by sandbags, as after every typhoon."""
    rng, width, height = canvas.rng, canvas.width, canvas.height
    x, y = float(rng.uniform(0.12, 0.5)) * width, float(rng.uniform(0.42, 0.5)) * height
    quad = [
        (x, y),
        (x + width * 0.3, y + 12),
        (x + width * 0.39, y + height * 0.36),
        (x - 90, y + height * 0.33),
    ]
    canvas.draw.polygon([(px + 8, py + 14) for px, py in quad], fill=(40, 40, 44))
    folds = 0.72 + 0.5 * noise(rng, 500, 400, 26, 6) + 0.12 * noise(rng, 500, 400, 5)
    canvas.stretch(flat((46, 98, 172), folds.astype(np.float32)), quad)
    for corner_x, corner_y in quad:
        canvas.draw.ellipse(
            (corner_x - 46, corner_y - 24, corner_x + 46, corner_y + 28), fill=(104, 98, 84)
        )
        canvas.draw.ellipse(
            (corner_x - 42, corner_y - 26, corner_x + 36, corner_y + 14), fill=(196, 188, 166)
        )


def gutter(canvas: Canvas, look: Look) -> None:
    """The eaves from below: brackets without a gutter, a downpipe that hangs loose."""
    rng, width, height = canvas.rng, canvas.width, canvas.height
    canvas.sky()
    surface = wall_surface(rng, look, 1100, 740, CLOSE_PPM)
    eave = height * 0.36
    drop = height * float(rng.uniform(-0.06, 0.06))
    canvas.stretch(
        lit(surface, 0.9),
        [
            (-40, eave - 40 + drop),
            (width + 40, eave - 40 - drop),
            (width + 40, height + 40),
            (-40, height + 40),
        ],
    )
    under = [
        (0, eave + drop),
        (width, eave - drop),
        (width, eave + 190 - drop),
        (0, eave + 190 + drop),
    ]
    canvas.shadow(
        [(-60, eave), (width + 60, eave), (width + 60, eave + 230), (-60, eave + 230)], 0.7, 90
    )
    soffit = boards(rng, 1200, 160, (88, 70, 54), 40, upright=True)
    canvas.stretch(
        lit(soffit, 0.75), [under[0], under[1], (width, eave + 96 - drop), (0, eave + 96 + drop)]
    )
    for x in range(30, width, 150):
        tilt = drop * (1 - 2 * x / width)
        canvas.draw.rectangle((x, eave + tilt, x + 46, eave + 104 + tilt), fill=(70, 54, 42))
    tiles = roof_tiles(rng, 1400, 330, look.roof_colour, 4, 0.1)
    canvas.stretch(
        tiles,
        [
            (width * 0.06, eave - 270),
            (width * 0.94, eave - 270),
            (width * 1.04, eave + 20 - drop),
            (-width * 0.04, eave + 20 + drop),
        ],
    )
    _broken_gutter(canvas, eave + 40, drop)


def _broken_gutter(canvas: Canvas, level: float, drop: float) -> None:
    rng, width, height = canvas.rng, canvas.width, canvas.height
    stop = width * float(rng.uniform(0.3, 0.5))
    for x in range(40, width, 190):
        y = level + drop * (1 - 2 * x / width)
        canvas.draw.arc((x - 6, y - 34, x + 70, y + 46), 0, 180, fill=(92, 70, 54), width=8)
    ring = np.sin(np.linspace(0.25, np.pi - 0.1, 60, dtype=np.float32))[:, None]
    pipe = flat((172, 164, 148), np.repeat(0.45 + 0.62 * ring, 700, axis=1))
    pipe = blend(pipe, (96, 84, 60), step(clouds(rng, 700, 60, 40), 0.58, 0.3) * 0.6)
    canvas.shadow(
        [(-20, level + 40), (stop, level + 70), (stop, level + 130), (-20, level + 110)], 0.45, 26
    )
    canvas.stretch(
        pipe,
        [(-20, level - 22 + drop), (stop, level + 4), (stop, level + 74), (-20, level + 52 + drop)],
    )
    upright = np.ascontiguousarray(pipe.transpose(1, 0, 2))
    x, swing = width * float(rng.uniform(0.62, 0.74)), width * float(rng.uniform(0.05, 0.1))
    hanging = [
        (x, level + 150),
        (x + 62, level + 150),
        (x + swing + 62, height + 20),
        (x + swing, height + 20),
    ]
    canvas.shadow([(px + 40, py + 20) for px, py in hanging], 0.5, 24)
    canvas.stretch(upright, hanging)
