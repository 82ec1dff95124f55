"""The cells of a workbook, read row by row, and the faults found on the way."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from scoring.spreadsheet.faults import CellFault, SpreadsheetError
from scoring.spreadsheet.guard import MOST_COLUMNS, MOST_ROWS, inspect
from scoring.spreadsheet.layout import GUIDE, MEMO, SHEETS


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its sheet, row and column from 1, and value (None when empty)."""

    sheet: str
    row: int
    column: int
    value: Any

    @property
    def place(self) -> str:
        """The cell as a clerk finds it: 評点表!E12."""
        return f"{self.sheet}!{get_column_letter(self.column)}{self.row}"


@dataclass
class Faults:
    """Faults in the order in which they were found; one cell is named once."""

    found: list[CellFault] = field(default_factory=list)
    _cells: set[str] = field(default_factory=set)

    def add(self, place: str, found: str, allowed: str = "") -> None:
        """Note one fault, unless this place already has one."""
        if place in self._cells:
            return
        self._cells.add(place)
        self.found.append(CellFault(place, found, allowed))

    def has(self, place: str) -> bool:
        """Whether this place has a fault already."""
        return place in self._cells

    def check(self) -> None:
        """Raise SpreadsheetError when there are any."""
        if self.found:
            raise SpreadsheetError(self.found)


@dataclass
class Grid:
    """A workbook's sheets: name -> rows of cells, every row as wide as its last value."""

    sheets: dict[str, list[list[Cell]]]
    faults: Faults

    def rows(self, sheet: str) -> Iterator[list[Cell]]:
        """The rows of a sheet that hold anything; none for a sheet that is not there."""
        for row in self.sheets.get(sheet, []):
            if any(cell.value is not None for cell in row):
                yield row


def open_grid(data: bytes) -> Grid:
    """Read the cells of a workbook that was looked through for danger first.

    Formulas, merged cells, error values and unknown sheets become faults of the grid.
    Raises SpreadsheetError for a file that is no harmless workbook.
    """
    inspected = inspect(data)
    grid = Grid({}, Faults())
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        for name in book.sheetnames:
            sheet = book[name]
            if not hasattr(sheet, "iter_rows"):
                grid.faults.add(name, "グラフのシートは読めません", "削除してください")
            elif _wanted(grid.faults, name):
                _note_merged(grid.faults, name, inspected.merged.get(_part(sheet), []))
                grid.sheets[name] = _cells(sheet, grid.faults)
        book.close()
    except SpreadsheetError:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
    ) as error:  # what openpyxl raises for parts that do not fit together
        fault = CellFault("", "ブックとして読めません", "Excelで開いて保存し直した .xlsx")
        raise SpreadsheetError([fault]) from error
    return grid


def _wanted(faults: Faults, name: str) -> bool:
    if name in SHEETS:
        return True
    if name != GUIDE and not name.startswith(MEMO):
        allowed = "、".join(SHEETS) + f"。覚え書きは名前を「{MEMO}」で始めてください"
        faults.add(name, f"シート「{name[:30]}」は読み取れません", allowed)
    return False


def _part(sheet: Any) -> str:
    """The name of a sheet's part in the archive."""
    return posixpath.normpath(str(sheet._worksheet_path).lstrip("/"))


def _note_merged(faults: Faults, name: str, merged: list[str]) -> None:
    for ref in merged:
        faults.add(
            f"{name}!{ref}", "結合されたセルがあります", "結合を解除し、それぞれのセルに書く"
        )


def _cells(sheet: Any, faults: Faults) -> list[list[Cell]]:
    sheet.reset_dimensions()
    rows = []
    for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS), start=1):
        cells = [
            Cell(sheet.title, number, column, _value(sheet.title, number, column, cell, faults))
            for column, cell in enumerate(row, start=1)
        ]
        while cells and cells[-1].value is None:
            cells.pop()
        rows.append(cells)
    return rows


def _value(sheet: str, row: int, column: int, cell: Any, faults: Faults) -> Any:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    place = Cell(sheet, row, column, None).place
    if cell.data_type == "f":
        faults.add(place, f"計算式「{str(value)[:40]}」が入っています", "計算した結果の値")
        return value
    if cell.data_type == "e":
        faults.add(place, f"エラー値「{value}」が入っています", "値")
    return value
