"""What unknown items and conditions leave open: exact bounds, outcomes, and what would settle.

A completion gives every unknown item "none" or one of its grades, and every unknown condition a
truth. Sums of points are few (all points of the national tables are multiples of 5), so that the
sets of sums are walked instead of the completions themselves, with the same result.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.findings import ZERO, Finding
from scoring.judgement import outcome_of
from scoring.model import Category
from scoring.worlds import World

Sums = set[Decimal]
Pair = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Interval:
    """Lowest and highest total, the reachable outcomes, and the unknowns that change them."""

    low: Decimal
    high: Decimal
    outcomes: frozenset[str]
    open_items: tuple[str, ...] = ()
    open_conditions: tuple[str, ...] = ()


def interval(worlds: Sequence[World]) -> Interval:
    """Bounds over all completions of these readings of one record."""
    low = min(world.extreme(0) for world in worlds)
    high = max(world.extreme(-1) for world in worlds)
    table = worlds[0].table
    if low == high:
        return Interval(low, high, frozenset([outcome_of(table, low)]))
    outcomes = frozenset().union(*(_outcomes(world) for world in worlds))
    if len(outcomes) == 1:
        return Interval(low, high, outcomes)
    found = {code for world in worlds for code in _open_in(world)}
    items = tuple(item.code for item in table.items() if item.code in found)
    conditions = tuple(
        condition.code for condition in table.conditions if _is_open(condition.code, worlds)
    )
    return Interval(low, high, outcomes, items, conditions)


def _sums(choices: Iterable[Iterable[Decimal]]) -> Sums:
    """Every sum of one number from each of the choices."""
    sums = {ZERO}
    for options in choices:
        sums = {total + points for total in sums for points in options}
    return sums


def _category_sums(world: World) -> list[Sums]:
    """For each category, the capped sums that it can reach."""
    return [
        {category.capped(raw) for raw in _sums(finding.options for finding in found)}
        for category, found in zip(world.table.categories, world.findings, strict=True)
    ]


def _outcomes(world: World) -> set[str]:
    totals = _sums(_category_sums(world))
    return {outcome_of(world.table, world.modified(total)) for total in totals}


def _open_in(world: World) -> list[str]:
    """The unknown items that change the outcome in some completion of this world."""
    reach = _category_sums(world)
    outcome = _remembered(lambda total: outcome_of(world.table, world.modified(total)))
    found: list[str] = []
    for index, (category, findings) in enumerate(
        zip(world.table.categories, world.findings, strict=True)
    ):
        if all(not finding.unknown for finding in findings):
            continue
        elsewhere = _sums(reach[:index] + reach[index + 1 :])
        for at, finding in enumerate(findings):
            others = _sums(other.options for other in findings[:at] + findings[at + 1 :])
            if finding.unknown and _changes(category, finding, others, elsewhere, outcome):
                found.append(category.items[at].code)
    return found


def _changes(
    category: Category,
    finding: Finding,
    others: Sums,
    elsewhere: Sums,
    outcome: Callable[[Decimal], str],
) -> bool:
    """Whether the item alone, all others kept, ever moves the outcome."""
    ladders = {tuple(category.capped(raw + points) for points in finding.options) for raw in others}
    return any(
        len({outcome(total + step) for step in ladder}) > 1
        for ladder in ladders
        for total in elsewhere
    )


def _remembered(outcome: Callable[[Decimal], str]) -> Callable[[Decimal], str]:
    known: dict[Decimal, str] = {}

    def look_up(total: Decimal) -> str:
        if total not in known:
            known[total] = outcome(total)
        return known[total]

    return look_up


def _is_open(code: str, worlds: Sequence[World]) -> bool:
    """Whether turning this condition, all else kept, ever moves the outcome."""
    off = [world for world in worlds if not world.truths[code]]
    on = {_others(world, code): world for world in worlds if world.truths[code]}
    return any(
        _differ(world, on[_others(world, code)]) for world in off if _others(world, code) in on
    )


def _others(world: World, code: str) -> frozenset[tuple[str, bool]]:
    return frozenset(pair for pair in world.truths.items() if pair[0] != code)


def _differ(off: World, on: World) -> bool:
    """Whether one completion of the items gives the two worlds different outcomes."""
    totals: set[Pair] = {(ZERO, ZERO)}
    for index, category in enumerate(off.table.categories):
        sums: set[Pair] = {(ZERO, ZERO)}
        for one, two in zip(off.findings[index], on.findings[index], strict=True):
            sums = {(a + x, b + y) for a, b in sums for x, y in _pairs(one, two)}
        capped = {(category.capped(a), category.capped(b)) for a, b in sums}
        totals = {(a + x, b + y) for a, b in totals for x, y in capped}
    return any(
        outcome_of(off.table, off.modified(a)) != outcome_of(on.table, on.modified(b))
        for a, b in totals
    )


def _pairs(one: Finding, two: Finding) -> set[Pair]:
    """The points of one answer in both worlds, for every answer that both understand."""
    if not (one.unknown and two.unknown):
        return {(x, y) for x in one.options for y in two.options}
    pairs: set[Pair] = {(ZERO, ZERO)}
    for grade in one.item.grades:
        other = two.item.grade(grade.code)
        if other is not None:
            pairs.add((grade.points, other.points))
    return pairs
