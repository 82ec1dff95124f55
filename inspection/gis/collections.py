"""The collections, listed once: what each holds, its points, its time and its typed properties.

A new collection is one more entry in COLLECTIONS; statements, schemas, pages and the API document
are made from it. Nothing personal may stand here: no owner, inspector, note, lot or residence
number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select

from inspection.errors import NotFoundError
from inspection.models import House, Inspection, Photo


@dataclass(frozen=True)
class Property:
    """One property of a feature.

    kind: `text`, `integer`, `number`, `instant` or `uuid`. source: SQL of its value, without
    anything from a client. unit: in the description, where it has one.
    """

    name: str
    kind: str
    source: str
    title: str
    unit: str = ""


@dataclass(frozen=True)
class PointSource:
    """Where a feature's point may come from: the first source that is not null counts."""

    column: Any
    name: str


@dataclass(frozen=True)
class Collection:
    """One collection of points.

    joined: adds the joins that the properties and points need to a select of the entity.
    instant: the column that `datetime` asks; `instant_name` its property.
    """

    id: str
    title: str
    description: str
    entity: Any
    points: tuple[PointSource, ...]
    instant: Any
    instant_name: str
    properties: tuple[Property, ...]
    joined: Callable[[Select[Any]], Select[Any]] = lambda select: select
    always: tuple[ColumnElement[bool], ...] = ()

    @property
    def queryables(self) -> tuple[Property, ...]:
        """What filters and parameters may ask: the feature's id and its properties."""
        identifier = Property("id", "uuid", f"{self.entity.__tablename__}.id", "ID")
        return (identifier, *self.properties)


def _with_house(select: Select[Any]) -> Select[Any]:
    return select.join(House, House.pk == Inspection.house_pk)


def _with_visit_and_house(select: Select[Any]) -> Select[Any]:
    return _with_house(select.join(Inspection, Inspection.pk == Photo.inspection_pk))


HOUSES = Collection(
    id="houses",
    title="家屋",
    description="対象家屋。1棟1点、最新の確定した調査の評点と判定を持ちます。",
    entity=House,
    points=(PointSource(House.location, "house"),),
    instant=House.inspected_at,
    instant_name="inspected_at",
    properties=(
        Property("code", "text", "houses.code", "案件番号"),
        Property("address", "text", "houses.address", "所在地"),
        Property("town", "text", "houses.town", "町名"),
        Property("ward_code", "text", "houses.ward_code", "区コード"),
        Property("structure", "text", "houses.structure", "構造"),
        Property("storeys", "integer", "houses.storeys", "階数", "階"),
        Property("built_year", "integer", "houses.built_year", "建築年", "年"),
        Property("total", "number", "houses.total", "評点", "点"),
        Property("low", "number", "houses.low", "評点の下限", "点"),
        Property("high", "number", "houses.high", "評点の上限", "点"),
        Property("judgement", "text", "houses.judgement", "判定"),
        Property("status", "text", "houses.status", "状態"),
        Property("inspected_at", "instant", "houses.inspected_at", "調査日時"),
        Property("updated_at", "instant", "houses.updated_at", "更新日時"),
    ),
)
INSPECTIONS = Collection(
    id="inspections",
    title="調査",
    description="現地調査。1回1点、位置は測位した地点、なければ家屋の位置です。",
    entity=Inspection,
    points=(PointSource(Inspection.position, "inspection"), PointSource(House.location, "house")),
    instant=Inspection.inspected_at,
    instant_name="inspected_at",
    properties=(
        Property("house_id", "uuid", "houses.id", "家屋のID"),
        Property("code", "text", "houses.code", "案件番号"),
        Property("ward_code", "text", "houses.ward_code", "区コード"),
        Property("method", "text", "inspections.method", "調査方法"),
        Property("total", "number", "inspections.total", "評点", "点"),
        Property("low", "number", "inspections.low", "評点の下限", "点"),
        Property("high", "number", "inspections.high", "評点の上限", "点"),
        Property("judgement", "text", "inspections.judgement", "判定"),
        Property("status", "text", "inspections.status", "状態"),
        Property("revision", "integer", "inspections.revision", "版"),
        Property("inspected_at", "instant", "inspections.inspected_at", "調査日時"),
    ),
    joined=_with_house,
)
PHOTOS = Collection(
    id="photos",
    title="写真",
    description=(
        "写真の撮影地点と方向。写真に位置がなければ調査の地点で、position_source がそれを示します。"
    ),
    entity=Photo,
    points=(
        PointSource(Photo.position, "photo"),
        PointSource(Inspection.position, "inspection"),
        PointSource(House.location, "house"),
    ),
    instant=Photo.taken_at,
    instant_name="taken_at",
    properties=(
        Property("inspection_id", "uuid", "inspections.id", "調査のID"),
        Property("code", "text", "houses.code", "案件番号"),
        Property("item", "text", "photos.item", "調査項目"),
        Property("direction_deg", "number", "photos.direction_deg", "撮影方向", "度"),
        Property("distance_m", "number", "photos.distance_m", "家屋までの距離", "m"),
        Property("taken_at", "instant", "photos.taken_at", "撮影日時"),
        Property(
            "position_source",
            "text",
            "CASE WHEN photos.position IS NOT NULL THEN 'photo' "
            "WHEN inspections.position IS NOT NULL THEN 'inspection' "
            "WHEN houses.location IS NOT NULL THEN 'house' END",
            "位置の出所",
        ),
    ),
    joined=_with_visit_and_house,
    # A refused file is no evidence, whatever its EXIF says.
    always=(Photo.status != "rejected",),
)
COLLECTIONS: dict[str, Collection] = {c.id: c for c in (HOUSES, INSPECTIONS, PHOTOS)}


def find_collection(collection_id: str) -> Collection:
    """Return a collection by its id. Raises NotFoundError."""
    found = COLLECTIONS.get(collection_id)
    if found is None:
        raise NotFoundError(
            f"コレクション {collection_id[:80]!r} はありません。{', '.join(COLLECTIONS)} のいずれかです。"
        )
    return found
