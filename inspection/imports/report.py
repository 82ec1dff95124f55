"""What an import did, row by row: counted, shown up to a limit, and written out to be mended."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from inspection.imports.model import BadCell, Cell, RawRow

REFUSED, WARNING = "拒否", "警告"
REPORT_HEADINGS = ("行", "区分", "理由")


class RowsFile:
    """A CSV of refused rows as they were in the file, each with its number and the reason.

    UTF-8 with BOM, so that a spreadsheet opens it rightly; mended, it can be imported as it is.
    """

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*REPORT_HEADINGS, *headings])

    def write(self, raw: RawRow, kind: str, reason: str) -> None:
        """Add a row."""
        self._writer.writerow([raw.number, kind, reason, *map(_as_text, raw.cells)])

    def flush(self) -> None:
        """Hand what was written to the system, so that a killed run leaves it."""
        self._file.flush()

    def close(self) -> None:
        """End the file."""
        self._file.close()


@dataclass
class ImportReport:
    """What became of the rows. lines: the first of what is to be told, `more` are not kept."""

    most: int = 20
    file: RowsFile | None = None
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    lines: list[str] = field(default_factory=list)
    more: int = 0

    def refuse(self, raw: RawRow, reason: str) -> None:
        """Count and tell a row that was not imported."""
        self.refused += 1
        self._tell(raw, REFUSED, reason)

    def warn(self, raw: RawRow, reason: str) -> None:
        """Tell something of a row that was imported."""
        self.warnings += 1
        self._tell(raw, WARNING, reason)

    def flush(self) -> None:
        """Make what was told so far survive a kill."""
        if self.file is not None:
            self.file.flush()

    def _tell(self, raw: RawRow, kind: str, reason: str) -> None:
        if len(self.lines) < self.most:
            mark = "warning: " if kind == WARNING else ""
            self.lines.append(f"row {raw.number}: {mark}{reason}")
        else:
            self.more += 1
        if self.file is not None:
            self.file.write(raw, kind, reason)

    def __enter__(self) -> ImportReport:
        return self

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()


def _as_text(cell: Cell) -> Any:
    if isinstance(cell, BadCell):
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell
