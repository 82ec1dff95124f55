"""One answer to one item: whether it fits, and which grade and points follow."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import floor

from scoring.formula import UndefinedResultError
from scoring.model import Answer, Grade, Item, Label, PerUnit, Replacement
from scoring.ranges import Range, plain

ZERO = Decimal(0)
_PLACES = 4  # of a value as shown


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that an answer may mean: its points, and the grades or the units that count."""

    points: Decimal
    grades: tuple[Grade, ...] = ()
    units: int | None = None


NOTHING = Choice(ZERO)


@dataclass(frozen=True, slots=True)
class Finding:
    """What an answer means under an item: the `choices` that it may stand for, in rising points.

    A known answer has one. `value` is rounded down to four places for display, so that it never
    appears on the other side of a bound; grades are chosen by the exact value. An item that does
    not apply in this reading gives nothing, whatever was answered.
    """

    item: Item
    choices: tuple[Choice, ...]
    value: Decimal | None = None
    unknown: bool = False
    notice: Label | None = None
    replaced: Replacement | None = None
    applies: bool = True

    @property
    def options(self) -> tuple[Decimal, ...]:
        """The points that the answer may stand for, rising."""
        return tuple(choice.points for choice in self.choices)


def misfits(item: Item, answer: Answer) -> list[str]:
    """What is wrong with this answer to this item, in Japanese; empty when it fits."""
    if answer.kind == "grades":
        return _misfit_grades(item, answer.grades)
    if answer.kind == "count":
        return _misfit_measure(item, answer, ("count",))
    if answer.kind == "value":
        return _misfit_measure(item, answer, ("range", "formula"))
    if answer.kind == "inputs":
        return _misfit_inputs(item, dict(answer.inputs))
    return []


def settle(item: Item, answer: Answer) -> Finding:
    """The grade and points of an answer that fits; several grades count as the highest (備考)."""
    if answer.kind == "unknown":
        return unobserved(item)
    if answer.kind == "grades":
        return Finding(item, (_graded(item, answer.grades),))
    if answer.number is not None:
        return _measured(item, answer.number)
    if answer.kind == "inputs" and item.computation is not None:
        try:
            return _measured(item, item.computation.formula.value(dict(answer.inputs)))
        except UndefinedResultError:
            return unobserved(item, item.computation.undefined)
    return Finding(item, (NOTHING,))


def unobserved(item: Item, notice: Label | None = None) -> Finding:
    """An item that could not be observed: nothing, any grade, any sum of grades, any units."""
    return Finding(item, possible_choices(item), unknown=True, notice=notice)


def possible_choices(item: Item) -> tuple[Choice, ...]:
    """Everything that the item may turn out to be, in rising points."""
    if item.per_unit is not None:
        return tuple(_units(item.per_unit, count) for count in range(item.per_unit.most + 1))
    if item.mode == "sum":
        sizes = range(len(item.grades) + 1)
        found = (_summed(chosen) for size in sizes for chosen in combinations(item.grades, size))
        return tuple(sorted(found, key=lambda choice: choice.points))
    return (NOTHING, *(Choice(grade.points, (grade,)) for grade in item.grades))


def allowed_grades(item: Item) -> str:
    """The item's grades as a reader finds them on the form."""
    if item.per_unit is not None:
        return "数(count)"
    return "、".join(f"{grade.mark}({grade.code})" for grade in item.grades)


def _graded(item: Item, codes: tuple[str, ...]) -> Choice:
    found = tuple(grade for grade in item.grades if grade.code in codes)
    if len(found) < len(set(codes)):
        raise KeyError(codes)
    return _summed(found) if item.mode == "sum" else Choice(found[-1].points, found[-1:])


def _summed(grades: tuple[Grade, ...]) -> Choice:
    return Choice(sum((grade.points for grade in grades), ZERO), grades)


def _units(per_unit: PerUnit, count: int) -> Choice:
    units = min(count, per_unit.most)
    return Choice(per_unit.points * units, (), units) if units else NOTHING


def _measured(item: Item, exact: Decimal | Fraction) -> Finding:
    value = Decimal(f"{floor(Fraction(exact) * 10**_PLACES)}E-{_PLACES}")
    if item.per_unit is not None:
        return Finding(item, (_units(item.per_unit, int(exact)),), value)
    for grade in item.grades:
        if grade.range is not None and exact in grade.range:
            return Finding(item, (Choice(grade.points, (grade,)),), value)
    return Finding(item, (NOTHING,), value)


def _misfit_grades(item: Item, codes: tuple[str, ...]) -> list[str]:
    if not codes:
        return ["評価が一つもありません。該当がなければ「none」としてください"]
    errors = [
        f"評価「{code}」はこの項目にありません。使えるのは {allowed_grades(item)} です"
        for code in dict.fromkeys(codes)
        if item.grade(code) is None
    ]
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    return errors + [f"評価「{code}」が重複しています" for code in repeated]


def _misfit_measure(item: Item, answer: Answer, modes: tuple[str, ...]) -> list[str]:
    if item.mode not in modes or item.measure is None or answer.number is None:
        name = "数(count)" if answer.kind == "count" else "値(value)"
        return [f"この項目は{name}では答えられません。使えるのは {allowed_grades(item)} です"]
    if answer.kind == "count" and answer.number % 1:
        return [f"数は整数です({plain(answer.number)} とあります)"]
    return _outside(item.measure.label.ja, answer.number, item.measure.limits)


def _misfit_inputs(item: Item, given: dict[str, Decimal]) -> list[str]:
    if item.computation is None:
        return [f"この項目に計算式はありません。使えるのは {allowed_grades(item)} です"]
    inputs = {quantity.code: quantity for quantity in item.computation.inputs}
    names = "、".join(inputs)
    errors = [
        f"「{code}」は式にありません。使えるのは {names} です"
        for code in given
        if code not in inputs
    ]
    missing = [code for code in inputs if code not in given]
    if missing:
        errors.append(f"式の入力 {'、'.join(missing)} がありません。必要なのは {names} です")
    for code, number in given.items():
        if code in inputs:
            errors += _outside(code, number, inputs[code].limits)
    return errors


def _outside(name: str, number: Decimal, limits: Range) -> list[str]:
    if number in limits:
        return []
    return [f"{name}が {plain(number)} となっています。{limits}で答えてください"]
