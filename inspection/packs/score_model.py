"""The score of one inspection as frozen in a pack: part of `inspection/packs/model.py`."""

from dataclasses import dataclass
from typing import Any

# Where an outcome stands among those of its rule table, from the gravest to the mildest.
ADVERSE = "adverse"
MIDDLE = "middle"
MILD = "mild"
OPEN = "open"  # undetermined


@dataclass(frozen=True)
class Quantity:
    """An input of a formula: its code as in the ordinance (Aw1), value and unit."""

    code: str
    value: int | float
    unit: str | None = None


@dataclass(frozen=True)
class ScoreItem:
    """One item (評定項目) as scored.

    answer: as in the contract (list of grade codes, "none", "unknown", "na", an object).
    grade, mark, grade_label: the grade that counted, None when no grade did.
    value: what was counted, measured or computed; measure: what that is (強度指標 C), in `unit`.
    inputs: what the value was computed from. borrowed: the table and item that stand in this
    item's place while a condition holds. applies: False where the conditions leave the item out.
    """

    code: str
    label: str
    answer: Any
    points: int | float
    source: str | None = None
    grade: str | None = None
    mark: str | None = None
    grade_label: str | None = None
    value: int | float | None = None
    measure: str | None = None
    unit: str | None = None
    inputs: tuple[Quantity, ...] = ()
    borrowed: str | None = None
    applies: bool = True


@dataclass(frozen=True)
class ScoreModifier:
    """A step after the caps: what it adds (`points`), and how (`effect`: ×1.5, +10点).

    axis: the code of the second score that it works on, None for the total.
    """

    code: str
    label: str
    points: int | float
    effect: str | None = None
    source: str | None = None
    axis: str | None = None


@dataclass(frozen=True)
class ScoreCategory:
    """One category (評定区分): `raw` is the sum before the cap (最高評点), `points` after it.

    axis: the code of the second score that it belongs to, None for the total.
    """

    code: str
    label: str
    raw: int | float
    points: int | float
    items: tuple[ScoreItem, ...]
    cap: int | float | None = None
    axis: str | None = None


@dataclass(frozen=True)
class ScoreAxis:
    """A second score beside the total, with the interval that it may lie in."""

    code: str
    label: str
    total: int | float
    low: int | float
    high: int | float


@dataclass(frozen=True)
class ScoreOverride:
    """A person's decision that the rule table provides for; reason and name are never public."""

    label: str
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class TableReference:
    """The rule table that was used, with its digest and where it comes from.

    status: `verified` against that text (on `checked_on`), `unverified` or `example`; note: what
    its author says about that.
    """

    id: str
    version: str
    sha256: str
    label: str | None = None
    source: str | None = None
    status: str | None = None
    checked_on: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Score:
    """The contract's score of one inspection, frozen.

    threshold: the points at which the table judges (100), None where it judges otherwise.
    threshold_above: the table asks for more than these points; they themselves do not reach it.
    judgement_label: the Japanese outcome (不良住宅); standing: where it stands among the table's.
    """

    total: int | float
    low: int | float
    high: int | float
    judgement: str
    judgement_label: str
    categories: tuple[ScoreCategory, ...]
    table: TableReference
    threshold: int | float | None = 100
    threshold_above: bool = False
    cut: int | float = 0
    open_items: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    modifiers: tuple[ScoreModifier, ...] = ()
    axes: tuple[ScoreAxis, ...] = ()
    override: ScoreOverride | None = None
    standing: str = MILD
