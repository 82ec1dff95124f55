"""One record under one rule table: total, interval, judgement, and a line for every point."""

from collections.abc import Mapping
from decimal import Decimal

from scoring.answers import unknown_condition, unknown_item
from scoring.errors import AnswerError
from scoring.findings import ZERO, Finding
from scoring.interval import Interval, interval, state_of
from scoring.judgement import Judge, State, judge_of
from scoring.model import (
    UNDETERMINED,
    UNKNOWN,
    Answer,
    Category,
    Item,
    Override,
    RuleTable,
    Truth,
    Verdict,
)
from scoring.overrides import check_override
from scoring.recall import learn, recall
from scoring.result import (
    AxisScore,
    CategoryScore,
    ModifierLine,
    Notice,
    Score,
    ScoreLine,
    TestLine,
)
from scoring.worlds import World, possible_worlds


def evaluate(
    table: RuleTable,
    answers: Mapping[str, Answer],
    conditions: Mapping[str, Truth] | None = None,
    *,
    structure: str | None = None,
    override: Override | None = None,
) -> Score:
    """Score one inspection under one rule table.

    answers: item code -> answer; an item left out is unknown.
    conditions: condition code -> True, False or None for unknown; one left out has the default
    that the table declares. An unknown condition counts at the value that gives fewer points
    (more points under the policy `worst`), and widens the interval.
    override: a decision that the table leaves to a person; it stays visible in the score.
    Returns points as Decimals, 0 <= low <= total <= high, with one line for every item.
    Raises AnswerError for an item, grade or condition that the table does not have, for an answer
    that does not fit its item, under "structure" for a structure that the table is not for, and
    under "override" for a decision that the table does not provide for or that gives no reason.
    Source: table.source; the sum, cap and highest-grade rules are article 1 of the ordinance
    (住宅地区改良法施行規則第1条).
    """
    known = recall(table, answers, conditions) if override is None else None
    if known is not None and (structure is None or structure in table.structures):
        return known
    score = _evaluate(table, answers, conditions or {}, structure, override)
    learn(table, answers, score)
    return score


def _evaluate(
    table: RuleTable,
    answers: Mapping[str, Answer],
    conditions: Mapping[str, Truth],
    structure: str | None,
    override: Override | None,
) -> Score:
    _check_codes(table, answers, conditions, structure)
    if override is not None:
        check_override(table, override)
    truths = {known.code: known.default for known in table.conditions} | dict(conditions)
    worlds = possible_worlds(table, answers, truths)
    world = _counted_world(judge_of(table), worlds, override)
    return _score(table, answers, truths, world, worlds, override)


def _counted_world(judge: Judge, worlds: tuple[World, ...], override: Override | None) -> World:
    """The reading that counts: the fewest points, or the most under the policy `worst`.

    Where points are equal, the milder outcome, or the graver one.
    """
    if len(worlds) == 1:
        return worlds[0]
    worst = judge.table.unknown == "worst"
    order = [judgement.code for judgement in judge.deciding if judgement.kind != "ranks"]
    order += [rank.code for rank in reversed(judge.deciding[-1].ranks)]

    def weight(world: World) -> tuple[Decimal, int]:
        end = -1 if worst else 0
        outcome = judge.outcome(state_of(judge, world, end), world.truths, _code(override))
        place = order.index(outcome) if outcome in order else len(order)
        return world.extreme(end), -place

    return max(worlds, key=weight) if worst else min(worlds, key=weight)


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
    override: Override | None,
) -> Score:
    judge = judge_of(table)
    end = -1 if table.unknown == "worst" else 0
    categories = tuple(
        _category(category, found, answers, end)
        for category, found in zip(table.categories, world.findings, strict=True)
    )
    state = state_of(judge, world, end)
    bounds = interval(worlds, _code(override))
    judgement, judgements = _judged(judge, world, state, bounds, override)
    settled = judgement != UNDETERMINED
    return Score(
        table=table.ref,
        total=Decimal(state[0]),
        low=bounds.axes[None][0],
        high=bounds.axes[None][1],
        judgement=judgement,
        judgement_label=table.outcome_label(judgement),
        judgements=judgements,
        categories=categories,
        modifiers=_modified(judge, world, categories),
        cut=sum((part.raw - part.points for part in categories), ZERO),
        open_items=() if settled else bounds.open_items,
        open_conditions=() if settled else bounds.open_conditions,
        conditions=truths,
        warnings=_notices(table, world),
        axes=_axes(judge, state, bounds),
        tests=_tests(judge, world, state, bounds, override),
        override=override,
    )


def _category(
    category: Category, found: tuple[Finding, ...], answers: Mapping[str, Answer], end: int
) -> CategoryScore:
    lines = tuple(
        _line(item, finding, answers.get(item.code, UNKNOWN), end)
        for item, finding in zip(category.items, found, strict=True)
    )
    raw = sum((line.points for line in lines), ZERO)
    points = category.capped(raw)
    return CategoryScore(
        category.code, category.label, raw, category.cap, points, lines, category.axis
    )


def _line(item: Item, finding: Finding, answer: Answer, end: int) -> ScoreLine:
    counted = () if finding.unknown else finding.choices[0].grades
    return ScoreLine(
        code=item.code,
        label=item.label,
        answer=answer,
        points=finding.choices[end].points,
        source=finding.item.source,
        max_points=finding.item.max_points(),
        grade=counted[-1] if counted else None,
        value=finding.value,
        replaced=finding.replaced,
        grades=counted,
        applies=finding.applies,
    )


def _modified(
    judge: Judge, world: World, categories: tuple[CategoryScore, ...]
) -> tuple[ModifierLine, ...]:
    lines = []
    for axis in judge.axes:
        points = sum((part.points for part in categories if part.axis == axis), ZERO)
        for modifier in world.modifiers(axis):
            after = modifier.apply(points)
            lines.append(
                ModifierLine(modifier.code, modifier.label, after - points, modifier.source, axis)
            )
            points = after
    return tuple(lines)


def _judged(
    judge: Judge, world: World, state: State, bounds: Interval, override: Override | None
) -> tuple[str, Mapping[str, Verdict]]:
    """The judgement and each outcome's verdict; only the policy `interval` leaves it open."""
    table = judge.table
    counted = judge.outcome(state, world.truths, _code(override))
    reached = bounds.outcomes if table.unknown == "interval" else {counted}
    if len(reached) == 1:
        judgement = next(iter(reached))
        return judgement, {known.code: known.code == judgement for known in table.outcomes}
    verdicts = {known.code: None if known.code in reached else False for known in table.outcomes}
    return UNDETERMINED, verdicts


def _axes(judge: Judge, state: State, bounds: Interval) -> tuple[AxisScore, ...]:
    return tuple(
        AxisScore(axis.code, axis.label, Decimal(points), *bounds.axes[axis.code])
        for axis, points in zip(judge.table.axes, state[1:], strict=False)
    )


def _tests(
    judge: Judge, world: World, state: State, bounds: Interval, override: Override | None
) -> tuple[TestLine, ...]:
    known = bounds.verdicts
    if judge.table.unknown != "interval":
        known = {
            code: judge.holds(judge.tests[code], state, world.truths, _code(override))
            for code in known
        }
    return tuple(
        TestLine(
            code=test.code,
            kind=test.kind,
            label=test.label or judge.table.outcome_label(test.code),
            holds=known[test.code],
            decides=test.decides,
            source=test.source,
        )
        for test in judge.table.judgements
        if test.kind != "ranks"
    )


def _code(override: Override | None) -> str | None:
    return None if override is None else override.judgement


def _notices(table: RuleTable, world: World) -> tuple[Notice, ...]:
    items = table.items()
    findings = (finding for found in world.findings for finding in found)
    return tuple(
        Notice(item.code, item.label, finding.notice)
        for item, finding in zip(items, findings, strict=True)
        if finding.notice is not None
    )
