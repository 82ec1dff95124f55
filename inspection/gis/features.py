"""Reading features: one statement a page, its rows already finished GeoJSON text."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Integer,
    Select,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)

from inspection.auth import Actor
from inspection.database.quick import Quick
from inspection.database.transactions import reading
from inspection.errors import NotFoundError
from inspection.extensions import db
from inspection.geometry import Box, within_plain
from inspection.gis.bbox import BoundingBox, degrees, inside
from inspection.gis.collections import COLLECTIONS, HOUSES, Collection, PointSource
from inspection.gis.crs import Crs, geometry_texts
from inspection.gis.facet_counts import asks_facets, count_by_facets
from inspection.gis.feature_sql import feature_sql, head_sql, point_sql
from inspection.gis.filter_shapes import Shape, shape_of
from inspection.gis.parameters import ItemsQuery, Selection
from inspection.gis.timespan import Timespan
from inspection.gis.visibility import kept_kind, visible
from inspection.models import FeatureCount

ALL = Selection()
SIDES = ("west", "south", "east", "north")
_KEPT = Quick(select(func.sum(FeatureCount.number)).where(FeatureCount.kind == bindparam("kind")))


@dataclass(frozen=True)
class FeaturePage:
    """Features as GeoJSON text, how many there are in all, and the last key when more follow."""

    features: list[str]
    matched: int
    last_key: int | None


def fetch_features(collection: Collection, query: ItemsQuery, actor: Actor) -> FeaturePage:
    """Return one page of what an actor may see, in the order of the primary key."""
    made = _made_before(collection, query, actor)
    if made:
        rows = made()
        whole = _is_whole(rows, query)
        matched = len(rows) if whole else _matched(collection, query.selection, actor)
    else:
        rows, matched = _filtered_page(collection, query, actor)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return FeaturePage(_texts(rows, query.crs), matched, rows[-1][0] if more else None)


def fetch_feature(collection: Collection, feature_id: uuid.UUID, crs: Crs, actor: Actor) -> str:
    """Return one feature as GeoJSON text.

    Raises NotFoundError when there is none that the actor may see.
    """
    one = feature_statement(collection.id, crs.kind == "lonlat", actor.role, _dialect())
    rows = one.rows({"id": feature_id})
    if not rows:
        raise NotFoundError(f"{collection.title} {feature_id} はありません。")
    return _texts(rows, crs)[0]


def _made_before(
    collection: Collection, query: ItemsQuery, actor: Actor
) -> Callable[[], Sequence[Any]] | None:
    """Return how to read a page by a statement that was made before; None where a filter is asked.

    The rows are those of the page, and one more where others follow. With nothing but a box is the
    commonest request by far.
    """
    selection = query.selection
    box = degrees(selection.bbox) if selection.bbox and selection.bbox.crs.kind != "plane" else None
    if selection != Selection(bbox=selection.bbox) or not _plain(selection.bbox, box):
        return None
    lonlat, boxed = query.crs.kind == "lonlat", box is not None
    statement = page_statement(collection.id, lonlat, boxed, actor.role, _dialect())
    sides = dict(zip(SIDES, box or (), strict=False))
    return lambda: statement.rows(_paging(query) | sides)


def _filtered_page(
    collection: Collection, query: ItemsQuery, actor: Actor
) -> tuple[Sequence[Any], int]:
    """Return the rows of a page, and one more where others follow; how many there are in all."""
    conditions = matching(collection, query.selection, actor)
    asks_only_facets = collection is HOUSES and asks_facets(conditions)
    shape = shape_of(conditions) if asks_only_facets else None
    if shape is not None:
        return _page_by_facets(query, shape)
    rows = _columns(collection, lonlat=query.crs.kind == "lonlat").where(*conditions)
    with reading() as connection:
        found = connection.execute(_paged(collection, rows), _paging(query)).all()
        whole = _is_whole(found, query)
        return found, len(found) if whole else _counted(connection, collection, conditions)


def _page_by_facets(query: ItemsQuery, shape: Shape) -> tuple[Sequence[Any], int]:
    """Return a page of houses, their number in a last column of each, and that number."""
    page, count = _by_facets(query.crs.kind == "lonlat", shape, _dialect())
    rows = page.rows(_paging(query) | shape.values)
    if _is_whole(rows, query):
        return rows, len(rows)
    return rows, rows[0][-1] if rows else count.rows(shape.values)[0][0]


@lru_cache
def _by_facets(lonlat: bool, shape: Shape, _dialect_name: str) -> tuple[Quick, Quick]:
    """Return the statements of a page of houses with their number, and of the number alone."""
    page, number = facets_page(lonlat, shape)
    return Quick(page.add_columns(number.scalar_subquery().label("matched"))), Quick(number)


def facets_page(lonlat: bool, shape: Shape) -> tuple[Select[Any], Select[tuple[int]]]:
    """Return a page of houses that conditions on facets select, and their number.

    Parameters: `limit`, `after`, and those of the shape.
    """
    conditions = shape.conditions()
    rows = _columns(HOUSES, lonlat=lonlat).where(*conditions)
    return _paged(HOUSES, rows), count_by_facets(conditions)


def _is_whole(rows: Sequence[Any], query: ItemsQuery) -> bool:
    """Say whether a page's rows are all there are."""
    return query.after is None and len(rows) <= query.limit


def _paging(query: ItemsQuery) -> dict[str, Any]:
    return {"limit": query.limit + 1, "after": query.after or 0}


def _plain(asked: BoundingBox | None, box: Box | None) -> bool:
    """Say whether a box, or none, can be compared side by side in degrees."""
    return asked is None or (box is not None and box[0] <= box[2])


def _paged(collection: Collection, rows: Select[Any]) -> Select[Any]:
    key = collection.entity.pk
    after, limit = bindparam("after", type_=Integer), bindparam("limit", type_=Integer)
    return rows.where(key > after).order_by(key).limit(limit)


@lru_cache
def page_statement(
    collection_id: str, lonlat: bool, boxed: bool, role: str, _dialect_name: str
) -> Quick:
    """Return the statement of a page of all that a role may see, or of what lies in a box."""
    collection = COLLECTIONS[collection_id]
    rows = _columns(collection, lonlat=lonlat).where(*visible(collection, Actor("", role)))
    if boxed:
        sides = tuple(bindparam(name, type_=Double) for name in SIDES)
        rows = rows.where(_in_box(collection, lambda column: within_plain(column, sides)))
    return Quick(_paged(collection, rows))


@lru_cache
def feature_statement(collection_id: str, lonlat: bool, role: str, _dialect_name: str) -> Quick:
    """Return the statement of one feature that a role may see."""
    collection = COLLECTIONS[collection_id]
    asked = collection.entity.id == bindparam("id", type_=Uuid)
    seen = visible(collection, Actor("", role))
    return Quick(_columns(collection, lonlat=lonlat).where(asked, *seen))


def _dialect() -> str:
    return str(db.engine.dialect.name)


def _matched(collection: Collection, selection: Selection, actor: Actor) -> int:
    """Return the exact number of features of a selection: kept where that is all, else counted."""
    kind = kept_kind(collection, actor) if selection == ALL else None
    if kind is not None:
        return int(_KEPT.rows({"kind": kind})[0][0] or 0)
    with reading() as connection:
        return _counted(connection, collection, matching(collection, selection, actor))


def _counted(
    connection: Connection, collection: Collection, conditions: list[ColumnElement[bool]]
) -> int:
    total = collection.joined(select(func.count()).select_from(collection.entity))
    return connection.scalar(total.where(*conditions)) or 0


def matching(
    collection: Collection, selection: Selection, actor: Actor
) -> list[ColumnElement[bool]]:
    """Return the conditions of a selection and of what the actor may see."""
    conditions = [*visible(collection, actor), *selection.conditions]
    if selection.bbox is not None:
        box = selection.bbox
        conditions.append(_in_box(collection, lambda column: inside(column, box)))
    if selection.timespan is not None:
        conditions.extend(_in_timespan(collection.instant, selection.timespan))
    return conditions


def _in_box(
    collection: Collection, lies_inside: Callable[[Any], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition that a feature's point, from whichever source, lies in a box.

    Each source is asked through its own spatial index, which an OR over tables would not use.
    """
    if len(collection.points) == 1:
        return lies_inside(collection.points[0].column)
    branches = [
        _branch(collection, number, lies_inside) for number in range(len(collection.points))
    ]
    return collection.entity.pk.in_(union_all(*branches))


def _branch(
    collection: Collection, number: int, lies_inside: Callable[[Any], ColumnElement[bool]]
) -> Select[Any]:
    earlier: tuple[PointSource, ...] = collection.points[:number]
    hits = collection.joined(select(collection.entity.pk)).where(
        lies_inside(collection.points[number].column),
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


def _columns(collection: Collection, *, lonlat: bool) -> Select[Any]:
    """Select key and text; for a system other than CRS84 the text's head and the stored point."""
    dialect = _dialect()
    key = collection.entity.pk
    if lonlat:
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
