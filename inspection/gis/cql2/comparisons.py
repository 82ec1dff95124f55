"""Comparisons of text, numbers, times and identifiers; BETWEEN, IN, LIKE, IS NULL.

Texts are compared by code points on both databases, whatever the collation. A date is its whole
day: a time equals it when it lies within, is before it when it lies before its first instant.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, false, not_, or_, true

from inspection.gis.cql2.errors import MAX_VALUES, refuse
from inspection.gis.cql2.moments import Span
from inspection.gis.cql2.patterns import glob_of, like_of, parse_pattern
from inspection.gis.cql2.scope import GEOMETRY, Scope
from inspection.gis.cql2.terms import KIND_NAMES, Term, as_uuid, read_term
from inspection.gis.sql_types import LARGEST_INTEGER, bound

Condition = ColumnElement[bool]
Nodes = list[Any]

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def comparison(op: str, arguments: Nodes, scope: Scope) -> Condition:
    """Return the condition `left op right`."""
    left, right = (read_term(node, scope) for node in arguments)
    return compare(op, left, right, scope)


def compare(op: str, left: Term, right: Term, scope: Scope) -> Condition:
    """Return the condition `left op right` of two operands. Raises BadRequestError: other kinds."""
    if left.is_literal and not right.is_literal:
        return compare(_FLIPPED[op], right, left, scope)
    if left.kind == "uuid" and right.kind == "text" and right.is_literal:
        right = as_uuid(right)
    if left.kind != right.kind:
        raise refuse(
            f"{left.shown}({KIND_NAMES[left.kind]})と "
            f"{right.shown}({KIND_NAMES[right.kind]})は比べられません。"
        )
    if left.kind in ("uuid", "boolean") and op not in ("=", "<>"):
        raise refuse(f"{left.shown}({KIND_NAMES[left.kind]})は = か <> でだけ比べられます。")
    if left.kind == "instant":
        return _compare_times(op, left, right)
    if left.is_literal:
        return true() if OPERATORS[op](left.value, right.value) else false()
    if left.kind == "text" and op not in ("=", "<>") and scope.dialect == "postgresql":
        return _condition(op, left.expression.collate("C"), right.expression)
    return _condition(op, left.expression, right.expression)


def _condition(op: str, left: Any, right: Any) -> Condition:
    return OPERATORS[op](left, right)  # type: ignore[no-any-return]


def _compare_times(op: str, left: Term, right: Term) -> Condition:
    if not right.is_literal:
        return _condition(op, left.expression, right.expression)
    span: Span = right.value
    if left.is_literal:
        return true() if _spans(op, left.value, span) else false()
    time = left.expression
    if op in ("=", "<>"):
        if span.start == span.end:
            return _condition(op, time, bound(span.start))
        within = and_(time >= bound(span.start), time <= bound(span.end))
        return within if op == "=" else not_(within)
    return _condition(op, time, bound(span.start if op in ("<", ">=") else span.end))


def _spans(op: str, left: Span, right: Span) -> bool:
    """Compare two literals as a time in `left` would compare with `right`."""
    if op in ("=", "<>"):
        within = left.start >= right.start and left.end <= right.end
        return within == (op == "=")
    return {
        "<": left.end < right.start,
        ">": left.start > right.end,
        "<=": left.start <= right.end,
        ">=": left.end >= right.start,
    }[op]


def between(arguments: Nodes, scope: Scope) -> Condition:
    """Return the condition that a value lies between two others, both included."""
    value, low, high = (read_term(node, scope) for node in arguments)
    return and_(compare(">=", value, low, scope), compare("<=", value, high, scope))


def among(arguments: Nodes, scope: Scope) -> Condition:
    """Return the condition that a value is one of a list."""
    value = read_term(arguments[0], scope)
    if not isinstance(arguments[1], list) or not arguments[1]:
        raise refuse("IN には1つ以上の値を括弧に入れて指定してください。")
    if len(arguments[1]) > MAX_VALUES:
        raise refuse(f"IN の値が多すぎます。{MAX_VALUES} 個までです。")
    others = [read_term(node, scope) for node in arguments[1]]
    conditions = [compare("=", value, other, scope) for other in others]  # checks the kinds
    if not value.is_literal and all(other.is_literal for other in others):
        values = _values(value, others)
        if values:
            return value.expression.in_(values)
    for _ in conditions[1:]:
        scope.count_condition()
    return or_(*conditions)


def _values(column: Term, others: list[Term]) -> list[Any]:
    """Return the literals of an IN as values of the column's own type; none for times.

    As one list, they make one statement whatever their number.
    """
    if column.kind == "uuid":
        return [as_uuid(other).value for other in others]
    values = [other.value for other in others]
    if column.kind == "text":
        return values
    if column.kind != "number":
        return []
    if isinstance(column.expression.type, BigInteger):
        # No other number is ever equal to a whole one.
        return [int(v) for v in values if v == int(v) and abs(v) <= LARGEST_INTEGER]
    return [float(v) for v in values]


def like(arguments: Nodes, scope: Scope) -> Condition:
    r"""Return the condition that a text is like a pattern: `%` any text, `_` any one, `\` escapes.

    With its case: SQLite's GLOB does it, and uses an index for what precedes the first wildcard.
    """
    value, pattern = (read_term(node, scope) for node in arguments)
    if value.kind != "text":
        raise refuse(f"LIKE は文字列に使います。{value.shown} は{KIND_NAMES[value.kind]}です。")
    if pattern.kind != "text" or not pattern.is_literal:
        raise refuse(f"LIKE のパターンは文字列で指定してください({pattern.shown} は使えません)。")
    parts = parse_pattern(pattern.value)
    if scope.dialect == "sqlite":
        return value.expression.op("GLOB", is_comparison=True)(bound(glob_of(parts)))
    return value.expression.like(bound(like_of(parts)), escape="\\")


def is_null(arguments: Nodes, scope: Scope) -> Condition:
    """Return the condition that a property has no value, or a feature no position."""
    if arguments == [{"property": GEOMETRY}]:
        return scope.point.is_(None)
    term = read_term(arguments[0], scope)
    return false() if term.is_literal else term.expression.is_(None)
