"""XLSX, written as a stream: the sheet's XML goes out row by row, so a million rows need no memory.

One sheet with a heading row that stays in view, a filter, widths, local times as Excel's dates,
and beside each code what it means.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from inspection.gis.crs import METRE_DIGITS
from inspection.gis.formats import xlsx_parts as parts
from inspection.gis.formats.columns import JAPANESE, NAMES, headings, in_columns
from inspection.gis.formats.model import Batch, Field, Format, Layer
from inspection.lists.safe_text import printable

MAX_ROWS = 1_048_576 - 1
"""Rows that a sheet holds below its heading."""

_EPOCH = datetime(1899, 12, 30)
_FIRST_DAY = datetime(1900, 3, 1)
_DAY = timedelta(days=1)
_WIDTHS = {"text": 16, "uuid": 38, "integer": 9, "number": 11, "instant": 18}
_COORDINATE_WIDTH = 20
Cell = Callable[[Any], list[str]]


def write(layer: Layer, batches: Iterator[Batch], out: BinaryIO) -> None:
    """Write a workbook of one sheet. More than MAX_ROWS rows are the caller's to refuse."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.fixed(layer.title).items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            count = 0
            sheet.write(_head(layer).encode())
            cells = [_cell_of(each, layer) for each in layer.fields]
            for batch in batches:
                sheet.write(_rows(layer, cells, batch).encode())
                count += len(batch.rows)
            sheet.write(parts.sheet_tail(len(_widths(layer)), count + 1).encode())


def _head(layer: Layer) -> str:
    titles = "".join(
        parts.text_cell(each, parts.HEADING) for each in headings(layer, labelled=True)
    )
    return f"{parts.sheet_head(_widths(layer))}<row>{titles}</row>"


def _widths(layer: Layer) -> list[int]:
    found = []
    for each in layer.fields:
        wide = 36 if each.name == "address" else _WIDTHS[each.kind]
        found += [wide, 22] if each.labels else [wide]
    return [*found, _COORDINATE_WIDTH, _COORDINATE_WIDTH]


def _rows(layer: Layer, cells: list[Cell], batch: Batch) -> str:
    digits = 17 if layer.crs.geographic else METRE_DIGITS
    lines = []
    for row, x, y in zip(batch.rows, batch.xs, batch.ys, strict=True):
        line = ["<row>"]
        for cell, value in zip(cells, row, strict=True):
            line += cell(value)
        for each in in_columns(layer.crs, x, y):
            line.append("<c/>" if each is None else f"<c><v>{round(each, digits)!r}</v></c>")
        line.append("</row>")
        lines.append("".join(line))
    return "".join(lines)


def _cell_of(item: Field, layer: Layer) -> Cell:
    """Return what writes a value's cell, or two where codes have a meaning."""
    if item.kind == "instant":
        return lambda value: [_moment(value, layer)]
    if item.kind in ("integer", "number"):
        return lambda value: ["<c/>" if value is None else f"<c><v>{value!r}</v></c>"]
    if not item.labels:
        return lambda value: [_text(value)]
    return lambda value: [_text(value), _text(item.labels.get(value))]


def _text(value: str | None) -> str:
    if value is None:
        return "<c/>"
    safe = printable(value)
    kept = ' xml:space="preserve"' if safe != safe.strip() else ""
    return f'<c t="inlineStr"><is><t{kept}>{escape(safe)}</t></is></c>'


def _moment(value: datetime | None, layer: Layer) -> str:
    if value is None:
        return "<c/>"
    local = value.astimezone(layer.zone).replace(tzinfo=None)
    if local < _FIRST_DAY:  # earlier days are no dates to Excel
        return _text(local.isoformat(sep=" "))
    return f'<c s="{parts.MOMENT}"><v>{(local - _EPOCH) / _DAY!r}</v></c>'


FORMAT = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Excel",
    write,
    headings=(JAPANESE, NAMES),
    max_rows=MAX_ROWS,
)
