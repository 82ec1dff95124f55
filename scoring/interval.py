"""What unknown items and conditions leave open: exact bounds, outcomes, and what would settle.

A completion gives every unknown item one of its choices ("none", a grade, a sum of grades, so many
units), and every unknown condition a truth. What judgements read of a completion is its state
(`scoring.judgement`); different states are few (all points of the national tables are multiples of
5), so that the sets of states are worked out instead of the completions, with the same result.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.findings import Finding
from scoring.judgement import Judge, State, judge_of
from scoring.model import Verdict
from scoring.reach import Reach, reach_of
from scoring.walk import Walk, differ
from scoring.worlds import World

Bounds = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds by axis (None for the total), reachable outcomes, and the unknowns that change them.

    verdicts: by code of a judgement, other than ranks: whether it holds, None where that is open.
    """

    axes: Mapping[str | None, Bounds]
    outcomes: frozenset[str]
    verdicts: Mapping[str, Verdict]
    open_items: tuple[str, ...] = ()
    open_conditions: tuple[str, ...] = ()


def interval(worlds: Sequence[World], override: str | None = None) -> Interval:
    """Bounds over all completions of these readings of one record.

    override: the code of the override judgement that somebody declared.
    """
    judge = judge_of(worlds[0].table)
    if len(worlds) == 1 and not any(map(_any_open, worlds[0].findings)):
        return _settled(judge, worlds[0], override)
    axes = {
        axis: (
            min(world.extreme(0, axis) for world in worlds),
            max(world.extreme(-1, axis) for world in worlds),
        )
        for axis in judge.axes
    }
    walks = [reach_of(world, override) or Walk(judge, world, override) for world in worlds]
    outcomes = frozenset().union(*(walk.outcomes() for walk in walks))
    verdicts = _verdicts(walks)
    if len(outcomes) == 1:
        return Interval(axes, outcomes, verdicts)
    found = {code for walk in walks for code in walk.open_items()}
    items = tuple(item.code for item in judge.table.items() if item.code in found)
    conditions = tuple(
        known.code for known in judge.table.conditions if _is_open(known.code, walks, override)
    )
    return Interval(axes, outcomes, verdicts, items, conditions)


def state_of(judge: Judge, world: World, end: int) -> State:
    """What is judged with every unknown item at its mildest (end 0) or gravest (-1) choice."""
    exact = len(judge.axes)
    state = judge.nothing(exact)
    for place, (category, found) in enumerate(
        zip(judge.table.categories, world.findings, strict=True)
    ):
        vector = judge.nothing()
        for item, finding in zip(category.items, found, strict=True):
            vector = judge.plus(vector, judge.vector(item.code, finding, finding.choices[end]))
        state = judge.plus(state, judge.lifted(place, vector), exact)
    return judge.finished(world, state)


def _any_open(findings: Iterable[Finding]) -> bool:
    return any(len(finding.choices) > 1 for finding in findings)


def _settled(judge: Judge, world: World, override: str | None) -> Interval:
    """The interval of a record in which nothing is unknown."""
    state = state_of(judge, world, 0)
    axes = {axis: (Decimal(at), Decimal(at)) for axis, at in zip(judge.axes, state, strict=False)}
    verdicts = {
        code: judge.holds(test, state, world.truths, override)
        for code, test in judge.tests.items()
        if test.kind != "ranks"
    }
    return Interval(axes, frozenset([judge.outcome(state, world.truths, override)]), verdicts)


def _verdicts(walks: Sequence[Reach | Walk]) -> dict[str, Verdict]:
    found: dict[str, set[bool]] = {}
    for walk in walks:
        for code, seen in walk.verdicts().items():
            found.setdefault(code, set()).update(seen)
    return {code: next(iter(seen)) if len(seen) == 1 else None for code, seen in found.items()}


def _is_open(code: str, walks: Sequence[Reach | Walk], override: str | None) -> bool:
    """Whether turning this condition, all else kept, ever moves the outcome."""
    off = [walk for walk in walks if not walk.world.truths[code]]
    on = {_others(walk, code): walk for walk in walks if walk.world.truths[code]}
    pairs = ((walk, on[_others(walk, code)]) for walk in off if _others(walk, code) in on)
    return any(_differ(one, two, override) for one, two in pairs)


def _others(walk: Reach | Walk, code: str) -> frozenset[tuple[str, bool]]:
    return frozenset(pair for pair in walk.world.truths.items() if pair[0] != code)


def _differ(off: Reach | Walk, on: Reach | Walk, override: str | None) -> bool:
    """Whether one completion of the items gives the two worlds different outcomes."""
    if isinstance(off, Reach) and isinstance(on, Reach) and _alike(off.world, on.world):
        return off.differs(on)
    return differ(off.world, on.world, override)


def _alike(one: World, two: World) -> bool:
    """Whether every answer means the same in both worlds; then they reach the same states."""
    return all(
        a.item is b.item and a.replaced is b.replaced and a.applies == b.applies
        for found, other in zip(one.findings, two.findings, strict=True)
        for a, b in zip(found, other, strict=True)
    )
