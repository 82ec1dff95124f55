"""What a rule table must fulfil as a whole: references, thresholds that can be reached, caps."""

from decimal import Decimal

from scoring.document import Node
from scoring.findings import ZERO
from scoring.model import Category, Judgement, RuleTable
from scoring.ranges import End
from scoring.worlds import possible_worlds


def check_table(root: Node, table: RuleTable) -> None:
    """Raise RuleTableError at the first reference or threshold that does not hold."""
    _check_conditions(root, table)
    _check_outcomes(root, table)
    _check_thresholds(root, table)


def useless_caps(table: RuleTable) -> tuple[str, ...]:
    """A warning for every category whose cap can never cut anything off."""
    return tuple(
        f"評定区分 {category.code}: 最高評点 {category.cap} は項目の合計の最大 {most} を切りません"
        for category in table.categories
        if category.cap is not None and (most := _most(category)) <= category.cap
    )


def _most(category: Category) -> Decimal:
    return sum(
        (
            max([item.max_points(), *(other.item.max_points() for other in item.replacements)])
            for item in category.items
        ),
        ZERO,
    )


def _check_conditions(root: Node, table: RuleTable) -> None:
    declared = {condition.code for condition in table.conditions}
    allowed = f"conditions にあるもの({'、'.join(sorted(declared)) or 'なし'})"
    used: set[str] = set()
    for modifier in table.modifiers:
        if modifier.when is not None:
            used.add(modifier.when)
            if modifier.when not in declared:
                raise root.refuse(
                    f"条件「{modifier.when}」がありません", allowed, f"modifiers[{modifier.code}]"
                )
    for category, item in ((cat, item) for cat in table.categories for item in cat.items):
        for replacement in item.replacements:
            used.add(replacement.when)
            if replacement.when not in declared:
                place = f"categories[{category.code}].items[{item.code}].replacements"
                raise root.refuse(f"条件「{replacement.when}」がありません", allowed, place)
    for code in sorted(declared - used):
        found = f"条件「{code}」はどこでも使われていません"
        raise root.refuse(found, "項目か補正で使う条件", "conditions")


def _check_outcomes(root: Node, table: RuleTable) -> None:
    declared = [outcome.code for outcome in table.outcomes]
    named = [judgement.code for judgement in table.judgements]
    named += [found.otherwise for found in table.judgements if found.otherwise is not None]
    for code in named:
        if code not in declared:
            found = f"判定結果「{code}」が outcomes にありません"
            raise root.refuse(found, "、".join(declared), "judgements")
        if named.count(code) > 1:
            raise root.refuse(
                f"判定結果「{code}」が二度出てきます", "それぞれ異なる結果", "judgements"
            )
    for code in declared:
        if code not in named:
            raise root.refuse(f"「{code}」にする判定がありません", "、".join(named), "outcomes")


def _check_thresholds(root: Node, table: RuleTable) -> None:
    readings = possible_worlds(table, {}, {known.code: None for known in table.conditions})
    most = max(world.extreme(-1) for world in readings)
    before: Judgement | None = None
    for judgement in table.judgements:
        place = f"judgements[{judgement.code}]"
        if most not in judgement.bounds:
            found = f"しきい値「{judgement.bounds}」には届きません"
            raise root.refuse(found, f"評点の最大は {most}", place)
        if before is not None and _floor(judgement) >= _floor(before):
            found = f"しきい値「{judgement.bounds}」は前の「{before.bounds}」に隠れます"
            raise root.refuse(found, "大きい順に並ぶしきい値", place)
        before = judgement


def _floor(judgement: Judgement) -> tuple[End, bool]:
    return judgement.bounds.low or ZERO, judgement.bounds.low_open
