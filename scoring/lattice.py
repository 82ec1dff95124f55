"""States as places on a line, so that a set of states is one whole number with a bit for each.

The points of a table are multiples of one unit, and counts are small. So sums of states are sums of
places, and adding one share to every state of a set is one shift. A table whose line would be too
long (points of many decimals, many counts) has no lattice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm, prod

from scoring.findings import Finding, unobserved
from scoring.judgement import Judge, State, judge_of
from scoring.memo import remembered
from scoring.model import Item, RuleTable

MOST_PLACES = 1 << 14  # of a line: 2 KB for a set of states
_LANE = 20  # bits: in a category's raw sum, each count stays below the next
_COUNT = (1 << _LANE) - 1


@dataclass(frozen=True, slots=True)
class Lattice:
    """How a table's states lie on the line.

    A state's numbers are the units on each axis, then the findings of each feature. sizes: how many
    values each of them has; steps: by how many places one more of it moves. units: of each number
    of points; axes and caps: of each category, the axis it adds to and its cap in units, or None.
    """

    judge: Judge
    unit: Fraction
    units: Mapping[Decimal, int]
    axes: tuple[int, ...]
    caps: tuple[int | None, ...]
    sizes: tuple[int, ...] = ()
    steps: tuple[int, ...] = ()

    def raws(self, code: str, finding: Finding) -> tuple[int, ...]:
        """What each choice of a finding adds to the raw sum of its category, a whole number.

        Raises KeyError for points that the item cannot give (a count below nothing).
        """
        vectors = (self.judge.vector(code, finding, choice) for choice in finding.choices)
        return tuple(self._raw(vector) for vector in vectors)

    def _raw(self, vector: State) -> int:
        raw = self.units[Decimal(vector[0])]
        for count in vector[1:]:
            raw = (raw << _LANE) + int(count)
        return raw

    def numbers(self, category: int, raw: int) -> list[int]:
        """The units and counts of a category's raw sum: capped, and no more than is asked for."""
        counts = []
        for feature in reversed(self.judge.features):
            counts.append(min(raw & _COUNT, feature.need))
            raw >>= _LANE
        cap = self.caps[category]
        return [raw if cap is None else min(raw, cap), *reversed(counts)]

    def place(self, category: int, raw: int) -> int:
        """How many places a category with this raw sum moves the state."""
        units, *counts = self.numbers(category, raw)
        steps = self.steps[len(self.judge.axes) :]
        moved = sum(step * count for step, count in zip(steps, counts, strict=True))
        return moved + self.steps[self.axes[category]] * units

    def state(self, place: int) -> State:
        """The state at a place, before the modifiers."""
        found = [place // step % size for step, size in zip(self.steps, self.sizes, strict=True)]
        axes = len(self.judge.axes)
        points = [self.unit * units for units in found[:axes]]
        needs = (feature.need for feature in self.judge.features)
        return (
            *(Decimal(one.numerator) / one.denominator for one in points),
            *map(min, found[axes:], needs),
        )


@remembered
def lattice_of(table: RuleTable) -> Lattice | None:
    """The lattice of a table, laid out once for each at hand; None where it would be too long."""
    judge = judge_of(table)
    caps = [category.cap for category in table.categories]
    points = {
        choice.points
        for item in table.items()
        for finding in _readings(item)
        for choice in finding.choices
    }
    unit = _unit(points.union(cap for cap in caps if cap is not None))
    lattice = Lattice(
        judge=judge,
        unit=unit,
        units={known: int(Fraction(known) / unit) for known in points},
        axes=tuple(judge.axes.index(category.axis) for category in table.categories),
        caps=tuple(None if cap is None else int(Fraction(cap) / unit) for cap in caps),
    )
    sizes = _sizes(lattice)
    if prod(sizes) > MOST_PLACES:
        return None
    return replace(lattice, sizes=sizes, steps=tuple(prod(sizes[:at]) for at in range(len(sizes))))


def places_in(states: int) -> Iterator[int]:
    """The places in a set of states, rising."""
    while states:
        lowest = states & -states
        yield lowest.bit_length() - 1
        states ^= lowest


def spread(states: int, moves: Sequence[int]) -> int:
    """Every sum of a state in the set and one of these moves."""
    sums = 0
    for places in moves:
        sums |= states << places
    return sums


def _readings(item: Item) -> Iterator[Finding]:
    """The item, and whatever may stand in its place, as unknown."""
    yield unobserved(item)
    for found in item.replacements:
        yield replace(unobserved(found.item), replaced=found)


def _unit(points: Iterable[Decimal]) -> Fraction:
    """The largest number that all these points are multiples of."""
    exact = [Fraction(known) for known in points if known]
    below = lcm(*(known.denominator for known in exact))
    return Fraction(gcd(*(int(known * below) for known in exact)) or 1, below)


def _sizes(lattice: Lattice) -> tuple[int, ...]:
    """How many values each number of a state has: the largest sum over the categories, and 0."""
    axes = len(lattice.judge.axes)
    sizes = [1] * (axes + len(lattice.judge.features))
    for place, category in enumerate(lattice.judge.table.categories):
        most = 0
        for item in category.items:
            raws = [raw for one in _readings(item) for raw in lattice.raws(item.code, one)]
            # Lane by lane: the gravest points and the most findings need not be the same choice.
            most += _gravest(raws, len(lattice.judge.features))
        units, *counts = lattice.numbers(place, most)
        sizes[lattice.axes[place]] += units
        for at, count in enumerate(counts, axes):
            sizes[at] += count
    return tuple(sizes)


def _gravest(raws: list[int], features: int) -> int:
    """The largest value of every lane, as one raw sum."""
    found = max(raw >> _LANE * features for raw in raws) << _LANE * features
    for at in range(features):
        found += max(raw >> _LANE * at & _COUNT for raw in raws) << _LANE * at
    return found
