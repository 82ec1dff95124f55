"""Lists that stand in one cell of a judgement: bands of points, findings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scoring.spreadsheet.cells import bounds_of, range_words, text_of
from scoring.spreadsheet.faults import Refusal
from scoring.spreadsheet.names import Names, Record

_RANGE_KEYS = ("min", "above", "max", "below")


@dataclass(frozen=True)
class Ranks:
    """Bands of points, one a line: 特定空家等: 100以上."""

    def show(self, value: Sequence[Record], names: Names) -> str:
        """One line a band."""
        return "\n".join(
            f"{names.name('outcomes', str(one['code']))}: {range_words(one)}" for one in value
        )

    def read(self, raw: Any, names: Names) -> list[Record]:
        """The bands. Raises Refusal for a line that is none."""
        example = "1行に一つ、結果: 範囲(例 特定空家等: 100以上)"
        found = []
        for line in text_of(raw, example).splitlines():
            name, colon, bounds = line.replace(":", ":").partition(":")
            if not colon:
                raise Refusal(f"「{line[:60]}」", example)
            code = names.code("outcomes", name.strip())
            found.append({"code": code, **bounds_of(bounds)})
        return found


@dataclass(frozen=True)
class Findings:
    """Grades of items: 2-4 ハ、2-2 ハ."""

    def show(self, value: Sequence[Record], names: Names) -> str:
        """Item and mark, separated by 、."""
        return "、".join(f"{one['item']} {names.mark(one['item'], one['grade'])}" for one in value)

    def read(self, raw: Any, names: Names) -> list[Record]:
        """The findings. Raises Refusal for an item or mark that the table does not have."""
        example = "項目と記号(例 2-4 ハ、2-2 ハ)"
        found = []
        for part in re.split("[、,\n]", text_of(raw, example)):
            item, blank, mark = part.strip().replace("\u3000", " ").partition(" ")
            if not blank:
                raise Refusal(f"「{part[:60]}」", example)
            if item not in names.items:
                raise Refusal(f"項目「{item[:20]}」が評点表にありません", "、".join(names.items))
            found.append({"item": item, "grade": names.grade(item, mark.strip())})
        return found


def range_part(record: Record) -> Record:
    """The keys of a record that make a range."""
    return {key: record[key] for key in _RANGE_KEYS if key in record}
