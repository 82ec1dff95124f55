"""Run as a program: write many made-up rows in every format and print what memory that took.

One line of JSON: extension -> bytes of the peak beyond what the process held before.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from inspection.gis.crs import CRS84
from inspection.gis.formats import FORMATS
from inspection.gis.formats.model import Batch, Field, Format, Layer

KINDS = ("uuid", "text", "text", "integer", "number", "instant")
FIELDS = tuple(Field(f"{kind}_{n}", kind, f"項目{n}") for n, kind in enumerate(KINDS))
LAYER = Layer(
    "houses", "家屋", "", FIELDS, CRS84, ZoneInfo("Asia/Tokyo"), pointless=False
)  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)
ROWS_OF_BATCH = 1000


def batches(rows: int, kind: Format) -> Iterator[Batch]:
    for first in range(0, rows, ROWS_OF_BATCH):
        numbers = range(first, first + ROWS_OF_BATCH)
        xs, ys = [130 + n / 1e6 for n in numbers], [33 + n / 1e6 for n in numbers]
        if kind.finished:
            yield Batch(
                [(f'{{"type":"Feature","id":{n},"geometry":' + " " * 300,) for n in numbers], xs, ys
            )
        else:
            yield Batch([_row(n) for n in numbers], xs, ys)


def _row(n: int) -> tuple[object, ...]:
    moment = START + timedelta(seconds=n)
    return f"{n:036}", f"北九州市小倉北区城内{n}" * 4, f"{n}" * 20, n, n / 3, moment


def status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) * 1024


def write(kind: Format, rows: int, folder: Path) -> None:
    path = folder / f"{rows}.{kind.extension}"
    if kind.whole:
        kind.write(LAYER, batches(rows, kind), path)
    else:
        with path.open("wb") as out:
            kind.write(LAYER, batches(rows, kind), out)


def main(rows: int) -> None:
    grown = {}
    with tempfile.TemporaryDirectory() as name:
        for extension, kind in FORMATS.items():
            write(kind, 2 * ROWS_OF_BATCH, Path(name))
            Path("/proc/self/clear_refs").write_text("5")
            before = status("VmRSS")
            write(kind, rows, Path(name))
            grown[extension] = status("VmHWM") - before
    print(json.dumps(grown))


if __name__ == "__main__":
    main(int(sys.argv[1]))
