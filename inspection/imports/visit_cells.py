"""What a cell under an item says: grades by code or mark, a word, a number, or a formula's inputs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from inspection.imports import values
from inspection.imports.model import Cell
from scoring.answers import readings
from scoring.model import Item, RuleTable

NONE_WORDS = frozenset(
    {"none", "なし", "無し", "無", "異常なし", "異状なし", "問題なし", "損傷なし", "劣化なし"}
)
UNKNOWN_WORDS = frozenset(
    {"unknown", "不明", "未確認", "確認不可", "確認できず", "目視不可", "見えず", "?"}
)
NA_WORDS = frozenset({"na", "n/a", "該当なし", "非該当", "対象外", "部位なし", "該当部位なし"})
_SEPARATORS = re.compile(r"[、,;・/+\s]+")
_BRACKETS = re.compile(r"[()\[\]「」.]")
_INPUT = re.compile(r"([A-Za-z]\w*)\s*[=:]\s*([-+]?[\d.]+)")
_KATAKANA = range(ord("ァ"), ord("ヶ") + 1)


class AnswerReader:
    """Reads the cells of rows under one rule table; made once for many rows.

    blank: what an empty cell means: "unknown" (not observed, which leaves the item out) or
    "none" (looked, nothing found), as on forms where only findings are marked.
    """

    def __init__(self, table: RuleTable, blank: str) -> None:
        self._table = table
        self._blank = blank
        self._items = {item.code: item for item in table.items()}
        self._grades = {code: _grade_words(item) for code, item in self._items.items()}

    def answers(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        """Return a row's answers in the API's form.

        A cell may say nothing, `なし` or `該当なし` of an item that the table does not have (a list
        of houses of several structures), but no grade. Raises ValueError with every faulty cell.
        """
        found: dict[str, Any] = {}
        faults: list[str] = []
        for code, cell in cells.items():
            try:
                answer = self._answer(code, cell)
            except ValueError as error:
                faults.append(f"{code}: {error}")
                continue
            if answer is not None:
                found[code] = answer
        if faults:
            raise ValueError(" / ".join(faults))
        return found

    def _answer(self, code: str, cell: Cell) -> Any:
        item = self._items.get(code)
        if isinstance(cell, bool | date | time):
            raise ValueError("評価として読めません(日付や TRUE/FALSE になっています)。")
        text = values.text_of(cell)
        if text is None:
            return "none" if self._blank == "none" and item is not None else None
        word = values.folded(text)
        for words, answer in ((NONE_WORDS, "none"), (UNKNOWN_WORDS, "unknown"), (NA_WORDS, "na")):
            if word in words:
                return answer if item is not None else None
        if item is None:
            raise ValueError(
                f"この項目は評点表 {self._table.id} にありません。空欄にしてください。"
            )
        grades = _grades_in(word, self._grades[code])
        if grades is not None:
            return grades
        return _measured(item, cell, text)


def _grade_words(item: Item) -> dict[str, str]:
    """Return how an item's grades may be written -> their codes."""
    words: dict[str, str] = {}
    for reading in readings(item):
        for grade in reading.grades:
            mark = values.folded(grade.mark)
            for word in (mark, _hiragana(mark), grade.code.lower()):
                words.setdefault(word, grade.code)
    return words


def _hiragana(text: str) -> str:
    return "".join(chr(ord(c) - 96) if ord(c) in _KATAKANA else c for c in text)


def _grades_in(word: str, known: Mapping[str, str]) -> list[str] | None:
    """Return the grades of `イ`, `i, ro`, `ロ・ハ`, `イロ`; None for anything else."""
    parts = [part for part in _SEPARATORS.split(_BRACKETS.sub("", word)) if part]
    if len(parts) == 1 and parts[0] not in known and all(c in known for c in parts[0]):
        parts = list(parts[0])
    if not parts or any(part not in known for part in parts):
        return None
    return [known[part] for part in parts]


def _measured(item: Item, cell: Cell, text: str) -> dict[str, Any]:
    """Return a count, a measured value, or the inputs of a formula."""
    modes = {reading.mode for reading in readings(item)}
    inputs = dict(_INPUT.findall(unicodedata.normalize("NFKC", text)))
    if inputs and "formula" in modes:
        return {"inputs": {name: values.number_of(number) for name, number in inputs.items()}}
    if modes.isdisjoint(("count", "range", "formula")):
        allowed = "、".join(
            dict.fromkeys(g.mark or g.code for r in readings(item) for g in r.grades)
        )
        raise ValueError(f"「{text[:40]}」は評価ではありません({allowed}、なし、不明、該当なし)。")
    number = values.number_of(cell, _units(item))
    if number is None:
        raise ValueError(f"「{text[:40]}」は数値ではありません。")
    return {"count" if "count" in modes else "value": number}


def _units(item: Item) -> frozenset[str]:
    units = {"", "箇所", "か所", "カ所", "ヶ所", "面", "%"}
    for reading in readings(item):
        if reading.measure is not None and reading.measure.unit is not None:
            units |= {
                values.folded(reading.measure.unit.ja),
                values.folded(reading.measure.unit.en),
            }
    return frozenset(units)
