"""A vacant wooden house seen from the street: body, openings, roof, and what time did to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from inspection.demo import photo_garden as garden
from inspection.demo.photo_canvas import Canvas, Place, lit
from inspection.demo.photo_openings import PPM, door, window
from inspection.demo.photo_textures import (
    Colour,
    Rng,
    Surface,
    blend,
    boards,
    clouds,
    flat,
    lath_hole,
    noise,
    plaster,
    roof_tiles,
    step,
    tin,
    to_image,
)

# Pixels a metre of a wall seen from two steps away.
CLOSE_PPM = 190
RISE = 0.5
WALL_COLOURS: dict[str, tuple[Colour, ...]] = {
    "boards": ((104, 82, 62), (92, 86, 78), (122, 98, 72)),
    "plaster": ((206, 194, 168), (190, 188, 178), (214, 204, 186)),
    "tin": ((112, 134, 128), (138, 150, 160), (140, 122, 104)),
}
ROOF_COLOURS: tuple[Colour, ...] = ((104, 110, 120), (128, 82, 62), (92, 94, 98), (112, 104, 96))


@dataclass(frozen=True, slots=True)
class Look:
    """How one house looks; all its photos share it. Metres; damage from 0 to 1."""

    wall: str
    wall_colour: Colour
    roof_colour: Colour
    storeys: int
    width: float
    depth: float
    damage: float

    @property
    def eaves(self) -> float:
        """Height of the eaves."""
        return 3.0 if self.storeys == 1 else 5.5


def look_of(seed: int) -> Look:
    """Invent the looks of house number `seed`."""
    rng = np.random.default_rng((seed, 7))
    wall = ("boards", "plaster", "tin", "plaster")[int(rng.integers(4))]
    colours = WALL_COLOURS[wall]
    return Look(
        wall,
        colours[int(rng.integers(len(colours)))],
        ROOF_COLOURS[int(rng.integers(len(ROOF_COLOURS)))],
        storeys=int(rng.integers(1, 3)),
        width=float(rng.uniform(7.5, 9.5)),
        depth=float(rng.uniform(5.5, 7)),
        damage=float(rng.uniform(0.35, 1)),
    )


def wall_surface(rng: Rng, look: Look, width: int, height: int, ppm: int = PPM) -> Surface:
    """Return the wall's finish, `ppm` pixels a metre."""
    if look.wall == "boards":
        return boards(rng, width, height, look.wall_colour, round(ppm * 0.2), upright=False)
    if look.wall == "tin":
        return tin(rng, width, height, look.wall_colour, ppm * 0.18)
    # Mortar above, boards up to the hip: common, and it spares the plaster the rain.
    surface = plaster(rng, width, height, look.wall_colour)
    skirt = round(ppm * 0.9)
    surface[-skirt:] = boards(rng, width, skirt, (96, 76, 58), round(ppm * 0.16), upright=True)
    return surface


def aged(rng: Rng, surface: Surface, damage: float) -> Surface:
    """Shade the eaves' shadow, open holes to the lath, let ivy climb."""
    height, width = surface.shape[:2]
    for _ in range(round(damage * 2.4)):
        centre = rng.uniform(0.1, 0.9) * width, rng.uniform(0.25, 0.8) * height
        surface = lath_hole(
            rng, surface, centre, PPM * rng.uniform(0.35, 0.75) * (0.6 + damage * 0.5)
        )
    rise = np.linspace(1, 0, height, dtype=np.float32)[:, None]
    climb = (
        clouds(rng, width, height, 170) * 0.9 - rise * 0.95 + noise(rng, width, height, 14) * 0.18
    )
    leaves = flat((84, 112, 50), 0.45 + 0.85 * noise(rng, width, height, 9))
    surface = blend(surface, leaves, step(climb, 0.34 - 0.12 * damage, 0.03))
    shade = 1 - 0.55 * (1 - np.arange(height, dtype=np.float32) / (PPM * 0.9)).clip(0, 1)
    return surface * shade[:, None, None]


def front(rng: Rng, look: Look) -> Image.Image:
    """Draw the street side of the house, flat."""
    width, height = round(look.width * PPM), round(look.eaves * PPM)
    picture = to_image(aged(rng, wall_surface(rng, look, width, height), look.damage))
    entrance = float(rng.choice((0.7, look.width - 2.6)))
    door(picture, rng, entrance, look.eaves - 0.12)
    for left in np.arange(0.6, look.width - 1.9, 2.75):
        if abs(left - entrance) > 1.9:
            window(picture, rng, (left, look.eaves - 2.0, left + 1.7, look.eaves - 0.75))
        if look.storeys == 2:
            window(picture, rng, (left, 0.75, left + 1.7, 1.95))
    ImageDraw.Draw(picture).rectangle((0, height - 14, width, height), fill=(128, 126, 120))
    return picture


def side(rng: Rng, look: Look) -> Image.Image:
    """Draw the gable side, flat, with the triangle under the roof cut out of it."""
    peak = look.eaves + look.depth / 2 * RISE
    width, height = round(look.depth * PPM), round(peak * PPM)
    picture = to_image(aged(rng, wall_surface(rng, look, width, height), look.damage))
    window(picture, rng, (look.depth / 2 - 0.8, peak - 2.0, look.depth / 2 + 0.7, peak - 0.9))
    shape = Image.new("L", (width, height))
    shoulder = height - look.eaves * PPM
    outline = [(0, height), (0, shoulder), (width / 2, 0), (width, shoulder), (width, height)]
    ImageDraw.Draw(shape).polygon(outline, fill=255)
    picture.putalpha(shape)
    return picture


def stand(canvas: Canvas, look: Look) -> None:
    """Put the house into the picture, its front along y = 0."""
    rng, sun = canvas.rng, canvas.weather.sun
    half, deep, eaves = look.width / 2, look.depth, look.eaves
    peak = eaves + deep / 2 * RISE
    near = -half if canvas.camera.place[0] < 0 else half
    far_edge, near_edge = (deep, 0.0) if near < 0 else (0.0, deep)
    corners: list[Place] = [(near, y, z) for y, z in ((far_edge, peak), (near_edge, peak))]
    corners += [(near, near_edge, 0), (near, far_edge, 0)]
    foot = [
        canvas.at(p)
        for p in (
            (-half - 1, -1.2, 0),
            (half + 1, -1.2, 0),
            (half + 1, 0.4, 0),
            (-half - 1, 0.4, 0),
        )
    ]
    canvas.shadow(foot, 0.55, 40)
    gable = side(rng, look)
    shade = Image.new("RGB", gable.size, (24, 28, 40))
    dark = Image.blend(gable.convert("RGB"), shade, 0.2 + sun * 0.5)
    dark.putalpha(gable.getchannel("A"))
    canvas.hang(dark, corners)
    canvas.hang(
        front(rng, look), [(-half, 0, eaves), (half, 0, eaves), (half, 0, 0), (-half, 0, 0)]
    )
    if look.storeys == 2:
        _pent_roof(canvas, look)
    _main_roof(canvas, look, peak, near)


def _pent_roof(canvas: Canvas, look: Look) -> None:
    """A narrow roof over the ground floor (下屋), sagging a little."""
    half = look.width / 2 + 0.15
    surface = roof_tiles(canvas.rng, 900, 110, look.roof_colour, 4, look.damage * 0.25)
    sag = 0.12 * look.damage
    under = [
        canvas.at(p) for p in ((-half, 0, 2.75), (half, 0, 2.75), (half, 0, 2.25), (-half, 0, 2.25))
    ]
    canvas.shadow(under, 0.5, 26)
    canvas.hang(
        surface, [(-half, 0, 3.1), (half, 0, 3.1), (half, -0.95, 2.7 - sag), (-half, -0.95, 2.7)]
    )
    canvas.line([(-half, -0.96, 2.66), (half, -0.96, 2.66 - sag)], (64, 52, 42), 0.09)


def _main_roof(canvas: Canvas, look: Look, peak: float, near: float) -> None:
    rng = canvas.rng
    half, over, out = look.width / 2 + 0.55, 0.75, 0.55
    low = look.eaves - over * RISE
    mid = look.depth / 2
    edge = near + (out if near > 0 else -out)
    # Seen from below, the overhang at the gable shows its dark underside.
    for y, z in ((-over, low), (look.depth + over, look.eaves - over * RISE)):
        ends = [(near, y, z), (edge, y, z), (edge, mid, peak + 0.05), (near, mid, peak + 0.05)]
        canvas.shape(ends, (58, 48, 42))
    surface = roof_tiles(rng, 1100, 480, look.roof_colour, 15, look.damage * 0.16)
    quad = [
        (-half, mid, peak + 0.1),
        (half, mid, peak + 0.1),
        (half, -over, low),
        (-half, -over, low),
    ]
    canvas.hang(lit(surface, 0.9 + canvas.weather.sun * 0.6), quad)
    canvas.line([(-half, -over, low - 0.06), (half, -over, low - 0.06)], (70, 56, 44), 0.14)
    canvas.line([(edge, -over, low), (edge, mid, peak + 0.08)], (84, 68, 54), 0.16)
    canvas.line([(-half, mid, peak + 0.16), (half, mid, peak + 0.16)], (88, 90, 96), 0.24)
    canvas.line([(-half, mid, peak + 0.24), (half, mid, peak + 0.24)], (122, 124, 130), 0.08)
    # A gutter that ends halfway along the eaves.
    stop = float(rng.uniform(-0.3, 0.6)) * half
    canvas.line(
        [(-half, -over - 0.06, low - 0.1), (stop, -over - 0.08, low - 0.16)], (168, 166, 158), 0.1
    )


def overview(canvas: Canvas, look: Look) -> None:
    """The whole house from the road."""
    rng = canvas.rng
    garden.backdrop(canvas)
    garden.neighbour(canvas, -25, 14, 10, 5.4)
    garden.neighbour(canvas, 13, 12, 11, 5.6)
    garden.bush(canvas, (-half(look) - 1.5, look.depth + 1, 2.6), 2.6)
    garden.bush(canvas, (half(look) + 2, look.depth + 1, 2.2), 2.4)
    stand(canvas, look)
    garden.weeds(
        canvas, (-half(look) - 3, half(look) + 3, -4.5, -0.4), 900, 0.5 + look.damage * 0.7
    )
    garden.road(canvas, -7.4)
    wall_side = -1 if canvas.camera.place[0] > 0 else 1
    ends = sorted((wall_side * (half(look) + 5), wall_side * 1.3))
    garden.block_wall(canvas, ends[0], ends[1], -6.9)
    garden.weeds(canvas, (-half(look) - 4, half(look) + 4, -7.3, -6.6), 260, 0.5)
    if rng.random() < 0.6:
        garden.pole(canvas, wall_side * (half(look) + 2.2), -7.2)


def surroundings(canvas: Canvas, look: Look) -> None:
    """The house among its neighbours, from farther down the road."""
    garden.backdrop(canvas)
    for x in (-34, -20, 17, 31):
        garden.neighbour(
            canvas, x, float(canvas.rng.uniform(-1, 5)), 9.5, float(canvas.rng.choice((3.2, 5.6)))
        )
    stand(canvas, look)
    garden.bush(canvas, (-half(look) - 3, 0.5, 1.4), 2.0)
    garden.bush(canvas, (half(look) + 3, 0.5, 1.2), 1.8)
    garden.weeds(canvas, (-half(look) - 4, half(look) + 4, -4.5, -0.4), 700, 0.9)
    garden.road(canvas, -7.4)
    garden.block_wall(canvas, -22, -1.2, -6.9)
    garden.block_wall(canvas, 1.6, 20, -6.9, 1.1)
    garden.pole(canvas, -9.5, -7.2)
    garden.pole(canvas, 13, -7.2)


def half(look: Look) -> float:
    """Half the width of the house, metres."""
    return look.width / 2
