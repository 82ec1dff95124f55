"""Operands of comparisons: properties and literals, each with its kind."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, func

from inspection.gis.cql2.errors import refuse
from inspection.gis.cql2.moments import date_span, timestamp_span
from inspection.gis.cql2.scope import GEOMETRY, Scope
from inspection.gis.sql_types import bound
from inspection.text_folding import fold

KIND_NAMES = {
    "text": "文字列",
    "number": "数",
    "instant": "日時",
    "uuid": "ID",
    "boolean": "真偽値",
}
_LARGEST = 1e300


@dataclass(frozen=True)
class Term:
    """One operand: a column with its SQL, or a literal with its value (then `sql` is None).

    kind: a key of KIND_NAMES. shown: how messages name it.
    """

    kind: str
    shown: str
    sql: ColumnElement[Any] | None = None
    value: Any = None

    @property
    def expression(self) -> ColumnElement[Any]:
        """SQL of the operand, a literal as a bound parameter."""
        return bound(self.value) if self.sql is None else self.sql

    @property
    def is_literal(self) -> bool:
        """Whether its value stands in the filter."""
        return self.sql is None


def read_term(node: Any, scope: Scope) -> Term:
    """Return the operand that a node of the tree is. Raises BadRequestError naming `filter`."""
    if isinstance(node, bool):
        return Term("boolean", str(node).upper(), value=node)
    if isinstance(node, int | float):
        if abs(node) > _LARGEST:
            raise refuse(f"数 {str(node)[:40]} は大きすぎます。")
        return Term("number", str(node)[:40], value=node)
    if isinstance(node, str):
        return Term("text", repr(node[:40]), value=node)
    if isinstance(node, dict):
        return _member(node, scope)
    raise refuse(f"{str(node)[:60]} は比べられません。属性か値を指定してください。")


def _member(node: dict[str, Any], scope: Scope) -> Term:
    if set(node) == {"property"}:
        return _property(node["property"], scope)
    if set(node) == {"date"}:
        span = date_span(node["date"], scope.zone)
        return Term("instant", f"DATE({str(node['date'])[:40]!r})", value=span)
    if set(node) == {"timestamp"}:
        span = timestamp_span(node["timestamp"], scope.zone)
        return Term("instant", f"TIMESTAMP({str(node['timestamp'])[:40]!r})", value=span)
    if set(node) == {"op", "args"}:
        return _function(node, scope)
    raise refuse(f"{str(node)[:80]} は比べられません。属性か値を指定してください。")


def _property(name: Any, scope: Scope) -> Term:
    if name == GEOMETRY:
        raise refuse(f"{GEOMETRY} は位置です。S_INTERSECTS などの関数で使ってください。")
    item = scope.property(name)
    kind = "number" if item.kind == "integer" else item.kind
    return Term(kind, item.name, sql=scope.column(item))


def _function(node: dict[str, Any], scope: Scope) -> Term:
    name, arguments = node["op"], node["args"]
    if name != "casei":
        raise refuse(f"{str(name)[:40]!r} は比べる値として使えません。使える関数: CASEI")
    if not isinstance(arguments, list) or len(arguments) != 1:
        raise refuse("CASEI には引数を1つ指定してください。")
    inner = read_term(arguments[0], scope) if not _is_casei(arguments[0]) else None
    if inner is None or inner.kind != "text":
        raise refuse("CASEI には文字列の属性か文字列を指定してください。")
    shown = f"CASEI({inner.shown})"
    if inner.is_literal:
        return Term("text", shown, value=fold(inner.value))
    return Term("text", shown, sql=_folded(inner.expression, scope.dialect))


def _is_casei(node: Any) -> bool:
    return isinstance(node, dict) and node.get("op") == "casei"


def _folded(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Return SQL of what `fold` makes of a text."""
    if dialect == "sqlite":
        return func.hantei_fold(column, type_=String())
    upper = func.upper(column.collate("und-x-icu"))
    lower = func.lower(upper.collate("und-x-icu"))
    return func.replace(lower, "ς", "σ", type_=String()).collate("C")


def as_uuid(term: Term) -> Term:
    """Return a text literal as the UUID that it writes. Raises BadRequestError."""
    try:
        return Term("uuid", term.shown, value=uuid.UUID(term.value))
    except ValueError:
        raise refuse(f"{term.shown} は ID(UUID)ではありません。") from None
