"""The sheet 評点表: a row a grade, in the order of the ordinance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scoring.spreadsheet import records
from scoring.spreadsheet.columns import POINTS, Column
from scoring.spreadsheet.grid import Cell, Grid
from scoring.spreadsheet.layout import POINTS as SHEET
from scoring.spreadsheet.lines import (
    Line,
    columns_below,
    heading_row,
    line_of,
    refuse_headings,
    refuse_stray,
)
from scoring.spreadsheet.names import MARK_CODES, Names, Record
from scoring.spreadsheet.records import Reading

LEVELS = ("category", "item", "grade")
BY_LEVEL = {level: [column for column in POINTS if column.level == level] for level in LEVELS}
_CODE = {level: next(c for c in BY_LEVEL[level] if c.path == ("code",)) for level in LEVELS}
_MARK = next(column for column in POINTS if column.path == ("mark",))
_SCORE = next(column for column in POINTS if column.path == ("points",))


def rows(document: Mapping[str, Any], names: Names) -> list[list[Any]]:
    """The cells of every row below the headings, in the order of POINTS.

    The codes of category and item stand in every row, the rest of them in the first one only.
    """
    found = []
    for category in document.get("categories", []):
        for place, item in enumerate(category["items"]):
            for number, grade in enumerate(item.get("grades") or [{}]):
                levels = {
                    "category": (category, place == 0 and number == 0),
                    "item": (item, number == 0),
                    "grade": (_without_plain_code(grade), True),
                }
                found.append([_cell(column, *levels[column.level], names) for column in POINTS])
    return found


def _cell(column: Column, record: Mapping[str, Any], first: bool, names: Names) -> Any:
    if not first and column is not _CODE[column.level]:
        return None
    return records.shown(record, column, names)


def _without_plain_code(grade: Mapping[str, Any]) -> Record:
    """A grade without the code that its mark means anyway."""
    plain = MARK_CODES.get(str(grade.get("mark"))) == grade.get("code")
    return {key: grade[key] for key in grade if not (plain and key == "code")}


@dataclass
class _Open:
    """The category and item that rows are being added to."""

    category: Record = field(default_factory=dict)
    item: Record = field(default_factory=dict)
    first: dict[str, Line] = field(default_factory=dict)  # place -> the first line of it
    last_points: Decimal | None = None


def read(grid: Grid, into: Reading) -> list[Record]:
    """The categories of the sheet; faults are noted."""
    found_rows = list(grid.rows(SHEET))
    header = heading_row(found_rows, POINTS)
    if header is None:
        allowed = "、".join(column.heading for column in POINTS if column.required)
        into.faults.add(SHEET, "評点の表が見つかりません", f"見出しの行({allowed})")
        return []
    found, others = columns_below(grid, header, POINTS)
    refuse_headings(grid, others, POINTS)
    categories: list[Record] = []
    state = _Open()
    for row in found_rows:
        if row[0].row > header[0].row:
            refuse_stray(grid, row, header)
            line = line_of(row, found)
            if any(cell.value is not None for cell in line.values()):
                _take(line, state, categories, into)
    return categories


def _take(line: Line, state: _Open, categories: list[Record], into: Reading) -> None:
    code = _code(line, "category", state.category.get("code"), into)
    if code is None:
        return
    if code != state.category.get("code"):
        state.item = {}
    state.category = _entered(line, "category", code, "", state, categories, into)
    place = f"categories[{code}]"
    item_code = _code(line, "item", state.item.get("code"), into)
    if item_code is None:
        return
    items = state.category.setdefault("items", [])
    before = state.item
    state.item = _entered(line, "item", item_code, place, state, items, into)
    if state.item is not before:
        state.last_points = None
        into.names.items[item_code] = state.item
    _take_grade(line, f"{place}.items[{item_code}]", state, into)


def _code(line: Line, level: str, current: str | None, into: Reading) -> str | None:
    """The code in a row, or the one above where it is empty."""
    column = _CODE[level]
    cell = line.get(column)
    if cell is None or cell.value is None:
        if current is None and cell is not None:
            into.faults.add(cell.place, f"「{column.heading}」が空欄です", column.note)
        return current
    record: Record = {}
    records.read_cell(record, column, cell, into)
    return record.get("code")


def _entered(
    line: Line,
    level: str,
    code: str,
    above: str,
    state: _Open,
    siblings: list[Record],
    into: Reading,
) -> Record:
    """The category or item of a row: the open one, or a new one."""
    kind = "categories" if level == "category" else "items"
    place = f"{above}.{kind}[{code}]" if above else f"{kind}[{code}]"
    current = state.category if level == "category" else state.item
    columns = BY_LEVEL[level]
    cells = {column: line[column] for column in columns if column in line}
    if current.get("code") == code:
        _refuse_other_content(cells, state.first[place], into)
        return current
    known = into.names.items if level == "item" else {str(one["code"]): one for one in siblings}
    cell = cells[_CODE[level]]
    if code in known:
        before = into.places.get(f"{kind}:{code}", "")
        what = _CODE[level].heading
        found = f"{what} {code} は {before} にもあります"
        into.faults.add(cell.place, found, f"{what}ごとに続けて書くか、別の番号にする")
        return known[code]
    into.places[f"{kind}:{code}"] = cell.place
    into.places[f"path:{code}"] = place
    record = {**records.read(cells, columns, into), "code": code}
    records.remember(place, cells, into)
    state.first[place] = line
    siblings.append(record)
    return record


def _refuse_other_content(cells: Line, first: Line, into: Reading) -> None:
    """Note what differs from the first row of the same category or item."""
    for column, cell in cells.items():
        if cell.value is None or column.path == ("code",):
            continue
        if cell.value != first[column].value:
            found = f"「{column.heading}」が {first[column].place} と違います"
            into.faults.add(cell.place, found, "空欄にするか、同じ内容にする")


def _take_grade(line: Line, place: str, state: _Open, into: Reading) -> None:
    columns: Sequence[Column] = BY_LEVEL["grade"]
    cells = {column: line[column] for column in columns if column in line}
    if all(cell.value is None for cell in cells.values()) and "per_unit" in state.item:
        return
    grade = records.read(cells, columns, into)
    if into.scored and _SCORE in cells and cells[_SCORE].value is None:
        into.faults.add(cells[_SCORE].place, "「評点」が空欄です", _SCORE.note)
    if "code" not in grade and "mark" in grade:
        _plain_code(grade, cells, into)
    grades = state.item.setdefault("grades", [])
    _refuse_twice(grade, grades, cells, into)
    _refuse_falling(grade, state, cells, into)
    records.remember(f"{place}.grades[{grade.get('code', len(grades) + 1)}]", cells, into)
    grades.append(grade)


def _plain_code(grade: Record, cells: Mapping[Column, Cell], into: Reading) -> None:
    mark = str(grade["mark"])
    if mark in MARK_CODES:
        grade["code"] = MARK_CODES[mark]
    else:
        found = f"記号「{mark[:20]}」の符号が決まりません"
        allowed = f"{'、'.join(MARK_CODES)}、または「評価の符号」の列に半角の符号"
        into.faults.add(cells[_MARK].place, found, allowed)


def _refuse_twice(
    grade: Record, grades: list[Record], cells: Mapping[Column, Cell], into: Reading
) -> None:
    for column in (_MARK, _CODE["grade"]):
        value = records.get(grade, column.path)
        if value is not None and any(records.get(one, column.path) == value for one in grades):
            cell = cells.get(column) or cells[_MARK]
            found = f"「{column.heading}」の {value} がこの項目に二つあります"
            into.faults.add(cell.place, found, "項目の中でそれぞれ異なるもの")


def _refuse_falling(
    grade: Record, state: _Open, cells: Mapping[Column, Cell], into: Reading
) -> None:
    points = grade.get("points")
    if points is None:
        return
    before = state.last_points
    state.last_points = Decimal(points)
    if state.item.get("mode") == "sum" or before is None or points > before:
        return
    found = f"評点 {points} が前の行の {before} より大きくありません"
    into.faults.add(cells[_SCORE].place, found, "項目の中で順に増える評点")
