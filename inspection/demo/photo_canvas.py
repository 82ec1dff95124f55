"""A picture with a camera in it: surfaces are hung into space, then it is finished as a photo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from inspection.demo.photo_textures import Colour, Rng, Surface, clouds, flat, to_image

# Half the width of the grain's scatter, the freedom of its place, and light for what it costs.
_GRAIN, _GRAIN_PX, _BRIGHTER = 5, 256, 6
# A lens a little less sharp than the drawing: it hides the steps of slanted edges.
_SOFTEN = ImageFilter.Kernel((3, 3), (1, 2, 1, 2, 6, 2, 1, 2, 1))
Point = tuple[float, float]
Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Weather:
    """Light of the hour: sky from zenith to horizon, tint of everything, strength of the sun."""

    zenith: Colour
    horizon: Colour
    tint: tuple[float, float, float]
    sun: float
    cloud: float


WEATHERS = (
    Weather((84, 138, 200), (196, 218, 234), (1.05, 1.02, 0.96), 0.36, 0.5),
    Weather((112, 160, 210), (216, 226, 230), (1.04, 1.01, 0.97), 0.3, 0.75),
    Weather((164, 172, 180), (216, 219, 220), (0.97, 0.99, 1.02), 0.12, 0.9),
    Weather((128, 152, 190), (242, 214, 178), (1.1, 1.0, 0.86), 0.34, 0.6),
)


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that stands upright (verticals stay vertical). Metres and degrees.

    place: x to the right, y away, z up. turn: to the right. reach: focal length in widths of
    the picture. level: height of the horizon in the picture, 0 at the top, 1 at the foot.
    """

    place: Place
    turn: float
    reach: float
    level: float


class Canvas:
    """The picture while it is drawn."""

    def __init__(self, size: tuple[int, int], rng: Rng, weather: Weather, camera: Camera) -> None:
        self.width, self.height = size
        self.rng = rng
        self.weather = weather
        self.camera = camera
        self.image = Image.new("RGB", size)
        self.draw = ImageDraw.Draw(self.image)
        self._sine = math.sin(math.radians(camera.turn))
        self._cosine = math.cos(math.radians(camera.turn))

    def at(self, place: Place) -> Point:
        """Where a place in space lies in the picture, pixels."""
        x, y = place[0] - self.camera.place[0], place[1] - self.camera.place[1]
        right = x * self._cosine - y * self._sine
        away = max(0.15, x * self._sine + y * self._cosine)
        scale = self.camera.reach * max(self.width, self.height) / away
        up = (place[2] - self.camera.place[2]) * scale
        return self.width / 2 + right * scale, self.height * self.camera.level - up

    def scale_at(self, place: Place) -> float:
        """Pixels a metre at a place."""
        foot, top = self.at(place), self.at((place[0], place[1], place[2] + 1))
        return foot[1] - top[1]

    def hang(self, surface: Surface | Image.Image, corners: Sequence[Place]) -> None:
        """Hang a surface by its four corners: top left, top right, bottom right, bottom left."""
        self.stretch(surface, [self.at(corner) for corner in corners])

    def stretch(self, surface: Surface | Image.Image, quad: Sequence[Point]) -> None:
        """Stretch a surface between four points of the picture, in perspective."""
        source = surface if isinstance(surface, Image.Image) else to_image(surface)
        xs, ys = [point[0] for point in quad], [point[1] for point in quad]
        left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        right = min(self.width, math.ceil(max(xs)))
        bottom = min(self.height, math.ceil(max(ys)))
        if right <= left or bottom <= top:
            return
        moved = [(x - left, y - top) for x, y in quad]
        size = right - left, bottom - top
        warped = source.transform(
            size,
            Image.Transform.PERSPECTIVE,
            _coefficients(moved, source.size),
            Image.Resampling.BILINEAR,
        )
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon(moved, fill=255)
        if warped.mode == "RGBA":
            mask.paste(warped.getchannel("A"), mask=mask)
        self.image.paste(warped.convert("RGB"), (left, top), mask)

    def shape(self, places: Sequence[Place], colour: Colour) -> None:
        """Fill a polygon in space with one colour."""
        self.draw.polygon([self.at(place) for place in places], fill=colour)

    def line(self, places: Sequence[Place], colour: Colour, metres: float) -> None:
        """Draw a rod through places, as thick as it looks at the first."""
        thick = max(1, round(metres * self.scale_at(places[0])))
        self.draw.line([self.at(place) for place in places], fill=colour, width=thick)

    def shadow(self, polygon: Sequence[Point], strength: float, blur: float) -> None:
        """Darken a polygon of the picture, with a soft border."""
        xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
        reach = 3 * blur
        left, top = max(0, int(min(xs) - reach)), max(0, int(min(ys) - reach))
        right, foot = min(self.width, int(max(xs) + reach)), min(self.height, int(max(ys) + reach))
        if right - left < 4 or foot - top < 4:
            return
        # A quarter of the size is enough for something blurred.
        small = Image.new("L", ((right - left) // 4, (foot - top) // 4))
        points = [((x - left) / 4, (y - top) / 4) for x, y in polygon]
        ImageDraw.Draw(small).polygon(points, fill=round(255 * strength))
        small = small.filter(ImageFilter.GaussianBlur(blur / 4))
        mask = small.resize((right - left, foot - top), Image.Resampling.BILINEAR)
        self.image.paste((18, 20, 26), (left, top, right, foot), mask)

    def sky(self) -> None:
        """Fill everything with the weather's sky; what is below the horizon is drawn over."""
        width, height = self.width // 4, self.height // 4
        down = (np.linspace(0, 1 / max(0.2, self.camera.level), height, dtype=np.float32)).clip(
            0, 1
        )
        zenith, horizon = (
            np.asarray(each, np.float32) for each in (self.weather.zenith, self.weather.horizon)
        )
        colours = zenith + (horizon - zenith) * down[:, None]
        cover = clouds(self.rng, width, height, 60, 2.2)
        cover = ((cover - 0.5) * 3).clip(0, 1) * self.weather.cloud
        sky = colours[:, None] + (np.float32(244) - colours[:, None]) * cover[..., None]
        self.image.paste(to_image(sky).resize(self.image.size, Image.Resampling.BICUBIC))


def _coefficients(quad: Sequence[Point], size: tuple[int, int]) -> list[float]:
    """Solve for the eight numbers that map the picture's pixels back into the surface."""
    width, height = size
    source = ((0, 0), (width, 0), (width, height), (0, height))
    rows, values = [], []
    for (x, y), (u, v) in zip(quad, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(each) for each in np.linalg.solve(np.array(rows), np.array(values))]


def finished(canvas: Canvas) -> Image.Image:
    """Make a photo of the drawing: smooth edges, tint, darker corners, grain of a small sensor."""
    image, size = canvas.image.filter(_SOFTEN), canvas.image.size
    image = ImageChops.multiply(image, _corners(size, canvas.weather.tint))
    x, y = (int(each) for each in canvas.rng.integers(0, _GRAIN_PX, 2))
    grain = _grain().crop((x, y, x + size[0], y + size[1]))
    return ImageChops.add(image, grain, offset=_BRIGHTER - _GRAIN)


@lru_cache(maxsize=8)
def _corners(size: tuple[int, int], tint: tuple[float, float, float]) -> Image.Image:
    """How much light the lens lets through, and of what colour."""
    y, x = np.linspace(-1, 1, size[1]), np.linspace(-1, 1, size[0])
    light = (0.97 - 0.2 * (y[:, None] ** 2 + x**2) ** 1.2 / 2).astype(np.float32)
    return to_image(light[..., None] * np.asarray(tint, np.float32) * 245)


@lru_cache(maxsize=1)
def _grain() -> Image.Image:
    """Noise larger than any picture, of which each takes another part."""
    side = 1600 + _GRAIN_PX
    pixels = np.random.default_rng(0).integers(0, 2 * _GRAIN + 1, (side, side), dtype=np.uint8)
    return Image.merge("RGB", [Image.fromarray(pixels)] * 3)


def lit(surface: Surface, light: float) -> Surface:
    """Return the surface brighter or darker."""
    return surface * np.float32(light)


def plain(colour: Colour, size: tuple[int, int] = (32, 32)) -> Surface:
    """Return a surface of one colour, a little darker at its foot."""
    shade = np.linspace(1.06, 0.9, size[1], dtype=np.float32)[:, None]
    return flat(colour, np.repeat(shade, size[0], axis=1))
