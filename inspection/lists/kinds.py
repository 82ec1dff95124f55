"""The files that are made of a meeting: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspection.lists.model import MeetingList
from inspection.lists.text_file import to_csv


@dataclass(frozen=True)
class Kind:
    """How one file is written, its media type, and what it is called in Japanese."""

    write: Callable[[MeetingList], bytes]
    media_type: str
    called: str


# openpyxl and python-docx are imported when such a file is first written: they take 0.2 s, and
# every process imports this module.


def _xlsx(listed: MeetingList) -> bytes:
    from inspection.lists.workbook import to_xlsx

    return to_xlsx(listed)


def _docx(listed: MeetingList) -> bytes:
    from inspection.lists.minutes import to_docx

    return to_docx(listed)


KINDS: dict[str, Kind] = {
    "xlsx": Kind(
        _xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "案件一覧",
    ),
    "csv": Kind(to_csv, "text/csv; charset=utf-8", "案件一覧"),
    "docx": Kind(
        _docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "議事録案",
    ),
}


def file_name(listed: MeetingList, extension: str) -> str:
    """Return the name for saving: 第3回 判定委員会_案件一覧.xlsx."""
    name = "".join(c for c in listed.name if c not in '\\/:*?"<>|' and c.isprintable())
    return f"{name}_{KINDS[extension].called}.{extension}"
