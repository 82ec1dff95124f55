"""How many houses would cross if a rule table were in force: their newest confirmed visits under it.

Nothing is written. The judgement that stands is compared with what the table would say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from inspection.extensions import db
from inspection.models import House, Inspection
from scoring.answers import parse_answers, parse_conditions
from scoring.errors import AnswerError
from scoring.evaluate import evaluate
from scoring.model import UNDETERMINED, RuleTable

Progress = Callable[[int, int], None]
MOST_NAMED = 20
_BATCH = 500


@dataclass
class Effect:
    """Houses by the judgement that stands and the one that the table would give.

    unfit: houses whose answers the table does not understand; named: case numbers of the first
    houses of each move.
    """

    houses: int = 0
    unfit: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    named: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def crossing(self) -> int:
        """How many houses get another judgement."""
        return sum(number for (before, after), number in self.moves.items() if before != after)

    def to_json(self, table: RuleTable) -> dict[str, Any]:
        """The effect as the API and the report keep it; labels in Japanese."""
        return {
            "houses": self.houses,
            "crossing": self.crossing,
            "unfit": self.unfit,
            "moves": [
                {
                    "from": before,
                    "to": after,
                    "from_label": _label(table, before),
                    "to_label": _label(table, after),
                    "houses": number,
                    "codes": self.named.get((before, after), []),
                }
                for (before, after), number in sorted(self.moves.items())
                if before != after
            ],
        }


def _label(table: RuleTable, code: str) -> str:
    """Return an outcome's name, or the code of one that only the other table knows."""
    known = {UNDETERMINED, *(outcome.code for outcome in table.outcomes)}
    return table.outcome_label(code).ja if code in known else code


def effect_of(table: RuleTable, progress: Progress = lambda done, total: None) -> Effect:
    """Score the newest confirmed visit of every house that the table is for.

    Answers to items that the table does not have are left aside; items that it has in addition
    are unknown, as they would be until somebody looks. progress: called with (done, total) houses.
    """
    where = (
        House.result_inspection_pk == Inspection.pk,
        House.structure.in_(table.structures),
        Inspection.method == table.method,
    )
    total = db.session.scalar(select(func.count()).select_from(House).join(Inspection, where[0])
                              .where(*where[1:])) or 0  # fmt: skip
    rows = db.session.execute(
        select(House.code, Inspection.judgement, Inspection.record)
        .join(Inspection, where[0])
        .where(*where[1:])
        .order_by(House.pk)
        .execution_options(yield_per=_BATCH)
    )
    effect = Effect()
    for code, before, record in rows:
        _count(effect, table, code, before, record)
        progress(effect.houses, max(total, effect.houses))
    return effect


def _count(
    effect: Effect, table: RuleTable, code: str, before: str, record: dict[str, Any]
) -> None:
    effect.houses += 1
    items = {item.code for item in table.items()}
    asked = {condition.code for condition in table.conditions}
    answers = {item: found for item, found in record["answers"].items() if item in items}
    facts = {fact: found for fact, found in record["conditions"].items() if fact in asked}
    try:
        score = evaluate(table, parse_answers(table, answers), parse_conditions(table, facts))
    except AnswerError:
        effect.unfit += 1
        return
    move = (before, score.judgement)
    effect.moves[move] += 1
    if before != score.judgement and len(effect.named.setdefault(move, [])) < MOST_NAMED:
        effect.named[move].append(code)
