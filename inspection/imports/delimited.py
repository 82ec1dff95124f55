"""CSV: commas, tabs or semicolons, in UTF-8, UTF-16 or Shift_JIS."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from inspection.imports import encoding
from inspection.imports.model import (
    MOST_ROWS,
    ImportFileError,
    Options,
    RawRow,
    check_size,
    is_blank,
)

SUFFIXES = (".csv", ".tsv", ".txt")
MOST_LINE = 1_000_000  # characters
DELIMITERS = (",", "\t", ";")
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp932": "Shift_JIS", "utf-16": "UTF-16"}


def recognises(head: bytes) -> bool:
    """Say whether a file may be text: whatever is none of the others."""
    return not head.startswith((b"PK\x03\x04", b"SQLite format 3", b"\xd0\xcf\x11\xe0", b"%PDF"))


class Delimited:
    """A CSV file. Its rows are counted, and its quotes checked, before the first is given."""

    short_headings = False

    def __init__(self, path: Path, options: Options) -> None:
        self._path = path
        given = options.encoding
        self._codec = encoding.known_codec(given) if given else encoding.detect(path)
        self._delimiter = self._find_delimiter()
        self.headings, self.count = self._look_through()
        check_size(self.headings, self.count)
        shown = {"\t": "tab", ",": "comma", ";": "semicolon"}[self._delimiter]
        self.notes = [f"read as {_NAMES.get(self._codec, self._codec)}, separated by {shown}"]

    def rows(self) -> Iterator[RawRow]:
        """Give the rows below the headings; blank ones are left out, and counted as rows."""
        width = len(self.headings)
        for number, cells in self._below_headings():
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                fault = f"{len(cells)} 列あります(見出しは {width} 列)。区切りか引用符の誤りです。"
                yield RawRow(number, cells[:width], fault)
            else:
                yield RawRow(number, [*cells[:width], *[None] * (width - len(cells))])

    def _below_headings(self) -> Iterator[tuple[int, list[str]]]:
        records = self._records(self._delimiter)
        for _, cells in records:
            if not is_blank(cells):
                break
        yield from (record for record in records if not is_blank(record[1]))

    def _look_through(self) -> tuple[list[str], int]:
        headings: list[str] = []
        count = 0
        for _, cells in self._records(self._delimiter):
            if is_blank(cells):
                continue
            if headings:
                count += 1
            else:
                headings = [cell.strip() for cell in cells]
                while headings and not headings[-1]:
                    headings.pop()
            if count > MOST_ROWS:
                break
        return headings, count

    def _find_delimiter(self) -> str:
        """Take what divides the first line that holds anything into the most cells."""
        with self._open() as file:
            for line in _lines(file):
                if line.strip():
                    found = {mark: self._cells_in(line, mark) for mark in DELIMITERS}
                    return max(DELIMITERS, key=lambda mark: found[mark])
        raise ImportFileError("the file is empty")

    def _cells_in(self, line: str, mark: str) -> int:
        try:
            return len(next(csv.reader([line], delimiter=mark)))
        except csv.Error:
            return 0

    def _records(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Give (row, cells): a row is a record, as a spreadsheet counts, however many lines."""
        number = 0
        with self._open() as file:
            reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise ImportFileError(
                        f"row {number} (line {reader.line_num}): {_plain_words(error)}"
                    ) from None
                except UnicodeDecodeError:
                    raise ImportFileError(f"row {number}: is not {self._codec}") from None
                yield number, cells

    def _open(self) -> TextIO:
        return self._path.open(encoding=self._codec, newline="")


def _lines(file: TextIO) -> Iterator[str]:
    """Give lines, none so long that memory suffers."""
    number = 0
    while line := file.readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            raise ImportFileError(f"line {number} has more than {MOST_LINE:,} characters")
        yield line


def _plain_words(error: csv.Error) -> str:
    text = str(error)
    if "field limit" in text:
        return (
            f'a cell of more than {csv.field_size_limit():,} characters; is a quote (") not closed?'
        )
    if "expected after" in text or "unexpected end" in text:
        return 'a quote (") stands in the middle of a cell, or is not closed'
    return text
