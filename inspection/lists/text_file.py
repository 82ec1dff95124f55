"""The list of cases as CSV: UTF-8 with BOM, CRLF, dates as ISO 8601, numbers as numbers."""

from __future__ import annotations

import csv
import io
from datetime import date

from inspection.lists.columns import COLUMNS, Value
from inspection.lists.model import MeetingList
from inspection.lists.safe_text import printable, unformulated


def to_csv(listed: MeetingList) -> bytes:
    """Return the list as a text file that office programs open without a question."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([column.heading for column in COLUMNS])
    for case in listed.cases:
        writer.writerow([_cell(column.value(case)) for column in COLUMNS])
    return stream.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return unformulated(printable(value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else f"{value:.10g}"
