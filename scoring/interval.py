"""What unknown items and conditions leave open: exact bounds, outcomes, and what would settle.

A completion gives every unknown item one of its choices ("none", a grade, a sum of grades, so many
units), and every unknown condition a truth. What judgements read of a completion is its state
(`scoring.judgement`); different states are few (all points of the national tables are multiples of
5), so that the sets of states are walked instead of the completions, with the same result.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.findings import Choice, Finding
from scoring.judgement import Judge, State, judge_of
from scoring.model import Verdict
from scoring.worlds import World

States = set[State]
Pair = tuple[State, State]
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
    walks = [_Walk(judge, world, override) for world in worlds]
    outcomes = frozenset().union(*(walk.outcomes() for walk in walks))
    verdicts = _verdicts(judge, walks)
    if len(outcomes) == 1:
        return Interval(axes, outcomes, verdicts)
    found = {code for walk in walks for code in walk.open_items()}
    items = tuple(item.code for item in judge.table.items() if item.code in found)
    conditions = tuple(
        known.code for known in judge.table.conditions if _is_open(known.code, walks)
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


class _Walk:
    """The reachable states of one world."""

    def __init__(self, judge: Judge, world: World, override: str | None) -> None:
        self.judge, self.world, self.override = judge, world, override
        self.exact = len(judge.axes)
        self.vectors = [
            [
                self._vectors(item.code, finding)
                for item, finding in zip(category.items, found, strict=True)
            ]
            for category, found in zip(world.table.categories, world.findings, strict=True)
        ]
        self.reach = [self._reach(place, items) for place, items in enumerate(self.vectors)]
        self.states = self.sums(self.reach, self.exact)
        self.outcome = _remembered(self._outcome)

    def outcomes(self) -> set[str]:
        return {self.outcome(state) for state in self.states}

    def finished(self) -> States:
        return {self.judge.finished(self.world, state) for state in self.states}

    def sums(self, choices: Iterable[Iterable[State]], exact: int = 1) -> States:
        """Every sum of one state, or vector, from each of the choices."""
        plus, sums = self.judge.plus, {self.judge.nothing(exact)}
        for options in choices:
            sums = {plus(total, one, exact) for total in sums for one in options}
        return sums

    def open_items(self) -> list[str]:
        """The unknown items that change the outcome in some completion of this world."""
        found: list[str] = []
        for place, findings in enumerate(self.world.findings):
            if all(not finding.unknown for finding in findings):
                continue
            elsewhere = self.sums(self.reach[:place] + self.reach[place + 1 :], self.exact)
            for at, finding in enumerate(findings):
                if finding.unknown and self._changes(place, at, elsewhere):
                    found.append(self.world.table.categories[place].items[at].code)
        return found

    def _vectors(self, code: str, finding: Finding) -> list[State]:
        found = (self.judge.vector(code, finding, choice) for choice in finding.choices)
        return list(dict.fromkeys(found))

    def _reach(self, place: int, items: list[list[State]]) -> States:
        return {self.judge.lifted(place, vector) for vector in self.sums(items)}

    def _outcome(self, state: State) -> str:
        finished = self.judge.finished(self.world, state)
        return self.judge.outcome(finished, self.world.truths, self.override)

    def _changes(self, place: int, at: int, elsewhere: States) -> bool:
        """Whether the item alone, all others kept, ever moves the outcome."""
        plus, lifted = self.judge.plus, self.judge.lifted
        items = self.vectors[place]
        ladders = {
            tuple(lifted(place, plus(others, vector)) for vector in items[at])
            for others in self.sums(items[:at] + items[at + 1 :])
        }
        return any(
            len({self.outcome(plus(total, step, self.exact)) for step in ladder}) > 1
            for ladder in ladders
            for total in elsewhere
        )


def _verdicts(judge: Judge, walks: Sequence[_Walk]) -> dict[str, Verdict]:
    found: dict[str, set[bool]] = {
        code: set() for code, one in judge.tests.items() if one.kind != "ranks"
    }
    for walk in walks:
        for state in walk.finished():
            for code, seen in found.items():
                if len(seen) < 2:
                    test = judge.tests[code]
                    seen.add(judge.holds(test, state, walk.world.truths, walk.override))
    return {code: next(iter(seen)) if len(seen) == 1 else None for code, seen in found.items()}


def _remembered(outcome: Callable[[State], str]) -> Callable[[State], str]:
    known: dict[State, str] = {}

    def look_up(state: State) -> str:
        if state not in known:
            known[state] = outcome(state)
        return known[state]

    return look_up


def _is_open(code: str, walks: Sequence[_Walk]) -> bool:
    """Whether turning this condition, all else kept, ever moves the outcome."""
    off = [walk for walk in walks if not walk.world.truths[code]]
    on = {_others(walk, code): walk for walk in walks if walk.world.truths[code]}
    return any(_differ(walk, on[_others(walk, code)]) for walk in off if _others(walk, code) in on)


def _others(walk: _Walk, code: str) -> frozenset[tuple[str, bool]]:
    return frozenset(pair for pair in walk.world.truths.items() if pair[0] != code)


def _differ(off: _Walk, on: _Walk) -> bool:
    """Whether one completion of the items gives the two worlds different outcomes."""
    judge, exact = off.judge, off.exact
    totals: set[Pair] = {(judge.nothing(exact), judge.nothing(exact))}
    for place, category in enumerate(judge.table.categories):
        sums: set[Pair] = {(judge.nothing(), judge.nothing())}
        for at, item in enumerate(category.items):
            one, two = off.world.findings[place][at], on.world.findings[place][at]
            pairs = {
                (judge.vector(item.code, one, x), judge.vector(item.code, two, y))
                for x, y in _pairs(one, two)
            }
            sums = {(judge.plus(a, x), judge.plus(b, y)) for a, b in sums for x, y in pairs}
        lifted = {(judge.lifted(place, a), judge.lifted(place, b)) for a, b in sums}
        totals = {
            (judge.plus(a, x, exact), judge.plus(b, y, exact)) for a, b in totals for x, y in lifted
        }
    return any(off.outcome(a) != on.outcome(b) for a, b in totals)


def _pairs(one: Finding, two: Finding) -> list[tuple[Choice, Choice]]:
    """What one answer means in both worlds, for every answer that both understand."""
    if not (one.unknown and two.unknown):
        return [(x, y) for x in one.choices for y in two.choices]
    same = {_answered(choice): choice for choice in two.choices}
    return [(x, same[_answered(x)]) for x in one.choices if _answered(x) in same]


def _answered(choice: Choice) -> tuple[tuple[str, ...], int | None]:
    """The answer that a choice stands for."""
    return tuple(grade.code for grade in choice.grades), choice.units
