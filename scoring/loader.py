"""From TOML to a RuleTable, refusing with file, place, what was found and what is allowed.

Keys, texts and numbers are checked here and in `loader_items`; what concerns the table as a whole
is checked in `loader_checks`, and its worked examples are run.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scoring.digest import digest_of
from scoring.document import Node, read_toml
from scoring.errors import UnknownTableError
from scoring.examples import read_examples, run_examples
from scoring.extending import BODY, base_table, resolved_document
from scoring.loader_checks import check_table, useless_caps
from scoring.loader_items import Frame, Resolve, read_categories
from scoring.loader_judgements import (
    read_axes,
    read_conditions,
    read_judgements,
    read_modifiers,
    read_outcomes,
    read_severities,
)
from scoring.model import Effective, RuleTable, Source, SourceStatus, TableRef, UnknownPolicy

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
STATUSES: dict[str, SourceStatus] = {
    "verified": "verified",
    "unverified": "unverified",
    "example": "example",
}
HEAD = (
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
)
NEEDED = ("categories", "outcomes", "judgements")


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
    extends: TableRef | None = None
    if "extends" in document:
        root.only((*HEAD, "extends", "examples"), ("changes",))
        extends = base_table(root.child("extends"), resolve).ref
        root = Node(file, "", resolved_document(root, resolve))
    optional = [key for key in BODY if key not in NEEDED] + ["scored"]
    root.only((*HEAD, *NEEDED, "examples"), optional)
    root.choice("schema", (SCHEMA,))
    table = replace(_read(root, resolve), sha256=digest_of(document), extends=extends)
    check_table(root, table)
    table = replace(table, examples=read_examples(root, table), warnings=useless_caps(table))
    run_examples(root, table)
    return table


def _read(root: Node, resolve: Resolve) -> RuleTable:
    severities = read_severities(root)
    scored = root.flag("scored", True)
    frame = Frame(resolve, tuple(severity.code for severity in severities), scored)
    return RuleTable(
        id=root.text("id"),
        version=root.text("version"),
        jurisdiction=_jurisdiction(root),
        structures=_structures(root),
        method=root.choice("method", METHODS),
        effective=_effective(root.child("effective")),
        unknown=POLICIES[root.choice("unknown", POLICIES)],
        source=_source(root.child("source")),
        label=root.label("label"),
        conditions=read_conditions(root),
        categories=read_categories(root, frame),
        modifiers=read_modifiers(root),
        outcomes=read_outcomes(root),
        judgements=read_judgements(root),
        sha256="",
        axes=read_axes(root),
        severities=severities,
        scored=scored,
        document=root.content,
    )


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
    status = STATUSES[node.choice("status", STATUSES)]
    if status == "verified" and "checked_on" not in node.content:
        raise node.refuse("確認した日がありません", "日付(例 2004-07-01)", "checked_on")
    return Source(
        title=node.text("title"),
        ref=node.text("ref"),
        status=status,
        checked_on=node.date("checked_on") if "checked_on" in node.content else None,
        note=node.text_or_none("note"),
    )
