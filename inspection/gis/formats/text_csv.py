"""CSV: UTF-8 with BOM, CRLF, local times with their offset, text that no program runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from inspection.gis.crs import METRE_DIGITS
from inspection.gis.formats.columns import JAPANESE, NAMES, headings, in_columns
from inspection.gis.formats.model import Batch, Format, Layer
from inspection.lists.safe_text import printable, unformulated


def write(layer: Layer, batches: Iterator[Batch], out: BinaryIO) -> None:
    """Write a heading and a line for each feature; nothing for what is not known."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings(layer))
    out.write(b"\xef\xbb\xbf" + text.getvalue().encode())
    cells = [_cell_of(layer, each.kind) for each in layer.fields]
    digits = 17 if layer.crs.geographic else METRE_DIGITS
    for batch in batches:
        text.seek(0)
        text.truncate()
        writer.writerows(
            [
                *(cell(value) for cell, value in zip(cells, row, strict=True)),
                *(_digits(each, digits) for each in in_columns(layer.crs, x, y)),
            ]
            for row, x, y in zip(batch.rows, batch.xs, batch.ys, strict=True)
        )
        out.write(text.getvalue().encode())


def _digits(value: float | None, digits: int) -> str:
    return "" if value is None else repr(round(value, digits))


def _cell_of(layer: Layer, kind: str) -> Callable[[Any], str]:
    if kind == "instant":
        return lambda value: _local(value, layer)
    if kind == "number":
        return lambda value: "" if value is None else _plain(value)
    if kind == "integer":
        return lambda value: "" if value is None else str(value)
    return lambda value: "" if value is None else unformulated(printable(value))


def _local(value: datetime | None, layer: Layer) -> str:
    return "" if value is None else value.astimezone(layer.zone).isoformat()


def _plain(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


FORMAT = Format("csv", "text/csv; charset=utf-8", "CSV", write, headings=(NAMES, JAPANESE))
