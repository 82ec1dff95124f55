"""The sheets 表紙 (one value a line, then lists) and 判定 (lists)."""

from collections.abc import Mapping, Sequence
from typing import Any

from scoring.spreadsheet import records
from scoring.spreadsheet.columns import COVER, Column
from scoring.spreadsheet.grid import Cell, Grid
from scoring.spreadsheet.layout import BLOCK, COVER_BLOCKS, JUDGE_BLOCKS, Block
from scoring.spreadsheet.layout import COVER as COVER_SHEET
from scoring.spreadsheet.layout import JUDGE as JUDGE_SHEET
from scoring.spreadsheet.lines import (
    Row,
    blocks,
    columns_below,
    heading_row,
    line_of,
    refuse_headings,
    refuse_stray,
)
from scoring.spreadsheet.names import Names, Record
from scoring.spreadsheet.records import Reading
from scoring.spreadsheet.shapes import flat_modifier, modifier

_HEADINGS = ("項目", "内容", "記入のしかた")


def cover_rows(document: Mapping[str, Any], names: Names) -> list[list[Any]]:
    """Heading, value and note of every line of the cover."""
    values = records.show(document, COVER, names)
    lines = [[c.heading, value, c.note] for c, value in zip(COVER, values, strict=True)]
    return [list(_HEADINGS), *lines]


def block_rows(document: Mapping[str, Any], block: Block, names: Names) -> list[list[Any]]:
    """The lines of one list below its headings."""
    found = document.get(block.key, [])
    if block.key == "modifiers":
        found = [flat_modifier(record) for record in found]
    return [records.show(record, block.columns, names) for record in found]


def read_cover(grid: Grid, into: Reading) -> Record:
    """What the cover says about the table as a whole, with its lists; faults are noted."""
    lines: dict[Column, Cell] = {}
    known = {column.heading: column for column in COVER}
    begun = False
    for row in grid.rows(COVER_SHEET):
        first = row[0].value
        if isinstance(first, str) and first.strip().startswith(BLOCK):
            break
        if first == _HEADINGS[0]:
            begun = True
        if first is None or first == _HEADINGS[0] or not begun:
            continue
        column = known.get(str(first).strip())
        if column is None:
            allowed = "、".join(known)
            into.faults.add(row[0].place, f"「{str(first)[:30]}」という欄はありません", allowed)
        elif column in lines:
            into.faults.add(row[0].place, f"「{column.heading}」が二度あります", "一度だけ")
        else:
            lines[column] = row[1] if len(row) > 1 else Cell(COVER_SHEET, row[0].row, 2, None)
    for column in COVER:
        if column.required and column not in lines:
            into.faults.add(f"{COVER_SHEET}({column.heading})", "この欄がありません", column.note)
    document = records.read(lines, COVER, into)
    into.scored = document.get("scored", True)
    records.remember("", lines, into)
    document |= _read_blocks(grid, COVER_SHEET, COVER_BLOCKS, into)
    return document


def read_judge(grid: Grid, into: Reading) -> Record:
    """The modifiers, outcomes and judgements; faults are noted."""
    return _read_blocks(grid, JUDGE_SHEET, JUDGE_BLOCKS, into)


def _read_blocks(grid: Grid, sheet: str, known: Sequence[Block], into: Reading) -> Record:
    found: Record = {}
    for block, rows in blocks(grid, sheet, known):
        read = _read_block(grid, block, rows, into)
        if block.key in ("conditions", "axes", "severities", "outcomes"):
            into.names.declare(block.key, read)
        if read:
            found[block.key] = read
    return found


def _read_block(grid: Grid, block: Block, rows: list[Row], into: Reading) -> list[Record]:
    header = heading_row(rows, block.columns)
    if header is None:
        if rows:
            allowed = "、".join(column.heading for column in block.columns)
            into.faults.add(rows[0][0].place, f"「{block.title}」の見出しがありません", allowed)
        return []
    found, others = columns_below(grid, header, block.columns)
    refuse_headings(grid, others, block.columns)
    records_read: list[Record] = []
    for row in rows:
        if row[0].row <= header[0].row:
            continue
        refuse_stray(grid, row, header)
        line = line_of(row, found)
        record = records.read(line, block.columns, into)
        if block.key == "modifiers":
            record = modifier(record)
        place = f"{block.key}[{record.get('code', len(records_read) + 1)}]"
        _refuse_twice(record, records_read, block, line, into)
        records.remember(place, line, into)
        _remember_whole(place, block, line, into)
        records_read.append(record)
    return records_read


def _refuse_twice(
    record: Record, before: list[Record], block: Block, line: Mapping[Column, Cell], into: Reading
) -> None:
    code = record.get("code")
    if code is not None and any(one.get("code") == code for one in before):
        column = next(column for column in block.columns if column.path == ("code",))
        found = f"「{column.heading}」の {code} が二つあります"
        into.faults.add(line[column].place, found, "それぞれ異なるもの")


def _remember_whole(place: str, block: Block, line: Mapping[Column, Cell], into: Reading) -> None:
    """Faults about a whole list, or about `multiply` and `min`, point at the line as well."""
    cells = {column.heading: cell for column, cell in line.items()}
    into.places.setdefault(block.key, next(iter(cells.values())).place)
    for heading, keys in (("値", ("multiply", "add")), ("基準", ("min", "above", "max", "below"))):
        for key in keys if heading in cells else ():
            into.places.setdefault(f"{place}.{key}", cells[heading].place)
