"""Who would cross if another table were in force: worked out on counts of states, not on houses."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from scoring.batch import Totals, score_many
from scoring.counts import StateCounts, translate
from scoring.model import UNDETERMINED, RuleTable
from scoring.packing import Packed
from scoring.scan import MISFIT

Move = tuple[str, str]  # judgement before and after


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
    compared = compare_states(one, two, counted.states, other)
    before, after, counts = compared.before, compared.after, counted.counts
    fine = compared.fits & (before.judgement != MISFIT) & (after.judgement != MISFIT)
    moves: Counter[Move] = Counter()
    pairs = before.judgement[fine].astype(np.int64) * MISFIT + after.judgement[fine]
    for pair, records in _summed(pairs, counts[fine]).items():
        was, now = divmod(pair, MISFIT)
        moves[before.outcomes[was], after.outcomes[now]] += records
    return WhatIf(
        records=counted.records,
        moves=dict(moves),
        before=_distribution(before, fine, counts),
        after=_distribution(after, fine, counts),
        unfit=int(counts[~fine].sum()),
    )


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


def _distribution(
    totals: Totals, fine: NDArray[np.bool_], counts: NDArray[np.int64]
) -> dict[Decimal, int]:
    summed = _summed(totals.total[fine].astype(np.int64), counts[fine])
    return {totals.points(number): records for number, records in summed.items()}


def _summed(keys: NDArray[np.int64], counts: NDArray[np.int64]) -> dict[int, int]:
    """The counts of equal keys added up, in the order of the keys; exact."""
    if not len(keys):
        return {}
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sums = np.add.reduceat(counts, starts)
    return {int(key): int(records) for key, records in zip(keys[starts], sums, strict=True)}
