"""What records of one table reach, worked out once for each pattern of a category.

Records share patterns: which items of a category are unknown, and what the known ones add up to.
What such a category may add, and the states of all others at which each of its unknown items moves
the outcome, depends on that pattern alone. A record is then a few shifts (`scoring.lattice`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scoring.findings import Finding
from scoring.lattice import Lattice, lattice_of, places_in, spread
from scoring.memo import remembered
from scoring.model import RuleTable
from scoring.worlds import World, possible_worlds

MOST_BYTES = 8 << 20  # kept for a table; then all is forgotten and worked out anew
_OBJECT = 200  # bytes, about, of a number or a key beside its bits

Pattern = tuple[int, int, int]  # category, its unknown items as bits, raw sum of its known ones


@dataclass(frozen=True, slots=True)
class Share:
    """What a category of one pattern may add to the state.

    moves: by how many places; turns: for each unknown item, the set of sums of all other categories
    at which that item alone may move the outcome.
    """

    moves: tuple[int, ...]
    turns: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Ground:
    """A table under one reading of its conditions, and one person's decision or none.

    raws: what each choice of each unknown item adds; outcomes, tests: the sets of states at which
    they hold.
    """

    lattice: Lattice
    raws: tuple[tuple[tuple[int, ...], ...], ...]
    outcomes: Mapping[str, int]
    tests: Mapping[str, int]
    shares: dict[Pattern, Share] = field(default_factory=dict)
    size: int = 0  # bytes, about, of the shares

    def share(self, place: int, found: tuple[Finding, ...]) -> Share:
        """What these findings leave open in a category; raises KeyError as `Lattice.raws`."""
        items = self.lattice.judge.table.categories[place].items
        unknown = known = 0
        for at, (item, finding) in enumerate(zip(items, found, strict=True)):
            if finding.unknown:
                unknown |= 1 << at
            elif finding.choices[0].grades or finding.choices[0].points:
                known += self.lattice.raws(item.code, finding)[0]
        pattern = place, unknown, known
        if pattern not in self.shares:
            made = self.shares[pattern] = self._share(*pattern)
            bits = sum(places.bit_length() for _, places in made.turns)
            self.size += bits // 8 + _OBJECT * (2 + len(made.moves) + len(made.turns))
        return self.shares[pattern]

    def _share(self, place: int, unknown: int, known: int) -> Share:
        items = self.lattice.judge.table.categories[place].items
        options = {at: self.raws[place][at] for at in places_in(unknown)}
        moves = {self.lattice.place(place, raw) for raw in _sums(known, options.values())}
        turns = []
        for at, own in options.items():
            others = _sums(known, (options[one] for one in options if one != at))
            ladders = {
                frozenset(self.lattice.place(place, raw + step) for step in own) for raw in others
            }
            turned = 0
            for ladder in ladders:
                if len(ladder) > 1:
                    turned |= self._turned(ladder)
            turns.append((items[at].code, turned))
        return Share(tuple(sorted(moves)), tuple(turns))

    def _turned(self, ladder: frozenset[int]) -> int:
        """The places from which not all of these moves lead to the same outcome."""
        same = 0
        for states in self.outcomes.values():
            all_there = -1
            for places in ladder:
                all_there &= states >> places
            same |= all_there
        every = (1 << self.lattice.steps[-1] * self.lattice.sizes[-1]) - 1
        return every & ~same


class Reach:
    """The states that one world reaches, as `scoring.walk.Walk` has them."""

    def __init__(self, ground: Ground, world: World) -> None:
        self.ground, self.world = ground, world
        self.shares = [ground.share(place, found) for place, found in enumerate(world.findings)]
        self.states = 1
        for share in self.shares:
            self.states = spread(self.states, share.moves)

    def outcomes(self) -> set[str]:
        """The codes of the outcomes that are reached."""
        return {code for code, states in self.ground.outcomes.items() if states & self.states}

    def verdicts(self) -> dict[str, set[bool]]:
        """Whether each test, other than ranks, holds in the states that are reached."""
        return {
            code: {
                holds
                for holds, states in ((True, self.states & found), (False, self.states & ~found))
                if states
            }
            for code, found in self.ground.tests.items()
        }

    def open_items(self) -> list[str]:
        """The unknown items that change the outcome in some completion of this world."""
        found: list[str] = []
        for place, elsewhere in self._elsewhere(0, len(self.shares), 1):
            found += [code for code, turned in self.shares[place].turns if turned & elsewhere]
        return found

    def differs(self, other: "Reach") -> bool:
        """Whether the worlds judge a state differently that both of them reach the same way."""
        same = 0
        for code, states in self.ground.outcomes.items():
            same |= states & other.ground.outcomes.get(code, 0)
        return bool(self.states & ~same)

    def _elsewhere(self, first: int, last: int, states: int) -> Iterable[tuple[int, int]]:
        """(category, sums of all others) for these categories; states: sums of all but these.

        Each half is added to what the other half starts from, so that no sum is made twice.
        """
        if last - first == 1:
            yield first, states
            return
        middle = (first + last) // 2
        for here, there in (((first, middle), (middle, last)), ((middle, last), (first, middle))):
            sums = states
            for share in self.shares[slice(*there)]:
                sums = spread(sums, share.moves)
            yield from self._elsewhere(*here, sums)


@dataclass(slots=True)
class Memory:
    """What is known of a table, by the truths of its conditions and the override."""

    grounds: dict[tuple[tuple[bool, ...], str | None], Ground] = field(default_factory=dict)


@remembered
def memory_of(table: RuleTable) -> Memory:
    """The memory of a table; one for each at hand."""
    return Memory()


def reach_of(world: World, override: str | None) -> Reach | None:
    """What this world reaches; None where the table has no lattice or the answers no place on it."""
    lattice = lattice_of(world.table)
    if lattice is None:
        return None
    memory = memory_of(world.table)
    if sum(ground.size for ground in memory.grounds.values()) > MOST_BYTES:
        memory.grounds = {}
    key = tuple(world.truths[known.code] for known in world.table.conditions), override
    grounds = memory.grounds
    if key not in grounds:
        grounds[key] = _ground(lattice, world.truths, override)
    try:
        return Reach(grounds[key], world)
    except KeyError:
        return None


def _sums(start: int, options: Iterable[Iterable[int]]) -> set[int]:
    """Every sum of the start and one from each of the options."""
    sums = {start}
    for choices in options:
        sums = {total + one for total in sums for one in choices}
    return sums


def _ground(lattice: Lattice, truths: Mapping[str, bool], override: str | None) -> Ground:
    judge = lattice.judge
    world = possible_worlds(judge.table, {}, truths)[0]
    categories = zip(judge.table.categories, world.findings, strict=True)
    raws = tuple(
        tuple(lattice.raws(item.code, one) for item, one in zip(part.items, found, strict=True))
        for part, found in categories
    )
    every = 1
    for place, items in enumerate(raws):
        every = spread(every, sorted({lattice.place(place, raw) for raw in _sums(0, items)}))
    outcomes: dict[str, int] = {}
    tests = {code: 0 for code, test in judge.tests.items() if test.kind != "ranks"}
    for place in places_in(every):
        state = judge.finished(world, lattice.state(place))
        outcome = judge.outcome(state, truths, override)
        outcomes[outcome] = outcomes.get(outcome, 0) | 1 << place
        for code in tests:
            if judge.holds(judge.tests[code], state, truths, override):
                tests[code] |= 1 << place
    return Ground(lattice, raws, outcomes, tests, size=every.bit_length())
