"""Categories, items and grades out of a rule table's document."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from scoring.document import RANGE_KEYS, Node, refuse_repeats
from scoring.errors import UnknownTableError
from scoring.formula import Formula, FormulaError, parse_formula
from scoring.model import (
    Category,
    Computation,
    FormulaInput,
    Grade,
    Item,
    Measure,
    Mode,
    PerUnit,
    Replacement,
    RuleTable,
)
from scoring.ranges import Range, bad_joint

Resolve = Callable[[str, str], RuleTable]  # id, version -> table; raises UnknownTableError

MODES: dict[str, Mode] = {
    "highest": "highest",
    "sum": "sum",
    "count": "count",
    "range": "range",
    "formula": "formula",
}
_BY_MODE: dict[Mode, tuple[str, ...]] = {
    "highest": (),
    "sum": (),
    "count": ("measure",),
    "range": ("measure",),
    "formula": ("measure", "formula"),
}
FLOOR = Range(low=Decimal(0))
MOST_SUMMED = 8  # grades of an item whose grades add: every one doubles what unknown may mean
MOST_UNITS = 100


@dataclass(frozen=True, slots=True)
class Frame:
    """What the items of a table are read in: other tables, severities, whether it has points."""

    resolve: Resolve
    severities: tuple[str, ...] = ()
    scored: bool = True


def read_categories(root: Node, frame: Frame) -> tuple[Category, ...]:
    """Every category; item codes differ throughout the table, category codes likewise."""
    nodes = root.children("categories", needed=True)
    refuse_repeats(nodes, "評定区分")
    for node in nodes:
        node.only(("code", "label", "items"), ("cap", "axis") if frame.scored else ())
    items = [item for node in nodes for item in node.children("items", needed=True)]
    refuse_repeats(items, "評定項目")
    return tuple(_category(node, frame) for node in nodes)


def _category(node: Node, frame: Frame) -> Category:
    cap = node.number("cap") if "cap" in node.content else None
    if cap is not None and cap <= 0:
        raise node.refuse(f"「{cap}」", "0より大きい最高評点、上限がなければキーを書かない", "cap")
    items = tuple(_item(item, frame) for item in node.children("items"))
    axis = node.text_or_none("axis")
    return Category(node.text("code"), node.label("label"), cap, items, axis)


def _item(node: Node, frame: Frame) -> Item:
    mode = MODES[node.choice("mode", MODES)] if "mode" in node.content else "highest"
    by_unit = mode == "count" and "per_unit" in node.content and frame.scored
    node.only(
        ("code", "label", "source", "per_unit" if by_unit else "grades", *_BY_MODE[mode]),
        ("mode", "when", "unless", "replacements"),
    )
    measure = _measure(node.child("measure")) if "measure" in _BY_MODE[mode] else None
    return Item(
        code=node.text("code"),
        label=node.label("label"),
        source=node.text("source"),
        grades=() if by_unit else _grades(node, mode, measure, frame),
        mode=mode,
        measure=measure,
        computation=_computation(node.child("formula")) if mode == "formula" else None,
        replacements=tuple(
            _replacement(found, frame.resolve) for found in node.children("replacements", "when")
        ),
        per_unit=_per_unit(node.child("per_unit"), measure) if by_unit else None,
        when=node.text_or_none("when"),
        unless=node.text_or_none("unless"),
    )


def _per_unit(node: Node, measure: Measure | None) -> PerUnit:
    """Points a unit; the most units that count, by themselves or by the limits of the count."""
    node.only(("points",), ("most",))
    points = node.number("points")
    if points <= 0:
        raise node.refuse(f"「{points}」", "0より大きい評点", "points")
    limit = measure.limits.high if measure else None
    if "most" in node.content:
        return PerUnit(points, node.whole("most", MOST_UNITS))
    if limit is None or limit % 1 or not 1 <= limit <= MOST_UNITS:
        allowed = f"most(1 から {MOST_UNITS} までの整数)か measure の max"
        raise node.refuse("数える単位の上限がありません", allowed)
    return PerUnit(points, int(limit))


def _grades(node: Node, mode: Mode, measure: Measure | None, frame: Frame) -> tuple[Grade, ...]:
    nodes = node.children("grades", needed=True)
    refuse_repeats(nodes, "評価")
    refuse_repeats(nodes, "記号", "mark")
    if mode == "sum" and len(nodes) > MOST_SUMMED:
        raise node.refuse(f"{len(nodes)}個", f"合計する評価は {MOST_SUMMED}個まで", "grades")
    needed = ("points",) if frame.scored else ()
    measured = ("range",) if measure else ()
    for one in nodes:
        one.only(("code", "mark", *needed, "label", *measured), ("severity",))
    grades = tuple(_grade(one, mode, measure, frame) for one in nodes)
    if frame.scored and mode != "sum":
        _refuse_falling(nodes, grades)
    if mode != "sum":
        _refuse_milder(nodes, grades, frame)
    if measure:
        _refuse_bad_joints(node, mode, grades)
    return grades


def _grade(node: Node, mode: Mode, measure: Measure | None, frame: Frame) -> Grade:
    points = node.number("points") if frame.scored else Decimal(0)
    if mode == "sum" and frame.scored and points <= 0:
        raise node.refuse(f"「{points}」", "0より大きい評点", "points")
    severity = node.text_or_none("severity")
    if severity is not None and severity not in frame.severities:
        allowed = f"severities にあるもの({'、'.join(frame.severities) or 'なし'})"
        raise node.refuse(f"重さ「{severity}」がありません", allowed, "severity")
    return Grade(
        code=node.text("code"),
        mark=node.text("mark"),
        points=points,
        label=node.label("label"),
        range=_grade_range(node.child("range"), mode, measure) if measure else None,
        severity=severity,
    )


def _refuse_milder(nodes: list[Node], grades: tuple[Grade, ...], frame: Frame) -> None:
    """The gravest grade counts alone, so that a heavier one must not be less severe."""
    before = -1
    for node, grade in zip(nodes, grades, strict=True):
        place = -1 if grade.severity is None else frame.severities.index(grade.severity)
        if place < before:
            found = (
                f"重さ「{grade.severity or 'なし'}」が前の「{frame.severities[before]}」より軽い"
            )
            raise node.refuse(found, "評価の順に重くなる severity", "severity")
        before = place


def _refuse_falling(nodes: list[Node], grades: tuple[Grade, ...]) -> None:
    before = Decimal(0)
    for node, grade in zip(nodes, grades, strict=True):
        if grade.points <= before:
            found = f"評点 {grade.points} が前の {before} より大きくありません"
            raise node.refuse(found, "評価の順に増える評点(0より大きい)", "points")
        before = grade.points


def _grade_range(node: Node, mode: Mode, measure: Measure) -> Range:
    node.only((), RANGE_KEYS)
    bounds = node.range(fractions=mode != "count")
    ends = [end for end in (bounds.low, bounds.high) if end is not None]
    if not ends:
        raise node.refuse("範囲がありません", "min、above、max、below のいずれか")
    if mode == "count" and any(end % 1 for end in ends):
        raise node.refuse(f"範囲「{bounds}」", "数の範囲は整数")
    for end in ends:
        if end not in measure.limits:
            raise node.refuse(f"範囲「{bounds}」", f"measure の「{measure.limits}」の中")
    return bounds


def _refuse_bad_joints(node: Node, mode: Mode, grades: tuple[Grade, ...]) -> None:
    fault = bad_joint([grade.range for grade in grades if grade.range], mode == "count")
    if fault:
        raise node.refuse(fault, "隙間も重なりもなく続く範囲", "grades")


def _measure(node: Node) -> Measure:
    node.only(("label",), ("unit", *RANGE_KEYS))
    unit = node.label("unit") if "unit" in node.content else None
    return Measure(node.label("label"), unit, _limits(node))


def _limits(node: Node) -> Range:
    """The limits of a quantity; without a lower one it starts at 0."""
    bounds = node.range(fractions=True)
    return (
        bounds if bounds.low is not None else Range(FLOOR.low, bounds.high, False, bounds.high_open)
    )


def _computation(node: Node) -> Computation:
    node.only(("text", "inputs", "undefined"), ("note",))
    nodes = node.children("inputs", needed=True)
    refuse_repeats(nodes, "入力")
    inputs = tuple(_input(one) for one in nodes)
    formula = _formula(node)
    names = {quantity.code for quantity in inputs}
    for name in sorted(formula.names() - names):
        raise node.refuse(f"入力「{name}」が宣言されていません", "、".join(sorted(names)), "text")
    for name in sorted(names - formula.names()):
        raise node.refuse(f"入力「{name}」は式で使われていません", formula.text, "inputs")
    return Computation(formula, inputs, node.label("undefined"), node.text_or_none("note"))


def _formula(node: Node) -> Formula:
    try:
        return parse_formula(node.text("text"))
    except FormulaError as error:
        raise node.refuse(str(error), "数、入力の名前、+ - * / と括弧", "text") from error


def _input(node: Node) -> FormulaInput:
    node.only(("code", "label", "unit"), RANGE_KEYS)
    return FormulaInput(node.text("code"), node.label("label"), node.text("unit"), _limits(node))


def _replacement(node: Node, resolve: Resolve) -> Replacement:
    """The named item of another table, pinned by that table's digest."""
    node.only(("when", "table", "version", "sha256", "item"))
    name = f"{node.text('table')}@{node.text('version')}"
    try:
        table = resolve(node.text("table"), node.text("version"))
    except UnknownTableError as error:
        raise node.refuse(f"評点表 {name} がありません", "ある評点表と版", "table") from error
    if table.sha256 != node.text("sha256"):
        raise node.refuse(f"「{node.text('sha256')}」", f"{name} は {table.sha256}", "sha256")
    code = node.text("item")
    for item in table.items():
        if item.code == code:
            return Replacement(node.text("when"), table.ref, item)
    codes = "、".join(item.code for item in table.items())
    raise node.refuse(f"項目「{code}」は {name} にありません", codes, "item")
