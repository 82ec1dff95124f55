"""A table that changes another one by code: its document with the changes carried out.

`extends` names the other table by id, version and sha256; every entry of `changes` adds, replaces
or removes one part. The result is a complete document, checked like any other.
"""

from copy import deepcopy
from typing import Any

from scoring.document import Node
from scoring.errors import UnknownTableError
from scoring.loader_items import Resolve
from scoring.model import RuleTable

Document = dict[str, Any]
BODY = (
    "conditions",
    "axes",
    "severities",
    "categories",
    "modifiers",
    "outcomes",
    "judgements",
)
OPERATIONS = ("add", "replace", "remove")
_LISTS = {
    "category": "categories",
    "condition": "conditions",
    "axis": "axes",
    "severity": "severities",
    "modifier": "modifiers",
    "outcome": "outcomes",
    "judgement": "judgements",
}
KINDS = (*_LISTS, "item", "cap")


def resolved_document(root: Node, resolve: Resolve) -> Document:
    """The complete document of a table that extends another.

    Raises RuleTableError for a table that is not there or has another digest, and for a change of
    something that is not there.
    """
    base = base_table(root.child("extends"), resolve)
    document = deepcopy({key: found for key, found in root.content.items() if key != "changes"})
    del document["extends"]
    body = {key: deepcopy(base.document[key]) for key in BODY if key in base.document}
    if not base.scored:
        document["scored"] = False
    for number, change in enumerate(root.children("changes", ""), start=1):
        _carry_out(Node(root.file, f"changes[{number}]", change.content), body)
    return document | {key: found for key, found in body.items() if found}


def base_table(node: Node, resolve: Resolve) -> RuleTable:
    """The table that `extends` names, pinned by its digest."""
    node.only(("table", "version", "sha256"))
    name = f"{node.text('table')}@{node.text('version')}"
    try:
        table = resolve(node.text("table"), node.text("version"))
    except UnknownTableError as error:
        raise node.refuse(f"評点表 {name} がありません", "ある評点表と版", "table") from error
    if table.sha256 != node.text("sha256"):
        raise node.refuse(f"「{node.text('sha256')}」", f"{name} は {table.sha256}", "sha256")
    return table


def _carry_out(node: Node, body: Document) -> None:
    operations = [key for key in OPERATIONS if key in node.content]
    if len(operations) != 1:
        raise node.refuse(
            f"{'と'.join(operations) or '何もありません'}", "add、replace、remove のどれか一つ"
        )
    operation = operations[0]
    kind = node.choice(operation, KINDS if operation == "replace" else KINDS[:-1])
    if kind == "cap":
        node.only(("replace", "code"), ("cap",))
        _set_cap(node, body)
    elif operation == "add":
        node.only(("add", kind, *(("to",) if kind == "item" else ())), ("before",))
        _add(node, kind, body)
    elif operation == "replace":
        node.only(("replace", "code", kind))
        listed, at = _place(node, kind, body)
        listed[at] = dict(node.child(kind).content)
    else:
        node.only(("remove", "code"))
        listed, at = _place(node, kind, body)
        del listed[at]


def _set_cap(node: Node, body: Document) -> None:
    listed, at = _place(node, "category", body)
    listed[at] = {key: found for key, found in listed[at].items() if key != "cap"}
    if "cap" in node.content:
        listed[at]["cap"] = node.content["cap"]


def _add(node: Node, kind: str, body: Document) -> None:
    added = dict(node.child(kind).content)
    if kind == "item":
        categories, place = _place(node, "category", body, "to")
        listed = categories[place]["items"]
    else:
        listed = body.setdefault(_LISTS[kind], [])
    at = _index(node, listed, "before") if "before" in node.content else len(listed)
    listed.insert(at, added)


def _place(node: Node, kind: str, body: Document, key: str = "code") -> tuple[list[Document], int]:
    """The list that holds the part with this code, and its place there."""
    if kind != "item":
        listed = body.get(_LISTS[kind], [])
        return listed, _index(node, listed, key)
    everything = [item for category in body["categories"] for item in category["items"]]
    found = everything[_index(node, everything, key)]
    for category in body["categories"]:
        for at, item in enumerate(category["items"]):
            if item is found:
                return category["items"], at
    raise AssertionError(found)


def _index(node: Node, listed: list[Document], key: str) -> int:
    codes = [part["code"] for part in listed]
    code = node.text(key)
    if code not in codes:
        raise node.refuse(f"「{code}」がもとの評点表にありません", "、".join(codes) or "なし", key)
    return codes.index(code)
