"""What grows and stands around a house that nobody looks after."""

from __future__ import annotations

import numpy as np

from inspection.demo.photo_canvas import Canvas, Place, lit, plain
from inspection.demo.photo_textures import Colour, blend, blocks, clouds, earth, flat, noise, step

GREENS: tuple[Colour, ...] = (
    (66, 92, 38),
    (88, 112, 46),
    (112, 128, 58),
    (54, 78, 36),
    (142, 138, 80),
    (158, 146, 98),
)


def backdrop(canvas: Canvas) -> None:
    """Sky, hills and bare ground up to the horizon."""
    canvas.sky()
    horizon = canvas.height * canvas.camera.level
    for layer, height in enumerate((0.1, 0.06)):
        field = clouds(canvas.rng, 240, 4, 60)[1] * height + 0.02
        fade = 0.55 - 0.2 * layer
        colour = _mixed((74, 98, 86), canvas.weather.horizon, fade)
        xs = np.linspace(0, canvas.width, 240)
        line = [
            (float(x), float(horizon - y * canvas.height)) for x, y in zip(xs, field, strict=True)
        ]
        canvas.draw.polygon([*line, (canvas.width, horizon + 9), (0, horizon + 9)], fill=colour)
    soil = earth(canvas.rng, 640, 360, (146, 134, 108))
    grass = flat((104, 116, 62), noise(canvas.rng, 640, 360, 4) * 0.5 + 0.7)
    soil = blend(soil, grass, step(clouds(canvas.rng, 640, 360, 60), 0.45, 0.2))
    wide = canvas.width
    canvas.stretch(
        soil,
        [
            (-wide, horizon),
            (wide * 2, horizon),
            (wide * 3, canvas.height),
            (-wide * 2, canvas.height),
        ],
    )


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def neighbour(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """A plain, lived-in house in the distance, faded by the air."""
    haze = canvas.weather.horizon
    wall = _mixed(
        ((206, 198, 182), (188, 192, 192), (214, 206, 196))[int(canvas.rng.integers(3))], haze, 0.25
    )
    roof = _mixed(((82, 86, 96), (96, 74, 64))[int(canvas.rng.integers(2))], haze, 0.25)
    near = x if canvas.camera.place[0] < x else x + width
    side = [(near, y, 0), (near, y + 8, 0), (near, y + 8, height), (near, y, height)]
    canvas.shape(side, _mixed(wall, (60, 66, 80), 0.3))
    gable = [(near, y - 0.4, height), (near, y + 8.4, height), (near, y + 4, height + 2)]
    canvas.shape(gable, _mixed(wall, (60, 66, 80), 0.35))
    canvas.hang(plain(wall), _face(x, x + width, y, 0, height))
    for left in np.arange(x + 0.9, x + width - 1.8, 2.6):
        for foot in np.arange(0.9, height - 1.4, 2.7):
            canvas.hang(plain((92, 108, 122)), _face(left, left + 1.6, y - 0.01, foot, foot + 1.1))
    slope = [(x - 0.5, y + 4, height + 2.1), (x + width + 0.5, y + 4, height + 2.1)]
    eaves = [(x + width + 0.5, y - 0.7, height - 0.2), (x - 0.5, y - 0.7, height - 0.2)]
    canvas.hang(plain(roof), [*slope, *eaves])


def _face(left: float, right: float, y: float, foot: float, top: float) -> list[Place]:
    return [(left, y, top), (right, y, top), (right, y, foot), (left, y, foot)]


def road(canvas: Canvas, y: float) -> None:
    """Asphalt from a kerb parallel to the house to the foot of the picture."""
    (x1, y1), (x2, y2) = canvas.at((-6, y, 0)), canvas.at((6, y, 0))
    tilt = (y2 - y1) / (x2 - x1)
    left, right = y1 - x1 * tilt, y1 + (canvas.width - x1) * tilt
    asphalt = earth(canvas.rng, 700, 300, (122, 122, 124))
    foot = canvas.height * 1.35
    wide = canvas.width
    canvas.stretch(asphalt, [(0, left), (wide, right), (wide * 1.6, foot), (-wide * 0.6, foot)])
    canvas.draw.line([(0, left), (wide, right)], fill=(168, 166, 160), width=9)
    canvas.draw.line([(0, left + 9), (wide, right + 9)], fill=(86, 86, 86), width=4)


def block_wall(canvas: Canvas, left: float, right: float, y: float, height: float = 1.3) -> None:
    """A wall of concrete blocks along the plot."""
    surface = blocks(canvas.rng, int((right - left) * 75), int(height * 75), round(height / 0.2))
    corners = _face(left, right, y, 0, height)
    points = [canvas.at(corner) for corner in corners]
    canvas.shadow([(x, py + 14) for x, py in points], 0.35, 24)
    canvas.hang(lit(surface, 0.95), corners)
    canvas.line([(left, y, height + 0.03), (right, y, height + 0.03)], (176, 174, 168), 0.07)


def pole(canvas: Canvas, x: float, y: float) -> None:
    """A power pole with its wires."""
    (foot_x, foot_y), (top_x, top_y) = canvas.at((x, y, 0)), canvas.at((x, y, 8.5))
    half = max(3.0, 0.15 * canvas.scale_at((x, y, 0)))
    for share in np.linspace(-1, 1, 12):
        tone = round(150 - 62 * abs(share - 0.25))
        canvas.draw.line(
            [(foot_x + half * share, foot_y), (top_x + half * 0.7 * share, top_y)],
            fill=(tone, tone, tone - 4),
            width=max(2, round(half / 5)),
        )
    for height, reach in ((8.2, 1.0), (7.5, 0.8)):
        canvas.line([(x - reach, y, height), (x + reach, y, height)], (88, 88, 90), 0.12)
    for height, end in ((8.2, -0.1), (8.2, 0.02), (7.4, 0.1), (6.6, 0.16)):
        start = canvas.at((x, y, height))
        stop = (canvas.width if start[0] < canvas.width / 2 else 0, start[1] + end * canvas.height)
        sag = canvas.height * 0.03
        points = [
            (
                start[0] + (stop[0] - start[0]) * t,
                start[1] + (stop[1] - start[1]) * t + sag * 4 * t * (1 - t),
            )
            for t in np.linspace(0, 1, 16)
        ]
        canvas.draw.line(points, fill=(46, 48, 52), width=3)


def weeds(
    canvas: Canvas, box: tuple[float, float, float, float], count: int, height: float
) -> None:
    """Tall grass in a rectangle of ground (left, right, near, far), the far blades first."""
    rng = canvas.rng
    left, right, near, far = box
    ys = np.sort(rng.uniform(near, far, count))[::-1]
    xs = rng.uniform(left, right, count)
    tufts = 0.35 + 0.65 * clouds(rng, count, 1, max(8, count / 9))[0]
    tall = rng.uniform(0.25, 1, count) * height * tufts
    bend = rng.normal(0, 0.35, count) * tall
    tint = rng.integers(0, len(GREENS), count)
    tone = rng.uniform(0.65, 1.15, count)
    for index in range(count):
        x, y = float(xs[index]), float(ys[index])
        foot, tip = canvas.at((x, y, 0)), canvas.at((x + float(bend[index]), y, float(tall[index])))
        middle = foot[0] * 0.7 + tip[0] * 0.3, foot[1] * 0.35 + tip[1] * 0.65
        red, green, blue = (round(part * tone[index]) for part in GREENS[tint[index]])
        width = max(2, round(canvas.scale_at((x, y, 0)) * 0.016))
        canvas.draw.line([foot, middle], fill=(red - 8, green - 8, blue - 6), width=width + 1)
        canvas.draw.line([middle, tip], fill=(red, green, blue), width=width)


def bush(canvas: Canvas, place: Place, radius: float, count: int = 420) -> None:
    """A shrub or crown of leaves around a place: dark inside and below, light on top."""
    rng = canvas.rng
    x, y = canvas.at(place)
    scale = canvas.scale_at(place) * radius
    angles, ranges = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.random(count))
    # Boughs reach out to different lengths; a ball would be a topiary.
    ranges *= 0.85 + 0.2 * np.sin(3 * angles + rng.uniform(0, 6)) * np.sin(5 * angles)
    offsets = np.stack((np.cos(angles), np.sin(angles)), axis=1) * ranges[:, None]
    offsets += rng.normal(0, 0.06, (count, 2))
    offsets = offsets[np.argsort(offsets[:, 1])[::-1]] * scale
    sizes = rng.uniform(0.06, 0.15, count) * scale
    for (dx, dy), size in zip(offsets, sizes, strict=True):
        light = 0.7 - 0.38 * dy / scale + rng.uniform(-0.14, 0.18)
        red, green, blue = (round(min(255, part * light)) for part in (92, 122, 54))
        at_x, at_y = x + dx, y + dy * 0.8
        canvas.draw.ellipse(
            (at_x - size, at_y - size * 0.7, at_x + size, at_y + size * 0.7),
            fill=(red, green, blue),
        )
