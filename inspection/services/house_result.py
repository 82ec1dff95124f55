"""The result that stands beside a house: that of its newest confirmed visit."""

from __future__ import annotations

from sqlalchemy import select

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
