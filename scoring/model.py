"""The data of scoring, all frozen: a rule table, answers to it, and the score they give.

Points are exact Decimals. A label holds both languages; codes are the ordinance's numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from scoring.deciding import (
    UNDETERMINED,
    Axis,
    Condition,
    Found,
    Judgement,
    JudgementKind,
    Label,
    Modifier,
    Outcome,
    Override,
    Rank,
    Severity,
    Truth,
    Verdict,
)
from scoring.formula import Formula
from scoring.origin import Effective, Source, SourceStatus, TableRef
from scoring.ranges import Range

__all__ = [
    "NONE",
    "NOT_APPLICABLE",
    "UNDETERMINED",
    "UNKNOWN",
    "Answer",
    "AnswerKind",
    "Axis",
    "Category",
    "Computation",
    "Condition",
    "Effective",
    "Example",
    "FormulaInput",
    "Found",
    "Grade",
    "Item",
    "Judgement",
    "JudgementKind",
    "Label",
    "Measure",
    "Mode",
    "Modifier",
    "Outcome",
    "Override",
    "PerUnit",
    "Rank",
    "Replacement",
    "RuleTable",
    "Severity",
    "Source",
    "SourceStatus",
    "TableRef",
    "Truth",
    "UnknownPolicy",
    "Verdict",
]

Mode = Literal["highest", "sum", "count", "range", "formula"]
UnknownPolicy = Literal["interval", "zero", "worst"]
AnswerKind = Literal["grades", "none", "na", "unknown", "count", "value", "inputs"]


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade (評定内容) of an item.

    range: the counts or values that mean it; severity: for judgements that count findings.
    """

    code: str
    mark: str
    points: Decimal
    label: Label
    range: Range | None = None
    severity: str | None = None


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
class PerUnit:
    """Points for every unit counted, up to `most` units."""

    points: Decimal
    most: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item (評定項目): grades in rising order of points, and what replaces it when.

    mode: highest (the gravest grade found counts), sum (every grade found adds; their order means
    nothing), count, range and formula (a number means a grade; a count may instead give points
    `per_unit`, without grades).
    when, unless: conditions that must hold, or must not, for the item to apply.
    """

    code: str
    label: Label
    source: str
    grades: tuple[Grade, ...]
    mode: Mode = "highest"
    measure: Measure | None = None
    computation: Computation | None = None
    replacements: tuple["Replacement", ...] = ()
    per_unit: PerUnit | None = None
    when: str | None = None
    unless: str | None = None

    def grade(self, code: str) -> Grade | None:
        """The grade with this code, or None."""
        return next((grade for grade in self.grades if grade.code == code), None)

    def max_points(self) -> Decimal:
        """The most that the item can give."""
        if self.per_unit is not None:
            return self.per_unit.points * self.per_unit.most
        points = [grade.points for grade in self.grades]
        return sum(points, Decimal(0)) if self.mode == "sum" else points[-1]


@dataclass(frozen=True, slots=True)
class Replacement:
    """While condition `when` holds, `item` of another `table` stands in an item's place."""

    when: str
    table: TableRef
    item: Item


@dataclass(frozen=True, slots=True)
class Category:
    """A category (評定区分): its items, and the cap (最高評点) on their sum, None for no cap.

    axis: the second score that it belongs to, None for the total.
    """

    code: str
    label: Label
    cap: Decimal | None
    items: tuple[Item, ...]
    axis: str | None = None

    def capped(self, raw: Decimal) -> Decimal:
        """The sum of item points as it counts."""
        return raw if self.cap is None else min(raw, self.cap)


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
    override: Override | None = None
    axes: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One version of one rule table. A published one never changes: a change is a new version.

    scored: False for a table without points, which judges by findings alone (all points are 0).
    extends: the table that this one changes. document: what it was read from, as parsed TOML, with
    the changes to the other table carried out.
    """

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
    axes: tuple[Axis, ...] = ()
    severities: tuple[Severity, ...] = ()
    scored: bool = True
    extends: TableRef | None = None
    document: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

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
