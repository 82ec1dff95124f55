"""T_AFTER, T_DURING and the others: relations of instants and intervals.

Each operand is a pair (start, end): a property or literal has both alike (a date: its day), an
interval may be open on either side. Ends are included (OGC 21-065r2, table 14).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from inspection.gis.cql2.comparisons import OPERATORS
from inspection.gis.cql2.errors import refuse
from inspection.gis.cql2.moments import Span, span_of
from inspection.gis.cql2.scope import Scope
from inspection.gis.cql2.terms import read_term
from inspection.gis.sql_types import bound

Condition = ColumnElement[bool]
Edge = datetime | ColumnElement[Any] | float
"""One end of a period; an open end is float infinity."""

_OPEN = ("..", "")
_INFINITE = float("inf")


@dataclass(frozen=True)
class Period:
    """A time or interval; `until` is where the next period begins, after a day its midnight."""

    start: Edge
    end: Edge
    until: Edge


def _compare(op: str, left: Edge, right: Edge) -> Condition:
    """Return SQL of a comparison of two ends, or its constant result."""
    columns = [edge for edge in (left, right) if isinstance(edge, ColumnElement)]
    if columns and not isinstance(left, float) and not isinstance(right, float):
        first, second = (
            bound(edge) if isinstance(edge, datetime) else edge for edge in (left, right)
        )
        return OPERATORS[op](first, second)  # type: ignore[no-any-return]
    holds = OPERATORS[op](_rank(left), _rank(right))
    if columns:  # compared with an open end: certain, but unknown where there is no time
        column = columns[0]
        return column == column if holds else column != column
    return true() if holds else false()


def _rank(edge: Edge) -> Any:
    """Return a key that orders two constant ends, or an infinite one and anything."""
    if isinstance(edge, float):
        return (1, None) if edge > 0 else (-1, None)
    return (0, edge)


def _before(a: Period, b: Period) -> Condition:
    return _compare("<", a.end, b.start)


def _disjoint(a: Period, b: Period) -> Condition:
    return or_(_before(a, b), _before(b, a))


def _intersects(a: Period, b: Period) -> Condition:
    return and_(_compare("<=", a.start, b.end), _compare(">=", a.end, b.start))


def _equals(a: Period, b: Period) -> Condition:
    return and_(_compare("=", a.start, b.start), _compare("=", a.end, b.end))


def _during(a: Period, b: Period) -> Condition:
    return and_(_compare(">", a.start, b.start), _compare("<", a.end, b.end))


def _meets(a: Period, b: Period) -> Condition:
    return _compare("=", a.until, b.start)


def _overlaps(a: Period, b: Period) -> Condition:
    return and_(
        _compare("<", a.start, b.start),
        _compare(">", a.end, b.start),
        _compare("<", a.end, b.end),
    )


def _starts(a: Period, b: Period) -> Condition:
    return and_(_compare("=", a.start, b.start), _compare("<", a.end, b.end))


def _finishes(a: Period, b: Period) -> Condition:
    return and_(_compare(">", a.start, b.start), _compare("=", a.end, b.end))


Relation = Callable[[Period, Period], Condition]


def _turned(relation: Relation) -> Relation:
    return lambda a, b: relation(b, a)


RELATIONS: dict[str, Relation] = {
    "t_after": _turned(_before),
    "t_before": _before,
    "t_contains": _turned(_during),
    "t_disjoint": _disjoint,
    "t_during": _during,
    "t_equals": _equals,
    "t_finishedBy": _turned(_finishes),
    "t_finishes": _finishes,
    "t_intersects": _intersects,
    "t_meets": _meets,
    "t_metBy": _turned(_meets),
    "t_overlappedBy": _turned(_overlaps),
    "t_overlaps": _overlaps,
    "t_startedBy": _turned(_starts),
    "t_starts": _starts,
}


def temporal(op: str, arguments: list[Any], scope: Scope) -> Condition:
    """Return the condition of a temporal function. Raises BadRequestError naming `filter`."""
    first, second = (_period(node, scope) for node in arguments)
    return RELATIONS[op](first, second)


def _period(node: Any, scope: Scope) -> Period:
    if isinstance(node, dict) and set(node) == {"interval"}:
        return _interval(node["interval"], scope)
    return _time(node, scope)


def _time(node: Any, scope: Scope) -> Period:
    term = read_term(node, scope)
    if term.kind != "instant":
        raise refuse(
            f"{term.shown} は日時ではありません。日時の属性、DATE、TIMESTAMP、INTERVAL が使えます。"
        )
    if term.is_literal:
        return _constant(term.value)
    return Period(term.expression, term.expression, term.expression)


def _constant(span: Span) -> Period:
    return Period(span.start, span.end, span.until)


def _interval(ends: Any, scope: Scope) -> Period:
    if not isinstance(ends, list) or len(ends) != 2:
        raise refuse("INTERVAL には始めと終わりを指定してください(開いた端は '..')。")
    first, last = (_end(node, scope) for node in ends)
    start = -_INFINITE if first is None else first.start
    end, until = (_INFINITE, _INFINITE) if last is None else (last.end, last.until)
    if isinstance(start, datetime) and isinstance(end, datetime) and start > end:
        raise refuse("INTERVAL の始めが終わりより後です。")
    return Period(start, end, until)


def _end(node: Any, scope: Scope) -> Period | None:
    """Return one end of an interval, None for an open one."""
    if isinstance(node, str):
        return None if node in _OPEN else _constant(span_of(node, scope.zone))
    return _time(node, scope)
