"""XLSX, read row by row: memory grows with the different texts in it, not with the rows.

openpyxl, not calamine: calamine lays a sheet out as a whole, so that one cell in the last corner
costs gigabytes, and it does not tell a formula from its last result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from inspection.imports.archives import DAMAGED, check_unpacked, sizes_of
from inspection.imports.model import (
    MOST_ROWS,
    BadCell,
    Cell,
    ImportFileError,
    Options,
    RawRow,
    check_size,
    is_blank,
)

SUFFIXES = (".xlsx", ".xlsm")
MOST_SHEET = 900_000_000  # bytes of XML
MOST_TEXTS = 300_000_000
MOST_OTHER = 30_000_000
_ZEROS = re.compile(r"0{2,20}")


def recognises(head: bytes) -> bool:
    """Say whether a file is an archive, as workbooks are."""
    return head.startswith(b"PK\x03\x04")


class Workbook:
    """One sheet of a workbook: the first, or the one that was named."""

    short_headings = False

    def __init__(self, path: Path, options: Options) -> None:
        self._path = path
        _check_parts(path)
        with self._opened(options.layer) as sheet:
            self._sheet = sheet.title
            self.notes = [_note(sheet)]
            told = min(int(sheet.max_row or 0), MOST_ROWS)  # what the file says; may be wrong
            rows = _filled(sheet)
            _, first = next(rows, (0, ()))
            self.headings = _headings(first)
            self.count = 0 if next(rows, None) is None else max(told - 1, 1)
        check_size(self.headings, self.count)

    def rows(self) -> Iterator[RawRow]:
        """Give the rows below the headings; blank ones are left out, and counted as rows."""
        width = len(self.headings)
        with self._opened(self._sheet) as sheet:
            rows = _filled(sheet)
            next(rows)
            for number, cells in rows:
                values = [_value(cell, number, n) for n, cell in enumerate(cells[:width])]
                values += [None] * (width - len(values))
                beyond = [cell.value for cell in cells[width:] if cell.value not in (None, "")]
                fault = "見出しのない列に値があります。" if beyond else None
                yield RawRow(number, values, fault)

    @contextmanager
    def _opened(self, name: str | None) -> Iterator[Any]:
        from openpyxl import load_workbook  # 0.2 s, which only who opens a workbook shall wait

        book = None
        try:
            book = load_workbook(self._path, read_only=True, keep_links=False)
            yield _sheet_of(book, name)
        except ImportFileError:
            raise
        except DAMAGED as error:
            raise ImportFileError(f"the workbook is damaged ({type(error).__name__})") from None
        finally:
            if book is not None:
                book.close()


def _check_parts(path: Path) -> None:
    sizes = sizes_of(path)
    if "xl/workbook.xml" not in sizes:
        raise ImportFileError("the archive is no workbook (.xlsx)")
    sheets = sum(size for name, size in sizes.items() if name.startswith("xl/worksheets/"))
    texts = sum(size for name, size in sizes.items() if "sharedstrings" in name.lower())
    media = sum(size for name, size in sizes.items() if name.startswith("xl/media/"))
    check_unpacked(sheets, MOST_SHEET, "the sheets")
    check_unpacked(texts, MOST_TEXTS, "the texts")
    check_unpacked(sum(sizes.values()) - sheets - texts - media, MOST_OTHER, "the workbook's rest")


def _sheet_of(book: Any, name: str | None) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    if not names:
        raise ImportFileError("the workbook has no sheet")
    if name is not None and name not in names:
        raise ImportFileError(f"--layer: no sheet {name!r}; there are {', '.join(names[:20])}")
    sheet = book.worksheets[names.index(name) if name else 0]
    sheet.reset_dimensions() if not sheet.max_row else None
    return sheet


def _note(sheet: Any) -> str:
    others = len(sheet.parent.worksheets) - 1
    more = f" ({others} other sheets left out; --layer NAME takes another)" if others else ""
    return f"read sheet {sheet.title!r}{more}"


def _filled(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Give (row, cells) of the rows that hold something."""
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise ImportFileError(f"rows beyond {MOST_ROWS:,}")
        if not is_blank([cell.value for cell in cells]):
            yield number, cells


def _headings(cells: Sequence[Any]) -> list[str]:
    """Return headings as text; one that became a date (2-4) is the item code that it was."""
    texts = []
    for cell in cells:
        value = cell.value
        if cell.data_type == "d" and hasattr(value, "month"):
            texts.append(f"{value.month}-{value.day}")
        else:
            texts.append("" if value is None else str(value).strip())
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _place(place: int, row: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(place + 1)}{row}"


def _value(cell: Any, row: int, place: int) -> Cell:
    value = cell.value
    if value is None:
        return None
    kind = cell.data_type
    if kind == "f":
        where = _place(place, row)
        return BadCell(f"セル {where} は数式です。値として貼り付けてください。")
    if kind == "e":
        where = _place(place, row)
        return BadCell(f"セル {where} はエラー({value})です。")
    if kind == "n" and isinstance(value, int) and _ZEROS.fullmatch(str(cell.number_format)):
        return str(value).zfill(len(cell.number_format))
    if isinstance(value, timedelta):
        return str(value)
    return value  # type: ignore[no-any-return]
