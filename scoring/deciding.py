"""What a rule table does with its points: axes, steps after the caps, judgements, overrides.

All frozen data. `scoring.model` offers the same names, together with the items and the table.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from scoring.ranges import Range

Truth = bool | None  # a condition: True, False, or None for unknown
Verdict = bool | None  # an outcome or a test: True, False, or None for undetermined
JudgementKind = Literal["threshold", "ranks", "count", "condition", "any_of", "all_of", "override"]

UNDETERMINED = "undetermined"
ANYTHING = Range()


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Japanese and English."""

    ja: str
    en: str

    def text(self, lang: str) -> str:
        """The text in `lang`; anything but "en" is Japanese."""
        return self.en if lang == "en" else self.ja


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact about the house or its surroundings that a table asks for."""

    code: str
    label: Label
    default: Truth


@dataclass(frozen=True, slots=True)
class Axis:
    """A second score: its categories make a sum of their own and stay out of the total."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Severity:
    """How grave a grade is, for judgements that count findings instead of adding points."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Modifier:
    """A step after the caps: multiply, or add, always or while its conditions are so.

    It works on the total, or on the sum of `axis`. when: a condition that must hold; unless: one
    that must not.
    """

    code: str
    label: Label
    source: str
    operation: Literal["multiply", "add"]
    operand: Decimal
    when: str | None = None
    unless: str | None = None
    axis: str | None = None

    def apply(self, points: Decimal) -> Decimal:
        """The points after this step, exact."""
        return points * self.operand if self.operation == "multiply" else points + self.operand


@dataclass(frozen=True, slots=True)
class Outcome:
    """A possible result of the judgement."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Rank:
    """One band of points with its outcome."""

    code: str
    bounds: Range


@dataclass(frozen=True, slots=True)
class Found:
    """A finding that a judgement looks for: this grade of an item or a heavier one.

    In an item of mode `sum`, whose grades stand side by side, this grade itself.
    """

    item: str
    grade: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One test. The first deciding one that holds gives its code as the outcome.

    kind, and the fields that it reads: threshold (`bounds` of the total or of an `axis`), ranks
    (bands of the same), count (how many of `severities` and `findings`, in `bounds`), condition
    (`condition` holds), any_of and all_of (`findings`, and `of`: other judgements by code),
    override (somebody decided so, with a reason).
    decides: False for one that only others refer to. otherwise: on the last, what holds if none
    does.
    """

    code: str
    kind: JudgementKind
    bounds: Range = ANYTHING
    otherwise: str | None = None
    axis: str | None = None
    ranks: tuple[Rank, ...] = ()
    severities: tuple[str, ...] = ()
    findings: tuple[Found, ...] = ()
    of: tuple[str, ...] = ()
    condition: str | None = None
    decides: bool = True
    label: Label | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision that a rule table provides for: which test, why, and who.

    judgement: the code of a judgement of kind `override`; reason and by are never blank.
    """

    judgement: str
    reason: str
    by: str
