"""The sheets 計算式 and 読替え: what only few items have."""

from typing import Any

from scoring.spreadsheet import records
from scoring.spreadsheet.columns import FORMULAS, REPLACEMENTS, Column
from scoring.spreadsheet.grid import Cell, Grid
from scoring.spreadsheet.layout import FORMULAS as FORMULA_SHEET
from scoring.spreadsheet.layout import REPLACEMENTS as REPLACEMENT_SHEET
from scoring.spreadsheet.lines import (
    Line,
    columns_below,
    heading_row,
    line_of,
    refuse_headings,
    refuse_stray,
)
from scoring.spreadsheet.names import Names, Record
from scoring.spreadsheet.records import Reading
from scoring.spreadsheet.shapes import formula_rows, replacement_rows

_ITEM = FORMULAS[0]
_SHARED = [column for column in FORMULAS if column.level == "item"]
_INPUT = [column for column in FORMULAS if column.level == "grade"]


def formula_cells(document: dict[str, Any], names: Names) -> list[list[Any]]:
    """The rows of 計算式: one an input; formula and item stand in the first."""
    found = []
    for shared, one, first in formula_rows(document):
        row = []
        for column in FORMULAS:
            record = shared if column.level == "item" else one
            wanted = first or column.level == "grade" or column is _ITEM
            row.append(records.shown(record, column, names) if wanted else None)
        found.append(row)
    return found


def replacement_cells(document: dict[str, Any], names: Names) -> list[list[Any]]:
    """The rows of 読替え."""
    return [records.show(one, REPLACEMENTS, names) for one in replacement_rows(document)]


def read_formulas(grid: Grid, into: Reading) -> None:
    """Add the formulas to the items that were read; faults are noted."""
    shared: Record = {}
    for line in _lines(grid, FORMULA_SHEET, FORMULAS):
        named: Record = {}
        if line[_ITEM].value is not None:
            records.read_cell(named, _ITEM, line[_ITEM], into)
        code = named.get("item", shared.get("item"))
        item = _item(code, line[_ITEM], into)
        if item is None:
            continue
        place = f"{into.places.get(f'path:{code}', '')}.formula"
        if code != shared.get("item"):
            cells = {column: line[column] for column in _SHARED if column in line}
            shared = {"item": code, **records.read(cells, _SHARED, into)}
            records.remember(place, cells, into)
            item["formula"] = {key: shared[key] for key in shared if key != "item"}
        inputs = item["formula"].setdefault("inputs", [])
        cells = {column: line[column] for column in _INPUT if column in line}
        inputs.append(records.read(cells, _INPUT, into))
        records.remember(f"{place}.inputs[{inputs[-1].get('code', len(inputs))}]", cells, into)


def read_replacements(grid: Grid, into: Reading) -> None:
    """Add the replacements to the items that were read; faults are noted."""
    for line in _lines(grid, REPLACEMENT_SHEET, REPLACEMENTS):
        record = records.read(line, REPLACEMENTS, into)
        code = record.pop("of", None)
        item = _item(code, line[REPLACEMENTS[0]], into)
        if item is not None:
            item.setdefault("replacements", []).append(record)
            place = f"{into.places.get(f'path:{code}', '')}.replacements[{record.get('when')}]"
            records.remember(place, line, into)


def _item(code: str | None, cell: Cell, into: Reading) -> Record | None:
    if code is None:
        into.faults.add(cell.place, "「項目」が空欄です", _ITEM.note)
        return None
    if code not in into.names.items:
        allowed = "、".join(into.names.items)
        into.faults.add(cell.place, f"項目「{code[:20]}」が評点表にありません", allowed)
    return into.names.items.get(code)


def _lines(grid: Grid, sheet: str, columns: tuple[Column, ...]) -> list[Line]:
    found_rows = list(grid.rows(sheet))
    header = heading_row(found_rows, columns)
    if header is None:
        if found_rows:
            allowed = "、".join(column.heading for column in columns)
            grid.faults.add(sheet, "見出しの行が見つかりません", allowed)
        return []
    found, others = columns_below(grid, header, columns)
    refuse_headings(grid, others, columns)
    below = [row for row in found_rows if row[0].row > header[0].row]
    for row in below:
        refuse_stray(grid, row, header)
    return [line_of(row, found) for row in below]
