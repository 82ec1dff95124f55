"""Close-ups of findings: roof, wall, column, foundation, gutter, and a room inside."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from inspection.demo import photo_garden as garden
from inspection.demo.photo_canvas import Canvas, Place, lit
from inspection.demo.photo_house import Look, wall_surface, window
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
    roof_tiles,
    step,
    to_image,
)

# Pixels a metre of a wall seen from two steps away.
CLOSE_PPM = 190


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
    garden.backdrop(canvas)
    top, foot = -height * 0.06, height * 0.84
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
    garden.backdrop(canvas)
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
