"""What a rule table must fulfil as a whole: references to conditions, caps that can cut."""

from collections.abc import Iterator
from decimal import Decimal

from scoring.document import Node
from scoring.findings import ZERO
from scoring.judgement_checks import check_judgements
from scoring.model import Category, RuleTable


def check_table(root: Node, table: RuleTable) -> None:
    """Raise RuleTableError at the first reference or threshold that does not hold."""
    _check_conditions(root, table)
    _check_axes(root, table)
    _check_severities(root, table)
    check_judgements(root, table)


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


def _named_conditions(table: RuleTable) -> Iterator[tuple[str, str]]:
    """(place, condition) for every mention of a condition."""
    for modifier in table.modifiers:
        for named in filter(None, (modifier.when, modifier.unless)):
            yield f"modifiers[{modifier.code}]", named
    for category, item in ((cat, item) for cat in table.categories for item in cat.items):
        place = f"categories[{category.code}].items[{item.code}]"
        for key, code in (("when", item.when), ("unless", item.unless)):
            if code is not None:
                yield f"{place}.{key}", code
        for replacement in item.replacements:
            yield f"{place}.replacements", replacement.when
    for judgement in table.judgements:
        if judgement.condition is not None:
            yield f"judgements[{judgement.code}].condition", judgement.condition


def _check_conditions(root: Node, table: RuleTable) -> None:
    declared = {condition.code for condition in table.conditions}
    allowed = f"conditions にあるもの({'、'.join(sorted(declared)) or 'なし'})"
    used: set[str] = set()
    for place, code in _named_conditions(table):
        used.add(code)
        if code not in declared:
            raise root.refuse(f"条件「{code}」がありません", allowed, place)
    for code in sorted(declared - used):
        found = f"条件「{code}」はどこでも使われていません"
        raise root.refuse(found, "項目か補正か判定で使う条件", "conditions")


def _check_axes(root: Node, table: RuleTable) -> None:
    declared = [axis.code for axis in table.axes]
    named = [(f"categories[{one.code}].axis", one.axis) for one in table.categories]
    named += [(f"modifiers[{one.code}].axis", one.axis) for one in table.modifiers]
    named += [(f"judgements[{one.code}].axis", one.axis) for one in table.judgements]
    for place, axis in named:
        if axis is not None and axis not in declared:
            allowed = f"axes にあるもの({'、'.join(declared) or 'なし'})"
            raise root.refuse(f"軸「{axis}」がありません", allowed, place)
    for code in declared:
        if all(category.axis != code for category in table.categories):
            raise root.refuse(
                f"軸「{code}」に評定区分がありません", f'axis = "{code}" の評定区分', "axes"
            )


def _check_severities(root: Node, table: RuleTable) -> None:
    used = {grade.severity for item in table.items() for grade in item.grades}
    for severity in table.severities:
        if severity.code not in used:
            found = f"重さ「{severity.code}」の評価がありません"
            raise root.refuse(found, f'severity = "{severity.code}" の評価', "severities")
