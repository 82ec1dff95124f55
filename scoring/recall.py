"""Parts of scores that were worked out before, so that a like record costs a few look-ups.

A category's lines depend on the answers to its items and on the conditions alone, and what follows
from the categories on their sums alone. Both are kept, for records in which nothing is open, as the
evaluator made them; nothing is computed here. A record that holds anything new is left to the
evaluator, whose score is then learnt from.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import getitem, itemgetter
from typing import Any

from scoring.judgement import Judge, judge_of
from scoring.memo import remembered
from scoring.model import Answer, RuleTable, Truth
from scoring.result import CategoryScore, Score

MOST_PARTS = 50_000  # kept for a table; then all are forgotten and learnt anew
_LANE = 30  # bits: sums of so many parts stay apart in one whole number
_LARGEST = 1 << 24  # a part's number in its lane
_MOST_CATEGORIES = 64  # whose numbers then still fit a lane together
_PLACES = 1000  # points have at most three decimal places
_BEFORE = Score._fields.index("categories")

Part = tuple[CategoryScore, int]  # a category's score, and its share of the sums
Rest = tuple[tuple[Any, ...], tuple[Any, ...]]  # a score's fields before and after its categories


@dataclass(slots=True)
class Reading:
    """What is known of a table under one set of truths: parts by category, the rest by sums."""

    parts: tuple[dict[Any, Part], ...]
    rests: dict[int, Rest] = field(default_factory=dict)

    def score(self, keys: Iterable[Any]) -> Score:
        """Put a score together from the parts of these keys; raises KeyError where one is new."""
        # This is what a record costs: everything here runs in C but this one function.
        categories, shares = zip(*map(getitem, self.parts, keys), strict=True)
        before, after = self.rests[sum(shares)]
        return tuple.__new__(Score, (*before, categories, *after))


@dataclass(slots=True)
class Memory:
    """What is known of a table.

    answers: of equal answers the one that parts are known by: keys are their identities, which are
    quick to compare, and stay theirs while they are kept here.
    """

    answers: dict[Answer, Answer] = field(default_factory=dict)
    readings: dict[tuple[Truth, ...], Reading] = field(default_factory=dict)
    known: int = 0


@dataclass(slots=True)
class Shelf:
    """A table's memory, and how a record is laid out for it.

    pick: the answers of a complete record in the order of the table; split: them by category.
    """

    judge: Judge
    pick: Callable[[Mapping[str, Answer]], tuple[Answer, ...]]
    size: int
    split: Callable[[Sequence[Any]], tuple[Any, ...]]
    categories: int
    defaults: tuple[Truth, ...]
    memory: Memory = field(default_factory=Memory)

    def reading(self, memory: Memory, truths: tuple[Truth, ...]) -> Reading:
        """What is known under these truths, at first nothing."""
        if truths not in memory.readings:
            memory.readings[truths] = Reading(tuple({} for _ in range(self.categories)))
        return memory.readings[truths]


@remembered
def shelf_of(table: RuleTable) -> Shelf:
    """The shelf of a table; one for each table at hand."""
    codes = [item.code for item in table.items()]
    places, at = [], 0
    for category in table.categories:
        places.append(slice(at, at + len(category.items)))
        at += len(category.items)
    defaults = tuple(known.default for known in table.conditions)
    pick, split = _all_of(codes), _all_of(places)
    return Shelf(judge_of(table), pick, len(codes), split, len(places), defaults)


def _all_of(keys: list[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Take the values of all these keys at once, as a tuple even for one."""
    if len(keys) == 1:
        return lambda values: (values[keys[0]],)
    return itemgetter(*keys)


def recall(
    table: RuleTable, answers: Mapping[str, Answer], conditions: Mapping[str, Truth] | None
) -> Score | None:
    """The score of a complete record, from parts that are known; None where any is not."""
    shelf = shelf_of(table)
    memory = shelf.memory  # another thread may forget meanwhile; this one stays whole
    truths = _truths(table, conditions) if conditions else shelf.defaults
    reading = memory.readings.get(truths)
    if reading is None or len(answers) != shelf.size:
        return None
    try:
        picked = shelf.pick(answers)
    except KeyError:
        return None  # an item of another table, which the evaluator refuses
    try:
        return reading.score(shelf.split(tuple(map(id, picked))))
    except KeyError:
        known = memory.answers
        same = [known.get(answer, answer) for answer in picked]
    try:
        return reading.score(shelf.split(tuple(map(id, same))))
    except KeyError:
        return None


def learn(table: RuleTable, answers: Mapping[str, Answer], score: Score) -> None:
    """Keep the parts of a score in which nothing is open and no person decided."""
    truths = tuple(score.conditions.values())
    if None in truths or len(answers) != shelf_of(table).size or score.override is not None:
        return
    shelf = shelf_of(table)
    if shelf.memory.known > MOST_PARTS:
        shelf.memory = Memory()
    memory = shelf.memory
    reading = shelf.reading(memory, truths)
    kept = [memory.answers.setdefault(answer, answer) for answer in shelf.pick(answers)]
    parts = settled_parts(shelf.judge, score)
    keys = shelf.split(tuple(map(id, kept)))
    for cache, key, part in zip(reading.parts, keys, parts, strict=True):
        if part is not None:
            cache[key] = part
            memory.known += 1
    keep_rest(reading, parts, score)


def keep_rest(reading: Reading, parts: list[Part | None], score: Score) -> None:
    """Keep what followed from the sums of a score, where all of its parts are settled."""
    whole = [part for part in parts if part is not None]
    if len(whole) == len(parts):
        share = sum(part[1] for part in whole)
        reading.rests[share] = tuple(score[:_BEFORE]), tuple(score[_BEFORE + 1 :])


def settled_parts(judge: Judge, score: Score) -> list[Part | None]:
    """The score's categories with their shares; None for one in which something is open."""
    noticed = {notice.item for notice in score.warnings}
    if len(score.categories) > _MOST_CATEGORIES:
        return [None] * len(score.categories)
    return [_part(judge, category, noticed) for category in score.categories]


def _truths(table: RuleTable, conditions: Mapping[str, Truth]) -> tuple[Truth, ...]:
    """The truths in table order; none at all where a code is unknown, for the evaluator to say."""
    known = {condition.code: condition.default for condition in table.conditions}
    if not known.keys() >= conditions.keys():
        return (None,)
    return tuple((known | dict(conditions)).values())


def _part(judge: Judge, category: CategoryScore, noticed: set[str]) -> Part | None:
    """A category with its share: its points, what its cap cut, and the findings that count.

    Each has a lane of its own in one whole number, which adds up like all of them.
    """
    counts = [0] * len(judge.features)
    for line in category.lines:
        if line.answer.kind == "unknown" or line.code in noticed:
            return None
        when = line.replaced.when if line.replaced else None
        for grade in line.grades if judge.features else ():
            found = judge.counted[line.code, when, grade.code]
            counts = [one + more for one, more in zip(counts, found, strict=True)]
    lanes = [category.points if axis == category.axis else Decimal(0) for axis in judge.axes]
    scaled = [number * _PLACES for number in (*lanes, category.raw - category.points)]
    if any(number < 0 or number % 1 or number >= _LARGEST for number in scaled):
        return None
    numbers = [*map(int, scaled), *counts]
    return category, sum(number << at * _LANE for at, number in enumerate(numbers))
