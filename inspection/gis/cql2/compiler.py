"""A CQL2 tree into one SQL condition, with every value of the client as a bound parameter.

Logic has three values, as SQL's has: a comparison with a missing value is unknown, and so is its
NOT. A new operator is one more entry of a table here or in the modules for its operands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from inspection.gis.cql2 import comparisons
from inspection.gis.cql2.errors import MAX_DEPTH, refuse, too_deep
from inspection.gis.cql2.scope import Scope
from inspection.gis.cql2.spatial import PREDICATES, spatial
from inspection.gis.cql2.temporal import RELATIONS, temporal

Condition = ColumnElement[bool]

_COMPARING: dict[str, tuple[int, Callable[[list[Any], Scope], Condition]]] = {
    "between": (3, comparisons.between),
    "in": (2, comparisons.among),
    "like": (2, comparisons.like),
    "isNull": (1, comparisons.is_null),
}
_KNOWN = "AND, OR, NOT, =, <>, <, >, <=, >=, LIKE, BETWEEN, IN, IS NULL, CASEI, " + ", ".join(
    name.upper() for name in (*PREDICATES, *RELATIONS)
)


def compile_tree(tree: Any, scope: Scope) -> Condition:
    """Return the SQL condition of a tree. Raises BadRequestError naming `filter`."""
    return _compile(tree, scope, wanted=True, depth=0)


def _compile(node: Any, scope: Scope, *, wanted: bool, depth: int) -> Condition:
    if depth > MAX_DEPTH:
        raise too_deep()
    if isinstance(node, bool):
        return true() if node else false()
    op, arguments = _operation(node)
    if op in ("and", "or"):
        nodes = _gathered(op, arguments, scope)
        parts = [_compile(part, scope, wanted=wanted, depth=depth + 1) for part in nodes]
        return and_(*parts) if op == "and" else or_(*parts)
    scope.count_condition()
    if op == "not":
        _check_count(op, arguments, 1)
        return _negation(arguments[0], scope, wanted=wanted, depth=depth + 1)
    return _predicate(op, arguments, scope, wanted=wanted)


def _gathered(op: str, arguments: list[Any], scope: Scope) -> list[Any]:
    """Return the conditions that AND (or OR) joins, also by an AND (OR) within it, in order."""
    found: list[Any] = []
    waiting = [{"op": op, "args": arguments}]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict) or node.get("op") != op:
            found.append(node)
            continue
        _, inner = _operation(node)
        if len(inner) < 2:
            raise refuse(f"{op.upper()} には2つ以上の条件が必要です。")
        scope.count_condition()
        waiting += reversed(inner)
    return found


def _negation(node: Any, scope: Scope, *, wanted: bool, depth: int) -> Condition:
    """Compile NOT; two of them, or NOT S_DISJOINT, leave no NOT that would hide an index."""
    if isinstance(node, dict) and node.get("op") in ("not", "s_disjoint"):
        op, arguments = _operation(node)
        scope.count_condition()
        _check_count(op, arguments, 1 if op == "not" else 2)
        if op == "not":
            return _compile(arguments[0], scope, wanted=wanted, depth=depth + 1)
        return spatial("s_intersects", arguments, scope, wanted=wanted)
    return not_(_compile(node, scope, wanted=not wanted, depth=depth))


def _predicate(op: str, arguments: list[Any], scope: Scope, *, wanted: bool) -> Condition:
    if op in comparisons.OPERATORS:
        _check_count(op, arguments, 2)
        return comparisons.comparison(op, arguments, scope)
    if op in _COMPARING:
        count, build = _COMPARING[op]
        _check_count(op, arguments, count)
        return build(arguments, scope)
    if op in PREDICATES:
        _check_count(op, arguments, 2)
        return spatial(op, arguments, scope, wanted=wanted)
    if op in RELATIONS:
        _check_count(op, arguments, 2)
        return temporal(op, arguments, scope)
    raise refuse(f"{op[:40]!r} という演算や関数はありません。使えるもの: {_KNOWN}")


def _operation(node: Any) -> tuple[str, list[Any]]:
    if isinstance(node, dict) and set(node) == {"op", "args"}:
        op, arguments = node["op"], node["args"]
        if isinstance(op, str) and isinstance(arguments, list):
            return op, arguments
    raise refuse(
        f"{str(node)[:80]} は条件ではありません。属性 = 値 のような条件を指定してください。"
    )


def _check_count(op: str, arguments: list[Any], count: int) -> None:
    if len(arguments) != count:
        raise refuse(f"{op.upper()} の引数は {count} 個です({len(arguments)} 個あります)。")
