"""The columns of a list of past visits: their headings, and what a cell of each means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from functools import partial
from typing import Any

from inspection.imports import values
from inspection.imports.eras import moment_of
from inspection.imports.headings import KEPT, match, plain, refuse_unknown
from inspection.imports.house_columns import HEADINGS as HOUSE_HEADINGS
from inspection.imports.model import Cell, ImportFileError, RawRow, Table
from inspection.labels import METHOD_LABELS, STATUS_LABELS
from scoring.model import RuleTable

Parse = Callable[[Cell], Any]

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("uuid",),
    "code": HOUSE_HEADINGS["code"],
    "inspected_at": ("調査日", "調査日時", "調査年月日", "現地調査日", "判定日", "判定日時",
                     "判定年月日"),
    "inspectors": ("判定員", "判定員名", "判定者", "調査員", "調査員名", "調査者"),
    "status": ("状態", "ステータス"),
    "method": ("調査方法", "判定方法", "方法"),
    "remarks": ("備考", "特記事項", "総合所見", "所見"),
    "notes": ("項目別所見", "項目別メモ"),
    "total": ("評点", "評点合計", "合計評点", "合計", "合計点", "総合評点", "点数", "総評点"),
}  # fmt: skip
HOUSE_ONLY = frozenset(
    plain(heading)
    for name, aliases in HOUSE_HEADINGS.items()
    if name not in ("id", "code", "notes")
    for heading in (name, *aliases)
)
"""Headings of the house's own fields, which such lists repeat for the reader."""

_STATUSES = {
    "draft": ("下書",),
    "submitted": ("提出", "提出済"),
    "returned": ("差し戻し", "差戻", "返却"),
    "confirmed": ("確定済", "確定済み", "確認済", "確認済み"),
    "scheduled": ("議案", "議案提出", "審議中"),
    "decided": ("決定", "決定済", "認定", "不認定", "保留"),
}
STATUSES = {
    **{code: code for code in STATUS_LABELS},
    **{label: code for code, label in STATUS_LABELS.items()},
    **{word: code for code, words in _STATUSES.items() for word in words},
}
METHODS = {
    **{code: code for code in METHOD_LABELS},
    **{label: code for code, label in METHOD_LABELS.items()},
    **{"全項目": "full", "外観": "exterior", "外観目視": "exterior", "外観調査": "exterior"},
}
NEEDS_A_MEETING = (
    "status: 付議・決定済みは会議の記録と一組のため取り込めません。"
    "「確定」で取り込み、会議の案件に載せてください。"
)
_SEPARATORS = re.compile(r"[、,,;;・/\n\r]+")
_DASHES = re.compile(r"(?<=\d)[‐‑‒–—−ー](?=\d)")
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日")
_NOTE_OF = re.compile(r"(?:notes?[.:_ ])(.+)|(.+?)[.:_ ]?(?:メモ|備考|所見|notes?)", re.DOTALL)
_NOTE_LINE = re.compile(r"\s*([^\s:=]+)\s*[:=]\s*(.+)")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One row as far as it can be read without the house and its rule table.

    code: the house's; fields: what the record takes as it is; answers, conditions: cells by code;
    status: as it is to be stored; total: what the paper says.
    """

    raw: RawRow
    code: str | None = None
    id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Cell] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    status: str = "submitted"
    total: int | float | None = None
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class VisitColumns:
    """Which column holds what, and how its cells are read."""

    places: dict[str, int]
    parsers: dict[str, Parse]
    ignored: list[str]
    items: dict[str, int]
    notes: dict[str, int]
    conditions: dict[str, int]

    def read(self, raw: RawRow) -> VisitRow:
        """Read one row; every fault of it is told, not the first alone."""
        if raw.fault:
            return VisitRow(raw, faults=[raw.fault])
        faults: list[str] = []
        found = {
            name: _parsed(name, parse, raw.cells[self.places[name]], faults)
            for name, parse in self.parsers.items()
        }
        notes = {**(found.pop("notes", None) or {}), **self._notes(raw, faults)}
        conditions = {
            code: truth
            for code, place in self.conditions.items()
            if (truth := _parsed(code, _condition, raw.cells[place], faults)) is not None
        }
        if found.get("inspected_at") is None and not faults:
            faults.append("inspected_at: 調査日がありません。")
        status = found.pop("status", None) or "submitted"
        if status in ("scheduled", "decided"):
            faults.append(NEEDS_A_MEETING)
        return VisitRow(
            raw,
            found.pop("code"),
            found.pop("id", None),
            {
                "inspected_at": found["inspected_at"],
                "inspectors": found.get("inspectors") or [],
                "method": found.get("method") or "full",
                "remarks": found.get("remarks"),
                "notes": notes,
            },
            {code: raw.cells[place] for code, place in self.items.items()},
            conditions,
            status,
            found.get("total"),
            faults,
        )

    def _notes(self, raw: RawRow, faults: list[str]) -> dict[str, str]:
        texts = {
            code: _parsed(f"notes.{code}", values.text_of, raw.cells[place], faults)
            for code, place in self.notes.items()
        }
        return {code: text for code, text in texts.items() if text}


def visit_columns(
    table: Table, *, tables: Iterable[RuleTable], zone: tzinfo, ignore_unknown: bool
) -> VisitColumns:
    """Find the fields, items, notes and conditions of a list's columns.

    tables: every rule table at hand; zone: of days and times without an offset.
    Raises ImportFileError for no column of case numbers, days or items, two columns of one
    field, or an unknown one.
    """
    known = _known(list(tables))
    headings = [tidy_heading(heading, known) for heading in table.headings]
    places, unknown = match(headings, known, passed_over=HOUSE_ONLY | KEPT)
    if not ignore_unknown:
        refuse_unknown(unknown, known)
    for name, what in (("code", "案件番号"), ("inspected_at", "調査日")):
        if name not in places:
            raise ImportFileError(f"no column for {name} ({what})")
    items = _named(places, "item.")
    if not items:
        raise ImportFileError("no column for an item (2-1, 2-2 …)")
    return VisitColumns(
        places,
        {name: parse for name, parse in _parsers(zone).items() if name in places},
        unknown,
        items,
        _named(places, "note."),
        _named(places, "condition."),
    )


def tidy_heading(heading: str, known: Mapping[str, str]) -> str:
    """Return the heading of an item as its code, whatever was added to it or made of it.

    `２ー４`, `2-4 屋根`, `2-4(屋根)` and the date `2月4日` are all `2-4`.
    """
    name = _DASHES.sub("-", plain(heading))
    name = _MONTH_DAY.sub(r"\1-\2", name)
    if name in known:
        return name
    note = _NOTE_OF.fullmatch(name)
    if note and known.get(code := note[1] or note[2], "").startswith("item."):
        return f"notes.{code}"
    code = re.match(r"\d+-\d+", name)
    return code.group() if code and code.group() in known else heading


def _known(tables: list[RuleTable]) -> dict[str, str]:
    known: dict[str, str] = {}
    for table in tables:
        for condition in table.conditions:
            known[plain(condition.label.ja)] = f"condition.{condition.code}"
            known[plain(condition.code)] = f"condition.{condition.code}"
        for item in table.items():
            known[plain(item.code)] = f"item.{item.code}"
            known[f"notes.{plain(item.code)}"] = f"note.{item.code}"
    for name, aliases in HEADINGS.items():
        known |= {plain(heading): name for heading in (name, *aliases)}
    return known


def _named(places: Mapping[str, int], kind: str) -> dict[str, int]:
    return {n.removeprefix(kind): at for n, at in places.items() if n.startswith(kind)}


def _parsers(zone: tzinfo) -> dict[str, Parse]:
    allowed = "、".join(
        STATUS_LABELS[code] for code in ("draft", "submitted", "returned", "confirmed")
    )
    return {
        "id": values.identifier_of,
        "code": values.identifier_of,
        "inspected_at": partial(moment, zone=zone),
        "inspectors": _names,
        "status": partial(values.one_of, known=STATUSES, allowed=allowed),
        "method": partial(values.one_of, known=METHODS, allowed="、".join(METHOD_LABELS.values())),
        "remarks": values.text_of,
        "notes": _note_lines,
        "total": partial(values.number_of, units=frozenset({"点"})),
    }


def moment(cell: Cell, zone: tzinfo) -> str | None:
    """Return a cell's moment as RFC 3339: a day alone begins at 00:00 in the site's zone."""
    found: Any = cell
    if not isinstance(cell, date):
        text = values.text_of(cell)
        if text is None:
            return None
        if isinstance(cell, int | float):
            raise ValueError(f"数値({text})です。日付の書式か文字にしてください。")
        found = moment_of(text)
    if not isinstance(found, datetime):
        found = datetime.combine(found, time())
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return str(found.isoformat())


def _names(cell: Cell) -> list[str]:
    text = values.text_of(cell) or ""
    return [name.strip() for name in _SEPARATORS.split(text) if name.strip()]


def _note_lines(cell: Cell) -> dict[str, str]:
    """Read `2-2: 柱が傾いている` lines: item code, colon, text."""
    notes: dict[str, str] = {}
    for line in (values.text_of(cell) or "").splitlines():
        found = _NOTE_LINE.fullmatch(line)
        if found is None and line.strip():
            raise ValueError(f"「{line.strip()[:40]}」は「項目番号: 文」の形ではありません。")
        if found:
            notes[_DASHES.sub("-", values.folded(found[1]))] = found[2].strip()
    return notes


def _condition(cell: Cell) -> bool | str | None:
    if isinstance(cell, str) and values.folded(cell) in (*values.UNSAID, "unknown"):
        return "unknown"
    return values.truth_of(cell)


def _parsed(name: str, parse: Parse, cell: Cell, faults: list[str]) -> Any:
    try:
        return parse(cell)
    except ValueError as error:
        faults.append(f"{name}: {error}")
        return None
