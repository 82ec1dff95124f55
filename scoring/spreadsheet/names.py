"""What the codes of one rule table are called in its sheets: conditions, outcomes, marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.spreadsheet.faults import Refusal

Record = dict[str, Any]
MARK_CODES = {
    "イ": "i",
    "ロ": "ro",
    "ハ": "ha",
    "ニ": "ni",
    "ホ": "ho",
    "ヘ": "he",
    "ト": "to",
    "チ": "chi",
    "リ": "ri",
    "ヌ": "nu",
}
KINDS = {"conditions": "条件", "outcomes": "判定結果", "axes": "軸", "severities": "重大度"}


@dataclass
class Names:
    """Codes and their names by kind (conditions, outcomes, axes, severities), and the items."""

    words: dict[str, dict[str, str]] = field(default_factory=dict)  # kind -> code -> name
    items: dict[str, Record] = field(default_factory=dict)  # item code -> its record
    extra: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Names":
        """The names that a document declares."""
        names = cls()
        for kind in KINDS:
            names.declare(kind, document.get(kind, []))
        for category in document.get("categories", []):
            for item in category.get("items", []):
                names.items[item["code"]] = item
        return names

    def declare(self, kind: str, records: Sequence[Record]) -> None:
        """Make the codes of one kind known; a name that is not unique is shown as its code."""
        labels = [str(record.get("label", {}).get("ja", "")) for record in records]
        codes = {str(record.get("code", "")) for record in records}
        self.words[kind] = {}
        for record, label in zip(records, labels, strict=True):
            code = str(record.get("code", ""))
            clear = labels.count(label) == 1 and label not in codes and label not in RESERVED
            self.words[kind][code] = label if clear and _plain(label) else code

    def name(self, kind: str, code: str) -> str:
        """How a code is shown; one that is not declared is shown as it is."""
        known = self.words.get(kind, {}) | self.extra.get(kind, {})
        return known.get(code, code)

    def code(self, kind: str, text: str) -> str:
        """The code for what stands in a cell. Raises Refusal naming what is allowed."""
        known = self.words.get(kind, {}) | self.extra.get(kind, {})
        for code, name in known.items():
            if text in (code, name):
                return code
        allowed = "、".join(known.values()) or f"{KINDS[kind]}は一つも決められていません"
        raise Refusal(f"{KINDS[kind]}「{text[:60]}」がありません", allowed)

    def mark(self, item: str, grade: str) -> str:
        """The mark (記号) of a grade, or its code where there is none."""
        for found in self.items.get(item, {}).get("grades", []):
            if found.get("code") == grade:
                return str(found["mark"])
        return grade

    def grade(self, item: str, text: str) -> str:
        """The grade code for a mark or code of an item. Raises Refusal."""
        grades = self.items.get(item, {}).get("grades", [])
        for found in grades:
            if text in (found.get("mark"), found.get("code")):
                return str(found["code"])
        marks = "、".join(str(found.get("mark")) for found in grades)
        raise Refusal(f"項目 {item} に評価「{text[:20]}」はありません", marks)


RESERVED = ("判定できません", "なし")


def _plain(label: str) -> bool:
    """Whether a name can stand in a list within one cell."""
    return bool(label) and not any(mark in label for mark in "、,:\n")
