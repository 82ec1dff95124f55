"""A visit's result: the frozen score, and the packed answers that whole cities are scored from."""

from __future__ import annotations

from typing import Any

from inspection.models import Inspection
from inspection.services import scoring_rules
from scoring.answers import parse_answers, parse_conditions
from scoring.model import RuleTable
from scoring.packing import pack_answers
from scoring.states import UnpackableError


def keep_result(inspection: Inspection, table: RuleTable, score: dict[str, Any]) -> None:
    """Put a score beside the visit's record, with the table and the packed answers.

    Must run inside a write transaction, after the record itself was set.
    """
    inspection.rule_table = scoring_rules.kept_table(table)
    inspection.score = score
    inspection.total, inspection.low, inspection.high = score["total"], score["low"], score["high"]
    inspection.judgement = score["judgement"]
    inspection.packed = packed(table, inspection.record)


def packed(table: RuleTable, record: dict[str, Any]) -> bytes | None:
    """Return the states of a record's answers; None where they have none, or a person decided.

    Raises AnswerError for answers that do not fit the table.
    """
    answers = parse_answers(table, record["answers"])
    conditions = parse_conditions(table, record["conditions"])
    if record.get("override") is not None:
        return None
    try:
        return pack_answers(table, answers, conditions)
    except UnpackableError:
        return None
