"""The data of scoring, all frozen: a rule table, answers to it, and the score they give.

Points are exact Decimals. A label holds both languages; codes are the ordinance's numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from scoring.formula import Formula
from scoring.ranges import Range

Mode = Literal["highest", "count", "range", "formula"]
UnknownPolicy = Literal["interval", "zero", "worst"]
Truth = bool | None  # a condition: True, False, or None for unknown
Verdict = bool | None  # an outcome: True, False, or None for undetermined
AnswerKind = Literal["grades", "none", "na", "unknown", "count", "value", "inputs"]

UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Japanese and English."""

    ja: str
    en: str

    def text(self, lang: str) -> str:
        """The text in `lang`; anything but "en" is Japanese."""
        return self.en if lang == "en" else self.ja


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table comes from; `status` says whether someone compared it with that text."""

    title: str
    ref: str
    status: Literal["verified", "unverified"]
    checked_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """Dates on which a table is in force: from `start` (included) to `end` (left out)."""

    start: date
    end: date | None = None

    def covers(self, on: date) -> bool:
        """Whether the table is in force on that day."""
        return self.start <= on and (self.end is None or on < self.end)

    def overlaps(self, other: "Effective") -> bool:
        """Whether some day lies in both."""
        return (self.end is None or other.start < self.end) and (
            other.end is None or self.start < other.end
        )


@dataclass(frozen=True, slots=True)
class TableRef:
    """One table named beyond doubt: id, version, and the sha256 of its content."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact about the house or its surroundings that a table asks for."""

    code: str
    label: Label
    default: Truth


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade (評定内容) of an item; `range` holds the counts or values that mean it."""

    code: str
    mark: str
    points: Decimal
    label: Label
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What an item counts or measures, in which unit, within which limits."""

    label: Label
    unit: Label | None
    limits: Range


@dataclass(frozen=True, slots=True)
class FormulaInput:
    """A quantity that a formula reads, named by its code."""

    code: str
    label: Label
    unit: str
    limits: Range


@dataclass(frozen=True, slots=True)
class Computation:
    """A formula with its inputs; `undefined` says why there is no value when it divides by 0."""

    formula: Formula
    inputs: tuple[FormulaInput, ...]
    undefined: Label
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item (評定項目): grades in rising order of points, and what replaces it when."""

    code: str
    label: Label
    source: str
    grades: tuple[Grade, ...]
    mode: Mode = "highest"
    measure: Measure | None = None
    computation: Computation | None = None
    replacements: tuple["Replacement", ...] = ()

    def grade(self, code: str) -> Grade | None:
        """The grade with this code, or None."""
        return next((grade for grade in self.grades if grade.code == code), None)

    def max_points(self) -> Decimal:
        """The most that the item can give."""
        return self.grades[-1].points


@dataclass(frozen=True, slots=True)
class Replacement:
    """While condition `when` holds, `item` of another `table` stands in an item's place."""

    when: str
    table: TableRef
    item: Item


@dataclass(frozen=True, slots=True)
class Category:
    """A category (評定区分): its items, and the cap (最高評点) on their sum, None for no cap."""

    code: str
    label: Label
    cap: Decimal | None
    items: tuple[Item, ...]

    def capped(self, raw: Decimal) -> Decimal:
        """The sum of item points as it counts."""
        return raw if self.cap is None else min(raw, self.cap)


@dataclass(frozen=True, slots=True)
class Modifier:
    """A step after the caps: multiply, or add, always or while condition `when` holds."""

    code: str
    label: Label
    source: str
    operation: Literal["multiply", "add"]
    operand: Decimal
    when: str | None = None

    def apply(self, points: Decimal) -> Decimal:
        """The points after this step, exact."""
        return points * self.operand if self.operation == "multiply" else points + self.operand


@dataclass(frozen=True, slots=True)
class Outcome:
    """A possible result of the judgement."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Judgement:
    """Outcome `code` where the total lies in `bounds`; the last one names the `otherwise`."""

    code: str
    kind: Literal["threshold"]
    bounds: Range
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was seen of one item; only the field that `kind` names is filled."""

    kind: AnswerKind
    grades: tuple[str, ...] = ()
    number: Decimal | None = None
    inputs: tuple[tuple[str, Decimal], ...] = ()


NONE, NOT_APPLICABLE, UNKNOWN = Answer("none"), Answer("na"), Answer("unknown")


@dataclass(frozen=True, slots=True)
class Example:
    """A case worked by hand; what is None was not worked out."""

    answers: Mapping[str, Answer]
    conditions: Mapping[str, Truth]
    total: Decimal
    judgement: str
    low: Decimal | None = None
    high: Decimal | None = None
    open_items: tuple[str, ...] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One version of one rule table. A published one never changes: a change is a new version."""

    id: str
    version: str
    jurisdiction: str
    structures: tuple[str, ...]
    method: str
    effective: Effective
    unknown: UnknownPolicy
    source: Source
    label: Label
    conditions: tuple[Condition, ...]
    categories: tuple[Category, ...]
    modifiers: tuple[Modifier, ...]
    outcomes: tuple[Outcome, ...]
    judgements: tuple[Judgement, ...]
    sha256: str
    examples: tuple[Example, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ref(self) -> TableRef:
        """The table's name with its digest."""
        return TableRef(self.id, self.version, self.sha256)

    def items(self) -> Iterator[Item]:
        """Every item in the order of the table."""
        for category in self.categories:
            yield from category.items

    def outcome_label(self, code: str) -> Label:
        """How an outcome, or `undetermined`, is called."""
        found = (outcome.label for outcome in self.outcomes if outcome.code == code)
        return next(found, Label("判定できません", "Undetermined"))
