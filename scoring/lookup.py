"""Lookup arrays of one table in one world: word -> points, sum of points -> result.

Compiled by asking the evaluator: item points come from the states; cap, modifiers and outcome from
the functions that score a single record.
"""

from collections.abc import Sequence
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.judgement import outcome_of
from scoring.model import Category, Judgement, Modifier, RuleTable
from scoring.states import States, Word, split_category
from scoring.units import Unit, scale_of, scaled, unit_of
from scoring.worlds import World

Ints = NDArray[np.integer]
Rows = NDArray[np.void]
Part = RuleTable | Category | Modifier | Judgement
MOST_SUMS = 1 << 18  # sums of capped categories that are turned into totals one by one
MOST_RAW = 1 << 22  # sums before a cap
MOST_PAIRS = 1 << 20  # pairs of a lowest and a highest sum that have a result of their own
WIDE = 1 << 32  # base of a pair where there are more
LARGEST = 1 << 62  # totals beyond do not fit whole numbers of 64 bits
_BY_TOTAL = ("threshold",)  # kinds of judgement that the total alone decides
_KNOWN = {
    RuleTable: "id version jurisdiction structures method effective unknown source label conditions"
    " categories modifiers outcomes judgements sha256 examples warnings severities extends document",
    Category: "code label cap items",
    Modifier: "code label source operation operand when unless",
    Judgement: "code kind bounds otherwise label source",
}


@dataclass(frozen=True, slots=True)
class Lookup:
    """The arrays of one world. A pair is a lowest sum plus `base` times a highest, in units.

    words[word][value]: the pair of what the word holds, capped where it holds a whole category;
    fits[word][value]: False where an answer does not fit in this world (None: all fit);
    caps[category]: capped by raw units, for categories in several words; totals[units]: the scaled
    total; outcomes[units]: its outcome by place; results[pair]: the row to give, if base is small.
    """

    base: int
    words: tuple[Ints, ...]
    fits: tuple[NDArray[np.bool_] | None, ...]
    caps: dict[int, Ints]
    totals: Ints
    outcomes: NDArray[np.uint8]
    results: Rows | None = None


def largest_total(states: States) -> int | None:
    """The largest scaled total, where category sums alone decide the result as the arrays suppose.

    None for a table with anything that this module has not heard of, or with too many different
    sums; it is then scored state by state with the evaluator.
    """
    table = states.table
    parts: list[Part] = [table, *table.categories, *table.modifiers, *table.judgements]
    if any(_strange(part) for part in parts):
        return None
    if any(judgement.kind not in _BY_TOTAL for judgement in table.judgements):
        return None
    if any(pair[0] < 0 for one in states.items for worlds in one.points for pair in worlds if pair):
        return None
    unit = unit_of(states)
    tops = [_top(states, place, unit) for place in range(len(table.categories))]
    most = _most(states, tops, unit)
    if sum(tops) >= MOST_RAW or most >= MOST_SUMS:
        return None
    truths = dict.fromkeys((known.code for known in table.conditions), True)
    total = scaled(World(table, truths, ()).modified(unit.points(most)), scale_of(states))
    return total if total < LARGEST else None


def words_of(states: States) -> list[list[Word]]:
    """For each category the words that the arrays read, even where one packed word holds all."""
    places = range(len(states.table.categories))
    return [list(split_category(states.table, states.sizes, place)) for place in places]


def compile_lookup(states: States, truths: Sequence[bool], result: np.dtype[np.void]) -> Lookup:
    """The arrays of the world with these truths of the conditions, in table order.

    result: the fields total, low, high (scaled) and judgement (place of the outcome) of a row.
    """
    unit = unit_of(states)
    tops = [_top(states, place, unit) for place in range(len(states.table.categories))]
    totals, outcomes = _totals(states, truths, unit, _most(states, tops, unit))
    per_category = words_of(states)
    whole = all(len(words) == 1 for words in per_category)
    small = whole and len(totals) ** 2 <= MOST_PAIRS
    base = len(totals) if small else WIDE
    words, fits, caps = [], [], {}
    for place, category in enumerate(states.table.categories):
        capped = _capped(category, tops[place], unit)
        for word in per_category[place]:
            low, high, fit = _sums(states, word, truths, unit)
            if len(per_category[place]) == 1:
                low, high = capped[low], capped[high]
            else:
                caps[place] = capped
            words.append(_narrow(low + base * high, base * base))
            fits.append(None if fit.all() else fit)
    results = None
    if small:
        pairs = np.arange(base * base)
        results = results_of(states, totals, outcomes, pairs % base, pairs // base, result)
    return Lookup(base, tuple(words), tuple(fits), caps, totals, outcomes, results)


def results_of(
    states: States,
    totals: Ints,
    outcomes: NDArray[np.uint8],
    low: Ints,
    high: Ints,
    result: np.dtype[np.void],
) -> Rows:
    """The rows for lowest and highest sums in units, as the table's policy counts unknown items."""
    rows = np.empty(len(low), dtype=result)
    rows["low"], rows["high"] = totals[low], totals[high]
    counted = high if states.table.unknown == "worst" else low
    rows["total"], rows["judgement"] = totals[counted], outcomes[counted]
    if states.table.unknown == "interval":
        # Each outcome is one run of totals, so that the ends tell for all that lies between.
        rows["judgement"][outcomes[low] != outcomes[high]] = len(states.table.outcomes)
    return rows


def _strange(part: Part) -> bool:
    """Whether something is set here that these arrays have not heard of."""
    known = _KNOWN[type(part)].split()
    return any(
        field.name not in known and getattr(part, field.name) != _default(field)
        for field in fields(part)
    )


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _top(states: States, place: int, unit: Unit) -> int:
    """The most that a category's items can sum to, in units, before the cap."""
    columns = (column for word in words_of(states)[place] for column in word.columns)
    items = [states.items[column - states.conditions] for column in columns]
    return sum(
        max(unit.whole(pair[1]) for worlds in one.points for pair in worlds if pair)
        for one in items
    )


def _most(states: States, tops: Sequence[int], unit: Unit) -> int:
    """The most that the capped categories can sum to, in units."""
    return sum(
        unit.whole(category.capped(unit.points(top)))
        for category, top in zip(states.table.categories, tops, strict=True)
    )


def _capped(category: Category, top: int, unit: Unit) -> Ints:
    points = (category.capped(unit.points(raw)) for raw in range(top + 1))
    return np.array([unit.whole(one) for one in points], dtype=np.int64)


def _narrow(pairs: Ints, bound: int) -> Ints:
    """The same numbers in the smallest type in which they can be added."""
    for dtype in (np.uint16, np.uint32):
        if bound <= np.iinfo(dtype).max + 1:
            return pairs.astype(dtype)
    return pairs


def _sums(
    states: States, word: Word, truths: Sequence[bool], unit: Unit
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """For every value of a word: lowest and highest sum in units, and whether all answers fit."""
    low: Ints = np.zeros(1, dtype=np.int64)
    high: Ints = np.zeros(1, dtype=np.int64)
    fit = np.ones(1, dtype=np.bool_)
    for column in word.columns:
        one = states.items[column - states.conditions]
        world = one.world(truths)
        pairs = [worlds[world] for worlds in one.points]
        lows = np.array([unit.whole(pair[0]) if pair else 0 for pair in pairs], dtype=np.int64)
        highs = np.array([unit.whole(pair[1]) if pair else 0 for pair in pairs], dtype=np.int64)
        fine = np.array([pair is not None for pair in pairs])
        # The first column is the lowest digit: what comes after turns slower.
        low = (lows[:, None] + low[None, :]).ravel()
        high = (highs[:, None] + high[None, :]).ravel()
        fit = (fine[:, None] & fit[None, :]).ravel()
    return low, high, fit


def _totals(
    states: States, truths: Sequence[bool], unit: Unit, most: int
) -> tuple[Ints, NDArray[np.uint8]]:
    """By sum in units: the scaled total after the modifiers, and its outcome."""
    table, scale = states.table, scale_of(states)
    codes = {outcome.code: at for at, outcome in enumerate(table.outcomes)}
    facts = {known.code: truth for known, truth in zip(table.conditions, truths, strict=True)}
    world = World(table, facts, ())
    points = [world.modified(unit.points(units)) for units in range(most + 1)]
    totals = np.array([scaled(one, scale) for one in points], dtype=np.int64)
    outcomes = np.array([codes[outcome_of(table, one)] for one in points], dtype=np.uint8)
    return totals, outcomes
