"""Why a visit has the score it has, and what would change or settle it."""

from __future__ import annotations

from typing import Any

from inspection.errors import ConflictError
from inspection.models import Inspection
from inspection.resources import registry
from scoring.answers import parse_answers, parse_conditions
from scoring.errors import UnknownTableError
from scoring.evaluate import evaluate
from scoring.explain_json import explain_json
from scoring.model import RuleTable
from scoring.overrides import parse_override


def explain_inspection(inspection: Inspection, lang: str) -> dict[str, Any]:
    """Explain the frozen score of a visit, rebuilt from its answers under the same table.

    Raises ConflictError when this installation no longer has that table.
    """
    record, table = inspection.record, _table_of(inspection)
    score = evaluate(
        table,
        parse_answers(table, record["answers"]),
        parse_conditions(table, record["conditions"]),
        structure=inspection.house.structure,
        override=parse_override(table, record.get("override")),
    )
    return explain_json(table, score, lang)


def _table_of(inspection: Inspection) -> RuleTable:
    try:
        return registry().by_sha256(inspection.rule_table.sha256)
    except UnknownTableError:
        name = f"{inspection.rule_table.table_id}@{inspection.rule_table.version}"
        raise ConflictError(f"この調査の評点表 {name} がこのシステムにありません。") from None
