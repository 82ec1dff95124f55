"""Who would cross if another table were in force: worked out on counts of states, not on houses."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from scoring.batch import Totals, score_many
from scoring.counts import StateCounts, translate
from scoring.memo import remembered
from scoring.model import UNDETERMINED, RuleTable
from scoring.packing import Packed
from scoring.scan import MISFIT
from scoring.states import STORED, fits_one_word, states_of

Move = tuple[str, str]  # judgement before and after
MOST_KEPT = 8  # tables that a table's groups are kept for


@dataclass(frozen=True, slots=True)
class Compared:
    """The same records under two tables, in their order; `fits` is False where the second table
    does not understand the answers."""

    before: Totals
    after: Totals
    fits: NDArray[np.bool_]

    def move(self, place: int) -> Move | None:
        """The judgements of one record before and after; None where either does not fit."""
        before = self.before.code(int(self.before.judgement[place]))
        after = self.after.code(int(self.after.judgement[place]))
        if not self.fits[place] or before is None or after is None:
            return None
        return before, after


@dataclass(frozen=True, slots=True)
class Kind:
    """What records of one group have in common: the move, and the total under both tables."""

    move: Move
    before: Decimal
    after: Decimal


Grouped = tuple[NDArray[np.intp], list[Kind | None]]  # each record's group; None: does not fit


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What another table would change, in records.

    moves: (judgement before, after) -> records, the unchanged included; before, after: total in
    points -> records; unfit: records whose answers the second table does not understand (they
    are in neither distribution).
    """

    records: int
    moves: Mapping[Move, int]
    before: Mapping[Decimal, int]
    after: Mapping[Decimal, int]
    unfit: int

    def crossings(self) -> dict[Move, int]:
        """The moves that change the judgement, in a stable order."""
        return {move: n for move, n in sorted(self.moves.items()) if move[0] != move[1]}


def compare_states(
    one: RuleTable, two: RuleTable, packed: Packed, other: Packed | None = None
) -> Compared:
    """Score records packed under table `one` also under table `two`.

    other: the same records packed under `two`, in the same order, where the answers are at hand.
    Raises NotTranslatableError when they are not given and states alone do not tell.
    """
    fits = np.ones(len(packed), dtype=np.bool_)
    if other is None:
        other, fits = translate(one, two, packed)
    return Compared(score_many(one, packed), score_many(two, other), fits)


def what_if(
    one: RuleTable, two: RuleTable, counted: StateCounts, other: Packed | None = None
) -> WhatIf:
    """How many records move, and how totals are distributed, if `two` were in force for `one`.

    counted: states under `one` with how many records have each; the work depends on the number of
    states alone. other: those states packed under `two` (see `compare_states`).
    """
    if other is None and fits_one_word(states_of(one)):
        groups, kinds = _every_state(one, two)
        groups = groups.take(counted.states[:, 0])
    else:
        groups, kinds = _grouped(compare_states(one, two, counted.states, other))
    # Weighed as floats of 53 bits: exact, for there are fewer houses than that.
    houses = np.bincount(groups, weights=counted.counts, minlength=len(kinds))
    moves: Counter[Move] = Counter()
    was: Counter[Decimal] = Counter()
    now: Counter[Decimal] = Counter()
    unfit = 0
    for at in np.flatnonzero(houses):
        records, kind = int(houses[at]), kinds[at]
        if kind is None:
            unfit += records
            continue
        moves[kind.move] += records
        was[kind.before] += records
        now[kind.after] += records
    return WhatIf(counted.records, dict(moves), dict(was), dict(now), unfit)


def _every_state(one: RuleTable, two: RuleTable) -> Grouped:
    """The group of every state of a table that is one word; kept, for it is asked again."""
    kept = _kept_for(one)
    if id(two) not in kept:
        every = np.arange(states_of(one).count, dtype=STORED)[:, None]
        while len(kept) >= MOST_KEPT:
            del kept[next(iter(kept))]
        kept[id(two)] = two, _grouped(compare_states(one, two, every))
    return kept[id(two)][1]


@remembered
def _kept_for(_: RuleTable) -> dict[int, tuple[RuleTable, Grouped]]:
    return {}


def _grouped(compared: Compared) -> Grouped:
    """Records with the same judgements and totals under both tables are one group."""
    before, after = compared.before, compared.after
    fine = compared.fits & (before.judgement != MISFIT) & (after.judgement != MISFIT)
    columns = [before.judgement, after.judgement, before.total, after.total]
    keys = np.stack([column.astype(np.int64) for column in columns], axis=1)
    keys[~fine] = -1
    _, first, groups = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return groups.ravel(), [_kind(compared, int(at)) for at in first]


def _kind(compared: Compared, place: int) -> Kind | None:
    move = compared.move(place)
    if move is None:
        return None
    before, after = compared.before, compared.after
    return Kind(move, before.points(before.total[place]), after.points(after.total[place]))


def direction(table: RuleTable, move: Move) -> int:
    """1 for a move towards the graver outcome, -1 for one away from it, 0 for neither.

    Outcomes are as grave as their judgement stands early in the table; `undetermined` is not
    ordered.
    """
    order = [judgement.code for judgement in table.judgements]
    order += [outcome.code for outcome in table.outcomes if outcome.code not in order]
    if UNDETERMINED in move or not set(move) <= set(order):
        return 0
    was, now = (order.index(code) for code in move)
    return (was > now) - (was < now)
