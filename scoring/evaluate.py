"""One record under one rule table: total, interval, judgement, and a line for every point."""

from collections.abc import Mapping
from decimal import Decimal

from scoring.answers import unknown_condition, unknown_item
from scoring.errors import AnswerError
from scoring.findings import ZERO, Finding
from scoring.interval import Interval, interval
from scoring.judgement import outcome_of
from scoring.model import UNDETERMINED, UNKNOWN, Answer, Category, Item, RuleTable, Truth, Verdict
from scoring.result import CategoryScore, ModifierLine, Notice, Score, ScoreLine
from scoring.worlds import World, possible_worlds


def evaluate(
    table: RuleTable,
    answers: Mapping[str, Answer],
    conditions: Mapping[str, Truth] | None = None,
    *,
    structure: str | None = None,
) -> Score:
    """Score one inspection under one rule table.

    answers: item code -> answer; an item left out is unknown.
    conditions: condition code -> True, False or None for unknown; one left out has the default
    that the table declares. An unknown condition counts at the value that gives fewer points
    (more points under the policy `worst`), and widens the interval.
    Returns points as Decimals, 0 <= low <= total <= high, with one line for every item.
    Raises AnswerError for an item, grade or condition that the table does not have, for an answer
    that does not fit its item, and under "structure" for a structure that the table is not for.
    Source: table.source; the sum, cap and highest-grade rules are article 1 of the ordinance
    (住宅地区改良法施行規則第1条).
    """
    _check_codes(table, answers, conditions or {}, structure)
    truths = {known.code: known.default for known in table.conditions} | dict(conditions or {})
    worlds = possible_worlds(table, answers, truths)
    if table.unknown == "worst":
        return _score(table, answers, truths, max(worlds, key=lambda w: w.extreme(-1)), worlds)
    return _score(table, answers, truths, min(worlds, key=lambda w: w.extreme(0)), worlds)


def _check_codes(
    table: RuleTable,
    answers: Mapping[str, Answer],
    conditions: Mapping[str, Truth],
    structure: str | None,
) -> None:
    items = {item.code for item in table.items()}
    facts = {condition.code for condition in table.conditions}
    errors = {code: [unknown_item(table, code)] for code in answers if code not in items}
    errors |= {code: [unknown_condition(table, code)] for code in conditions if code not in facts}
    if structure is not None and structure not in table.structures:
        allowed = "、".join(table.structures)
        found = (
            f"構造「{structure}」は評点表 {table.id} の対象ではありません。対象は {allowed} です"
        )
        errors["structure"] = [found]
    if errors:
        raise AnswerError(errors)


def _score(
    table: RuleTable,
    answers: Mapping[str, Answer],
    truths: Mapping[str, Truth],
    world: World,
    worlds: tuple[World, ...],
) -> Score:
    categories = tuple(
        _category(category, found, answers, worst=table.unknown == "worst")
        for category, found in zip(table.categories, world.findings, strict=True)
    )
    modifiers, total = _modified(world, sum((part.points for part in categories), ZERO))
    bounds = interval(worlds)
    judgement, judgements = _judged(table, total, bounds)
    settled = judgement != UNDETERMINED
    return Score(
        table=table.ref,
        total=total,
        low=bounds.low,
        high=bounds.high,
        judgement=judgement,
        judgement_label=table.outcome_label(judgement),
        judgements=judgements,
        categories=categories,
        modifiers=modifiers,
        cut=sum((part.raw - part.points for part in categories), ZERO),
        open_items=() if settled else bounds.open_items,
        open_conditions=() if settled else bounds.open_conditions,
        conditions=truths,
        warnings=_notices(table, world),
    )


def _category(
    category: Category, found: tuple[Finding, ...], answers: Mapping[str, Answer], *, worst: bool
) -> CategoryScore:
    lines = tuple(
        _line(item, finding, answers.get(item.code, UNKNOWN), worst=worst)
        for item, finding in zip(category.items, found, strict=True)
    )
    raw = sum((line.points for line in lines), ZERO)
    return CategoryScore(
        category.code, category.label, raw, category.cap, category.capped(raw), lines
    )


def _line(item: Item, finding: Finding, answer: Answer, *, worst: bool) -> ScoreLine:
    return ScoreLine(
        code=item.code,
        label=item.label,
        answer=answer,
        points=finding.options[-1 if worst else 0],
        source=finding.item.source,
        max_points=finding.item.max_points(),
        grade=finding.grade,
        value=finding.value,
        replaced=finding.replaced,
    )


def _modified(world: World, points: Decimal) -> tuple[tuple[ModifierLine, ...], Decimal]:
    lines = []
    for modifier in world.modifiers():
        after = modifier.apply(points)
        lines.append(ModifierLine(modifier.code, modifier.label, after - points, modifier.source))
        points = after
    return tuple(lines), points


def _judged(
    table: RuleTable, total: Decimal, bounds: Interval
) -> tuple[str, Mapping[str, Verdict]]:
    """The judgement and each outcome's verdict; only the policy `interval` leaves it open."""
    reached = bounds.outcomes if table.unknown == "interval" else {outcome_of(table, total)}
    if len(reached) == 1:
        judgement = next(iter(reached))
        return judgement, {known.code: known.code == judgement for known in table.outcomes}
    verdicts = {known.code: None if known.code in reached else False for known in table.outcomes}
    return UNDETERMINED, verdicts


def _notices(table: RuleTable, world: World) -> tuple[Notice, ...]:
    items = table.items()
    findings = (finding for found in world.findings for finding in found)
    return tuple(
        Notice(item.code, item.label, finding.notice)
        for item, finding in zip(items, findings, strict=True)
        if finding.notice is not None
    )
