"""How many houses a filter selects, from the kept counts by facet, where it asks facets alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.sql import visitors

from inspection.models import HouseFacet
from inspection.models.house_facet import FACETS

_COUNTS = HouseFacet.__table__.alias("houses")
"""Named as the houses are, so that a condition on houses is one on the counts as it stands."""

_COLUMNS = frozenset(f"houses.{name}" for name in FACETS)
_FUNCTIONS = frozenset({"hantei_fold", "lower", "replace", "upper"})
_PLAIN = frozenset(
    {
        "binary", "bindparam", "clauselist", "collation", "expression_clauselist", "false",
        "grouping", "null", "true", "unary",
    }
)  # fmt: skip


def asks_facets(conditions: Iterable[ColumnElement[bool]]) -> bool:
    """Say whether conditions on a select of houses ask their facets alone.

    What is not known here is refused: another column or table, a statement within a condition, a
    function that might give another result each time.
    """
    return all(_is_known(part) for each in conditions for part in visitors.iterate(each))


def count_by_facets(conditions: Iterable[ColumnElement[bool]]) -> Select[tuple[int]]:
    """Return a select of the number of houses that meet conditions of which `asks_facets` holds.

    The same expressions are asked of columns of the same types, once a combination instead of once
    a house.
    """
    number = func.coalesce(func.sum(_COUNTS.c.number), 0)
    return select(cast(number, BigInteger)).where(*conditions)


def _is_known(part: visitors.ExternallyTraversible) -> bool:
    kind = part.__visit_name__
    if kind == "column":
        return bool(getattr(part, "is_literal", False)) and getattr(part, "name", "") in _COLUMNS
    if kind == "function":
        return getattr(part, "name", "") in _FUNCTIONS
    return kind in _PLAIN
