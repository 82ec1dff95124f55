"""Named selects: what a reader may see, in pages."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from inspection.auth import Actor
from inspection.errors import NotFoundError
from inspection.extensions import db
from inspection.geometry import within
from inspection.models import Case, House, Inspection, Photo, Review
from inspection.paging import Page, fetch_page

COMMITTEE = "committee"


def visible_inspections(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Inspection for what an actor may see of visits."""
    if actor.role == COMMITTEE:
        return exists().where(Case.inspection_pk == Inspection.pk)
    return Inspection.pk.is_not(None)


def visible_houses(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on House for what an actor may see of houses."""
    if actor.role == COMMITTEE:
        visit = aliased(Inspection)
        on_meeting = select(visit.pk).join(Case, Case.inspection_pk == visit.pk)
        return exists(on_meeting.where(visit.house_pk == House.pk))
    return House.pk.is_not(None)


def house(house_id: uuid.UUID, actor: Actor) -> House:
    """Return one house. Raises NotFoundError when there is none that the actor may see."""
    found = db.session.scalar(select(House).where(House.id == house_id, visible_houses(actor)))
    if found is None:
        raise NotFoundError("この家屋はありません。")
    return found


def houses(filters: dict[str, Any], actor: Actor) -> Page:
    """Return one page of houses; filters as in the API's query."""
    query = select(House).where(visible_houses(actor))
    if filters["bbox"]:
        query = query.where(within(House.location, filters["bbox"]))
    if filters["q"]:
        pattern = f"%{escaped(filters['q'])}%"
        columns = (House.code, House.address, House.town)
        query = query.where(or_(*(c.ilike(pattern, escape="\\") for c in columns)))
    for name in ("ward_code", "judgement"):
        if filters[name] is not None:
            query = query.where(getattr(House, name) == filters[name])
    if filters["min_total"] is not None:
        query = query.where(House.total >= filters["min_total"])
    query = _changed_since(query, House, filters)
    return fetch_page(query, House.pk, limit=filters["limit"], cursor=filters["cursor"])


def escaped(text: str) -> str:
    """Return text for LIKE with `\\` as escape, so that it stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _changed_since(query: Select[Any], entity: Any, filters: dict[str, Any]) -> Select[Any]:
    since = filters["updated_since"]
    return query if since is None else query.where(entity.updated_at >= since)


def inspection(inspection_id: uuid.UUID, actor: Actor) -> Inspection:
    """Return one visit. Raises NotFoundError when there is none that the actor may see."""
    found = db.session.scalar(
        select(Inspection)
        .where(Inspection.id == inspection_id, visible_inspections(actor))
        .options(joinedload(Inspection.house))
    )
    if found is None:
        raise NotFoundError("この調査はありません。")
    return found


def inspections(filters: dict[str, Any], actor: Actor) -> Page:
    """Return one page of visits; filters as in the API's query."""
    query = (
        select(Inspection).where(visible_inspections(actor)).options(joinedload(Inspection.house))
    )
    if filters["status"] is not None:
        query = query.where(Inspection.status == filters["status"])
    if filters["house_id"] is not None:
        of_house = select(House.pk).where(House.id == filters["house_id"])
        query = query.where(Inspection.house_pk == of_house.scalar_subquery())
    query = _changed_since(query, Inspection, filters)
    return fetch_page(query, Inspection.pk, limit=filters["limit"], cursor=filters["cursor"])


def photo(photo_id: uuid.UUID, actor: Actor) -> Photo:
    """Return one photo. Raises NotFoundError when there is none that the actor may see."""
    found = db.session.scalar(
        select(Photo)
        .join(Photo.inspection)
        .where(Photo.id == photo_id, visible_inspections(actor))
        .options(joinedload(Photo.inspection).joinedload(Inspection.house))
    )
    if found is None:
        raise NotFoundError("この写真はありません。")
    return found


def photos_of(inspection_pks: list[int]) -> dict[int, list[Photo]]:
    """Return the photos of visits, by the visit's key, in the order of arrival."""
    grouped: dict[int, list[Photo]] = {pk: [] for pk in inspection_pks}
    rows = db.session.scalars(
        select(Photo).where(Photo.inspection_pk.in_(inspection_pks)).order_by(Photo.pk)
    )
    for row in rows:
        grouped[row.inspection_pk].append(row)
    return grouped


def last_reviews(inspection_pks: list[int]) -> dict[int, Review]:
    """Return the newest review of each visit that has one, by the visit's key."""
    rows = db.session.scalars(
        select(Review).where(Review.inspection_pk.in_(inspection_pks)).order_by(Review.pk)
    )
    return {row.inspection_pk: row for row in rows}
