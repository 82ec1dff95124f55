"""Report copy and thumbnail, side by side with libjpeg-turbo's scaled decode, libvips and Pillow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.environment import ROOT, python_for
from bench.intake_photos import MEGAPIXELS, photo
from bench.tables import markdown, short

BATCHES = 3
ROUNDS = {"jpg": 10, "heic": 2}
GOALS = {12: 3.5, 48: 2.5}
MEMORY_GOAL = 1.3
NAMES = {
    "make_derivatives": "Hantei, as the worker calls it",
    "render": "Hantei, without the limited process",
    "two_full_decodes": "Pillow, a full decode for each size",
    "heif_decode": "pillow-heif, decode only",
    "scaled_decode": "libjpeg-turbo (simplejpeg), scaled decode only",
    "vips": "libvips (pyvips)",
}
OURS = ("make_derivatives", "render", "two_full_decodes", "heif_decode")
JPEG_WAYS = ("scaled_decode", "make_derivatives", "render", "vips", "two_full_decodes")
HEIC_WAYS = ("heif_decode", "make_derivatives", "render", "two_full_decodes")
Found = dict[str, dict[str, float]]


def measured(sizes: Sequence[int]) -> str:
    """Measure every way on JPEG and HEIC of these megapixels; two Markdown tables and a verdict."""
    jpeg = {size: _photo(size, "jpg", JPEG_WAYS) for size in sizes}
    heic = {12: _photo(12, "heic", HEIC_WAYS)} if 12 in sizes else {}
    tables = [_table(f"{size} MP JPEG", jpeg[size], "scaled_decode") for size in sizes]
    tables += [_table("12 MP HEIC", found, "heif_decode") for found in heic.values()]
    return "\n\n".join([*tables, _goals(jpeg)])


def _photo(megapixels: int, kind: str, ways: Sequence[str]) -> Found:
    """Measure the ways in turns, each batch in a process of its own; the lowest of the batches."""
    path = photo(megapixels, kind)
    rounds = max(2, ROUNDS[kind] * 12 // megapixels)
    batches = [{way: _batch(way, path, rounds) for way in ways} for _ in range(BATCHES)]
    return {
        way: {name: min(batch[way][name] for batch in batches) for name in batches[0][way]}
        for way in ways
    }


def _batch(way: str, path: Path, rounds: int) -> dict[str, float]:
    theirs = ROOT / "bench" / "requirements-intake.txt"
    python = sys.executable if way in OURS else python_for(theirs)
    script = ROOT / "bench" / "intake_picture_way.py"
    reply = subprocess.run(
        [python, script, way, path, str(rounds)],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # as in our limited process
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(reply.stdout)


def _table(title: str, found: Found, base: str) -> str:
    rows = [
        (
            NAMES[way],
            short(one["cpu_ms"]),
            short(one["cpu_ms"] / found[base]["cpu_ms"]),
            short(one["wall_ms"]),
            f"{one['peak_mb']:.0f}",
        )
        for way, one in found.items()
    ]
    return markdown((title, "CPU ms", "times the first", "wall ms", "peak MB"), rows)


def _goals(jpeg: dict[int, Found]) -> str:
    rows = []
    for size, goal in GOALS.items():
        if size in jpeg:
            found = jpeg[size]
            ratio = found["make_derivatives"]["cpu_ms"] / found["scaled_decode"]["cpu_ms"]
            rows.append((f"{size} MP: CPU ÷ scaled decode ≤ {goal}", f"{ratio:.2f}"))
    if set(MEGAPIXELS) <= set(jpeg):
        peak = {size: jpeg[size]["make_derivatives"]["peak_mb"] for size in MEGAPIXELS}
        rows.append((f"peak memory 48 MP ÷ 12 MP ≤ {MEMORY_GOAL}", f"{peak[48] / peak[12]:.2f}"))
    return markdown(("goal", "found"), rows)
