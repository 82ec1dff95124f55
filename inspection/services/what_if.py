"""Who would cross if another rule table were in force: answered from packed answers, by counts.

Houses are those with a confirmed visit; the newest one counts, as everywhere. A visit that was
scored under the first table is one; those under other tables are not asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import select

from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.models import House, Inspection, RuleTableDigest
from inspection.services.results import packed
from scoring.counts import NotTranslatableError, StateCounts, translate
from scoring.errors import AnswerError
from scoring.model import RuleTable
from scoring.packing import PackedMismatchError, read_packed
from scoring.whatif import Compared, Move, WhatIf, compare_states, direction, what_if

MOST_NAMED = 200  # house codes that are named for each kind of crossing
READ = 5000  # rows read at a time
State = tuple[bytes, bytes]  # packed under the first and, where that is needed, the second table


@dataclass
class Answered:
    """What the other table would change.

    houses: with a result under the first table; unscored: of these, how many could not be asked
    about (nothing packed, or answers that the second table does not understand).
    graver, lighter: houses that cross towards a graver outcome, and away from it.
    codes: the first house codes of each crossing; wards: moves that cross, by ward code.
    """

    totals: WhatIf
    unscored: int
    graver: int = 0
    lighter: int = 0
    codes: dict[Move, list[str]] = field(default_factory=dict)
    wards: dict[str | None, Counter[Move]] = field(default_factory=dict)

    @property
    def houses(self) -> int:
        """How many houses have a result under the first table."""
        return self.totals.records + self.unscored


def what_if_houses(one: RuleTable, two: RuleTable) -> Answered:
    """Answer for this database's houses: how many cross each way if `two` were in force for `one`.

    Reads the packed answers once to count their states; scoring works on states. The houses of
    states that cross are then named, the first of each kind.
    """
    direct = _translatable(one, two)
    counts: Counter[State] = Counter()
    unscored = 0
    for row in _rows(one, answers=not direct):
        state = _state(row, two, direct)
        if state is None:
            unscored += 1
        else:
            counts[state] += 1
    states = [state for state in counts if _readable(one, state)]
    unscored += sum(counts[state] for state in set(counts) - set(states))
    counted, other = _arrays(one, two, states, counts, direct)
    answered = Answered(what_if(one, two, counted, other), unscored)
    answered.unscored += answered.totals.unfit
    _name(
        answered, _moves(compare_states(one, two, counted.states, other), states), one, two, direct
    )
    return answered


def _translatable(one: RuleTable, two: RuleTable) -> bool:
    """Whether states under `one` say enough to be scored under `two`, without the answers."""
    try:
        translate(one, two, read_packed(one))
    except NotTranslatableError:
        return False
    return True


def _rows(one: RuleTable, *, answers: bool) -> Iterator[Any]:
    """The houses' newest confirmed visits under this table, with their answers if wanted."""
    columns = [House.code, House.ward_code, Inspection.packed]
    columns += [Inspection.record] if answers else []
    query = (
        select(*columns)
        .join(Inspection, Inspection.pk == House.result_inspection_pk)
        .join(RuleTableDigest, RuleTableDigest.pk == Inspection.rule_table_pk)
        .where(RuleTableDigest.sha256 == one.sha256)
        .order_by(House.pk)
        .execution_options(yield_per=READ)
    )
    with read_transaction():
        yield from db.session.execute(query)


def _state(row: Any, two: RuleTable, direct: bool) -> State | None:
    if row.packed is None:
        return None
    if direct:
        return row.packed, b""
    try:
        other = packed(two, _fitting(row.record, two))
    except AnswerError:
        return None
    return None if other is None else (row.packed, other)


def _fitting(record: dict[str, Any], two: RuleTable) -> dict[str, Any]:
    """The answers to items and conditions that the second table has; the rest is dropped."""
    items = {item.code for item in two.items()}
    facts = {known.code for known in two.conditions}
    return {
        "answers": {code: one for code, one in record["answers"].items() if code in items},
        "conditions": {code: one for code, one in record["conditions"].items() if code in facts},
    }


def _readable(one: RuleTable, state: State) -> bool:
    """Whether these are states of the table; not so where an older engine packed, until rescored."""
    try:
        read_packed(one, state[0])
    except PackedMismatchError:
        return False
    return True


def _arrays(
    one: RuleTable, two: RuleTable, states: list[State], counts: Counter[State], direct: bool
) -> tuple[StateCounts, Any]:
    numbers = np.array([counts[state] for state in states], dtype=np.int64)
    counted = StateCounts(read_packed(one, *(state[0] for state in states)), numbers)
    return counted, None if direct else read_packed(two, *(state[1] for state in states))


def _moves(compared: Compared, states: list[State]) -> dict[State, Move]:
    """The states that cross, each with its move."""
    moves = ((state, compared.move(place)) for place, state in enumerate(states))
    return {state: move for state, move in moves if move is not None and move[0] != move[1]}


def _name(
    answered: Answered, moves: dict[State, Move], one: RuleTable, two: RuleTable, direct: bool
) -> None:
    """Count crossings by ward, and name the first houses; reads again only if something crosses."""
    rows: Iterable[Any] = _rows(one, answers=not direct) if moves else ()
    for row in rows:
        state = _state(row, two, direct)
        move = moves.get(state) if state is not None else None
        if move is None:
            continue
        way = direction(two, move)
        answered.graver += way == 1
        answered.lighter += way == -1
        answered.wards.setdefault(row.ward_code, Counter())[move] += 1
        codes = answered.codes.setdefault(move, [])
        if len(codes) < MOST_NAMED:
            codes.append(row.code)
