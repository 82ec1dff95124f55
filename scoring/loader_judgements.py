"""Axes, severities, conditions, steps after the caps, outcomes and judgements of a document."""

from typing import Literal

from scoring.deciding import (
    ANYTHING,
    Axis,
    Condition,
    Found,
    Judgement,
    JudgementKind,
    Modifier,
    Outcome,
    Rank,
    Severity,
)
from scoring.document import RANGE_KEYS, Node, refuse_repeats
from scoring.ranges import Range

KINDS: dict[str, JudgementKind] = {
    "threshold": "threshold",
    "ranks": "ranks",
    "count": "count",
    "condition": "condition",
    "any_of": "any_of",
    "all_of": "all_of",
    "override": "override",
}
_REQUIRED: dict[JudgementKind, tuple[str, ...]] = {"ranks": ("ranks",), "condition": ("condition",)}
_OPTIONAL: dict[JudgementKind, tuple[str, ...]] = {
    "threshold": (*RANGE_KEYS, "axis"),
    "ranks": ("axis",),
    "count": (*RANGE_KEYS, "severities", "findings"),
    "any_of": ("findings", "of"),
    "all_of": ("findings", "of"),
}
MOST_CONDITIONS = 8  # every unknown one doubles the readings of a record
MOST_MODIFIERS = 4  # keeps every total within the 28 digits of exact decimals
MOST_JUDGEMENTS = 24
MOST_SEVERITIES = 8
MOST_AXES = 3


def read_axes(root: Node) -> tuple[Axis, ...]:
    """The scores beside the total."""
    return tuple(
        Axis(node.text("code"), node.label("label"))
        for node in _listed(root, "axes", "軸", MOST_AXES)
    )


def read_severities(root: Node) -> tuple[Severity, ...]:
    """The severities that grades may have, from light to grave."""
    nodes = _listed(root, "severities", "重さ", MOST_SEVERITIES)
    return tuple(Severity(node.text("code"), node.label("label")) for node in nodes)


def read_conditions(root: Node) -> tuple[Condition, ...]:
    """The facts that the table asks for, each with its default."""
    nodes = root.children("conditions")
    refuse_repeats(nodes, "条件")
    if len(nodes) > MOST_CONDITIONS:
        raise root.refuse(f"{len(nodes)}個", f"{MOST_CONDITIONS}個まで", "conditions")
    return tuple(_condition(node) for node in nodes)


def read_modifiers(root: Node) -> tuple[Modifier, ...]:
    """The steps after the caps, in order."""
    nodes = root.children("modifiers")
    refuse_repeats(nodes, "補正")
    if len(nodes) > MOST_MODIFIERS:
        raise root.refuse(f"{len(nodes)}個", f"{MOST_MODIFIERS}個まで", "modifiers")
    return tuple(_modifier(node) for node in nodes)


def read_outcomes(root: Node) -> tuple[Outcome, ...]:
    """What the judgement may result in."""
    nodes = root.children("outcomes", needed=True)
    refuse_repeats(nodes, "判定結果")
    for node in nodes:
        node.only(("code", "label"))
    return tuple(Outcome(node.text("code"), node.label("label")) for node in nodes)


def read_judgements(root: Node) -> tuple[Judgement, ...]:
    """The tests in order; the last one that decides says what holds otherwise."""
    nodes = root.children("judgements", needed=True)
    refuse_repeats(nodes, "判定")
    if len(nodes) > MOST_JUDGEMENTS:
        raise root.refuse(f"{len(nodes)}個", f"{MOST_JUDGEMENTS}個まで", "judgements")
    deciding = [node for node in nodes if node.flag("decides", True)]
    if not deciding:
        raise root.refuse(
            "結果を決める判定がありません", "decides = false でない判定", "judgements"
        )
    return tuple(_judgement(node, last=node is deciding[-1]) for node in nodes)


def _listed(root: Node, key: str, what: str, most: int) -> list[Node]:
    nodes = root.children(key)
    refuse_repeats(nodes, what)
    if len(nodes) > most:
        raise root.refuse(f"{len(nodes)}個", f"{most}個まで", key)
    for node in nodes:
        node.only(("code", "label"))
    return nodes


def _condition(node: Node) -> Condition:
    node.only(("code", "label", "default"))
    default = node.content["default"]
    if not (isinstance(default, bool) or default == "unknown"):
        raise node.refuse(f"「{default}」", 'true、false、"unknown"', "default")
    truth = default if isinstance(default, bool) else None
    return Condition(node.text("code"), node.label("label"), truth)


def _modifier(node: Node) -> Modifier:
    node.only(("code", "label", "source"), ("multiply", "add", "when", "unless", "axis"))
    if ("multiply" in node.content) == ("add" in node.content):
        raise node.refuse("multiply と add", "どちらか一つ")
    operation: Literal["multiply", "add"] = "multiply" if "multiply" in node.content else "add"
    operand = node.number(operation)
    if operand <= 0 or (operation == "multiply" and (operand > 10 or operand != round(operand, 2))):
        allowed = "0より大きい数値(multiply は10以下で小数点以下2桁まで)"
        raise node.refuse(f"「{operand}」", allowed, operation)
    return Modifier(
        code=node.text("code"),
        label=node.label("label"),
        source=node.text("source"),
        operation=operation,
        operand=operand,
        when=node.text_or_none("when"),
        unless=node.text_or_none("unless"),
        axis=node.text_or_none("axis"),
    )


def _judgement(node: Node, *, last: bool) -> Judgement:
    kind = KINDS[node.choice("kind", KINDS)]
    decides = node.flag("decides", True)
    required = ["code", "kind", *_REQUIRED.get(kind, ())]
    if last and kind != "ranks":
        required.append("otherwise")
    if not decides:
        required.append("label")
    node.only(required, (*_OPTIONAL.get(kind, ()), "decides", "label", "source"))
    if kind == "ranks" and not last:
        raise node.refuse("「ranks」", "結果を決める最後の判定", "kind")
    return Judgement(
        code=node.text("code"),
        kind=kind,
        bounds=_floor(node, kind) if kind in ("threshold", "count") else ANYTHING,
        otherwise=node.text("otherwise") if "otherwise" in required else None,
        axis=node.text_or_none("axis"),
        ranks=_ranks(node) if kind == "ranks" else (),
        severities=node.texts("severities") if "severities" in node.content else (),
        findings=tuple(_found(one) for one in node.children("findings", "item")),
        of=node.texts("of") if "of" in node.content else (),
        condition=node.text_or_none("condition"),
        decides=decides,
        label=node.label("label") if "label" in node.content else None,
        source=node.text_or_none("source"),
    )


def _floor(node: Node, kind: JudgementKind) -> Range:
    bounds = node.range()
    if bounds.low is None or bounds.high is not None:
        raise node.refuse("しきい値が正しくありません", "min(以上)か above(超)のどちらか一つ")
    if kind == "count" and (bounds.low % 1 or bounds.low + bounds.low_open < 1):
        raise node.refuse(f"個数「{bounds}」", "1以上の整数")
    return bounds


def _ranks(node: Node) -> tuple[Rank, ...]:
    nodes = node.children("ranks", needed=True)
    for one in nodes:
        one.only(("code",), RANGE_KEYS)
    return tuple(Rank(one.text("code"), one.range()) for one in nodes)


def _found(node: Node) -> Found:
    node.only(("item", "grade"))
    return Found(node.text("item"), node.text("grade"))
