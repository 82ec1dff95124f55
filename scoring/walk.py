"""The states that a record reaches, walked as sets: the way for every table, however many there are.

`scoring.reach` is the quick way, for tables whose states have places on a short line; this one is
for all others, and for conditions that change what an item is.
"""

from collections.abc import Callable, Iterable

from scoring.findings import Choice, Finding
from scoring.judgement import Judge, State, judge_of
from scoring.worlds import World

States = set[State]
Pair = tuple[State, State]


class Walk:
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
        self.states = self._sums(self.reach, self.exact)
        self.outcome = outcome_in(world, override)

    def outcomes(self) -> set[str]:
        """The codes of the outcomes that are reached."""
        return {self.outcome(state) for state in self.states}

    def verdicts(self) -> dict[str, set[bool]]:
        """Whether each test, other than ranks, holds in the states that are reached."""
        judge, world = self.judge, self.world
        found: dict[str, set[bool]] = {
            code: set() for code, one in judge.tests.items() if one.kind != "ranks"
        }
        for state in {judge.finished(world, state) for state in self.states}:
            for code, seen in found.items():
                if len(seen) < 2:
                    seen.add(judge.holds(judge.tests[code], state, world.truths, self.override))
        return found

    def open_items(self) -> list[str]:
        """The unknown items that change the outcome in some completion of this world."""
        found: list[str] = []
        for place, findings in enumerate(self.world.findings):
            if all(not finding.unknown for finding in findings):
                continue
            elsewhere = self._sums(self.reach[:place] + self.reach[place + 1 :], self.exact)
            for at, finding in enumerate(findings):
                if finding.unknown and self._changes(place, at, elsewhere):
                    found.append(self.world.table.categories[place].items[at].code)
        return found

    def _sums(self, choices: Iterable[Iterable[State]], exact: int = 1) -> States:
        """Every sum of one state, or vector, from each of the choices."""
        plus, sums = self.judge.plus, {self.judge.nothing(exact)}
        for options in choices:
            sums = {plus(total, one, exact) for total in sums for one in options}
        return sums

    def _vectors(self, code: str, finding: Finding) -> list[State]:
        found = (self.judge.vector(code, finding, choice) for choice in finding.choices)
        return list(dict.fromkeys(found))

    def _reach(self, place: int, items: list[list[State]]) -> States:
        return {self.judge.lifted(place, vector) for vector in self._sums(items)}

    def _changes(self, place: int, at: int, elsewhere: States) -> bool:
        """Whether the item alone, all others kept, ever moves the outcome."""
        plus, lifted = self.judge.plus, self.judge.lifted
        items = self.vectors[place]
        ladders = {
            tuple(lifted(place, plus(others, vector)) for vector in items[at])
            for others in self._sums(items[:at] + items[at + 1 :])
        }
        return any(
            len({self.outcome(plus(total, step, self.exact)) for step in ladder}) > 1
            for ladder in ladders
            for total in elsewhere
        )


def outcome_in(world: World, override: str | None) -> Callable[[State], str]:
    """The outcome of a state before its modifiers, remembered."""
    judge, known = judge_of(world.table), dict[State, str]()

    def look_up(state: State) -> str:
        if state not in known:
            finished = judge.finished(world, state)
            known[state] = judge.outcome(finished, world.truths, override)
        return known[state]

    return look_up


def differ(off: World, on: World, override: str | None) -> bool:
    """Whether one completion of the items gives the two worlds different outcomes."""
    judge = judge_of(off.table)
    exact = len(judge.axes)
    totals: set[Pair] = {(judge.nothing(exact), judge.nothing(exact))}
    for place, category in enumerate(judge.table.categories):
        sums: set[Pair] = {(judge.nothing(), judge.nothing())}
        for at, item in enumerate(category.items):
            one, two = off.findings[place][at], on.findings[place][at]
            pairs = {
                (judge.vector(item.code, one, x), judge.vector(item.code, two, y))
                for x, y in _pairs(one, two)
            }
            sums = {(judge.plus(a, x), judge.plus(b, y)) for a, b in sums for x, y in pairs}
        lifted = {(judge.lifted(place, a), judge.lifted(place, b)) for a, b in sums}
        totals = {
            (judge.plus(a, x, exact), judge.plus(b, y, exact)) for a, b in totals for x, y in lifted
        }
    without, held = outcome_in(off, override), outcome_in(on, override)
    return any(without(a) != held(b) for a, b in totals)


def _pairs(one: Finding, two: Finding) -> list[tuple[Choice, Choice]]:
    """What one answer means in both worlds, for every answer that both understand."""
    if not (one.unknown and two.unknown):
        return [(x, y) for x in one.choices for y in two.choices]
    same = {_answered(choice): choice for choice in two.choices}
    return [(x, same[_answered(x)]) for x in one.choices if _answered(x) in same]


def _answered(choice: Choice) -> tuple[tuple[str, ...], int | None]:
    """The answer that a choice stands for."""
    return tuple(grade.code for grade in choice.grades), choice.units
