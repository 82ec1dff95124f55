"""Tiles of single features: each visible one exactly once, with its attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, func, literal, literal_column, select

from inspection.auth import Actor
from inspection.database.transactions import reading
from inspection.extensions import db
from inspection.gis.bbox import BoundingBox
from inspection.gis.collections import Collection
from inspection.gis.crs import CRS84
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.gis.tiles.columns import attributes, id_sql, place, value_sql
from inspection.gis.tiles.encoder import EXTENT, encode_points
from inspection.gis.tiles.grid import Tile

NAMES_FIRST = ("tile_x", "tile_y")


def detail_tile(collection: Collection, selection: Selection, actor: Actor, tile: Tile) -> bytes:
    """Return the tile with every feature of a selection whose point lies in it."""
    rows = _in_tile(collection, selection, actor, tile)
    with reading() as connection:
        if connection.dialect.name == "postgresql":
            return bytes(connection.scalar(_as_mvt(collection, rows)) or b"")
        found = connection.execute(rows).all()
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


def _in_tile(collection: Collection, selection: Selection, actor: Actor, tile: Tile) -> Select[Any]:
    """Select units and attributes; the box asks the index, the units decide."""
    dialect = db.engine.dialect.name
    west, south, east, north = tile.box
    boxed = replace(selection, bbox=BoundingBox((west, south), (east, north), CRS84))
    x, y = place(collection, dialect).units(tile)
    chosen = select(
        x.label(NAMES_FIRST[0]), y.label(NAMES_FIRST[1]), *attribute_columns(collection, dialect)
    )
    return collection.joined(chosen.select_from(collection.entity)).where(
        *matching(collection, boxed, actor),
        and_(x.between(0, EXTENT - 1), y.between(0, EXTENT - 1)),
    )


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
