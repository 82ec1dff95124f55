"""Feature text made by the database: the SQL that turns one row into finished GeoJSON.

    {"type":"Feature","id":"…","properties":{…},"geometry":{…}}

One `format` call, in both databases faster than their functions that build JSON objects. Only
names from the list of collections go into this SQL, nothing from a client. Both databases write
the same text: times in UTC with `Z`, points with a decimal (100.0, lest a reader take the first
whole total as a sign that all are whole), coordinates with every digit that was stored.

PostgreSQL keeps a house's text beside it, made when the house is written (migration 0012): a change
of the houses' properties or of how they are written needs a migration that makes it anew.
"""

from __future__ import annotations

from functools import lru_cache

from inspection.gis.collections import COLLECTIONS, Property

STORED = {("houses", "postgresql"): "houses.feature"}
"""Collections whose features' text stands in a column."""

_GEOMETRY = '"geometry":'


@lru_cache
def feature_sql(collection_id: str, dialect: str) -> str:
    """Return SQL of a feature's text with its geometry in CRS84."""
    return STORED.get((collection_id, dialect)) or made_sql(collection_id, dialect)


@lru_cache
def made_sql(collection_id: str, dialect: str) -> str:
    """Return SQL that makes the same text from the columns, stored or not."""
    return _feature(collection_id, dialect, geometry=True)


@lru_cache
def head_sql(collection_id: str, dialect: str) -> str:
    """Return SQL of a feature's text up to its geometry, which the caller adds with a brace."""
    stored = STORED.get((collection_id, dialect))
    if stored is None:
        return _feature(collection_id, dialect, geometry=False)
    # No text before holds this: its quotes would be escaped.
    return f"split_part({stored}, '{_GEOMETRY}', 1) || '{_GEOMETRY}'"


def point_sql(collection_id: str) -> str:
    """Return SQL of a feature's point: the first of its sources that is there."""
    columns = [
        f"{source.column.class_.__tablename__}.{source.column.key}"
        for source in COLLECTIONS[collection_id].points
    ]
    return columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)})"


def _feature(collection_id: str, dialect: str, *, geometry: bool) -> str:
    collection = COLLECTIONS[collection_id]
    names = ",".join(f'"{item.name}":%s' for item in collection.properties)
    pattern = f'{{"type":"Feature","id":"%s","properties":{{{names}}},{_GEOMETRY}'
    arguments = [
        _uuid(f"{collection.entity.__tablename__}.id", dialect),
        *(_json(item, dialect) for item in collection.properties),
    ]
    if geometry:
        pattern += "%s}"
        arguments.append(_geometry(point_sql(collection_id), dialect))
    return f"format('{pattern}', {', '.join(arguments)})"


def _json(item: Property, dialect: str) -> str:
    """Return SQL of a property's value as JSON text, `null` for none."""
    source = item.source
    if item.kind in ("instant", "uuid"):
        written = _instant(source, dialect) if item.kind == "instant" else _uuid(source, dialect)
        return f"""coalesce('"' || {written} || '"', 'null')"""
    if dialect != "postgresql":
        return f"json_quote({source})"
    if item.kind == "number":
        return _decimal(source)
    return f"coalesce(to_json({source})::text, 'null')"


def _decimal(source: str) -> str:
    # Only a whole number lacks its decimal, and numeric would cut the seventeenth digit.
    whole = f"{source} = trunc({source}) AND abs({source}) < 1e15"
    return f"coalesce(CASE WHEN {whole} THEN {source} || '.0' ELSE {source}::text END, 'null')"


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


def _geometry(point: str, dialect: str) -> str:
    """Return SQL of a point as GeoJSON. Not by the databases' functions: both round to 16 digits."""
    pattern = '{"type":"Point","coordinates":[%s,%s]}'
    pair = [f"{axis}({point})" for axis in ("ST_X", "ST_Y")]
    if dialect != "postgresql":
        pair = [f"json_quote({number})" for number in pair]
    return f"CASE WHEN {point} IS NULL THEN 'null' ELSE format('{pattern}', {', '.join(pair)}) END"
