"""Reading features: one statement a page, its rows already finished GeoJSON text."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all

from inspection.auth import Actor
from inspection.database.transactions import read_transaction
from inspection.errors import NotFoundError
from inspection.extensions import db
from inspection.gis.bbox import BoundingBox, inside
from inspection.gis.collections import Collection, PointSource
from inspection.gis.crs import Crs, geometry_texts
from inspection.gis.feature_sql import feature_sql, head_sql, point_sql
from inspection.gis.parameters import ItemsQuery, Selection
from inspection.gis.timespan import Timespan
from inspection.gis.visibility import kept_kind, visible
from inspection.models import FeatureCount

ALL = Selection()


@dataclass(frozen=True)
class FeaturePage:
    """Features as GeoJSON text, how many there are in all, and the last key when more follow."""

    features: list[str]
    matched: int
    last_key: int | None


def fetch_features(collection: Collection, query: ItemsQuery, actor: Actor) -> FeaturePage:
    """Return one page of what an actor may see, in the order of the primary key."""
    conditions = matching(collection, query.selection, actor)
    key = collection.entity.pk
    page = _rows(collection, query.crs).where(*conditions).order_by(key).limit(query.limit + 1)
    if query.after is not None:
        page = page.where(key > query.after)
    with read_transaction():
        rows = db.session.execute(page).all()
        more = len(rows) > query.limit
        whole = query.after is None and not more
        matched = len(rows) if whole else _matched(collection, query.selection, actor)
    rows = rows[: query.limit]
    return FeaturePage(_texts(rows, query.crs), matched, rows[-1].pk if more else None)


def fetch_feature(collection: Collection, feature_id: uuid.UUID, crs: Crs, actor: Actor) -> str:
    """Return one feature as GeoJSON text.

    Raises NotFoundError when there is none that the actor may see.
    """
    one = _rows(collection, crs).where(
        collection.entity.id == feature_id, *visible(collection, actor)
    )
    with read_transaction():
        rows = db.session.execute(one).all()
    if not rows:
        raise NotFoundError(f"{collection.title} {feature_id} はありません。")
    return _texts(rows, crs)[0]


def _matched(collection: Collection, selection: Selection, actor: Actor) -> int:
    """Return the exact number of features of a selection: kept where that is all, else counted."""
    kind = kept_kind(collection, actor) if selection == ALL else None
    if kind is None:
        return count(collection, matching(collection, selection, actor))
    kept = select(func.sum(FeatureCount.number)).where(FeatureCount.kind == kind)
    return int(db.session.scalar(kept) or 0)


def count(collection: Collection, conditions: list[ColumnElement[bool]]) -> int:
    """Return the exact number of features under conditions."""
    total = collection.joined(select(func.count()).select_from(collection.entity))
    return db.session.scalar(total.where(*conditions)) or 0


def matching(
    collection: Collection, selection: Selection, actor: Actor
) -> list[ColumnElement[bool]]:
    """Return the conditions of a selection and of what the actor may see."""
    conditions = [*visible(collection, actor), *selection.conditions]
    if selection.bbox is not None:
        conditions.append(_in_box(collection, selection.bbox))
    if selection.timespan is not None:
        conditions.extend(_in_timespan(collection.instant, selection.timespan))
    return conditions


def _in_box(collection: Collection, box: BoundingBox) -> ColumnElement[bool]:
    """Return the condition that a feature's point, from whichever source, lies in a box.

    Each source is asked through its own spatial index, which an OR over tables would not use.
    """
    if len(collection.points) == 1:
        return inside(collection.points[0].column, box)
    branches = [_branch(collection, number, box) for number in range(len(collection.points))]
    return collection.entity.pk.in_(union_all(*branches))


def _branch(collection: Collection, number: int, box: BoundingBox) -> Select[Any]:
    earlier: tuple[PointSource, ...] = collection.points[:number]
    hits = collection.joined(select(collection.entity.pk)).where(
        inside(collection.points[number].column, box),
        *(source.column.is_(None) for source in earlier),
    )
    return hits.correlate(None)


def _in_timespan(instant: Any, timespan: Timespan) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [instant.is_not(None)]
    if timespan.start is not None:
        conditions.append(instant >= timespan.start)
    if timespan.end is not None:
        conditions.append(
            instant < timespan.end if timespan.before_end else instant <= timespan.end
        )
    return conditions


def _rows(collection: Collection, crs: Crs) -> Select[Any]:
    """Select key and text; for a system other than CRS84 the text's head and the stored point."""
    dialect = db.session.get_bind().dialect.name
    key = collection.entity.pk
    if crs.kind == "lonlat":
        text = literal_column(feature_sql(collection.id, dialect)).label("text")
        return collection.joined(select(key, text))
    point = point_sql(collection.id)
    return collection.joined(
        select(
            key,
            literal_column(head_sql(collection.id, dialect)).label("text"),
            literal_column(f"ST_X({point})").label("lon"),
            literal_column(f"ST_Y({point})").label("lat"),
        )
    )


def _texts(rows: Any, crs: Crs) -> list[str]:
    if crs.kind == "lonlat":
        return [row[1] for row in rows]
    geometries = geometry_texts(crs, [row[2] for row in rows], [row[3] for row in rows])
    return [f"{row[1]}{geometry}}}" for row, geometry in zip(rows, geometries, strict=True)]
