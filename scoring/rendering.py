"""Scores and rule tables as the contract's JSON."""

from decimal import Decimal
from typing import Any

from scoring.answers import answer_to_json, answers_to_json, conditions_to_json, number_to_json
from scoring.model import (
    Category,
    Computation,
    Example,
    Grade,
    Item,
    Judgement,
    Label,
    Measure,
    Modifier,
    Replacement,
    RuleTable,
    Source,
    TableRef,
    Truth,
    Verdict,
)
from scoring.ranges import End, Range, plain
from scoring.result import CategoryScore, Score, ScoreLine

Json = dict[str, Any]


def score_to_json(score: Score, lang: str = "ja") -> Json:
    """The reply of `POST /scores`; labels and warnings in `lang`, points as JSON numbers.

    Beside the contract's keys: `judgement_label`, `modifiers`, `open_conditions`, `conditions`.
    """
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
            for line in score.modifiers
        ],
        "cut": number_to_json(score.cut),
        "open_items": list(score.open_items),
        "open_conditions": list(score.open_conditions),
        "conditions": conditions_to_json(score.conditions),
        "warnings": [notice.text(lang) for notice in score.warnings],
        "table": _ref(score.table),
    }


def table_to_json(table: RuleTable) -> Json:
    """All that a tablet needs to draw the form and to score offline: the TOML's keys and more.

    Beside them: `sha256`, and in each replacement the `resolved` item of the other table.
    """
    return {
        "schema": "hantei-rule-table/1",
        **_ref(table.ref),
        "jurisdiction": table.jurisdiction,
        "structures": list(table.structures),
        "method": table.method,
        "effective": _effective(table),
        "unknown": table.unknown,
        "source": _source(table.source),
        "label": _label(table.label),
        "conditions": [
            {
                "code": condition.code,
                "label": _label(condition.label),
                "default": _truth(condition.default),
            }
            for condition in table.conditions
        ],
        "categories": [_category(category) for category in table.categories],
        "modifiers": [_modifier(modifier) for modifier in table.modifiers],
        "outcomes": [
            {"code": known.code, "label": _label(known.label)} for known in table.outcomes
        ],
        "judgements": [_judgement(judgement) for judgement in table.judgements],
        "examples": [_example(example) for example in table.examples],
    }


def _category_score(part: CategoryScore, lang: str) -> Json:
    return {
        "code": part.code,
        "label": part.label.text(lang),
        "raw": number_to_json(part.raw),
        "cap": _optional(part.cap),
        "points": number_to_json(part.points),
        "items": [_line(line, lang) for line in part.lines],
    }


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
        "value": _optional(line.value),
        "replaced_by": _borrowed(line.replaced) if line.replaced else None,
    }


def _category(category: Category) -> Json:
    return {
        "code": category.code,
        "label": _label(category.label),
        "cap": _optional(category.cap),
        "items": [_item(item) for item in category.items],
    }


def _item(item: Item) -> Json:
    known: Json = {
        "code": item.code,
        "label": _label(item.label),
        "source": item.source,
        "mode": item.mode,
        "grades": [_grade(grade) for grade in item.grades],
    }
    if item.measure is not None:
        known["measure"] = _measure(item.measure)
    if item.computation is not None:
        known["formula"] = _computation(item.computation)
    if item.replacements:
        known["replacements"] = [
            _borrowed(found) | {"when": found.when, "resolved": _item(found.item)}
            for found in item.replacements
        ]
    return known


def _grade(grade: Grade) -> Json:
    known = {
        "code": grade.code,
        "mark": grade.mark,
        "points": number_to_json(grade.points),
        "label": _label(grade.label),
    }
    return known | ({"range": _range(grade.range)} if grade.range is not None else {})


def _measure(measure: Measure) -> Json:
    unit = {"unit": _label(measure.unit)} if measure.unit is not None else {}
    return {"label": _label(measure.label), **unit, **_range(measure.limits)}


def _computation(computation: Computation) -> Json:
    return {
        "text": computation.formula.text,
        "undefined": _label(computation.undefined),
        "note": computation.note,
        "inputs": [
            {
                "code": quantity.code,
                "label": _label(quantity.label),
                "unit": quantity.unit,
                **_range(quantity.limits),
            }
            for quantity in computation.inputs
        ],
    }


def _range(bounds: Range) -> Json:
    """As in the TOML: min and max are included, above and below are not; a fraction is text."""
    known: Json = {}
    if bounds.low is not None:
        known["above" if bounds.low_open else "min"] = _end(bounds.low)
    if bounds.high is not None:
        known["below" if bounds.high_open else "max"] = _end(bounds.high)
    return known


def _end(end: End) -> int | float | str:
    return number_to_json(end) if isinstance(end, Decimal) else plain(end)


def _modifier(modifier: Modifier) -> Json:
    return {
        "code": modifier.code,
        "label": _label(modifier.label),
        "source": modifier.source,
        modifier.operation: number_to_json(modifier.operand),
        "when": modifier.when,
    }


def _judgement(judgement: Judgement) -> Json:
    known = {"code": judgement.code, "kind": judgement.kind, **_range(judgement.bounds)}
    return known | ({"otherwise": judgement.otherwise} if judgement.otherwise else {})


def _example(example: Example) -> Json:
    known: Json = {
        "answers": answers_to_json(example.answers),
        "conditions": conditions_to_json(example.conditions),
        "total": number_to_json(example.total),
        "judgement": example.judgement,
        "low": _optional(example.low),
        "high": _optional(example.high),
        "open_items": None if example.open_items is None else list(example.open_items),
        "note": example.note,
    }
    return {key: found for key, found in known.items() if found is not None}


def _effective(table: RuleTable) -> Json:
    end = table.effective.end
    return {"from": table.effective.start.isoformat(), "to": end.isoformat() if end else None}


def _source(source: Source) -> Json:
    checked = source.checked_on.isoformat() if source.checked_on else None
    return {
        "title": source.title,
        "ref": source.ref,
        "status": source.status,
        "checked_on": checked,
        "note": source.note,
    }


def _borrowed(replacement: Replacement) -> Json:
    ref = replacement.table
    return {
        "table": ref.id,
        "version": ref.version,
        "sha256": ref.sha256,
        "item": replacement.item.code,
    }


def _ref(ref: TableRef) -> Json:
    return {"id": ref.id, "version": ref.version, "sha256": ref.sha256}


def _label(label: Label) -> Json:
    return {"ja": label.ja, "en": label.en}


def _truth(truth: Truth) -> bool | str:
    return "unknown" if truth is None else truth


def _verdict(verdict: Verdict) -> bool | str:
    return "undetermined" if verdict is None else verdict


def _optional(number: Decimal | None) -> int | float | None:
    return None if number is None else number_to_json(number)
