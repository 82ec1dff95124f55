"""Tiles of single features: each visible one exactly once, with its attributes."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    select,
)

from inspection.auth import Actor
from inspection.database.transactions import reading
from inspection.extensions import db
from inspection.geometry import within_plain
from inspection.gis.bbox import BoundingBox
from inspection.gis.collections import COLLECTIONS, Collection
from inspection.gis.crs import CRS84
from inspection.gis.features import ALL, SIDES, matching
from inspection.gis.parameters import Selection
from inspection.gis.tiles.columns import attributes, id_sql, place, unit_values, value_sql
from inspection.gis.tiles.encoder import EXTENT, encode_points
from inspection.gis.tiles.grid import Tile
from inspection.gis.visibility import visible

NAMES_FIRST = ("tile_x", "tile_y")


def detail_tile(collection: Collection, selection: Selection, actor: Actor, tile: Tile) -> bytes:
    """Return the tile with every feature of a selection whose point lies in it."""
    dialect = db.engine.dialect.name
    if selection == ALL and len(collection.points) == 1:
        statement = _made(collection.id, actor.role, dialect)
    else:
        boxed = replace(selection, bbox=BoundingBox(tile.box[:2], tile.box[2:], CRS84))
        statement = _statement(collection, matching(collection, boxed, actor), dialect)
    values = unit_values(tile) | dict(zip(SIDES, tile.box, strict=True))
    with reading() as connection:
        if dialect == "postgresql":
            return bytes(connection.scalar(statement, values) or b"")
        found = connection.execute(statement, values).all()
    columns = list(zip(*found, strict=True))
    if not columns:
        return b""
    names = attribute_names(collection)
    return encode_points(
        collection.id, columns[0], columns[1], dict(zip(names, columns[2:], strict=True))
    )


def attribute_names(collection: Collection) -> list[str]:
    """Return the names of a feature's attributes in tiles, `id` first."""
    return ["id", *(item.name for item in attributes(collection))]


def attribute_columns(collection: Collection, dialect: str) -> list[Any]:
    """Return the attributes as labelled SQL, `id` first."""
    texts = [id_sql(collection, dialect)]
    texts += [value_sql(item, dialect) for item in attributes(collection)]
    return [
        literal_column(text).label(name)
        for text, name in zip(texts, attribute_names(collection), strict=True)
    ]


@lru_cache
def _made(collection_id: str, role: str, dialect: str) -> Select[Any]:
    """Return the statement of all that a role may see in a tile, whichever; made once."""
    collection = COLLECTIONS[collection_id]
    sides = [bindparam(name, type_=Double) for name in SIDES]
    box = within_plain(collection.points[0].column, (sides[0], sides[1], sides[2], sides[3]))
    return _statement(collection, [*visible(collection, Actor("", role)), box], dialect)


def _statement(
    collection: Collection, conditions: list[ColumnElement[bool]], dialect: str
) -> Select[Any]:
    """Select units and attributes, on PostGIS the finished tile.

    conditions: among them a box, which asks the index; the units decide.
    """
    x, y = place(collection, dialect).units()
    chosen = select(
        x.label(NAMES_FIRST[0]), y.label(NAMES_FIRST[1]), *attribute_columns(collection, dialect)
    )
    rows = collection.joined(chosen.select_from(collection.entity)).where(
        *conditions, x.between(0, EXTENT - 1), y.between(0, EXTENT - 1)
    )
    return _as_mvt(collection, rows) if dialect == "postgresql" else rows


def _as_mvt(collection: Collection, rows: Select[Any]) -> Select[Any]:
    inner = rows.subquery("inside")
    point = func.ST_MakePoint(inner.c.tile_x, inner.c.tile_y).label("point")
    kept = [inner.c[name] for name in attribute_names(collection)]
    feature = select(point, *kept).subquery("feature")
    whole_row = literal_column("feature")
    # The row as a whole: ST_AsMVT takes its columns' names for the attributes'.
    return select(
        func.ST_AsMVT(whole_row, literal(collection.id), EXTENT, literal("point"))
    ).select_from(feature)
