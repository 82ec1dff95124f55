"""The kept counts of houses by facet: compared with the rows, set right, and drawn together.

Triggers keep them (migration 0013). See services/feature_counts.py, which runs these with its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Subquery, delete, func, insert, literal, select, union_all

from inspection.database.transactions import write_transaction
from inspection.extensions import db
from inspection.models import House, HouseFacet
from inspection.models.house_facet import FACETS

_CHUNK = 50_000
_MOST_CHUNKS = 20
"""In one run: far more rows than writers add between two."""

_KEPT = tuple(getattr(HouseFacet, name) for name in FACETS)
_OF_HOUSES = tuple(getattr(House, name) for name in FACETS)
_COLUMNS = [*FACETS, "number"]


def difference() -> tuple[int, int, int]:
    """Return how many houses are kept, how many there are, and in how many combinations it errs."""
    kept = db.session.scalar(select(func.sum(HouseFacet.number)))
    rows = db.session.scalar(select(func.count()).select_from(House))
    wrong = db.session.scalar(select(func.count()).select_from(_missing().subquery()))
    return int(kept or 0), rows or 0, wrong or 0


def mend() -> None:
    """Set the kept counts right, within a transaction while no house is written."""
    if db.session.get_bind().dialect.name == "postgresql":
        # The differences, not fresh numbers: right also while `compact` runs.
        db.session.execute(insert(HouseFacet).from_select(_COLUMNS, _missing()))
        return
    db.session.execute(delete(HouseFacet))
    counted = select(*_OF_HOUSES, func.count()).group_by(*_OF_HOUSES)
    db.session.execute(insert(HouseFacet).from_select(_COLUMNS, counted))


def compact() -> int:
    """Draw rows of one combination together, drop those of none; return how many went.

    PostgreSQL only, for SQLite has one row a combination. Rows that stand alone stay as they are.
    """
    gone = 0
    for _ in range(_MOST_CHUNKS):
        with write_transaction():
            drawn, added = _draw_together()
        gone += drawn - added
        if drawn < _CHUNK:
            break
    return gone


def _draw_together() -> tuple[int, int]:
    """Replace up to a chunk of rows by their sums; return how many went and how many came."""
    finished = (
        delete(HouseFacet)
        .where(HouseFacet.pk.in_(_not_alone().with_for_update(skip_locked=True)))
        .returning(*_KEPT, HouseFacet.number)
        .cte("finished")
    )
    facets = [finished.c[name] for name in FACETS]
    sums = select(*facets, func.sum(finished.c.number), func.count()).group_by(*facets)
    found = db.session.execute(sums).all()
    rows = [dict(zip(_COLUMNS, (*row[:-2], int(row[-2])), strict=True)) for row in found if row[-2]]
    if rows:
        db.session.execute(insert(HouseFacet), rows)
    return sum(row[-1] for row in found), len(rows)


def _not_alone() -> Select[tuple[int]]:
    """Select the keys of a chunk of rows that share a combination, or whose number is nought."""
    shared = func.count().over(partition_by=_KEPT).label("shared")
    each = select(HouseFacet.pk, HouseFacet.number, shared, *_KEPT).subquery()
    keys = select(each.c.pk).where((each.c.shared > 1) | (each.c.number == 0))
    chunk = keys.order_by(*(each.c[name] for name in FACETS)).limit(_CHUNK)
    return select(HouseFacet.pk).where(HouseFacet.pk.in_(chunk))


def _missing() -> Select[Any]:
    """Select by combination what has to be added to the kept number, where that is not nought."""
    both: Subquery = union_all(
        select(*_OF_HOUSES, literal(1).label("number")),
        select(*_KEPT, -HouseFacet.number),
    ).subquery()
    facets = [both.c[name] for name in FACETS]
    number = func.sum(both.c.number)
    return select(*facets, number).group_by(*facets).having(number != 0)
