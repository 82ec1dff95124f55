"""From what a record reached to an outcome: every test of a table on one state.

A state is what the judgements read, as one tuple of numbers: the total, the score on every further
axis, and how many findings there are of each kind that some judgement counts (no further than it
asks). A category's share of it is a vector: its points, then the same counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import add

from scoring.findings import ZERO, Choice, Finding
from scoring.memo import remembered
from scoring.model import Found, Grade, Item, Judgement, RuleTable
from scoring.worlds import World

Number = Decimal | int
State = tuple[Number, ...]
Place = tuple[str, str | None, str]  # item, the condition under which another stands in, grade


@dataclass(frozen=True, slots=True)
class Feature:
    """Findings that a judgement counts, and how many of them it needs."""

    need: int
    severities: tuple[str, ...]
    findings: tuple[Found, ...]

    def counts(self, code: str, reading: Item, grade: Grade) -> bool:
        """Whether this grade of the item `code`, read as `reading`, is one of them."""
        return grade.severity in self.severities or any(
            found.item == code and _as_grave(reading, grade, found.grade) for found in self.findings
        )


@dataclass(frozen=True, slots=True)
class Judge:
    """What is worked out once for a table: the layout of its states, and its tests by code."""

    table: RuleTable
    axes: tuple[str | None, ...]
    features: tuple[Feature, ...]
    read_by: Mapping[str, tuple[int, ...]]
    counted: Mapping[Place, tuple[int, ...]]
    tests: Mapping[str, Judgement]
    deciding: tuple[Judgement, ...]

    def vector(self, code: str, finding: Finding, choice: Choice) -> State:
        """An item's share: points and counts of one choice."""
        if not self.features or not choice.grades:
            return (choice.points, *(0 for _ in self.features))
        when = finding.replaced.when if finding.replaced else None
        counts = [self.counted[code, when, grade.code] for grade in choice.grades]
        return (choice.points, *map(sum, zip(*counts, strict=True)))

    def plus(self, one: State, two: State, exact: int = 1) -> State:
        """The sum; counts (all after the first `exact` numbers) stay at what is needed."""
        total = tuple(map(add, one, two))
        if not self.features:
            return total
        needs = (feature.need for feature in self.features)
        return total[:exact] + tuple(map(min, total[exact:], needs))

    def nothing(self, exact: int = 1) -> State:
        """The sum of no vectors (exact 1), or of no states (the number of axes)."""
        return (ZERO,) * exact + (0,) * len(self.features)

    def lifted(self, place: int, vector: State) -> State:
        """A category's vector, its points capped, as a share of the state."""
        category = self.table.categories[place]
        points = category.capped(Decimal(vector[0]))
        return (*(points if axis == category.axis else ZERO for axis in self.axes), *vector[1:])

    def finished(self, world: World, state: State) -> State:
        """The state after the modifiers that apply in this world."""
        scores = (
            world.modified(Decimal(points), axis)
            for points, axis in zip(state, self.axes, strict=False)
        )
        return (*scores, *state[len(self.axes) :])

    def outcome(self, state: State, truths: Mapping[str, bool], override: str | None) -> str:
        """The first deciding judgement that holds, else `otherwise`. Points are unrounded.

        state: after the modifiers; override: the code of the override that somebody declared.
        """
        for judgement in self.deciding:
            if judgement.kind == "ranks":
                points = state[self.axes.index(judgement.axis)]
                return next(rank.code for rank in judgement.ranks if points in rank.bounds)
            if self.holds(judgement, state, truths, override):
                return judgement.code
        last = self.deciding[-1]
        return last.otherwise or last.code

    def holds(
        self,
        judgement: Judgement,
        state: State,
        truths: Mapping[str, bool],
        override: str | None,
    ) -> bool:
        """Whether one test, other than ranks, is fulfilled."""
        kind = judgement.kind
        if kind == "threshold":
            return state[self.axes.index(judgement.axis)] in judgement.bounds
        if kind == "condition":
            return truths[judgement.condition or ""]
        if kind == "override":
            return judgement.code == override
        counts = [state[len(self.axes) + place] for place in self.read_by[judgement.code]]
        if kind == "count":
            return counts[0] in judgement.bounds
        parts = [count > 0 for count in counts]
        parts += [self.holds(self.tests[code], state, truths, override) for code in judgement.of]
        return any(parts) if kind == "any_of" else all(parts)


@remembered
def judge_of(table: RuleTable) -> Judge:
    """Work out the layout of a table's states; done once for each table at hand."""
    features: list[Feature] = []
    read_by: dict[str, tuple[int, ...]] = {}
    for judgement in table.judgements:
        wanted = _features(judgement)
        features += [one for one in wanted if one not in features]
        read_by[judgement.code] = tuple(features.index(one) for one in wanted)
    return Judge(
        table=table,
        axes=(None, *(axis.code for axis in table.axes)),
        features=tuple(features),
        read_by=read_by,
        counted=_counted(table, features),
        tests={judgement.code: judgement for judgement in table.judgements},
        deciding=tuple(judgement for judgement in table.judgements if judgement.decides),
    )


def outcome_of(table: RuleTable, total: Decimal) -> str:
    """The outcome for this total, where nothing but the total decides (thresholds and ranks)."""
    return judge_of(table).outcome((total,), {}, None)


def _features(judgement: Judgement) -> list[Feature]:
    if judgement.kind == "count":
        need = int(judgement.bounds.low or 0) + judgement.bounds.low_open
        return [Feature(need, judgement.severities, judgement.findings)]
    if judgement.kind == "all_of":
        return [Feature(1, (), (found,)) for found in judgement.findings]
    return [Feature(1, (), judgement.findings)] if judgement.findings else []


def _counted(table: RuleTable, features: list[Feature]) -> dict[Place, tuple[int, ...]]:
    readings: list[tuple[str, str | None, Item]] = []
    for item in table.items():
        readings.append((item.code, None, item))
        readings += [(item.code, found.when, found.item) for found in item.replacements]
    return {
        (code, when, grade.code): tuple(
            int(feature.counts(code, reading, grade)) for feature in features
        )
        for code, when, reading in readings
        for grade in reading.grades
    }


def _as_grave(reading: Item, grade: Grade, wanted: str) -> bool:
    """Whether a grade is the one that is wanted, or a heavier one of the same item."""
    if reading.mode == "sum":
        return grade.code == wanted
    codes = [known.code for known in reading.grades]
    return wanted in codes and codes.index(grade.code) >= codes.index(wanted)
