"""The result that stands beside a house: that of its newest confirmed visit."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, func, select, update

from inspection.extensions import db
from inspection.models import CONFIRMED_STATUSES, House, Inspection


def refresh_house(house: House) -> None:
    """Bring a house's result up to date, inside the transaction that changed a visit."""
    db.session.flush()
    newest = db.session.scalar(
        select(Inspection)
        .where(Inspection.house_pk == house.pk, Inspection.status.in_(CONFIRMED_STATUSES))
        .order_by(Inspection.inspected_at.desc(), Inspection.pk.desc())
        .limit(1)
    )
    house.result_inspection_pk = newest.pk if newest else None
    house.total = newest.total if newest else None
    house.low = newest.low if newest else None
    house.high = newest.high if newest else None
    house.judgement = newest.judgement if newest else None
    house.status = newest.status if newest else None
    house.inspected_at = newest.inspected_at if newest else None


def refresh_houses(pks: Collection[int]) -> None:
    """Bring the results of many houses up to date at once, past the session.

    pks: houses whose visits were written past the session too, and that have a confirmed one.
    Must run inside the transaction that wrote them; the caller notes the houses as changed.
    """
    newest = func.row_number().over(
        partition_by=Inspection.house_pk,
        order_by=(Inspection.inspected_at.desc(), Inspection.pk.desc()),
    )
    columns = [Inspection.pk, Inspection.house_pk, Inspection.total, Inspection.low]
    columns += [Inspection.high, Inspection.judgement, Inspection.status, Inspection.inspected_at]
    ranked = (
        select(*columns, newest.label("place"))
        .where(Inspection.house_pk.in_(pks), Inspection.status.in_(CONFIRMED_STATUSES))
        .subquery()
    )
    found = db.session.execute(select(ranked).where(ranked.c.place == 1)).mappings().all()
    if not found:
        return
    houses = House.__table__
    names = ("total", "low", "high", "judgement", "status", "inspected_at")
    query = (
        update(houses)
        .where(houses.c.pk == bindparam("this"))
        .values(
            result_inspection_pk=bindparam("visit"),
            **{name: bindparam(f"new_{name}") for name in names},
        )
    )
    rows = [
        {"this": row["house_pk"], "visit": row["pk"], **{f"new_{n}": row[n] for n in names}}
        for row in found
    ]
    db.session.execute(query, rows)
