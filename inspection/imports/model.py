"""What readers give: a table of cells with headings, rows numbered as in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

MOST_ROWS = 2_000_000
MOST_COLUMNS = 1_000

Cell = str | int | float | bool | datetime | date | time | None


class ImportFileError(ValueError):
    """A file cannot be imported as a whole; the message says why, in one line."""


class BadCell(str):
    """A cell without a value to rely on (a formula, an error); the text says what it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as the file has it, one cell a heading.

    number: as the clerk sees it: a spreadsheet's row (the heading is usually row 1), a layer's
    feature (from 1). fault: why the row cannot be read at all.
    """

    number: int
    cells: Sequence[Cell]
    fault: str | None = None


class Table(Protocol):
    """An opened file: its headings, how many rows it has, and the rows, read as they are asked.

    notes: what the reader decided and the clerk should know (encoding, reference system).
    short_headings: headings were cut by the format (dBASE: ten bytes).
    """

    headings: list[str]
    count: int
    notes: list[str]
    short_headings: bool

    def rows(self) -> Iterator[RawRow]:
        """Walk through the rows; memory does not grow with their number."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a file, where it does not say so itself.

    encoding: of text; crs: of a layer's coordinates, such as EPSG:6670; layer: which sheet or
    layer of a file that holds several.
    """

    encoding: str | None = None
    crs: str | None = None
    layer: str | None = None


def check_size(headings: Sequence[str], count: int) -> None:
    """Raise ImportFileError for a file without rows, or with more than can be meant."""
    if not any(headings):
        raise ImportFileError("the file has no headings")
    if len(headings) > MOST_COLUMNS:
        raise ImportFileError(f"{len(headings):,} columns; {MOST_COLUMNS:,} at most")
    if count == 0:
        raise ImportFileError("the file has headings only, and no row below them")
    if count > MOST_ROWS:
        raise ImportFileError(f"{count:,} rows; {MOST_ROWS:,} at most a file")


def is_blank(cells: Sequence[Cell]) -> bool:
    """Say whether a row holds nothing."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)
