"""From TOML to a RuleTable, refusing with file, place, what was found and what is allowed.

Keys, texts and numbers are checked here and in `loader_items`; what concerns the table as a whole
is checked in `loader_checks`, and its worked examples are run.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from scoring.digest import digest_of
from scoring.document import RANGE_KEYS, Node, read_toml, refuse_repeats
from scoring.errors import UnknownTableError
from scoring.examples import read_examples, run_examples
from scoring.loader_checks import check_table, useless_caps
from scoring.loader_items import Resolve, read_categories
from scoring.model import (
    Condition,
    Effective,
    Judgement,
    Modifier,
    Outcome,
    RuleTable,
    Source,
    UnknownPolicy,
)

SCHEMA = "hantei-rule-table/1"
STRUCTURES = (
    "wooden",
    "light_steel",
    "steel",
    "reinforced_concrete",
    "concrete_block",
    "other",
)
METHODS = ("full", "exterior")
POLICIES: dict[str, UnknownPolicy] = {"interval": "interval", "zero": "zero", "worst": "worst"}
MOST_CONDITIONS = 8  # every unknown one doubles the readings of a record
MOST_MODIFIERS = 4  # keeps every total within the 28 digits of exact decimals


def no_other_tables(id: str, version: str) -> RuleTable:
    """A resolver for a table that stands alone."""
    raise UnknownTableError(f"評点表 {id}@{version} がありません")


def load_table(path: Path, resolve: Resolve = no_other_tables) -> RuleTable:
    """Read, check and test one rule table.

    resolve: finds the tables that this one borrows items from.
    Raises RuleTableError at the first fault; what is merely odd is in `RuleTable.warnings`.
    """
    return build_table(read_toml(path), path.name, resolve)


def build_table(
    document: Mapping[str, Any], file: str, resolve: Resolve = no_other_tables
) -> RuleTable:
    """The same for a document that is already parsed; `file` is its name in messages."""
    root = Node(file, "", document)
    root.only(
        (
            "schema",
            "id",
            "version",
            "jurisdiction",
            "structures",
            "method",
            "effective",
            "unknown",
            "source",
            "label",
            "categories",
            "outcomes",
            "judgements",
            "examples",
        ),
        ("conditions", "modifiers"),
    )
    root.choice("schema", (SCHEMA,))
    table = RuleTable(
        id=root.text("id"),
        version=root.text("version"),
        jurisdiction=_jurisdiction(root),
        structures=_structures(root),
        method=root.choice("method", METHODS),
        effective=_effective(root.child("effective")),
        unknown=POLICIES[root.choice("unknown", POLICIES)],
        source=_source(root.child("source")),
        label=root.label("label"),
        conditions=_conditions(root),
        categories=read_categories(root, resolve),
        modifiers=_modifiers(root),
        outcomes=_outcomes(root),
        judgements=_judgements(root),
        sha256=digest_of(document),
    )
    check_table(root, table)
    table = replace(table, examples=read_examples(root, table), warnings=useless_caps(table))
    run_examples(root, table)
    return table


def _jurisdiction(root: Node) -> str:
    code = root.text("jurisdiction")
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        raise root.refuse(f"「{code}」", '5桁の市区町村コード(国は "00000")', "jurisdiction")
    return code


def _structures(root: Node) -> tuple[str, ...]:
    structures = root.texts("structures")
    for structure in structures:
        if structure not in STRUCTURES:
            raise root.refuse(f"「{structure}」", "、".join(STRUCTURES), "structures")
    return structures


def _effective(node: Node) -> Effective:
    node.only(("from",), ("to",))
    start = node.date("from")
    end = node.date("to") if "to" in node.content else None
    if end is not None and end <= start:
        raise node.refuse(f"「{end}」", f"from の {start} より後の日付", "to")
    return Effective(start, end)


def _source(node: Node) -> Source:
    node.only(("title", "ref", "status"), ("checked_on", "note"))
    status: Literal["verified", "unverified"] = "verified"
    if node.choice("status", ("verified", "unverified")) == "unverified":
        status = "unverified"
    if status == "verified" and "checked_on" not in node.content:
        raise node.refuse("確認した日がありません", "日付(例 2004-07-01)", "checked_on")
    return Source(
        title=node.text("title"),
        ref=node.text("ref"),
        status=status,
        checked_on=node.date("checked_on") if "checked_on" in node.content else None,
        note=node.text_or_none("note"),
    )


def _conditions(root: Node) -> tuple[Condition, ...]:
    nodes = root.children("conditions")
    refuse_repeats(nodes, "条件")
    if len(nodes) > MOST_CONDITIONS:
        raise root.refuse(f"{len(nodes)}個", f"{MOST_CONDITIONS}個まで", "conditions")
    return tuple(_condition(node) for node in nodes)


def _condition(node: Node) -> Condition:
    node.only(("code", "label", "default"))
    default = node.content["default"]
    if not (isinstance(default, bool) or default == "unknown"):
        raise node.refuse(f"「{default}」", 'true、false、"unknown"', "default")
    truth = default if isinstance(default, bool) else None
    return Condition(node.text("code"), node.label("label"), truth)


def _modifiers(root: Node) -> tuple[Modifier, ...]:
    nodes = root.children("modifiers")
    refuse_repeats(nodes, "補正")
    if len(nodes) > MOST_MODIFIERS:
        raise root.refuse(f"{len(nodes)}個", f"{MOST_MODIFIERS}個まで", "modifiers")
    return tuple(_modifier(node) for node in nodes)


def _modifier(node: Node) -> Modifier:
    node.only(("code", "label", "source"), ("multiply", "add", "when"))
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
    )


def _outcomes(root: Node) -> tuple[Outcome, ...]:
    nodes = root.children("outcomes", needed=True)
    refuse_repeats(nodes, "判定結果")
    for node in nodes:
        node.only(("code", "label"))
    return tuple(Outcome(node.text("code"), node.label("label")) for node in nodes)


def _judgements(root: Node) -> tuple[Judgement, ...]:
    nodes = root.children("judgements", needed=True)
    refuse_repeats(nodes, "判定")
    return tuple(_judgement(node, last=node is nodes[-1]) for node in nodes)


def _judgement(node: Node, *, last: bool) -> Judgement:
    required = ("code", "kind", "otherwise") if last else ("code", "kind")
    node.only(required, RANGE_KEYS)
    node.choice("kind", ("threshold",))
    bounds = node.range()
    if bounds.low is None or bounds.high is not None:
        raise node.refuse("しきい値が正しくありません", "min(以上)か above(超)のどちらか一つ")
    return Judgement(
        node.text("code"), "threshold", bounds, node.text("otherwise") if last else None
    )
