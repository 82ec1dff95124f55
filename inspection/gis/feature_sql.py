"""Feature text made by the database: the SQL that turns one row into finished GeoJSON.

    {"type":"Feature","id":"…","properties":{…},"geometry":{…}}

Only names from the list of collections go into this SQL, nothing from a client. Both databases
write the same text, but for the spaces in it: times in UTC with `Z`, points with a decimal (100.0,
lest GDAL take the first whole total as a sign that all are whole), coordinates with every digit
that was stored.
"""

from __future__ import annotations

from functools import lru_cache

from inspection.gis.collections import COLLECTIONS, Collection, Property

_COORDINATE_DIGITS = 15


@lru_cache
def feature_sql(collection_id: str, dialect: str) -> str:
    """Return SQL of a feature's text with its geometry in CRS84."""
    return f"{head_sql(collection_id, dialect)} || {_geometry(collection_id, dialect)} || '}}'"


@lru_cache
def head_sql(collection_id: str, dialect: str) -> str:
    """Return SQL of a feature's text up to its geometry, which the caller adds with a brace."""
    collection = COLLECTIONS[collection_id]
    entity = collection.entity.__tablename__
    identifier = _uuid(f"{entity}.id", dialect)
    start = '{"type":"Feature","id":"'
    return (
        f"'{start}' || {identifier} || '\",\"properties\":' || "
        f"{_properties(collection, dialect)} || ',\"geometry\":'"
    )


def _properties(collection: Collection, dialect: str) -> str:
    pairs = ", ".join(f"'{p.name}', {_value(p, dialect)}" for p in collection.properties)
    if dialect == "postgresql":
        return f"json_build_object({pairs})::text"
    return f"json_object({pairs})"


def _value(item: Property, dialect: str) -> str:
    source = item.source
    if item.kind == "instant":
        return _instant(source, dialect)
    if item.kind == "uuid":
        return _uuid(source, dialect)
    if item.kind == "number" and dialect == "postgresql":
        return f"{source}::numeric + 0.0"
    return source


def _instant(source: str, dialect: str) -> str:
    if dialect == "postgresql":
        return f"replace(({source} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'"
    # '2026-01-01T00:00:00.500000Z' -> '2026-01-01T00:00:00.5Z', as PostgreSQL writes it
    return f"rtrim(rtrim(rtrim({source}, 'Z'), '0'), '.') || 'Z'"


def _uuid(source: str, dialect: str) -> str:
    if dialect == "postgresql":
        return f"{source}::text"
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({source}, {at}, {size})" for at, size in parts)


def point_sql(collection_id: str) -> str:
    """Return SQL of a feature's point: the first of its sources that is there."""
    columns = [
        f"{source.column.class_.__tablename__}.{source.column.key}"
        for source in COLLECTIONS[collection_id].points
    ]
    return columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)})"


def _geometry(collection_id: str, dialect: str) -> str:
    point = point_sql(collection_id)
    if dialect == "postgresql":
        return f"coalesce(ST_AsGeoJSON({point}, {_COORDINATE_DIGITS}, 0), 'null')"
    # Not AsGeoJSON: it rounds a longitude to sixteen digits, which is one too few for some.
    pair = f"json_array(ST_X({point}), ST_Y({point}))"
    return f"""CASE WHEN {point} IS NULL THEN 'null'
        ELSE '{{"type":"Point","coordinates":' || {pair} || '}}' END"""
