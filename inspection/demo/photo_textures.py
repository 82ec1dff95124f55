"""Surfaces of an old house as flat pictures: boards, plaster, tin, roof tiles, earth.

Every function takes a random generator and a size in pixels and returns a float array
(height, width, 3) of 0 to 255, so that surfaces can be blended before they become a picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Surface = NDArray[np.float32]
Field = NDArray[np.float32]
Colour = tuple[int, int, int]
Rng = np.random.Generator


def noise(rng: Rng, width: int, height: int, cell: float, stretch: float = 1.0) -> Field:
    """Smooth noise, 0 to 1, whose spots are `cell` pixels high and `stretch` times as wide."""
    shape = (int(height / cell) + 2, int(width / (cell * stretch)) + 2)
    small = Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8))
    # Fine noise looks the same with the cheaper filter; in coarse noise its edges would show.
    smooth = Image.Resampling.BICUBIC if cell > 10 else Image.Resampling.BILINEAR
    large = small.resize((width, height), smooth)
    return np.asarray(large, np.float32) * np.float32(1 / 255)


def clouds(rng: Rng, width: int, height: int, cell: float, stretch: float = 1.0) -> Field:
    """Noise of three sizes added up, 0 to 1: stains, clouds, patches."""
    total = noise(rng, width, height, cell, stretch)
    total += noise(rng, width, height, cell / 2.3, stretch) * np.float32(0.5)
    total += noise(rng, width, height, cell / 5, stretch) * np.float32(0.25)
    return total * np.float32(1 / 1.75)


def flat(colour: Colour, shade: Field) -> Surface:
    """One colour times a brightness field."""
    return shade.astype(np.float32, copy=False)[..., None] * np.asarray(colour, np.float32)


def blend(below: Surface, above: Surface | Colour, amount: Field) -> Surface:
    """Lay `above` over `below` where `amount` (0 to 1) says."""
    mixed: Surface = np.asarray(above, np.float32) - below
    mixed *= amount[..., None]
    mixed += below
    return mixed


def step(field: Field, edge: float, soft: float) -> Field:
    """Return 0 below the edge, 1 above it, with a soft border."""
    scaled = (field - np.float32(edge)) * np.float32(1 / soft) + np.float32(0.5)
    return scaled.clip(0, 1).astype(np.float32, copy=False)


def to_image(surface: Surface) -> Image.Image:
    """Make a picture of a surface."""
    return Image.fromarray(surface.clip(0, 255).astype(np.uint8))


def boards(rng: Rng, width: int, height: int, colour: Colour, pitch: int, upright: bool) -> Surface:
    """Weathered boards; clapboards lie, fences and ceilings stand (`upright`)."""
    if upright:
        return boards(rng, height, width, colour, pitch, upright=False).transpose(1, 0, 2)
    y = np.arange(height)
    row = y // pitch
    tone = (0.82 + 0.3 * rng.random(row[-1] + 1))[row][:, None]
    depth = (y % pitch) / pitch
    relief = np.where(depth < 0.1, 0.45, 0.94 + 0.12 * depth)[:, None]
    grain = 0.8 + 0.4 * noise(rng, width, height, 3, 40)
    shade = (tone * relief * grain).astype(np.float32)
    return _weathered(rng, flat(colour, shade))


def _weathered(rng: Rng, surface: Surface) -> Surface:
    height, width = surface.shape[:2]
    pale = step(clouds(rng, width, height, 120, 2), 0.55, 0.5) * 0.35
    return blend(surface, (150, 145, 135), pale)


def plaster(rng: Rng, width: int, height: int, colour: Colour, cracks: int = 5) -> Surface:
    """Mortar with stains that run down, damp at the foot, and cracks."""
    shade = 0.9 + 0.12 * noise(rng, width, height, 4) + 0.08 * noise(rng, width, height, 90)
    surface = flat(colour, shade)
    runs = step(noise(rng, width, height, 260, 0.08), 0.62, 0.4)
    surface = blend(surface, (92, 86, 74), runs * 0.4)
    foot = (np.linspace(0, 1, height, dtype=np.float32) ** 4)[:, None]
    damp = foot * clouds(rng, width, height, 90)
    return _cracked(rng, blend(surface, (70, 78, 58), (damp * 1.1).clip(0, 0.8)), cracks)


def _cracked(rng: Rng, surface: Surface, cracks: int) -> Surface:
    height, width = surface.shape[:2]
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    for _ in range(cracks):
        steps = rng.normal((0.3, 1.0), 0.9, (40, 2)) * rng.uniform(4, 12)
        path = np.cumsum(steps, axis=0) + rng.random(2) * (width, height * 0.6)
        draw.line(path.ravel().tolist(), fill=190, width=int(rng.integers(2, 4)))
    return blend(surface, (48, 44, 40), np.asarray(mask, np.float32) / 255)


def tin(rng: Rng, width: int, height: int, colour: Colour, pitch: float) -> Surface:
    """Corrugated iron, `pitch` pixels a wave, rusting from its lower edges."""
    wave = 0.82 + 0.22 * np.sin(np.arange(width) * (2 * np.pi / pitch))
    shade = np.broadcast_to(wave.astype(np.float32), (height, width)).copy()
    surface = flat(colour, shade)
    sheet = np.linspace(0, 2, height, dtype=np.float32)[:, None] % 1
    rust = step(clouds(rng, width, height, 70) * 0.7 + sheet * 0.35, 0.62, 0.2)
    return blend(
        surface, flat((134, 70, 36), shade * (0.7 + 0.5 * noise(rng, width, height, 8))), rust
    )


def lath_hole(rng: Rng, surface: Surface, centre: tuple[float, float], radius: float) -> Surface:
    """Let the finish fall off around a place: mud wall and bamboo lath show (下地の露出)."""
    left, top = (max(0, int(middle - radius * 2.1)) for middle in centre)
    right, foot = (int(middle + radius * 2.1) for middle in centre)
    part = surface[top:foot, left:right]
    height, width = part.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot((x - centre[0] + left) / 1.25, y - centre[1] + top) / np.float32(radius)
    rough = away + (clouds(rng, width, height, radius * 0.6) - 0.5) * 1.5
    edge = step(1.1 - rough, 0, 0.16) * 0.75
    surface = surface.copy()
    # The broken edge throws a shadow before the hole begins.
    shaded = blend(part, (38, 32, 26), edge)
    lath = _lath(rng, width, height, radius, step(0.75 - away, 0, 0.3))
    surface[top:foot, left:right] = blend(shaded, lath, step(1.0 - rough, 0, 0.03))
    return surface


def _lath(rng: Rng, width: int, height: int, radius: float, middle: Field) -> Surface:
    """Bamboo in clay (小舞下地), broken through here and there in the middle."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    clay = flat((136, 108, 78), 0.68 + 0.5 * noise(rng, width, height, 5))
    bend = noise(rng, width, height, 60) * 8
    pitch = max(10.0, radius / 7)
    upright = ((x + bend) % pitch) < pitch * 0.34
    across = ((y + bend) % (pitch * 1.6)) < pitch * 0.4
    bars = (upright | across).astype(np.float32)
    inner = blend(clay, (52, 42, 32), np.roll(bars, (3, 3), (0, 1)) * 0.55)
    tone = flat((178, 154, 112), 0.75 + 0.4 * noise(rng, width, height, 24))
    inner = blend(inner, tone, bars * step(noise(rng, width, height, pitch * 2), 0.3, 0.3))
    through = step(clouds(rng, width, height, radius * 0.5), 0.6, 0.06)
    return blend(inner, (22, 18, 15), through * (1 - bars * 0.85) * middle)


def roof_tiles(
    rng: Rng, width: int, height: int, colour: Colour, rows: int, bare: float
) -> Surface:
    """Pantiles (桟瓦), row over row; a share `bare` of the middle has slid off (ふき材の剥落)."""
    tall = height / rows
    wide = tall * 1.05
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    row, column = (y / tall).astype(int), (x / wide).astype(int)
    across, down = x / wide - column, y / tall - row
    round_ = 0.62 + 0.38 * np.sin(np.pi * (across * 1.15)).clip(0, 1)
    lip = np.where(down > 0.86, 1.16, 1.0) * np.where(down < 0.14, 0.45, 0.85 + 0.2 * down)
    tone = 0.82 + 0.3 * rng.random((row.max() + 1, column.max() + 1))
    surface = flat(colour, (round_ * lip * tone[row, column]).astype(np.float32))
    moss = step(clouds(rng, width, height, 80), 0.6, 0.3) * 0.5
    surface = blend(surface, (88, 98, 62), moss)
    return (
        _stripped(rng, surface, (row, column), (rows, column.max() + 1), bare) if bare else surface
    )


def _stripped(
    rng: Rng,
    surface: Surface,
    place: tuple[NDArray[np.int_], NDArray[np.int_]],
    count: tuple[int, int],
    bare: float,
) -> Surface:
    """Take tiles away in patches; roof boards and the clay they lay in are left."""
    height, width = surface.shape[:2]
    rows, columns = count[0] + 1, count[1]
    patch = clouds(rng, columns, rows, max(3, rows / 2.5))
    patch += 0.1 * rng.random((rows, columns), dtype=np.float32)
    gone = (patch > np.quantile(patch, 1 - bare)).astype(np.float32)[place]
    under = _roof_boards(rng, width, height)
    shifted = np.roll(gone, (int(height / rows * 0.3), 4), (0, 1))
    surface *= (1 - np.abs(shifted - gone) * 0.5)[..., None]
    return np.where(gone[..., None] > 0.5, under, surface)


def _roof_boards(rng: Rng, width: int, height: int) -> Surface:
    """Boards (野地板) with clay on them and holes; made at half size, for they are rough."""
    half = width // 2, height // 2
    under = boards(rng, *half, (112, 84, 58), max(8, height // 40), upright=False)
    clay = step(clouds(rng, *half, 26), 0.52, 0.15) * 0.7
    under = blend(under, flat((136, 108, 80), 0.7 + 0.5 * noise(rng, *half, 4)), clay)
    under = blend(under, (16, 13, 12), step(clouds(rng, *half, half[1] / 4), 0.72, 0.03))
    return np.asarray(to_image(under).resize((width, height)), np.float32) * np.float32(0.9)


def earth(rng: Rng, width: int, height: int, colour: Colour) -> Surface:
    """Gravel and soil."""
    fine = 0.6 + 0.5 * noise(rng, width, height, 3) + 0.35 * noise(rng, width, height, 12)
    return flat(colour, fine * (0.75 + 0.3 * clouds(rng, width, height, 120)))


def blocks(rng: Rng, width: int, height: int, courses: int) -> Surface:
    """A wall of concrete blocks with dark joints and rain stains."""
    surface = plaster(rng, width, height, (158, 156, 150), cracks=1)
    tall = height / courses
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    row = (y / tall).astype(int)
    joint = ((y % tall) < 3) | (((x + (row % 2) * tall) % (tall * 2)) < 3)
    return blend(surface, (84, 82, 78), joint.astype(np.float32) * 0.8)
