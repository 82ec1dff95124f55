"""What may stand in a cell: one codec a kind, each shows a document's value and reads it back.

A codec never guesses: a number written as text, or a date where a code belongs, is refused with
what was found and what is allowed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

from scoring.ranges import plain
from scoring.spreadsheet.faults import Refusal
from scoring.spreadsheet.names import Names

LONGEST_TEXT = 2_000
SEPARATOR = "、"
_BOUND = re.compile(r"(-?\d+(?:\.\d+)?|\d{1,6}/\d{1,6})(以上|超|以下|未満)")
_ENDS = {"以上": "min", "超": "above", "以下": "max", "未満": "below"}
RANGE_EXAMPLES = "1以上2以下、3以上、0.4以上0.6未満 のような書き方"


class Codec(Protocol):
    """Turns a document's value into what a cell shows, and back."""

    def show(self, value: Any, names: Names) -> Any:
        """What the cell holds: text, a number or a date."""

    def read(self, raw: Any, names: Names) -> Any:
        """The document's value. Raises Refusal."""


@dataclass(frozen=True)
class Text:
    """Words of any kind."""

    def show(self, value: Any, names: Names) -> str:
        """The text itself."""
        return str(value)

    def read(self, raw: Any, names: Names) -> str:
        """The text without blanks around it."""
        return text_of(raw, "文字")


@dataclass(frozen=True)
class Code:
    """An identifier in half-width characters; a whole number that was typed counts as its text."""

    dated: bool = False

    def show(self, value: Any, names: Names) -> str:
        """The code itself."""
        return str(value)

    def read(self, raw: Any, names: Names) -> str:
        """The code; with `dated`, a date that Excel made of it is its ISO form."""
        if isinstance(raw, date) and self.dated:
            return day_of(raw).isoformat()
        if isinstance(raw, int) and not isinstance(raw, bool):
            return str(raw)
        found = text_of(raw, "文字(半角)")
        half = unicodedata.normalize("NFKC", found)
        if half != found:
            raise Refusal(
                f"「{found[:60]}」に全角の英数字や記号があります", f"半角で「{half[:60]}」"
            )
        return found


@dataclass(frozen=True)
class Number:
    """A number, never text that looks like one."""

    def show(self, value: Any, names: Names) -> Any:
        """The number."""
        return number_cell(value)

    def read(self, raw: Any, names: Names) -> int | Decimal:
        """The number as the decimal that it is shown as."""
        return number_of(raw)


@dataclass(frozen=True)
class Day:
    """A date without a time."""

    def show(self, value: Any, names: Names) -> date:
        """The date."""
        return day_of(value)

    def read(self, raw: Any, names: Names) -> date:
        """The date; text that looks like one is refused."""
        if isinstance(raw, date):
            return day_of(raw)
        raise Refusal(
            f"{shown(raw)} は日付ではありません", "日付(例 2027-04-01。文字ではなく日付の書式)"
        )


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: Mapping[Any, str]  # the document's value -> the word in the cell

    def show(self, value: Any, names: Names) -> str:
        """The word; a value without one is shown as it is, and found out when read back."""
        return self.words.get(value, str(value))

    def read(self, raw: Any, names: Names) -> Any:
        """The value behind the word. Raises Refusal naming all of them."""
        found = text_of(raw, "、".join(self.words.values()))
        for value, word in self.words.items():
            if found in (word, value):
                return value
        raise Refusal(f"「{found[:60]}」", "、".join(self.words.values()))


@dataclass(frozen=True)
class Named:
    """A condition, outcome, axis or severity by its name or code."""

    kind: str
    open: bool = False  # a code that is not declared is taken as it is

    def show(self, value: Any, names: Names) -> str:
        """The name."""
        return names.name(self.kind, str(value))

    def read(self, raw: Any, names: Names) -> str:
        """The code."""
        found = text_of(raw, "文字")
        try:
            return names.code(self.kind, found)
        except Refusal:
            if self.open and found.isascii():
                return found
            raise


@dataclass(frozen=True)
class Many:
    """Several values of one kind in a cell, separated by 、."""

    each: Codec = field(default_factory=Code)

    def show(self, value: Any, names: Names) -> str:
        """All of them; an empty list is なし."""
        return SEPARATOR.join(str(self.each.show(one, names)) for one in value) or "なし"

    def read(self, raw: Any, names: Names) -> list[Any]:
        """The list. Raises Refusal for the first that does not fit."""
        found = str(raw) if isinstance(raw, int) else text_of(raw, "文字")
        if found == "なし":
            return []
        parts = [part.strip() for part in re.split("[、,]", found)]
        return [self.each.read(part, names) for part in parts if part]


@dataclass(frozen=True)
class Bounds:
    """A range in words, such as 0.4以上0.6未満."""

    def show(self, value: Any, names: Names) -> str:
        """The words for min, above, max and below."""
        return range_words(value)

    def read(self, raw: Any, names: Names) -> dict[str, int | Decimal | str]:
        """The keys min, above, max, below. Raises Refusal for anything else."""
        return bounds_of(raw)


def bounds_of(raw: Any) -> dict[str, int | Decimal | str]:
    """A range in words as the document's keys; a fraction stays text. Raises Refusal."""
    found = unicodedata.normalize("NFKC", text_of(raw, RANGE_EXAMPLES)).replace(" ", "")
    parts = _BOUND.findall(found)
    if not parts or "".join(number + word for number, word in parts) != found:
        raise Refusal(f"「{found[:60]}」は範囲として読めません", RANGE_EXAMPLES)
    keys: dict[str, int | Decimal | str] = {
        _ENDS[word]: number if "/" in number else exact(Decimal(number)) for number, word in parts
    }
    if len(keys) < len(parts):
        raise Refusal(f"「{found[:60]}」に同じ向きの境が二つあります", RANGE_EXAMPLES)
    return keys


def range_words(keys: Mapping[str, Any]) -> str:
    """A range of a document in words: 0.4以上0.6未満, 1/60以上."""
    words = {key: word for word, key in _ENDS.items()}
    ends = {key: keys[key] for key in words if key in keys}
    return "".join(
        f"{end if isinstance(end, str) else plain(Decimal(end))}{words[key]}"
        for key, end in ends.items()
    )


def text_of(raw: Any, allowed: str) -> str:
    """A cell's text. Raises Refusal for numbers, dates, truth values and overlong text."""
    if not isinstance(raw, str):
        hint = f"{allowed}(セルの書式を「文字列」にして入力)" if isinstance(raw, date) else allowed
        raise Refusal(f"{shown(raw)}", hint)
    if len(raw) > LONGEST_TEXT:
        raise Refusal(f"長すぎます({len(raw)} 文字)", f"{LONGEST_TEXT} 文字まで")
    return raw.replace("\r\n", "\n").strip()


def number_of(raw: Any) -> int | Decimal:
    """A cell's number. Raises Refusal, also for a number that is stored as text."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        if isinstance(raw, str) and _looks_like_number(raw):
            found = f"数値「{raw.strip()[:40]}」が文字として入力されています"
            raise Refusal(found, "数値(セルの書式を「標準」か「数値」にして入力し直す)")
        raise Refusal(f"{shown(raw)} は数値ではありません", "数値")
    return exact(Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw))


def number_cell(value: Any) -> int | float | str:
    """A number for a cell; one that a cell cannot hold exactly becomes text, which shows later."""
    number = Decimal(value)
    if number == number.to_integral_value() and abs(number) < 10**15:
        return int(number)
    return float(number) if Decimal(repr(float(number))) == number else plain(number)


def exact(number: Decimal) -> int | Decimal:
    """A whole number as int, as a TOML file would have it."""
    if number.is_finite() and number == number.to_integral_value() and abs(number) < 10**15:
        return int(number)
    return number


def day_of(raw: date) -> date:
    """A day. Raises Refusal for one with a time of day."""
    if not isinstance(raw, datetime):
        return raw
    if raw.time() != time(0):
        raise Refusal(f"{shown(raw)} に時刻が付いています", "日付だけ")
    return raw.date()


def shown(raw: Any) -> str:
    """A cell's content for a message."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, datetime) and raw.time() == time(0):
        return f"日付 {raw.date().isoformat()}"
    if isinstance(raw, date | time):
        return f"日付 {raw.isoformat()}"
    return f"「{str(raw)[:60]}」"


def _looks_like_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d,]+(\.\d+)?", unicodedata.normalize("NFKC", text).strip()))
