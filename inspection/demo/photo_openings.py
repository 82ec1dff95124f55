"""Windows and doors of an abandoned house, drawn into flat pictures of its walls."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from inspection.demo.photo_textures import Rng, boards, clouds, flat, step, to_image

# Pixels a metre of the flat wall pictures.
PPM = 80


def window(picture: Image.Image, rng: Rng, box: tuple[float, float, float, float]) -> None:
    """Draw a sash into a wall: glass, broken glass, boarded up or shuttered. Box in metres."""
    draw = ImageDraw.Draw(picture)
    left, top, right, foot = (round(each * PPM) for each in box)
    draw.rectangle((left - 7, top - 7, right + 7, foot + 7), fill=(58, 50, 44))
    draw.rectangle((left - 4, top - 4, right + 4, foot + 4), fill=(142, 144, 146))
    state = rng.choice(("glass", "broken", "boarded", "shutter"), p=(0.35, 0.25, 0.2, 0.2))
    size = right - left, foot - top
    if state == "shutter":
        rows = boards(rng, *size, (150, 144, 132), 12, upright=True)
        picture.paste(to_image(rows), (left, top))
        return
    down = np.linspace(0.75, 1.15, size[1], dtype=np.float32)[:, None]
    shine = step(np.add.outer(np.arange(size[1]), np.arange(size[0])) % 190 / 190, 0.78, 0.04)
    glass = flat((66, 78, 88), np.repeat(down, size[0], axis=1) + shine * 0.35)
    picture.paste(to_image(glass), (left, top))
    middle = (left + right) // 2
    if state == "broken":
        x, y = rng.uniform(left + 14, middle - 10), rng.uniform(top + 16, foot - 16)
        spikes = [
            (x + np.cos(a) * r, y + np.sin(a) * r)
            for a, r in zip(
                np.linspace(0, 6.2, 11), rng.uniform(12, size[1] * 0.36, 11), strict=True
            )
        ]
        draw.polygon(
            [(min(max(u, left), middle), min(max(v, top), foot)) for u, v in spikes],
            fill=(16, 15, 16),
        )
    draw.line((middle, top, middle, foot), fill=(166, 168, 170), width=6)
    draw.rectangle((left, top, right, foot), outline=(120, 122, 124), width=4)
    if state == "boarded":
        for row in range(top + 6, foot - 20, 34):
            plank = to_image(boards(rng, size[0] + 22, 24, (158, 132, 94), 24, upright=False))
            picture.paste(
                plank.rotate(float(rng.uniform(-3, 3)), fillcolor=(120, 98, 70)), (left - 11, row)
            )


def door(picture: Image.Image, rng: Rng, left: float, foot: float) -> None:
    """Draw a sliding lattice door (引き違い戸), 1.7 m wide, into a wall. Metres."""
    x, y, wide, tall = (
        round(left * PPM),
        round((foot - 2.05) * PPM),
        round(1.7 * PPM),
        round(2.0 * PPM),
    )
    draw = ImageDraw.Draw(picture)
    draw.rectangle((x - 9, y - 9, x + wide + 9, y + tall), fill=(52, 42, 34))
    pane = flat((134, 132, 118), 0.7 + 0.3 * clouds(rng, wide, tall, 60))
    picture.paste(to_image(pane), (x, y))
    for bar in range(x, x + wide, 11):
        draw.line((bar, y, bar, y + tall), fill=(84, 62, 44), width=4)
    for bar in (y, y + tall * 0.36, y + tall * 0.7, y + tall - 3):
        draw.line((x, bar, x + wide, bar), fill=(74, 54, 38), width=8)
    draw.line((x + wide / 2, y, x + wide / 2, y + tall), fill=(60, 44, 32), width=12)
