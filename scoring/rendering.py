"""Scores as the contract's JSON; rule tables likewise, from `scoring.table_json`."""

from typing import Any

from scoring.answers import answer_to_json, conditions_to_json, number_to_json
from scoring.model import Verdict
from scoring.overrides import override_to_json
from scoring.result import CategoryScore, Score, ScoreLine
from scoring.table_json import borrowed_to_json, optional_to_json, ref_to_json, table_to_json

__all__ = ["score_to_json", "table_to_json"]

Json = dict[str, Any]


def score_to_json(score: Score, lang: str = "ja") -> Json:
    """The reply of `POST /scores`; labels and warnings in `lang`, points as JSON numbers.

    Beside the contract's keys: `judgement_label`, `modifiers`, `open_conditions`, `conditions`;
    and, only where the table has such things, `axes`, `tests`, `override`.
    """
    return _score(score, lang) | _score_extras(score, lang)


def _score(score: Score, lang: str) -> Json:
    return {
        "total": number_to_json(score.total),
        "low": number_to_json(score.low),
        "high": number_to_json(score.high),
        "judgement": score.judgement,
        "judgement_label": score.judgement_label.text(lang),
        "judgements": {code: _verdict(found) for code, found in score.judgements.items()},
        "categories": [_category_score(part, lang) for part in score.categories],
        "modifiers": [
            {
                "code": line.code,
                "label": line.label.text(lang),
                "points": number_to_json(line.points),
                "source": line.source,
            }
            | ({"axis": line.axis} if line.axis else {})
            for line in score.modifiers
        ],
        "cut": number_to_json(score.cut),
        "open_items": list(score.open_items),
        "open_conditions": list(score.open_conditions),
        "conditions": conditions_to_json(score.conditions),
        "warnings": [notice.text(lang) for notice in score.warnings],
        "table": ref_to_json(score.table),
    }


def _score_extras(score: Score, lang: str) -> Json:
    known: Json = {}
    if score.axes:
        known["axes"] = [
            {
                "code": axis.code,
                "label": axis.label.text(lang),
                "total": number_to_json(axis.total),
                "low": number_to_json(axis.low),
                "high": number_to_json(axis.high),
            }
            for axis in score.axes
        ]
    if any(test.kind != "threshold" or not test.decides for test in score.tests):
        known["tests"] = [
            {
                "code": test.code,
                "kind": test.kind,
                "label": test.label.text(lang),
                "holds": _verdict(test.holds),
                "decides": test.decides,
                "source": test.source,
            }
            for test in score.tests
        ]
    if score.override is not None:
        known["override"] = override_to_json(score.override)
    return known


def _category_score(part: CategoryScore, lang: str) -> Json:
    return {
        "code": part.code,
        "label": part.label.text(lang),
        "raw": number_to_json(part.raw),
        "cap": optional_to_json(part.cap),
        "points": number_to_json(part.points),
        "items": [_line(line, lang) for line in part.lines],
    } | ({"axis": part.axis} if part.axis else {})


def _line(line: ScoreLine, lang: str) -> Json:
    grade = line.grade
    return {
        "code": line.code,
        "label": line.label.text(lang),
        "answer": answer_to_json(line.answer),
        "points": number_to_json(line.points),
        "max": number_to_json(line.max_points),
        "source": line.source,
        "grade": grade.code if grade else None,
        "mark": grade.mark if grade else None,
        "grade_label": grade.label.text(lang) if grade else None,
        "value": optional_to_json(line.value),
        "replaced_by": borrowed_to_json(line.replaced) if line.replaced else None,
    } | _line_extras(line)


def _line_extras(line: ScoreLine) -> Json:
    known: Json = {}
    if len(line.grades) > 1:
        known["grades"] = [grade.code for grade in line.grades]
    if not line.applies:
        known["applies"] = False
    if line.grade and line.grade.severity:
        known["severity"] = line.grade.severity
    return known


def _verdict(verdict: Verdict) -> bool | str:
    return "undetermined" if verdict is None else verdict
