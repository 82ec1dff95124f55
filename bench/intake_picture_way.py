"""One way to make a picture's report copy and thumbnail, measured in a process of its own.

`python bench/intake_picture_way.py WAY FILE ROUNDS` prints {"cpu_ms", "wall_ms", "peak_mb"}, times
a round, the memory at its highest. Runs under this project's Python and under the peers'.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT, THUMBNAIL = 1600, 320
Way = Callable[[Path], object]


def make_derivatives() -> Way:
    """Ours as the worker calls it: probe, limited child, both JPEGs."""
    from uploads import derivatives

    return derivatives.make_derivatives


def render() -> Way:
    """Ours without the child process: decoding, drawing, encoding."""
    from uploads.images import MAX_BYTES, MAX_PIXELS, probe
    from uploads.render import render

    return lambda path: render(path, probe(path, MAX_BYTES, MAX_PIXELS), MAX_PIXELS)


def two_full_decodes() -> Way:
    """Pillow as it is often used: the whole picture decoded for each size."""
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener(decode_threads=1)

    def make(path: Path) -> None:
        for side, quality in ((REPORT, 85), (THUMBNAIL, 80)):
            with Image.open(path) as image:
                turned = ImageOps.exif_transpose(image).convert("RGB")
                turned.resize(_fitted(turned.size, side), Image.Resampling.LANCZOS).save(
                    io.BytesIO(), "JPEG", quality=quality
                )

    return make


def heif_decode() -> Way:
    """pillow-heif's decoder alone, one thread."""
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    return lambda path: pillow_heif.open_heif(path).to_pillow()


def scaled_decode() -> Way:
    """libjpeg-turbo's decoder alone, at the smallest of its sizes that still has the report's."""
    import simplejpeg

    def make(path: Path) -> None:
        data = path.read_bytes()
        height, width, _, _ = simplejpeg.decode_jpeg_header(data)
        width, height = _fitted((width, height), REPORT)
        simplejpeg.decode_jpeg(data, min_width=width, min_height=height)

    return make


def vips() -> Way:
    """libvips: shrink on load, sRGB, both JPEGs without metadata, the thumbnail from the report."""
    import pyvips

    def make(path: Path) -> None:
        report = pyvips.Image.thumbnail(
            str(path), REPORT, height=REPORT, size="down", output_profile="srgb"
        ).copy_memory()
        small = report.thumbnail_image(THUMBNAIL, height=THUMBNAIL, size="down")
        report.jpegsave_buffer(Q=85, keep="none")
        small.jpegsave_buffer(Q=80, keep="none")

    return make


WAYS = {
    way.__name__: way
    for way in (make_derivatives, render, two_full_decodes, heif_decode, scaled_decode, vips)
}


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    return tuple(round(each * side / max(size)) for each in size)


def _cpu_s() -> float:
    """CPU time of this process and of all that descend from it, also of those that still run."""
    mine = time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine + children.ru_utime + children.ru_stime + sum(map(_cpu_of, _live_children()))


def _live_children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def _cpu_of(pid: str) -> float:
    # After the command's name in brackets; 14 to 17 are its own times and its children's.
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")


def main(way: str, file: str, rounds: str) -> None:
    make, path, count = WAYS[way](), Path(file), int(rounds)
    make(path)  # loads libraries, starts the child
    cpu, wall = _cpu_s(), time.perf_counter()
    for _ in range(count):
        make(path)
    cpu, wall = _cpu_s() - cpu, time.perf_counter() - wall
    peak_mb = _child_peak_mb(make, path) if way == "make_derivatives" else _peak_mb("self")
    times = {"cpu_ms": cpu / count * 1e3, "wall_ms": wall / count * 1e3}
    print(json.dumps({**times, "peak_mb": peak_mb}))


def _peak_mb(pid: str) -> float:
    """Return the most memory that a process had. (getrusage's also counts what was before exec.)"""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return found[0] * 1024 / 1e6 if found else 0.0


def _child_peak_mb(make: Way, path: Path) -> float:
    """Draw twice more and watch the children that draw."""
    peaks, over = [0.0], threading.Event()

    def watch() -> None:
        servers = _live_children()
        while not over.wait(0.001):
            for server in servers:
                with suppress(OSError):
                    task = Path(f"/proc/{server}/task/{server}/children")
                    peaks.extend(_peak_mb(child) for child in task.read_text().split())

    watcher = threading.Thread(target=watch)
    watcher.start()
    make(path)
    make(path)
    over.set()
    watcher.join()
    return max(peaks)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(*sys.argv[1:])
