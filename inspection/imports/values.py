"""Cells to values: text, numbers with units, yes and no. Each raises ValueError in Japanese."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time

from inspection.imports.eras import year_of
from inspection.imports.model import BadCell, Cell

EXACT = 10**15
"""From here on a spreadsheet has lost digits of a whole number."""

UNSAID = frozenset({"-", "ー", "―", "—", "不明", "不詳", "未詳", "未調査", "n/a", "null"})
_YES = frozenset({"true", "yes", "1", "はい", "有", "有り", "あり", "該当", "該当する"})
_NO = frozenset({"false", "no", "0", "いいえ", "無", "無し", "なし", "非該当", "該当しない"})
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
AREA_UNITS = frozenset({"m2", "m^2", "平米", "平方メートル", "平方m"})
DEGREES = frozenset({"°", "度"})
STOREYS = frozenset({"階", "階建", "階建て", "f", "層"})


def folded(text: str) -> str:
    """Return text in one width and case, without spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def text_of(cell: Cell) -> str | None:
    """Return a cell as text, None for an empty one; a whole number has no point.

    Raises ValueError for dates (what a spreadsheet makes of 1-2), formulas, and numbers so long
    that the spreadsheet has lost their last digits.
    """
    if cell is None or isinstance(cell, str):
        if isinstance(cell, BadCell):
            raise ValueError(str(cell))
        return (cell or "").strip() or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime | date | time):
        raise ValueError(
            f"セルが日付({cell:%Y-%m-%d})です。「1-2」などが日付に変わっています。"
            if isinstance(cell, date)
            else "セルが時刻です。文字として入力してください。"
        )
    if isinstance(cell, float) and not cell.is_integer():
        return repr(cell)
    if abs(cell) >= EXACT:
        raise ValueError("桁の多い数値です。表計算で下の桁が失われています。文字にしてください。")
    return str(int(cell))


def identifier_of(cell: Cell) -> str | None:
    """Return a case number in half width: ＫＫ－１ and KK-1 are the same case."""
    text = text_of(cell)
    return None if text is None else unicodedata.normalize("NFKC", text).strip() or None


def number_of(cell: Cell, units: frozenset[str] = frozenset()) -> int | float | None:
    """Return a number; text may carry one of the units, thousands' commas, and full width."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not math.isfinite(cell):
            raise ValueError("数値が有限ではありません。")
        return whole(cell)
    text = text_of(cell)
    if text is None or folded(text) in UNSAID:
        return None
    tidy = re.sub(r"\s+", "", folded(text))
    found = _NUMBER.match(tidy)
    if found is None or (found.end() < len(tidy) and tidy[found.end() :] not in units):
        raise ValueError(f"「{text[:40]}」は数値ではありません。")
    digits = found.group().replace(",", "")
    if len(digits) > 40:
        raise ValueError("数値の桁が多すぎます。")
    return whole(float(digits))


def whole(number: int | float) -> int | float:
    """Return a whole number as int, as the API reads 86.0; others as they are."""
    if isinstance(number, float) and number.is_integer() and abs(number) < EXACT:
        return int(number)
    return number


def storeys_of(cell: Cell) -> int | float | None:
    """Return a number of storeys: 2, 2階, 2F, 地上2階, 平屋, 2階建."""
    if isinstance(cell, str) and not isinstance(cell, BadCell):
        tidy = re.sub(r"\s+", "", folded(cell)).removeprefix("地上").removeprefix("木造")
        if tidy.removesuffix("て").removesuffix("建") in ("平屋", "平家"):
            return 1
        cell = tidy
    return number_of(cell, STOREYS)


def built_year_of(cell: Cell) -> int | float | None:
    """Return a western year, from a number, a date, or text in any calendar."""
    if isinstance(cell, date):
        return cell.year
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return number_of(cell)
    text = text_of(cell)
    if text is None or folded(text) in UNSAID:
        return None
    return year_of(text)


def truth_of(cell: Cell) -> bool | None:
    """Return yes or no. A circle is refused: it may say either."""
    if isinstance(cell, bool):
        return cell
    text = text_of(cell)
    if text is None:
        return None
    if folded(text) in _YES:
        return True
    if folded(text) in _NO:
        return False
    raise ValueError(f"「{text[:40]}」は はい/いいえ(有/無、TRUE/FALSE)のどれでもありません。")


def one_of(cell: Cell, known: Mapping[str, str], allowed: str) -> str | None:
    """Return what a word means. known: folded word -> value; allowed: for the message."""
    text = text_of(cell)
    if text is None:
        return None
    found = known.get(re.sub(r"\s+", "", folded(text)))
    if found is None:
        raise ValueError(f"「{text[:40]}」は使えません。{allowed} のいずれかです。")
    return found
