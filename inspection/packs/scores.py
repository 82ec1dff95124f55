"""From the contract's score JSON to the frozen `Score` of a pack."""

from collections.abc import Mapping
from typing import Any

from inspection.packs.model import Score, ScoreCategory, ScoreItem, TableReference

OUTCOME_LABELS = {
    "substandard": "不良住宅",
    "not_substandard": "非該当",
    "undetermined": "未確定",
}


def score_from_contract(
    score: Mapping[str, Any],
    threshold: float | None,
    labels: Mapping[str, str] | None = None,
    table_label: str | None = None,
    table_source: str | None = None,
    table_status: str | None = None,
) -> Score:
    """Freeze a score as `POST /scores` answers it.

    threshold: points at which the table judges, None where it judges otherwise.
    labels: outcome code -> Japanese label, added to the national tables' outcomes.
    Items may carry `grade`, `mark` and `grade_label` (the grade that counted).
    Raises KeyError when the mapping lacks a field of the contract.
    """
    table = score["table"]
    names = {**OUTCOME_LABELS, **(labels or {})}
    return Score(
        total=score["total"],
        low=score["low"],
        high=score["high"],
        judgement=score["judgement"],
        judgement_label=names.get(score["judgement"], score["judgement"]),
        categories=tuple(_category(each) for each in score["categories"]),
        table=TableReference(
            id=table["id"],
            version=table["version"],
            sha256=table["sha256"],
            label=table_label,
            source=table_source,
            status=table_status,
        ),
        threshold=threshold,
        cut=score["cut"],
        open_items=tuple(score["open_items"]),
        warnings=tuple(str(each) for each in score["warnings"]),
    )


def _category(raw: Mapping[str, Any]) -> ScoreCategory:
    return ScoreCategory(
        code=raw["code"],
        label=raw["label"],
        raw=raw["raw"],
        points=raw["points"],
        cap=raw["cap"],
        items=tuple(_item(each) for each in raw["items"]),
    )


def _item(raw: Mapping[str, Any]) -> ScoreItem:
    return ScoreItem(
        code=raw["code"],
        label=raw["label"],
        answer=raw["answer"],
        points=raw["points"],
        source=raw.get("source"),
        grade=raw.get("grade"),
        mark=raw.get("mark"),
        grade_label=raw.get("grade_label"),
    )
