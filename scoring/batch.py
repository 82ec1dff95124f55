"""Whole cities: many packed records scored at once with lookup arrays, no loop over records.

A table whose states fit one word is one array: word -> result. Any other is gathered category by
category, and the sums are looked up. Records are read in chunks, so that memory stays bounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count, islice, product

import numpy as np
from numpy.typing import NDArray

from scoring.lookup import Ints, Lookup, Rows, compile_lookup, largest_total, results_of, words_of
from scoring.memo import remembered
from scoring.model import UNDETERMINED, RuleTable
from scoring.packing import (
    Packed,
    check_shape,
    check_words,
    conditions_word,
    to_value,
    unpack_states,
)
from scoring.scan import MISFIT, score_states
from scoring.states import TRUTHS, States, fits_one_word, states_of
from scoring.units import scale_of, unscaled

CHUNK = 1 << 16  # records at a time: their words and sums stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Totals:
    """Results of many records, in their order; points are whole numbers, `scale` times too large.

    rows: a structured array with the fields total, low, high and judgement; the latter is a place
    in `outcomes` (the table's codes and then `undetermined`), or MISFIT.
    """

    rows: Rows
    scale: int
    outcomes: tuple[str, ...]

    @property
    def total(self) -> Ints:
        """Scaled totals."""
        return self.rows["total"]

    @property
    def low(self) -> Ints:
        """Scaled lower bounds over all completions."""
        return self.rows["low"]

    @property
    def high(self) -> Ints:
        """Scaled upper bounds."""
        return self.rows["high"]

    @property
    def judgement(self) -> NDArray[np.uint8]:
        """Places in `outcomes`, or MISFIT."""
        return self.rows["judgement"]

    def points(self, number: int) -> Decimal:
        """One scaled number in points."""
        return unscaled(int(number), self.scale)

    def code(self, place: int) -> str | None:
        """The outcome code of one judgement; None for MISFIT."""
        return None if place == MISFIT else self.outcomes[place]


@dataclass(slots=True)
class Compiled:
    """A table ready for whole cities.

    dense: category sums decide, so that arrays can be made; groups: the words of each category by
    place; single: the result of every state, where one word holds them all.
    """

    states: States
    dense: bool
    scale: int
    result: np.dtype[np.void]
    groups: tuple[tuple[int, ...], ...]
    worlds: dict[tuple[bool, ...], Lookup] = field(default_factory=dict)
    single: Rows | None = None

    def lookup(self, truths: tuple[bool, ...]) -> Lookup:
        """The arrays of one world, made when a record first needs it."""
        if truths not in self.worlds:
            self.worlds[truths] = compile_lookup(self.states, truths, self.result)
        return self.worlds[truths]


@remembered
def compiled(table: RuleTable) -> Compiled:
    """Compile a table; done once for each table at hand."""
    states = states_of(table)
    most = largest_total(states)
    groups = _groups(len(words) for words in words_of(states))
    return Compiled(states, most is not None, scale_of(states), _result_type(most), groups)


def _single(made: Compiled, records: int) -> Rows | None:
    """The result of every state, made when it is wanted; None where that is not worth it."""
    if made.single is None and fits_one_word(made.states):
        every = np.arange(made.states.count, dtype=np.uint16)[:, None]
        if made.dense:
            made.single = _every_state(made, unpack_states(made.states, every))
        elif records > made.states.count:
            made.single = score_states(made.states, every, made.scale, made.result)
    return made.single


def _groups(lengths: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Running places, so many a group."""
    places = count()
    return tuple(tuple(islice(places, length)) for length in lengths)


def score_many(table: RuleTable, packed: Packed, out: Rows | None = None) -> Totals:
    """Score packed records: shape (records, words), as `read_packed` gives them.

    out: an array of `result_type(table)` to write to, as long as the records.
    Returns exact results in the order of the records; a record whose answers fit no reading of its
    conditions together (which `pack_answers` refuses) has the judgement MISFIT.
    Raises PackedMismatchError for words that no state of this table has.
    """
    made = compiled(table)
    check_shape(made.states, packed)
    single = _single(made, len(packed))
    rows = np.empty(len(packed), dtype=made.result) if out is None else out
    for start in range(0, len(packed), CHUNK):
        part = packed[start : start + CHUNK]
        check_words(made.states, part)
        into = rows[start : start + CHUNK]
        if single is not None:
            single.take(part[:, 0], out=into, mode="clip")  # checked: clip only spares a copy
        elif made.dense:
            _gather(made, part, into)
        else:
            into[:] = score_states(made.states, part, made.scale, made.result)
    return Totals(rows, made.scale, outcomes_of(table))


def outcomes_of(table: RuleTable) -> tuple[str, ...]:
    """The codes that the judgement of a batch points to."""
    return (*(outcome.code for outcome in table.outcomes), UNDETERMINED)


def result_type(table: RuleTable) -> np.dtype[np.void]:
    """The type of one result row of this table: 8 bytes where its scaled points fit 16 bits."""
    return compiled(table).result


def _result_type(most: int | None) -> np.dtype[np.void]:
    """Fields wide enough for the largest total; a row of 8, 16 or 32 bytes gathers fast."""
    number, padding = "<i8", 7
    if most is not None and most <= np.iinfo(np.int16).max:
        number, padding = "<i2", 1
    elif most is not None and most <= np.iinfo(np.int32).max:
        number, padding = "<i4", 3
    names = [(name, number) for name in ("total", "low", "high")]
    return np.dtype([*names, ("judgement", "u1"), ("padding", f"V{padding}")])


def _gather(made: Compiled, part: Packed, into: Rows) -> None:
    """Score a chunk; its conditions, if there are any, are the first word: a group for each."""
    if not made.states.conditions:
        into[:] = _in_worlds(made, 0, list(part.T))
        return
    facts = part[:, 0]
    for state in np.unique(facts):
        chosen = np.flatnonzero(facts == state)
        into[chosen] = _in_worlds(made, int(state), [word[chosen] for word in part.T[1:]])


def _every_state(made: Compiled, digits: NDArray[np.int64]) -> Rows:
    """The results of every state of a table that is packed in one word."""
    columns = [word for words in words_of(made.states) for word in words]
    words = [to_value(digits, word) for word in columns]
    facts = to_value(digits[:, : made.states.conditions], conditions_word(made.states))
    rows = np.empty(len(digits), dtype=made.result)
    for state in np.unique(facts):
        chosen = np.flatnonzero(facts == state)
        rows[chosen] = _in_worlds(made, int(state), [word[chosen] for word in words])
    return rows


def _in_worlds(made: Compiled, state: int, words: list[Ints]) -> Rows:
    """Records whose conditions all have one state: the union over the worlds that it leaves."""
    choices = []
    for _ in range(made.states.conditions):
        state, digit = divmod(state, len(TRUTHS))
        truth = TRUTHS[digit]
        choices.append((False, True) if truth is None else (truth,))
    union: Rows | None = None
    for truths in product(*choices):
        found = _in_world(made.lookup(truths), made, words)
        union = found if union is None else _joined(made.states, union, found)
    assert union is not None  # a product of no choices has one member
    return union


def _in_world(lookup: Lookup, made: Compiled, words: list[Ints]) -> Rows:
    pairs, fit = _pairs(lookup, made, words)
    if lookup.results is not None:
        rows: Rows = lookup.results.take(pairs, mode="clip")
    else:
        low, high = pairs % lookup.base, pairs // lookup.base
        rows = results_of(made.states, lookup.totals, lookup.outcomes, low, high, made.result)
    if fit is not None:
        rows[~fit] = (0, 0, 0, MISFIT, b"")
    return rows


def _pairs(
    lookup: Lookup, made: Compiled, words: list[Ints]
) -> tuple[Ints, NDArray[np.bool_] | None]:
    """The sum of all categories as a pair for each record, and which records fit (None: all)."""
    pairs: Ints | None = None
    fit: NDArray[np.bool_] | None = None
    for place, group in enumerate(made.groups):
        part: Ints | None = None
        for at in group:
            found = lookup.words[at].take(words[at], mode="wrap")
            part = found if part is None else np.add(part, found, out=part)
            fits = lookup.fits[at]
            if fits is not None:
                fine = fits.take(words[at], mode="wrap")
                fit = fine if fit is None else fit & fine
        assert part is not None  # no category is empty
        if place in lookup.caps:
            capped = lookup.caps[place]
            part = capped[part % lookup.base] + lookup.base * capped[part // lookup.base]
        pairs = part if pairs is None else np.add(pairs, part, out=pairs)
    assert pairs is not None  # no table is empty
    return pairs, fit


def _joined(states: States, one: Rows, two: Rows) -> Rows:
    """What two worlds leave open together; one in which the answers do not fit is left out."""
    rows = one.copy()
    rows["low"] = np.minimum(one["low"], two["low"])
    rows["high"] = np.maximum(one["high"], two["high"])
    if states.table.unknown == "interval":
        rows["total"] = rows["low"]
        rows["judgement"][one["judgement"] != two["judgement"]] = len(states.table.outcomes)
    else:
        worst = states.table.unknown == "worst"
        other = two["total"] > one["total"] if worst else two["total"] < one["total"]
        rows["total"][other], rows["judgement"][other] = (
            two["total"][other],
            two["judgement"][other],
        )
    for misfit, instead in ((one, two), (two, one)):
        out = misfit["judgement"] == MISFIT
        rows[out] = instead[out]
    return rows
