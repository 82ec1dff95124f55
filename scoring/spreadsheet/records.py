"""Between a document's records and the cells of a row, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.spreadsheet.columns import ALL, Column, Path
from scoring.spreadsheet.faults import Refusal
from scoring.spreadsheet.grid import Cell, Faults
from scoring.spreadsheet.lists import range_part
from scoring.spreadsheet.names import Names, Record

Places = dict[str, str]  # a place of the document -> the cell where it was written


@dataclass
class Reading:
    """What reading a workbook gathers: faults, the names known so far, where everything stood.

    scored: whether grades need points.
    """

    faults: Faults
    names: Names = field(default_factory=Names)
    places: Places = field(default_factory=dict)
    scored: bool = True


def get(record: Mapping[str, Any], path: Path) -> Any:
    """The value at a path, None when it is not there."""
    found: Any = record
    for step in path:
        if not isinstance(found, Mapping):
            return None
        if step == ALL:
            return range_part(dict(found)) or None
        found = found.get(step)
    return found


def put(record: Record, path: Path, value: Any) -> None:
    """Set the value at a path, making what lies between."""
    *steps, last = path
    for step in steps:
        record = record.setdefault(step, {})
    if last == ALL:
        record.update(value)
    else:
        record[last] = value


def show(record: Mapping[str, Any], columns: Sequence[Column], names: Names) -> list[Any]:
    """What the cells of a row hold for a record: None where it has nothing."""
    return [shown(record, column, names) for column in columns]


def shown(record: Mapping[str, Any], column: Column, names: Names) -> Any:
    """What one cell holds for a record."""
    value = get(record, column.path)
    if value is None or (column.fallback and value == get(record, column.fallback)):
        return None
    return column.codec.show(value, names)


def read(
    cells: Mapping[Column, Cell], columns: Sequence[Column], into: Reading, *, sheet: str = ""
) -> Record:
    """The record of a row; faults are noted, and what cannot be read is left out.

    cells: those of the columns that the sheet has. Columns with a fallback are filled at the end.
    """
    record: Record = {}
    for column in columns:
        cell = cells.get(column)
        if cell is None:
            continue
        if cell.value is None:
            if column.required:
                into.faults.add(cell.place, f"「{column.heading}」が空欄です", column.note)
            continue
        read_cell(record, column, cell, into)
    for column in columns:
        if column.fallback and get(record, column.path) is None:
            other = get(record, column.fallback)
            if other is not None:
                put(record, column.path, other)
    return record


def read_cell(record: Record, column: Column, cell: Cell, into: Reading) -> None:
    """Read one filled cell into a record, or note why it cannot be."""
    if into.faults.has(cell.place):
        return
    try:
        put(record, column.path, column.codec.read(cell.value, into.names))
    except Refusal as refusal:
        into.faults.add(cell.place, refusal.found, refusal.allowed or column.note)


def remember(place: str, cells: Mapping[Column, Cell], into: Reading) -> None:
    """Note where the parts of a record stand, for faults that the loader finds later."""
    for column, cell in cells.items():
        steps = [step for step in column.path if step != ALL]
        into.places.setdefault(".".join((place, *steps)) if place else ".".join(steps), cell.place)
        if cell.value is not None:
            into.places.setdefault(place, cell.place)


def used(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]]
) -> tuple[list[Column], list[list[Any]]]:
    """The columns without those for rare things that no row has, and the rows likewise.

    What stands in a row beyond the columns stays.
    """
    kept = [
        at
        for at, column in enumerate(columns)
        if not column.side or any(row[at] is not None for row in rows)
    ]
    shorter = [[row[at] for at in kept] + list(row[len(columns) :]) for row in rows]
    return [columns[at] for at in kept], shorter
