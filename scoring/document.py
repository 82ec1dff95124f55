"""A TOML document read piece by piece, refusing what it should not hold and saying where."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from scoring.errors import RuleTableError
from scoring.model import Label
from scoring.ranges import End, Range

RANGE_KEYS = ("min", "above", "max", "below")
LARGEST_POINTS = Decimal(100_000)
LARGEST_VALUE = Decimal(10) ** 12
_FRACTION = re.compile(r"(\d{1,6})/([1-9]\d{0,5})")


def read_toml(path: Path) -> dict[str, Any]:
    """The document in a file; numbers with a point become Decimals.

    Raises RuleTableError when it cannot be read as TOML (a repeated key included).
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise RuleTableError(path.name, "", "UTF-8 の文字ではありません", "UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise RuleTableError(path.name, "", f"TOML として読めません({error})") from error


@dataclass(frozen=True, slots=True)
class Node:
    """One table of a document with its place, such as categories[2].items[2-4]."""

    file: str
    place: str
    content: Mapping[str, Any]

    def refuse(self, found: str, allowed: str = "", key: str = "") -> RuleTableError:
        """The error to raise about this place, or about one key in it."""
        return RuleTableError(self.file, self._at(key), found, allowed)

    def only(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Refuse keys that are not in either list, and missing ones of the first."""
        known = [*required, *optional]
        for key in self.content:
            if key not in known:
                raise self.refuse(f"知らないキー「{key}」", f"使えるのは {'、'.join(known)}")
        for key in required:
            if key not in self.content:
                raise self.refuse(f"キー「{key}」がありません", f"必要なのは {'、'.join(required)}")

    def text(self, key: str) -> str:
        """A text that is not blank."""
        found = self.content.get(key)
        if not isinstance(found, str) or not found.strip():
            raise self.refuse(_shown(found), "空でない文字列", key)
        return found

    def text_or_none(self, key: str) -> str | None:
        """A text, or None when the key is not there."""
        return self.text(key) if key in self.content else None

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of the allowed texts."""
        found = self.text(key)
        if found not in allowed:
            raise self.refuse(_shown(found), "、".join(allowed), key)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts, at least one."""
        found = self.content.get(key)
        good = isinstance(found, list) and found and all(isinstance(one, str) for one in found)
        if not isinstance(found, list) or not good:
            raise self.refuse(_shown(found), "文字列のリスト(一つ以上)", key)
        for text in found:
            if found.count(text) > 1:
                raise self.refuse(f"「{text}」が重複しています", "重複のないリスト", key)
        return tuple(found)

    def number(self, key: str, largest: Decimal = LARGEST_POINTS) -> Decimal:
        """A number from -`largest` to `largest` with at most three decimal places."""
        found = self.content.get(key)
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            raise self.refuse(_shown(found), "数値(引用符なし)", key)
        number = Decimal(found)
        if not number.is_finite() or abs(number) > largest:
            raise self.refuse(_shown(found), f"{largest} までの数値", key)
        if number != round(number, 3):
            raise self.refuse(_shown(found), "小数点以下3桁まで", key)
        return number

    def flag(self, key: str, default: bool) -> bool:
        """true or false, `default` when the key is not there."""
        found = self.content.get(key, default)
        if not isinstance(found, bool):
            raise self.refuse(_shown(found), "true か false(引用符なし)", key)
        return found

    def whole(self, key: str, most: int) -> int:
        """A whole number from 1 to `most`."""
        found = self.content.get(key)
        if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= most:
            raise self.refuse(_shown(found), f"1 から {most} までの整数", key)
        return found

    def date(self, key: str) -> date:
        """A day, without a time."""
        found = self.content.get(key)
        if not isinstance(found, date) or isinstance(found, datetime):
            raise self.refuse(_shown(found), "日付(例 2004-07-01、引用符なし)", key)
        return found

    def child(self, key: str) -> "Node":
        """The table under a key."""
        found = self.content.get(key)
        if not isinstance(found, dict):
            raise self.refuse(_shown(found), "{ … }", key)
        return Node(self.file, self._at(key), found)

    def children(self, key: str, name: str = "code", *, needed: bool = False) -> list["Node"]:
        """The list of tables under a key; each is placed by its `name`, or its number from 1."""
        found = self.content.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.refuse(_shown(found), "[[…]] または [{ … }, …]", key)
        if needed and not found:
            raise self.refuse("一つもありません", "一つ以上", key)
        return [
            Node(self.file, f"{self._at(key)}[{one.get(name, number)}]", one)
            for number, one in enumerate(found, start=1)
        ]

    def label(self, key: str) -> Label:
        """A label in both languages."""
        texts = self.child(key)
        texts.only(("ja", "en"))
        return Label(texts.text("ja"), texts.text("en"))

    def range(self, *, fractions: bool = False) -> Range:
        """The range in this table's keys min or above, max or below. Refuses an empty one.

        fractions: whether an end may be a text such as "1/60".
        """
        low = self._end("min", "above", fractions)
        high = self._end("max", "below", fractions)
        bounds = Range(low, high, "above" in self.content, "below" in self.content)
        if bounds.is_empty():
            raise self.refuse(f"範囲「{bounds}」に入る値がありません", "下限より大きい上限")
        return bounds

    def _end(self, closed: str, opened: str, fractions: bool) -> End | None:
        if closed in self.content and opened in self.content:
            raise self.refuse(f"{closed} と {opened} が両方あります", "どちらか一つ")
        for key in (closed, opened):
            if key in self.content:
                found = self.content[key]
                written = fractions and isinstance(found, str) and _FRACTION.fullmatch(found)
                if written:
                    return Fraction(int(written[1]), int(written[2]))
                return self.number(key, LARGEST_VALUE)
        return None

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place and key else self.place or key


def refuse_repeats(nodes: Collection[Node], what: str, key: str = "code") -> None:
    """Refuse the second of two nodes with the same text under `key`."""
    seen: set[str] = set()
    for node in nodes:
        text = node.text(key)
        if text in seen:
            raise node.refuse(f"{what}「{text}」が重複しています", "それぞれ異なるもの", key)
        seen.add(text)


def _shown(found: object) -> str:
    if found is None:
        return "ありません"
    text = found if isinstance(found, str) else repr(found)
    return f"「{text[:60]}」"
