"""Where a score comes from and what would change it, as JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scoring.answers import number_to_json
from scoring.crossing import Crossing, crossings
from scoring.evaluate import evaluate
from scoring.explain import explain, explain_crossings
from scoring.model import UNDETERMINED, Answer, RuleTable, Truth
from scoring.rendering import score_to_json
from scoring.result import Score

Json = dict[str, Any]


def explain_json(table: RuleTable, score: Score, lang: str = "ja") -> Json:
    """Every point with its grade and article, every cut, and what would change the judgement.

    table: the one that the score was made under. Beside the score's own keys:
    findings: the items that count, each with its category; cuts: what each cap took away;
    crossings: single findings, added or removed, that would change the judgement; settling: for an
    undetermined one, what each open item or condition would have to turn out as, alone, to settle
    it; without_override: the judgement that holds without the person's decision, which crossings
    and settling then start from; sentences: the same in Japanese.
    """
    answers = {line.code: line.answer for line in score.lines()}
    plain = score
    if score.override is not None:
        plain = evaluate(table, answers, score.conditions)
    found = crossings(table, answers, score.conditions)
    settled = [crossing for crossing in found if crossing.item.code in plain.open_items]
    reply = score_to_json(score, lang)
    known: Json = {
        key: reply[key] for key in ("table", "total", "low", "high", "judgement", "judgement_label")
    }
    known["findings"] = [
        {"category": part["code"], **line}
        for part in reply["categories"]
        for line in part["items"]
        if line["points"] or line["grade"] is not None
    ]
    known["cuts"] = _cuts(score, lang)
    for key in ("modifiers", "axes", "tests", "override"):
        if reply.get(key):
            known[key] = reply[key]
    if score.override is not None:
        known["without_override"] = plain.judgement
    known["crossings"] = [_crossing(one, lang) for one in found]
    known["settling"] = [
        *_settling_items(table, plain, settled, lang),
        *_settling_conditions(table, plain, lang),
    ]
    crossing = explain_crossings(table, found, overridden=score.override is not None)
    known["sentences"] = [*explain(table, score), *crossing]
    return known


def _cuts(score: Score, lang: str) -> list[Json]:
    return [
        {
            "category": part.code,
            "label": part.label.text(lang),
            "raw": number_to_json(part.raw),
            "cap": number_to_json(part.points),
            "cut": number_to_json(part.raw - part.points),
        }
        for part in score.categories
        if part.raw > part.points
    ]


def _crossing(crossing: Crossing, lang: str) -> Json:
    grade = crossing.grade
    return {
        "item": crossing.item.code,
        "label": crossing.item.label.text(lang),
        "change": crossing.change,
        "grade": grade.code if grade else None,
        "mark": grade.mark if grade else None,
        "grade_label": grade.label.text(lang) if grade else None,
        "from": crossing.before,
        "to": crossing.after,
    }


def _settling_items(table: RuleTable, score: Score, found: list[Crossing], lang: str) -> list[Json]:
    labels = {item.code: item.label for item in table.items()}
    return [
        {
            "item": code,
            "label": labels[code].text(lang),
            "if": [
                {"grade": one.grade.code if one.grade else None, "judgement": one.after}
                for one in found
                if one.item.code == code and one.after != UNDETERMINED
            ]
            + _settling_counts(table, score, code),
        }
        for code in score.open_items
    ]


def _settling_counts(table: RuleTable, score: Score, code: str) -> list[Json]:
    """For an item with points a unit: the counts that settle the judgement."""
    item = next(item for item in table.items() if item.code == code)
    answers = {line.code: line.answer for line in score.lines()}
    known = []
    for count in range(1, item.per_unit.most + 1 if item.per_unit else 1):
        counted = {**answers, code: Answer("count", number=Decimal(count))}
        after = evaluate(table, counted, score.conditions).judgement
        if after != UNDETERMINED:
            known.append({"count": count, "judgement": after})
    return known


def _settling_conditions(table: RuleTable, score: Score, lang: str) -> list[Json]:
    labels = {condition.code: condition.label for condition in table.conditions}
    answers = {line.code: line.answer for line in score.lines()}

    def judged(conditions: Mapping[str, Truth]) -> str:
        return evaluate(table, answers, conditions).judgement

    return [
        {
            "condition": code,
            "label": labels[code].text(lang),
            "if": [
                {"holds": truth, "judgement": after}
                for truth in (True, False)
                if (after := judged({**score.conditions, code: truth})) != UNDETERMINED
            ],
        }
        for code in score.open_conditions
    ]
