"""How a picture looks, in few numbers: a hash that is alike for pictures that look alike,
how sharp it is, and how much contrast there is to be sharp in.

The hash follows PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm", 2019), written in numpy because its own library has to be compiled. Deterministic;
costs some milliseconds on a report picture; no file is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HASH_BITS = 256
SHARPNESS_SIDE_PX = 640
_READ_PX, _BLOCK_PX, _DCT_PX = 512, 64, 16
# PDQ's own bound: below it there is too little structure for the bits to mean anything.
_MIN_QUALITY = 50
# The fourth best of 4 × 4 parts counts: most of a good picture may be sky, wall or night, and
# in a bad one a date stamp in a corner is still sharp.
_PARTS, _COUNTED = 4, 4

Pixels = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Looks:
    """perceptual_hash: 256 bits in 64 hex digits; None for a picture without structure.

    Both others in grey values (0 to 255) at 640 px, of sixteen parts in that which is fourth
    best. sharpness: variance of the Laplacian. contrast: standard deviation; a wall without
    texture has little of either.
    """

    perceptual_hash: str | None
    sharpness: float
    contrast: float


def looks_of(image: Image.Image) -> Looks:
    """Measure a picture as it is shown."""
    grey = image.convert("L")
    sharpness, contrast = _sharpness(grey)
    return Looks(_hash(grey), sharpness, contrast)


def _hash(grey: Image.Image) -> str | None:
    square = grey.resize((_READ_PX, _READ_PX), Image.Resampling.BOX)
    pixels: Pixels = np.asarray(square, np.float32)
    smooth = _smoother()
    block: Pixels = smooth @ pixels @ smooth.T
    if _quality(block) < _MIN_QUALITY:
        return None
    cosines = _cosines()
    waves = cosines @ block @ cosines.T
    # PDQ writes the highest frequency first.
    return np.packbits(waves.ravel()[::-1] > np.median(waves)).tobytes().hex()


def _quality(block: Pixels) -> int:
    """Return how much structure there is, 0 to 100: the sum of the larger steps of brightness."""
    steps = (np.diff(block, axis=axis) * (100 / 255) for axis in (0, 1))
    return min(100, int(sum(np.abs(np.trunc(step)).sum() for step in steps) / 90))


@cache
def _smoother() -> Pixels:
    """Return the matrix (64 × 512) that smooths a line twice and keeps every eighth pixel."""
    window = (_READ_PX + 2 * _BLOCK_PX - 1) // (2 * _BLOCK_PX)
    ahead = (window + 2) // 2
    box = np.zeros((_READ_PX, _READ_PX))
    for at in range(_READ_PX):
        box[at, max(0, at - window + ahead) : at + ahead] = 1
    box /= box.sum(axis=1, keepdims=True)
    kept = ((np.arange(_BLOCK_PX) + 0.5) * _READ_PX / _BLOCK_PX).astype(int)
    smoother: Pixels = (box @ box)[kept].astype(np.float32)
    return smoother


@cache
def _cosines() -> Pixels:
    """Return the matrix (16 × 64) of a discrete cosine transform without its constant term."""
    waves = np.arange(1, _DCT_PX + 1)[:, None]
    places = 2 * np.arange(_BLOCK_PX)[None, :] + 1
    scale = np.sqrt(2 / _BLOCK_PX)
    cosines: Pixels = (scale * np.cos(np.pi / 2 / _BLOCK_PX * waves * places)).astype(np.float32)
    return cosines


def _sharpness(grey: Image.Image) -> tuple[float, float]:
    """Return (sharpness, contrast) as in Looks."""
    longer = max(grey.size)
    if longer > SHARPNESS_SIDE_PX:
        width, height = (max(1, round(each * SHARPNESS_SIDE_PX / longer)) for each in grey.size)
        grey = grey.resize((width, height), Image.Resampling.BOX)
    # int16 holds four times 255; Pillow's own kernel would clip what is negative.
    pixels = np.asarray(grey, np.int16)
    if min(pixels.shape) < 3:
        return 0.0, 0.0
    inner = pixels[1:-1, 1:-1]
    edges = pixels[:-2, 1:-1] + pixels[2:, 1:-1] + pixels[1:-1, :-2] + pixels[1:-1, 2:] - 4 * inner
    return (
        _fourth_best([float(part.var(dtype=np.float32)) for part in _parts(edges)]),
        _fourth_best([float(part.std(dtype=np.float32)) for part in _parts(inner)]),
    )


def _fourth_best(values: list[float]) -> float:
    return round(sorted(values, reverse=True)[:_COUNTED][-1], 2)


def _parts(pixels: NDArray[np.int16]) -> list[NDArray[np.int16]]:
    rows = np.array_split(pixels, min(_PARTS, pixels.shape[0]))
    return [part for row in rows for part in np.array_split(row, min(_PARTS, row.shape[1]), axis=1)]
