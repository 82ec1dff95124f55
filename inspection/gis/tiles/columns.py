"""What tiles carry: the attributes of a feature, and its place in the world, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
)

from inspection.gis.collections import COLLECTIONS, Collection, Property
from inspection.gis.feature_sql import point_sql
from inspection.gis.tiles.grid import UNIT_BITS, Tile

ATTRIBUTES = {
    "houses": ("code", "ward_code", "total", "judgement", "status", "inspected_at"),
    "inspections": (
        "house_id",
        "code",
        "ward_code",
        "method",
        "total",
        "judgement",
        "status",
        "inspected_at",
    ),
    "photos": ("inspection_id", "code", "item", "direction_deg", "taken_at"),
}
# Every layer can be drawn by judgement; a photo's is its visit's.
_BORROWED = {
    "photos": (
        Property("ward_code", "text", "houses.ward_code", "区コード"),
        Property("total", "number", "inspections.total", "評点", "点"),
        Property("judgement", "text", "inspections.judgement", "判定"),
    )
}
_PI = "3.141592653589793"


def attributes(collection: Collection) -> tuple[Property, ...]:
    """Return the attributes of a feature in tiles, besides its `id`."""
    named = {item.name: item for item in collection.properties}
    own = tuple(named[name] for name in ATTRIBUTES[collection.id])
    return own + _BORROWED.get(collection.id, ())


def attribute(collection: Collection, name: str) -> Property:
    """Return one attribute of a collection's tiles."""
    return next(item for item in attributes(collection) if item.name == name)


def value_sql(item: Property, dialect: str) -> str:
    """Return SQL of an attribute's value as tiles have it: times and ids are text."""
    if item.kind == "uuid":
        return uuid_sql(item.source, dialect)
    if item.kind != "instant":
        return item.source
    if dialect == "postgresql":
        return f"replace(({item.source} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'"
    return f"rtrim(rtrim(rtrim({item.source}, 'Z'), '0'), '.') || 'Z'"


def uuid_sql(source: str, dialect: str) -> str:
    """Return SQL of a UUID as text with hyphens."""
    if dialect == "postgresql":
        return f"{source}::text"
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({source}, {at}, {size})" for at, size in parts)


def id_sql(collection: Collection, dialect: str) -> str:
    """Return SQL of a feature's id as text."""
    return uuid_sql(f"{collection.entity.__tablename__}.id", dialect)


@dataclass(frozen=True)
class Place:
    """A feature's place in the world as SQL: fractions from the north-west corner."""

    x: ColumnElement[float]
    y: ColumnElement[float]
    dialect: str

    def cut(self) -> tuple[ColumnElement[int], ColumnElement[int]]:
        """Return column and row as integers, those past the edges outermost; see cut_values."""
        return self._cut(self.x), self._cut(self.y)

    def units(self) -> tuple[ColumnElement[int], ColumnElement[int]]:
        """Return column and row in a tile's units, 0 to 4095 in the tile; see unit_values."""
        x, y = self.cut()
        return x - bindparam("tile_west", type_=BigInteger), y - bindparam(
            "tile_north", type_=BigInteger
        )

    def _cut(self, fraction: ColumnElement[float]) -> ColumnElement[int]:
        # Numbers as parameters: the statement is made and compiled once for all tiles.
        least, most = (getattr(func, name) for name in _ends(self.dialect))
        scaled = fraction * bindparam("cut_scale", type_=Double)
        whole = cast(func.floor(scaled), BigInteger)
        last = bindparam("cut_last", type_=BigInteger)
        return least(most(whole, literal(0, BigInteger)), last, type_=BigInteger)


def cut_values(bits: int) -> dict[str, Any]:
    """Return the parameters of Place.cut for integers of some bits."""
    return {"cut_scale": float(1 << bits), "cut_last": (1 << bits) - 1}


def unit_values(tile: Tile) -> dict[str, Any]:
    """Return the parameters of Place.units for a tile."""
    corner = {"tile_west": tile.x << UNIT_BITS, "tile_north": tile.y << UNIT_BITS}
    return cut_values(tile.z + UNIT_BITS) | corner


def place(collection: Collection, dialect: str) -> Place:
    """Return SQL of where a collection's features lie."""
    point = point_sql(collection.id)
    least, most = _ends(dialect)
    # Short of the poles, where the logarithm has no value.
    lat = f"{least}({most}(ST_Y({point}), -85.06), 85.06)"
    y = f"(0.5 - ln(tan({_PI} / 4.0 + radians({lat}) / 2.0)) / (2.0 * {_PI}))"
    x = f"((ST_X({point}) + 180.0) / 360.0)"
    return Place(literal_column(x, Double), literal_column(y, Double), dialect)


def _ends(dialect: str) -> tuple[str, str]:
    """Return the functions for the least and the greatest of their arguments."""
    return ("least", "greatest") if dialect == "postgresql" else ("min", "max")


assert ATTRIBUTES.keys() == COLLECTIONS.keys()
