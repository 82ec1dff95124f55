"""How many records have which state, and the same states under another table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.errors import AnswerError, ScoringError
from scoring.model import UNKNOWN, Item, RuleTable
from scoring.packing import Digits, Packed, check_shape, check_words, pack_states, unpack_states
from scoring.states import STORED, TRUTHS, ItemStates, States, states_of

Translated = tuple[Packed, NDArray[np.bool_]]  # words, and which records could be translated
_KEY = 1 << 63  # mixed-radix keys of a record below this fit one number


class NotTranslatableError(ScoringError):
    """States of one table do not say enough to be states of another; the answers are needed."""


@dataclass(frozen=True, slots=True)
class StateCounts:
    """The different states among records (states, words), and how many records have each."""

    states: Packed
    counts: NDArray[np.int64]

    @property
    def records(self) -> int:
        """How many records were counted."""
        return int(self.counts.sum())


def count_states(table: RuleTable, packed: Packed) -> StateCounts:
    """Count the records of each state; packed: (records, words).

    Raises PackedMismatchError for words that no state of this table has.
    """
    states = states_of(table)
    check_shape(states, packed)
    check_words(states, packed)
    if packed.shape[1] == 1:
        counts = np.bincount(packed[:, 0], minlength=1)
        found = np.flatnonzero(counts)
        return StateCounts(found.astype(STORED)[:, None], counts[found])
    if states.count < _KEY:
        keys = np.zeros(len(packed), dtype=np.int64)
        for at, word in enumerate(states.words):
            keys = keys * word.states + packed[:, at]
        _, first, counts = np.unique(keys, return_index=True, return_counts=True)
        return StateCounts(packed[first], counts)
    different, counts = np.unique(packed, axis=0, return_counts=True)
    return StateCounts(different, counts)


def translate(source: RuleTable, target: RuleTable, packed: Packed) -> Translated:
    """Records of one table as records of another: the words, and which could be translated.

    An item or condition that only `target` has is unknown, or at its declared default; one that
    only `source` has is dropped. A record with a grade that `target` does not know cannot be
    translated (its words are those of an unknown item there).
    Raises NotTranslatableError for a measured item whose bounds differ: a state of the one says
    too little about the other, so that the answers themselves have to be packed.
    """
    old, new = states_of(source), states_of(target)
    digits = unpack_states(old, packed)
    turned = np.zeros((len(packed), len(new.sizes)), dtype=np.int64)
    fits = np.ones(len(packed), dtype=np.bool_)
    _turn_conditions(old, new, digits, turned)
    places = {one.item.code: at for at, one in enumerate(old.items, old.conditions)}
    for at, one in enumerate(new.items, new.conditions):
        place = places.get(one.item.code)
        if place is None:
            turned[:, at] = one.state_of(UNKNOWN)
            continue
        states = np.array(_turned(old.items[place - old.conditions], one), dtype=np.int64)
        turned[:, at] = states[digits[:, place]]
        fits &= turned[:, at] >= 0
        turned[~fits, at] = one.state_of(UNKNOWN)
    return pack_states(new, turned), fits


def _turn_conditions(old: States, new: States, digits: Digits, turned: Digits) -> None:
    places = {known.code: at for at, known in enumerate(old.table.conditions)}
    for at, known in enumerate(new.table.conditions):
        place = places.get(known.code)
        turned[:, at] = TRUTHS.index(known.default) if place is None else digits[:, place]


def _turned(old: ItemStates, new: ItemStates) -> Sequence[int]:
    """For each state of an item its state under the other table; -1 where that does not know it."""
    measured = [_measured(one.item) for one in (old, new)]
    if measured[0] != measured[1]:
        code = new.item.code
        raise NotTranslatableError(f"{code} is measured, with other bounds in {new.table.id}")
    found = []
    for answer in old.answers:
        try:
            found.append(new.state_of(answer))
        except AnswerError:
            found.append(-1)
    return found


def _measured(item: Item) -> list[object]:
    """What decides the grade of a measured value, for the item and what may replace it."""
    readings = [item, *(found.item for found in item.replacements)]
    return [
        (
            reading.mode,
            reading.measure and reading.measure.limits,
            reading.computation and reading.computation.formula.text,
            [(grade.code, grade.range) for grade in reading.grades],
        )
        for reading in readings
        if reading.mode not in ("highest", "sum")
    ]
