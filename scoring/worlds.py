"""The readings of a record that its unknown conditions leave open.

A world fixes every condition, and with it which item stands where an item may be replaced, and
which modifiers apply. Unknown items stay open inside a world.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from scoring.errors import AnswerError
from scoring.findings import NOTHING, ZERO, Finding, misfits, settle
from scoring.model import UNKNOWN, Answer, Item, Modifier, Replacement, RuleTable, Truth


@dataclass(frozen=True, slots=True)
class World:
    """One reading: every condition's truth, and the findings of each category in table order."""

    table: RuleTable
    truths: Mapping[str, bool]
    findings: tuple[tuple[Finding, ...], ...]

    def modifiers(self, axis: str | None = None) -> tuple[Modifier, ...]:
        """The modifiers of the total, or of an axis, that apply here, in order."""
        return tuple(
            modifier
            for modifier in self.table.modifiers
            if modifier.axis == axis and applies(modifier, self.truths)
        )

    def modified(self, points: Decimal, axis: str | None = None) -> Decimal:
        """The total, or the score on an axis, from the sum of its capped categories."""
        for modifier in self.modifiers(axis):
            points = modifier.apply(points)
        return points

    def extreme(self, end: int, axis: str | None = None) -> Decimal:
        """The total, or an axis, with every unknown item at its lowest (0) or highest (-1) choice.

        Points never fall from one choice to the next, and no step after the caps turns them round.
        """
        parts = (
            category.capped(sum((finding.choices[end].points for finding in found), ZERO))
            for category, found in zip(self.table.categories, self.findings, strict=True)
            if category.axis == axis
        )
        return self.modified(sum(parts, ZERO), axis)


def possible_worlds(
    table: RuleTable, answers: Mapping[str, Answer], truths: Mapping[str, Truth]
) -> tuple[World, ...]:
    """Every reading that fits the answers; one when no condition is unknown.

    An answer that fits only one of two items (such as grade ハ where the timber item ends at ロ)
    rules the other reading out. Raises AnswerError when none is left.
    """
    worlds: list[World] = []
    errors: dict[str, list[str]] = {}
    codes = list(truths)
    choices = [(False, True) if truths[code] is None else (truths[code],) for code in codes]
    for choice in product(*choices):
        fixed = {code: bool(truth) for code, truth in zip(codes, choice, strict=True)}
        try:
            worlds.append(World(table, fixed, _findings(table, answers, fixed)))
        except AnswerError as refused:
            errors = errors or refused.errors
    if not worlds:
        raise AnswerError(errors)
    return tuple(worlds)


def applies(part: Item | Modifier, truths: Mapping[str, bool]) -> bool:
    """Whether the part's conditions are so in this reading."""
    wanted = part.when is None or truths[part.when]
    return wanted and not (part.unless is not None and truths[part.unless])


def standing(item: Item, truths: Mapping[str, bool]) -> Replacement | None:
    """What stands in the item's place, the first whose condition holds, or None for itself."""
    return next((found for found in item.replacements if truths[found.when]), None)


def _findings(
    table: RuleTable, answers: Mapping[str, Answer], truths: Mapping[str, bool]
) -> tuple[tuple[Finding, ...], ...]:
    errors: dict[str, list[str]] = {}
    found = tuple(
        tuple(_finding(item, answers.get(item.code, UNKNOWN), truths, errors) for item in cat.items)
        for cat in table.categories
    )
    if errors:
        raise AnswerError(errors)
    return found


def _finding(
    item: Item, answer: Answer, truths: Mapping[str, bool], errors: dict[str, list[str]]
) -> Finding:
    replacement = standing(item, truths)
    reading = replacement.item if replacement else item
    faults = misfits(reading, answer)
    if faults:
        errors[item.code] = faults
        return settle(reading, UNKNOWN)
    if not applies(item, truths):
        return Finding(reading, (NOTHING,), applies=False, replaced=replacement)
    finding = settle(reading, answer)
    return finding if replacement is None else replace(finding, replaced=replacement)
