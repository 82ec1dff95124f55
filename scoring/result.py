"""What scoring one record gives: the score, and a line for every item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from scoring.model import (
    Answer,
    Grade,
    JudgementKind,
    Label,
    Override,
    Replacement,
    TableRef,
    Truth,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about an item that the reader of the score should know."""

    item: str
    item_label: Label
    message: Label

    def text(self, lang: str) -> str:
        """One sentence, with the item's code and name before it."""
        return f"{self.item} {self.item_label.text(lang)}: {self.message.text(lang)}"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """The points of one item and where they come from.

    grade: the (gravest) grade that counted, None for none; grades: all that counted, more than one
    only where they add; max_points: the most the item could give; value: the computed or measured
    value; replaced: the item of another table that stood in; applies: False where the conditions
    leave the item out, whatever was answered.
    """

    code: str
    label: Label
    answer: Answer
    points: Decimal
    source: str
    max_points: Decimal
    grade: Grade | None = None
    value: Decimal | None = None
    replaced: Replacement | None = None
    grades: tuple[Grade, ...] = ()
    applies: bool = True


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """The sum of a category's lines (`raw`), its cap, and what counts (`points`)."""

    code: str
    label: Label
    raw: Decimal
    cap: Decimal | None
    points: Decimal
    lines: tuple[ScoreLine, ...]
    axis: str | None = None


@dataclass(frozen=True, slots=True)
class ModifierLine:
    """What one step after the caps added (points after it minus points before it)."""

    code: str
    label: Label
    points: Decimal
    source: str
    axis: str | None = None


@dataclass(frozen=True, slots=True)
class AxisScore:
    """The score on an axis of its own, as `total`, `low` and `high` of a `Score`."""

    code: str
    label: Label
    total: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test of the judgement: whether it holds, None where that is undetermined."""

    code: str
    kind: JudgementKind
    label: Label
    holds: Verdict
    decides: bool
    source: str | None = None


class Score(NamedTuple):
    """The score of one record under one table, in points.

    total: as the table's policy counts unknown items; low and high: exact over all completions;
    judgements: outcome code -> True, False, or None where it is undetermined;
    cut: points lost to caps; open_items and open_conditions: the unknowns that would settle it;
    axes: the scores beside the total; tests: every judgement other than ranks, in order;
    override: the decision of a person that went into the judgement.
    """

    table: TableRef
    total: Decimal
    low: Decimal
    high: Decimal
    judgement: str
    judgement_label: Label
    judgements: Mapping[str, Verdict]
    categories: tuple[CategoryScore, ...]
    modifiers: tuple[ModifierLine, ...]
    cut: Decimal
    open_items: tuple[str, ...]
    open_conditions: tuple[str, ...]
    conditions: Mapping[str, Truth]
    warnings: tuple[Notice, ...]
    axes: tuple[AxisScore, ...] = ()
    tests: tuple[TestLine, ...] = ()
    override: Override | None = None

    def lines(self) -> Iterator[ScoreLine]:
        """Every item's line in the order of the table."""
        for category in self.categories:
            yield from category.lines
