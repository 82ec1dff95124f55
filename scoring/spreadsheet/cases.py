"""The sheet 確認例: a worked case a row, a column for every item that a case answers."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scoring.spreadsheet import records
from scoring.spreadsheet.cells import exact, number_cell, number_of, text_of
from scoring.spreadsheet.columns import CASES, DEFAULTS, OTHERS
from scoring.spreadsheet.faults import Refusal
from scoring.spreadsheet.grid import Cell, Grid
from scoring.spreadsheet.layout import CASES as SHEET
from scoring.spreadsheet.lines import (
    columns_below,
    heading_row,
    line_of,
    refuse_stray,
)
from scoring.spreadsheet.names import Names, Record
from scoring.spreadsheet.records import Reading

CONDITION, AXIS = "条件: ", "軸: "
_NUMBERED = {"count": "数", "value": "値"}
_FORMS = "記号(イ、ロ)、該当なし、部位なし、不明"


def headings(document: Mapping[str, Any], names: Names) -> list[str]:
    """The headings to the right of CASES: conditions, axes, then every item."""
    conditions = [CONDITION + names.name("conditions", c) for c in names.words["conditions"]]
    axes = [AXIS + names.name("axes", code) for code in names.words["axes"]]
    return [*conditions, *axes, *names.items]


def rows(document: Mapping[str, Any], names: Names) -> list[list[Any]]:
    """The cells of every case, CASES first, then what `headings` names."""
    found = []
    for example in document.get("examples", []):
        row = records.show(example, CASES, names)
        facts, axes = example.get("conditions", {}), example.get("axes", {})
        row += [DEFAULTS[facts[c]] if c in facts else None for c in names.words["conditions"]]
        row += [number_cell(axes[c]) if c in axes else None for c in names.words["axes"]]
        answers = example["answers"]
        row += [
            show_answer(answers[code], code, names) if code in answers else None
            for code in names.items
        ]
        found.append(row)
    return found


def show_answer(answer: Any, item: str, names: Names) -> Any:
    """What a cell shows for an answer: marks, a word, or a number."""
    if isinstance(answer, str):
        return OTHERS.get(answer, answer)
    if isinstance(answer, list):
        return "、".join(names.mark(item, grade) for grade in answer)
    kind, value = next(iter(answer.items()))
    if kind == "inputs":
        return "、".join(f"{code}={number_cell(number)}" for code, number in value.items())
    number = number_cell(value)
    return number if kind == _number_kind(item, names) else f"{_NUMBERED[kind]} {number}"


def read_answer(raw: Any, item: str, names: Names) -> Any:
    """The answer that a cell holds. Raises Refusal."""
    if not isinstance(raw, str):
        kind = _number_kind(item, names)
        if kind is None:
            raise Refusal(f"項目 {item} に数値 {raw} は答えられません", _FORMS)
        return {kind: number_of(raw)}
    text = text_of(raw, _FORMS)
    for word, shown in OTHERS.items():
        if text in (word, shown):
            return word
    for kind, shown in _NUMBERED.items():
        matched = re.fullmatch(rf"{shown}\s+(-?\d+(?:\.\d+)?)", text)
        if matched:
            return {kind: exact(Decimal(matched.group(1)))}
    if "=" in text:
        return {"inputs": _inputs(text)}
    if re.fullmatch(r"[\d.]+", text):
        number_of(text)  # refuses a number that is stored as text, in the common words
    return [names.grade(item, part.strip()) for part in re.split("[、,]", text)]


def _inputs(text: str) -> Record:
    found: Record = {}
    for part in re.split("[、,]", text):
        code, _, number = part.partition("=")
        if not re.fullmatch(r"-?\d+(\.\d+)?", number.strip()):
            raise Refusal(
                f"「{part[:40]}」", "入力の記号=数値 を「、」で区切る(例 Aw1=900、Af=600)"
            )
        found[code.strip()] = exact(Decimal(number.strip()))
    return found


def _number_kind(item: str, names: Names) -> str | None:
    mode = names.items.get(item, {}).get("mode", "highest")
    return {"count": "count", "range": "value", "formula": "value"}.get(mode)


def read(grid: Grid, into: Reading) -> list[Record]:
    """The worked cases; faults are noted."""
    found_rows = list(grid.rows(SHEET))
    header = heading_row(found_rows, CASES)
    if header is None:
        into.faults.add(
            SHEET, "確認例の表が見つかりません", "見出しの行(説明、合計、判定、項目の番号…)"
        )
        return []
    found, others = columns_below(grid, header, CASES)
    targets = _targets(others, into)
    cases: list[Record] = []
    for row in (row for row in found_rows if row[0].row > header[0].row):
        refuse_stray(grid, row, header)
        line = line_of(row, found)
        case = records.read(line, CASES, into)
        case["answers"] = {}
        place = f"examples[{len(cases) + 1}]"
        records.remember(place, line, into)
        for cell in row:
            if cell.value is not None and cell.column in targets:
                _read_fact(case, *targets[cell.column], cell, into)
                into.places.setdefault(f"{place}.{targets[cell.column][1]}", cell.place)
        cases.append(case)
    return cases


def _targets(others: list[Cell], into: Reading) -> dict[int, tuple[str, str]]:
    """What the headings beside CASES mean: column -> (conditions, axes or answers; code)."""
    targets: dict[int, tuple[str, str]] = {}
    for cell in others:
        text = str(cell.value).strip()
        try:
            if text.startswith(CONDITION.strip()):
                name = text.removeprefix(CONDITION.strip()).strip()
                target = ("conditions", into.names.code("conditions", name))
            elif text.startswith(AXIS.strip()):
                target = ("axes", into.names.code("axes", text.removeprefix(AXIS.strip()).strip()))
            elif text in into.names.items:
                target = ("answers", text)
            else:
                allowed = "評点表にある項目の番号、「条件: 名前」、「メモ」で始まる見出し"
                raise Refusal(f"見出し「{text[:30]}」は項目の番号ではありません", allowed)
        except Refusal as refusal:
            into.faults.add(cell.place, refusal.found, refusal.allowed)
            continue
        if target in targets.values():
            into.faults.add(cell.place, f"見出し「{text[:30]}」が二つあります", "一つだけ")
        targets[cell.column] = target
    return targets


def _read_fact(case: Record, kind: str, code: str, cell: Cell, into: Reading) -> None:
    if into.faults.has(cell.place):
        return
    try:
        case.setdefault(kind, {})[code] = _fact(kind, code, cell.value, into.names)
    except Refusal as refusal:
        into.faults.add(cell.place, refusal.found, refusal.allowed)


def _fact(kind: str, code: str, raw: Any, names: Names) -> Any:
    if kind == "answers":
        return read_answer(raw, code, names)
    if kind == "axes":
        return number_of(raw)
    text = text_of(raw, "、".join(DEFAULTS.values()))
    for value, word in DEFAULTS.items():
        if text == word:
            return value
    raise Refusal(f"「{text[:30]}」", "、".join(DEFAULTS.values()))
