"""The answer states of a rule table: every meaning that an answer can have for the points.

Two answers to an item are the same state when the evaluator finds the same under every reading of
the table's conditions: "none" and "na", a grade with or without a lesser one, a count and the grade
that it stands for. States are found by asking the evaluator (`possible_worlds`), so that whatever
it learns to read is a state here. A record's states are packed into words of 16 bits: the whole
table in one where its states fit 65,536, else the conditions in one and each category in its own
(in several where a single category is too large).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from itertools import combinations
from math import prod

import numpy as np

from scoring.errors import AnswerError, ScoringError
from scoring.findings import Finding
from scoring.memo import remembered
from scoring.model import NONE, UNKNOWN, Answer, Category, Item, RuleTable, Truth
from scoring.probes import probes
from scoring.worlds import possible_worlds

MOST_STATES = 65_536
STORED = np.dtype("<u2")  # how a word is kept: 16 bits, the low byte first
TRUTHS: tuple[Truth, ...] = (False, True, None)  # a condition's states 0, 1, 2
_TOLD = ("item", "value", "notice", "replaced")  # told in the trace, without effect on the points

Effect = tuple[object, ...] | None  # None: the answer does not fit in this reading
Pair = tuple[Decimal, Decimal]


class UnpackableError(ScoringError):
    """An answer has a meaning that was not foreseen when the states were listed."""


@dataclass(frozen=True, slots=True)
class ItemStates:
    """The states of one item.

    places: the conditions (by place in the table) that change its reading; a world of the item is
    one truth for each, the first as the lowest bit. points[state][world] is the lowest and highest
    number of points, or None where such an answer does not fit; answers[state] is one answer of
    that state.
    """

    item: Item
    places: tuple[int, ...]
    answers: tuple[Answer, ...]
    points: tuple[tuple[Pair | None, ...], ...]
    table: RuleTable
    by_effect: Mapping[tuple[Effect, ...], int]
    by_answer: dict[Answer, int] = field(default_factory=dict)

    def state_of(self, answer: Answer) -> int:
        """The state of an answer.

        Raises AnswerError when it fits no reading of the item, UnpackableError.
        """
        known = self.by_answer.get(answer)
        if known is None:
            effects = tuple(_effects(self.table, self.item, answer, self.places))
            if effects not in self.by_effect:
                if not any(effects):
                    readings = {known.code: None for known in self.table.conditions}
                    possible_worlds(self.table, {self.item.code: answer}, readings)
                raise UnpackableError(f"{self.item.code}: {answer} has no state")
            known = self.by_effect[effects]
            if answer.number is None and not answer.inputs:  # these are few
                self.by_answer[answer] = known
        return known

    def world(self, truths: Sequence[bool]) -> int:
        """The item's world within a world of the table, given as one truth for each condition."""
        return sum(1 << at for at, place in enumerate(self.places) if truths[place])


@dataclass(frozen=True, slots=True)
class Word:
    """One packed word: the columns (conditions, then items) that it holds, as mixed-radix digits.

    category: the place of the category whose items it holds; None for one that holds all, or the
    conditions.
    """

    columns: tuple[int, ...]
    sizes: tuple[int, ...]
    category: int | None = None

    @property
    def states(self) -> int:
        """How many values the word has."""
        return prod(self.sizes)


@dataclass(frozen=True, slots=True)
class States:
    """The states of a table. Columns are its conditions and then its items, in table order."""

    table: RuleTable
    items: tuple[ItemStates, ...]
    sizes: tuple[int, ...]
    words: tuple[Word, ...]

    @property
    def count(self) -> int:
        """How many states the whole table has."""
        return prod(self.sizes)

    @property
    def conditions(self) -> int:
        """How many columns come before those of the items."""
        return len(self.table.conditions)


@remembered
def states_of(table: RuleTable) -> States:
    """List the states of a table; done once for each table at hand."""
    items = tuple(_item_states(table, category, item) for category, item in _placed(table))
    sizes = (len(TRUTHS),) * len(table.conditions) + tuple(len(one.answers) for one in items)
    return States(table, items, sizes, tuple(_words(table, sizes)))


def fits_one_word(states: States) -> bool:
    """Whether one lookup array serves the whole table."""
    return len(states.words) == 1 and states.words[0].category is None


def _placed(table: RuleTable) -> Iterable[tuple[Category, Item]]:
    return ((category, item) for category in table.categories for item in category.items)


def _item_states(table: RuleTable, category: Category, item: Item) -> ItemStates:
    alone = replace(table, categories=(replace(category, items=(item,)),))
    everything = tuple(range(len(table.conditions)))
    listed = [
        (answer, tuple(_findings(alone, item, answer, everything))) for answer in _candidates(item)
    ]
    places = tuple(place for place in everything if _matters(place, [f for _, f in listed]))
    answers: list[Answer] = []
    points: list[tuple[Pair | None, ...]] = []
    by_effect: dict[tuple[Effect, ...], int] = {}
    for answer, _ in listed:
        findings = tuple(_findings(alone, item, answer, places))
        effects = tuple(map(_effect, findings))
        if any(effects) and effects not in by_effect:
            by_effect[effects] = len(answers)
            answers.append(answer)
            points.append(tuple(map(_ends, findings)))
    return ItemStates(item, places, tuple(answers), tuple(points), alone, by_effect)


def _candidates(item: Item) -> list[Answer]:
    """Answers of every meaning, the plainest first: it will stand for its state."""
    readings = [item, *(found.item for found in item.replacements)]
    codes = list(dict.fromkeys(grade.code for reading in readings for grade in reading.grades))
    # Where in each reading the heaviest grade counts, and one misfit spoils, so many are enough.
    summed = any(reading.mode == "sum" for reading in readings)
    most = len(codes) if summed else min(len(codes), 2 * len(readings))
    graded = [
        Answer("grades", grades=chosen)
        for size in range(1, most + 1)
        for chosen in combinations(codes, size)
    ]
    single = [answer for answer in graded if len(answer.grades) == 1]
    return [NONE, *single, UNKNOWN, *graded, *probes(readings)]


def _findings(
    alone: RuleTable, item: Item, answer: Answer, places: Sequence[int]
) -> Iterable[Finding | None]:
    """What the evaluator finds in each world of these conditions; None where it does not fit."""
    codes = [condition.code for condition in alone.conditions]
    for world in range(1 << len(places)):
        truths: dict[str, Truth] = dict.fromkeys(codes, False)
        truths |= {codes[place]: bool(world >> at & 1) for at, place in enumerate(places)}
        try:
            yield possible_worlds(alone, {item.code: answer}, truths)[0].findings[0][0]
        except AnswerError:
            yield None


def _effects(
    alone: RuleTable, item: Item, answer: Answer, places: Sequence[int]
) -> Iterable[Effect]:
    return map(_effect, _findings(alone, item, answer, places))


def _ends(finding: Finding | None) -> Pair | None:
    return (finding.options[0], finding.options[-1]) if finding is not None else None


def _effect(finding: Finding | None) -> Effect:
    if finding is None:
        return None
    told = (getattr(finding, known.name) for known in fields(finding) if known.name not in _TOLD)
    return tuple(told)


def _matters(place: int, listed: Iterable[Sequence[Finding | None]]) -> bool:
    """Whether turning one condition ever changes what is found."""
    bit = 1 << place
    return any(
        _effect(findings[world]) != _effect(findings[world | bit])
        for findings in listed
        for world in range(len(findings))
        if not world & bit
    )


def _words(table: RuleTable, sizes: tuple[int, ...]) -> Iterable[Word]:
    if prod(sizes) <= MOST_STATES:
        yield Word(tuple(range(len(sizes))), sizes)
        return
    at = len(table.conditions)
    if at:
        yield Word(tuple(range(at)), sizes[:at])
    for place in range(len(table.categories)):
        yield from split_category(table, sizes, place)


def split_category(table: RuleTable, sizes: tuple[int, ...], place: int) -> Iterable[Word]:
    """The words of one category by its place: one, or several where its states are too many."""
    before = sum(len(category.items) for category in table.categories[:place])
    at = len(table.conditions) + before
    columns = list(range(at, at + len(table.categories[place].items)))
    while columns:
        taken = _fitting(columns, sizes)
        yield Word(tuple(taken), tuple(sizes[column] for column in taken), place)
        columns = columns[len(taken) :]


def _fitting(columns: list[int], sizes: tuple[int, ...]) -> list[int]:
    """The first of these columns, as many as one word can hold."""
    taken = columns[:1]
    for column in columns[1:]:
        if prod(sizes[one] for one in [*taken, column]) > MOST_STATES:
            break
        taken.append(column)
    return taken
