"""The team's photos: every picture another one, with its place and time, written by several processes."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops

from bench.intake_photos import heic, jpeg, png, texture
from tests.uploads.pictures import exif, with_exif

SIDES = ((1600, 1200), (2048, 1536), (2592, 1944), (3264, 2448))
MARGIN = 64
PROCESSES = 2
FEW = 40  # not worth starting processes for


@dataclass(frozen=True)
class Shot:
    """What to photograph: kind `jpg`, `heic`, `png`, or `broken` (a HEIC with damaged contents)."""

    path: Path
    kind: str
    seed: int
    lon: float
    lat: float
    taken_at: datetime
    scale: float


def take(shots: Iterable[Shot]) -> list[tuple[str, int]]:
    """Write the pictures; return sha256 (hex) and size of each, in order."""
    shots = list(shots)
    if len(shots) <= FEW:
        return list(map(_take, shots))
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(_take, shots, chunksize=8))


def _take(shot: Shot) -> tuple[str, int]:
    data = _encoded(shot)
    shot.path.write_bytes(data)
    return hashlib.sha256(data).hexdigest(), len(data)


def _encoded(shot: Shot) -> bytes:
    numbers = random.Random(shot.seed)
    if shot.kind == "jpg":
        image = _picture(numbers, numbers.choice(SIDES), shot.scale)
        return with_exif(_notes(shot), jpeg(image, numbers.choice((80, 85, 90))))
    image = _picture(numbers, (1200, 900), shot.scale)
    if shot.kind == "png":
        return png(image)
    whole = heic(image)
    return whole if shot.kind == "heic" else _damaged(whole, numbers)


def _picture(numbers: random.Random, size: tuple[int, int], scale: float) -> Image.Image:
    """Return a piece of the great texture under colours of its own."""
    width, height = (max(64, round(side * scale)) for side in size)
    ground = _ground(scale)
    left = numbers.randrange(ground.width - width)
    top = numbers.randrange(ground.height - height)
    piece = ground.crop((left, top, left + width, top + height))
    colours = np.random.default_rng(numbers.getrandbits(32)).integers(48, 208, (6, 8, 3), np.uint8)
    light = Image.fromarray(colours).resize((width, height), Image.Resampling.BICUBIC)
    return ImageChops.add(piece, light, offset=-128)


@cache
def _ground(scale: float) -> Image.Image:
    width, height = (round(side * scale) + MARGIN for side in SIDES[-1])
    return texture(width, height, seed=1)


def _damaged(data: bytes, numbers: random.Random) -> bytes:
    """Return a HEIC whose boxes are whole and whose coded picture is noise: only decoding tells."""
    at = data.index(b"mdat") + 4
    return data[:at] + numbers.randbytes(len(data) - at)


def _notes(shot: Shot) -> bytes:
    """Return the EXIF of a tablet's camera."""
    camera = [(0x010F, 2, "Hantei"), (0x0110, 2, "Tablet")]
    taken = [(0x9003, 2, f"{shot.taken_at:%Y:%m:%d %H:%M:%S}"), (0x9011, 2, "+09:00")]
    place = [(1, 2, "N"), (2, 5, _degrees(shot.lat)), (3, 2, "E"), (4, 5, _degrees(shot.lon))]
    return exif(camera, taken, place)


def _degrees(value: float) -> list[tuple[int, int]]:
    return [(round(value * 1_000_000), 1_000_000), (0, 1), (0, 1)]
