"""Close-ups of an outer wall, a column and a foundation (外壁、柱、基礎)."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from inspection.demo import photo_garden as garden
from inspection.demo.photo_canvas import Canvas, lit
from inspection.demo.photo_house import CLOSE_PPM, Look, wall_surface
from inspection.demo.photo_openings import window
from inspection.demo.photo_textures import (
    Surface,
    blend,
    boards,
    clouds,
    earth,
    flat,
    lath_hole,
    noise,
    plaster,
    step,
    to_image,
)


def wall(canvas: Canvas, look: Look) -> None:
    """An outer wall whose finish has come off down to the lath."""
    rng, width, height = canvas.rng, canvas.width, canvas.height
    surface = wall_surface(rng, look, 1100, 760, CLOSE_PPM)
    for _ in range(int(rng.integers(1, 3))):
        centre = float(rng.uniform(300, 800)), float(rng.uniform(250, 500))
        surface = lath_hole(rng, surface, centre, float(rng.uniform(120, 220)))
    picture = to_image(surface)
    left = float(rng.choice((0.2, 10.4)))
    window(picture, rng, (left, 1.6, left + 3.2, 4.8))
    skew = float(rng.uniform(-0.1, 0.1)) * height
    top, foot = -height * 0.12, height * 0.84
    canvas.stretch(
        picture,
        [
            (-90, top - skew),
            (width + 90, top + skew),
            (width + 90, foot + skew * 0.4),
            (-90, foot - skew * 0.4),
        ],
    )
    _ground_strip(canvas, foot - abs(skew) * 0.4 - 10)
    garden.weeds(canvas, (-3.5, 3.5, 0.6, 1.6), 420, 0.75)


def _ground_strip(canvas: Canvas, top: float) -> None:
    width, height = canvas.width, canvas.height
    soil = earth(canvas.rng, 900, 300, (132, 118, 94))
    canvas.shadow([(0, top - 30), (width, top - 30), (width, top + 40), (0, top + 40)], 0.6, 40)
    canvas.stretch(soil, [(0, top), (width, top), (width * 1.5, height), (-width * 0.5, height)])
    canvas.shadow([(0, top - 16), (width, top - 16), (width, top + 24), (0, top + 24)], 0.55, 36)


def timber(rng: np.random.Generator, width: int, height: int, rot: float) -> Surface:
    """A squared post with upright grain and a foot that rots."""
    grain = 0.75 + 0.4 * noise(rng, width, height, 60, 0.06) + 0.1 * noise(rng, width, height, 3)
    across = np.linspace(0, 1, width, dtype=np.float32)
    edge = 0.72 + 0.42 * np.sin(np.pi * (0.12 + across * 0.8))
    surface = flat((140, 108, 76), (grain * edge).astype(np.float32))
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    decay = clouds(rng, width, height, 46) * 0.8 + down * rot - 0.35
    surface = blend(
        surface,
        flat((74, 52, 34), 0.6 + 0.7 * noise(rng, width, height, 5)),
        step(decay, 0.62, 0.25),
    )
    return blend(surface, (20, 15, 12), step(decay, 0.95, 0.08))


def column(canvas: Canvas, look: Look) -> None:
    """A leaning post with a rotten foot, a plumb line (下げ振り) and a rule beside it."""
    rng, width, height = canvas.rng, canvas.width, canvas.height
    back = lath_hole(rng, plaster(rng, 900, 700, (198, 186, 160), 8), (640, 380), 170)
    floor = height * 0.8
    canvas.stretch(lit(back, 0.92), [(0, 0), (width, 0), (width, floor), (0, floor)])
    _ground_strip(canvas, floor + 34)
    sill = timber(rng, 90, 1000, 0.9).transpose(1, 0, 2)
    canvas.stretch(
        sill, [(0, floor - 70), (width, floor - 62), (width, floor + 46), (0, floor + 40)]
    )
    foot_x = width * float(rng.uniform(0.4, 0.52))
    lean = width * float(rng.uniform(0.06, 0.11)) * float(rng.choice((-1, 1)))
    thick = width * 0.052
    quad = [
        (foot_x + lean - thick, -10),
        (foot_x + lean + thick, -10),
        (foot_x + thick, floor - 20),
        (foot_x - thick, floor - 20),
    ]
    canvas.shadow([(x + 46, y + 12) for x, y in quad], 0.5, 26)
    canvas.stretch(timber(rng, 150, 1000, 0.8), quad)
    _plumb_line(canvas, foot_x + lean + (thick + 26) * (1 if lean > 0 else -1), floor - 130)
    _staff(canvas, foot_x - np.sign(lean) * width * 0.2, floor + 60)
    garden.weeds(canvas, (-3, 3, 0.6, 1.2), 160, 0.5)


def _plumb_line(canvas: Canvas, x: float, foot: float) -> None:
    draw = canvas.draw
    draw.line([(x, 0), (x, foot)], fill=(250, 214, 60), width=6)
    bob = [
        (x - 17, foot),
        (x + 17, foot),
        (x + 17, foot + 58),
        (x, foot + 104),
        (x - 17, foot + 58),
    ]
    draw.polygon(bob, fill=(176, 140, 56))
    draw.line([(x - 7, foot + 4), (x - 7, foot + 60)], fill=(232, 204, 130), width=7)


def _staff(canvas: Canvas, x: float, foot: float) -> None:
    """A red and white ranging rod, a mark every ten centimetres."""
    draw, half, mark = canvas.draw, canvas.width * 0.011, canvas.height * 0.052
    for index in range(11):
        top = foot - (index + 1) * mark
        colour = (206, 48, 42) if index % 2 else (238, 236, 230)
        draw.rectangle((x - half, top, x + half, top + mark), fill=colour)
    draw.rectangle((x + half * 0.4, foot - 11 * mark, x + half, foot), fill=(120, 96, 92))


def foundation(canvas: Canvas, look: Look) -> None:
    """Under the floor: posts on boulders (玉石), or a cracked strip of concrete."""
    rng, width, height = canvas.rng, canvas.width, canvas.height
    canvas.draw.rectangle((0, 0, width, height), fill=(26, 23, 22))
    wall_foot, ground = height * 0.4, height * 0.68
    canvas.stretch(
        lit(boards(rng, 1000, 500, (112, 88, 64), 46, upright=True), 0.95),
        [(0, -20), (width, -20), (width, wall_foot), (0, wall_foot)],
    )
    _ground_strip(canvas, ground)
    if rng.random() < 0.55:
        for share in (0.14, 0.5, 0.86):
            _post_on_boulder(
                canvas, width * (share + float(rng.uniform(-0.03, 0.03))), wall_foot, ground
            )
    else:
        _concrete_strip(canvas, wall_foot, ground)
    sill = timber(rng, 100, 1200, 0.95).transpose(1, 0, 2)
    sag = height * 0.02
    canvas.stretch(
        sill,
        [
            (0, wall_foot - 46),
            (width, wall_foot - 46 + sag),
            (width, wall_foot + 52 + sag),
            (0, wall_foot + 52),
        ],
    )
    _staff(canvas, width * float(rng.choice((0.3, 0.7))), ground + 150)
    garden.weeds(canvas, (-3, 3, 0.5, 1.1), 260, 0.35)


def _post_on_boulder(canvas: Canvas, x: float, top: float, ground: float) -> None:
    rng, width = canvas.rng, canvas.width
    half = width * 0.034
    seat = ground - width * 0.035
    post = [(x - half, top), (x + half, top), (x + half + 8, seat + 22), (x - half + 8, seat + 22)]
    canvas.stretch(timber(rng, 110, 400, 1.0), post)
    angles = np.linspace(0, 2 * np.pi, 26)
    radius = width * 0.085 * (1 + 0.1 * rng.standard_normal(26))
    outline = [
        (x + r * np.cos(a), seat + 60 + r * 0.5 * np.sin(a))
        for a, r in zip(angles, radius, strict=True)
    ]
    canvas.shadow([(px, py + 26) for px, py in outline], 0.6, 24)
    size = round(width * 0.22), round(width * 0.13)
    y, across = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j].astype(np.float32)
    light = 1.08 - 0.42 * y - 0.18 * np.abs(across) + 0.3 * (noise(rng, *size, 6) - 0.5)
    stone = to_image(flat((142, 138, 130), light.astype(np.float32)))
    mask = Image.new("L", size)
    left, up = x - size[0] / 2, seat + 60 - size[1] / 2
    ImageDraw.Draw(mask).polygon([(px - left, py - up) for px, py in outline], fill=255)
    canvas.image.paste(stone, (round(left), round(up)), mask)
    canvas.stretch(
        timber(rng, 110, 120, 1.4),
        [(post[3][0], seat - 30), (post[2][0], seat - 30), post[2], post[3]],
    )


def _concrete_strip(canvas: Canvas, top: float, ground: float) -> None:
    rng, width = canvas.rng, canvas.width
    surface = plaster(rng, 1200, 330, (164, 162, 156), cracks=9)
    canvas.stretch(
        surface, [(0, top + 30), (width, top + 40), (width, ground + 36), (0, ground + 30)]
    )
    x, y = width * float(rng.uniform(0.45, 0.6)), (top + ground) / 2 - 30
    canvas.draw.rectangle((x - 12, y - 12, x + 332, y + 132), fill=(120, 118, 112))
    canvas.draw.rectangle((x, y, x + 320, y + 120), fill=(14, 13, 14))
    for bar in range(0, 321, 32):
        canvas.draw.rectangle((x + bar - 6, y, x + bar + 6, y + 120), fill=(96, 74, 58))
