"""Photos for measurements: texture like a real camera's, drawn once and kept under var/bench."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
from PIL import Image

from bench.environment import FOLDER

PHOTOS = FOLDER / "photos"
MEGAPIXELS = {12: (4032, 3024), 48: (8064, 6048)}
OCTAVES = 9


def texture(width: int, height: int, seed: int) -> Image.Image:
    """Return a picture with detail at every scale, strongest at the coarse end (about 1/f).

    As a JPEG it takes 2 to 3 bits a pixel at quality 90, as phones' photos of walls and roofs do.
    """
    numbers = np.random.default_rng(seed)
    luminance = np.zeros((height, width), np.float32)
    for octave in range(OCTAVES):
        coarse = (max(2, width >> octave), max(2, height >> octave))
        noise = numbers.normal(0, 4.6 * 1.45**octave, (coarse[1], coarse[0])).astype(np.float32)
        luminance += np.asarray(Image.fromarray(noise).resize((width, height), Image.BICUBIC))
    colours = numbers.integers(96, 160, (6, 8, 3), np.uint8)
    pixels = np.asarray(Image.fromarray(colours).resize((width, height), Image.BICUBIC), np.float32)
    return Image.fromarray(np.clip(pixels + luminance[..., None], 0, 255).astype(np.uint8))


def photo(megapixels: int, kind: str) -> Path:
    """Return a photo of 12 or 48 megapixels as `jpg` or `heic`."""
    path = PHOTOS / f"{megapixels}mp.{kind}"
    if not path.is_file():
        PHOTOS.mkdir(parents=True, exist_ok=True)
        image = texture(*MEGAPIXELS[megapixels], seed=megapixels)
        path.write_bytes(jpeg(image, 90) if kind == "jpg" else heic(image))
    return path


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Return it as a camera writes it: colours at half resolution, standard tables."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    return buffer.getvalue()


def heic(image: Image.Image, quality: int = 60) -> bytes:
    """Return it as HEIC, quickly rather than small."""
    import pillow_heif

    pillow_heif.options.SAVE_HDR_TO_12_BIT = False
    pillow_heif.register_heif_opener(thumbnails=False)
    buffer = io.BytesIO()
    image.save(buffer, "HEIF", quality=quality, enc_params={"preset": "ultrafast"})
    return buffer.getvalue()


def png(image: Image.Image) -> bytes:
    """Return it as PNG, quickly rather than small."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def of_size(size: int, seed: int) -> bytes:
    """Return exactly `size` bytes that are one acceptable JPEG of their own for each seed.

    The picture is small; a run of comment segments, of random bytes, makes up the size.
    """
    small = jpeg(texture(640, 480, seed), 80)
    left = size - len(small)
    parts, numbers = [], random.Random(seed)
    while left > 0:
        take = min(left, 60_000)
        if 0 < left - take < 4:
            take -= 4  # the last segment needs room for its own head
        if take < 4:
            raise ValueError(f"{size} bytes are too few for the picture and a segment")
        parts.append(b"\xff\xfe" + (take - 2).to_bytes(2, "big") + numbers.randbytes(take - 4))
        left -= take
    return small[:2] + b"".join(parts) + small[2:]
