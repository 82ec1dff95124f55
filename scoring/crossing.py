"""Which single finding, added or taken away, would change a record's judgement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.batch import score_many
from scoring.errors import AnswerError
from scoring.model import NONE, UNKNOWN, Answer, Grade, Item, RuleTable, Truth
from scoring.packing import pack_answers, read_packed
from scoring.scan import MISFIT
from scoring.states import UnpackableError


@dataclass(frozen=True, slots=True)
class Crossing:
    """One finding that would change the judgement from `before` to `after`.

    change: added (the grade is found as well) or removed (the item is looked at and nothing is
    found; grade is then None).
    """

    item: Item
    change: Literal["added", "removed"]
    grade: Grade | None
    before: str
    after: str


def crossings(
    table: RuleTable, answers: Mapping[str, Answer], conditions: Mapping[str, Truth] | None = None
) -> tuple[Crossing, ...]:
    """Every single finding that would change the judgement of this record, in table order.

    All other answers and the conditions stay as they are; an unknown item may be found to have any
    of its grades, or none. Raises AnswerError for answers that do not fit the table.
    """
    packed = [pack_answers(table, answers, conditions)]
    tried: list[tuple[Item, Grade | None]] = []
    for item, grade, answer in _variations(table, answers):
        try:
            packed.append(pack_answers(table, {**answers, item.code: answer}, conditions))
            tried.append((item, grade))
        except (AnswerError, UnpackableError):
            continue  # a grade that does not stand under these conditions
    totals = score_many(table, read_packed(table, *packed))
    before = totals.outcomes[totals.judgement[0]]
    moved = np.flatnonzero(totals.judgement[1:] != totals.judgement[0])
    return tuple(
        Crossing(
            item=tried[at][0],
            change="removed" if tried[at][1] is None else "added",
            grade=tried[at][1],
            before=before,
            after=totals.outcomes[totals.judgement[at + 1]],
        )
        for at in moved
        if totals.judgement[at + 1] != MISFIT
    )


def _variations(
    table: RuleTable, answers: Mapping[str, Answer]
) -> Iterator[tuple[Item, Grade | None, Answer]]:
    for item in table.items():
        given = answers.get(item.code, UNKNOWN)
        if given.kind not in ("none", "na"):
            yield item, None, NONE
        found = given.grades if given.kind == "grades" else ()
        readings = [item, *(other.item for other in item.replacements)]
        grades = {grade.code: grade for reading in reversed(readings) for grade in reading.grades}
        for code in dict.fromkeys(grade.code for reading in readings for grade in reading.grades):
            if code not in found:
                yield item, grades[code], Answer("grades", grades=(*found, code))
