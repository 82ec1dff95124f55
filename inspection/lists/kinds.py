"""The files that are made of a meeting: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspection.lists.minutes import to_docx
from inspection.lists.model import MeetingList
from inspection.lists.text_file import to_csv
from inspection.lists.workbook import to_xlsx


@dataclass(frozen=True)
class Kind:
    """How one file is written, its media type, and what it is called in Japanese."""

    write: Callable[[MeetingList], bytes]
    media_type: str
    called: str


KINDS: dict[str, Kind] = {
    "xlsx": Kind(
        to_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "案件一覧",
    ),
    "csv": Kind(to_csv, "text/csv; charset=utf-8", "案件一覧"),
    "docx": Kind(
        to_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "議事録案",
    ),
}


def file_name(listed: MeetingList, extension: str) -> str:
    """Return the name for saving: 第3回 判定委員会_案件一覧.xlsx."""
    name = "".join(c for c in listed.name if c not in '\\/:*?"<>|' and c.isprintable())
    return f"{name}_{KINDS[extension].called}.{extension}"
