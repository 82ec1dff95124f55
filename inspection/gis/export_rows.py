"""Rows for exports, as plain batches: one statement, read in pieces by a cursor of the server."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Float,
    Select,
    Uuid,
    exists,
    func,
    literal_column,
    select,
)

from inspection.gis.collections import Collection, Property
from inspection.gis.crs import Crs, from_lon_lat
from inspection.gis.export_copy import copied_lines, copied_parts
from inspection.gis.feature_sql import STORED, feature_sql, head_sql, point_sql
from inspection.gis.formats.model import Batch
from inspection.models.types import UtcDateTime

BATCH_ROWS = 2_000
_TYPES = {"instant": UtcDateTime(), "uuid": Uuid(as_uuid=False), "number": Float()}
Conditions = Sequence[ColumnElement[bool]]


class Snapshot:
    """A connection that sees the database at one moment and can be stopped from another thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """Give the connection; reading only, and never in the way of a writer."""
        options: dict[str, Any] = {}
        if self._engine.dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._engine.connect().execution_options(**options) as connection:
            with self._lock:
                self._connection = connection
            try:
                yield connection
            finally:
                with self._lock:
                    self._connection = None

    def cancel(self) -> None:
        """Stop the statement that runs now, if one does."""
        with self._lock, suppress(Exception):
            if self._connection is not None:
                driver: Any = self._connection.connection.driver_connection
                stop = getattr(driver, "cancel_safe", None) or driver.interrupt
                stop()


def value_batches(
    connection: Connection, collection: Collection, conditions: Conditions, crs: Crs
) -> Iterator[Batch]:
    """Return the features' ids and attributes, in the order of the primary key."""
    columns = [
        literal_column(f"{collection.entity.__tablename__}.id", Uuid(as_uuid=False)).label("id"),
        *(_column(each) for each in collection.properties),
        *_lon_lat(collection),
    ]
    for part in _read(connection, _ordered(collection, columns, conditions)):
        yield _batch([row[:-2] for row in part], part, crs)


def text_batches(
    connection: Connection, collection: Collection, conditions: Conditions, crs: Crs
) -> Iterator[Batch]:
    """Return features as text that the database made: joined in CRS84, else up to the geometry."""
    dialect = connection.dialect.name
    if crs.kind == "lonlat":
        text = literal_column(feature_sql(collection.id, dialect)).label("text")
        statement = _ordered(collection, [text], conditions)
        if dialect == "postgresql":
            whole = None if conditions else _whole(connection, collection)
            for lines in whole or copied_lines(connection, statement, BATCH_ROWS):
                yield Batch((), (), (), lines)
            return
        for part in _read(connection, statement):
            yield Batch((), (), (), ",".join(f"{row[0]}\n" for row in part).encode())
        return
    head = literal_column(head_sql(collection.id, dialect)).label("text")
    for part in _read(connection, _ordered(collection, [head, *_lon_lat(collection)], conditions)):
        yield _batch(part, part, crs)


def _whole(connection: Connection, collection: Collection) -> Iterator[bytes] | None:
    """Return all features of a collection whose text PostgreSQL keeps, and None of another."""
    stored = STORED.get((collection.id, "postgresql"))
    table = collection.entity.__tablename__
    return copied_parts(connection, table, stored) if stored else None


def count(connection: Connection, collection: Collection, conditions: Conditions) -> int:
    """Return how many features there are."""
    total = collection.joined(select(func.count()).select_from(collection.entity))
    return connection.scalar(total.where(*conditions)) or 0


def some_pointless(connection: Connection, collection: Collection, conditions: Conditions) -> bool:
    """Say whether some feature has no point."""
    found = collection.joined(select(collection.entity.pk)).where(
        *conditions, literal_column(f"({point_sql(collection.id)}) IS NULL")
    )
    return bool(connection.scalar(select(exists(found))))


def _column(item: Property) -> Any:
    # The driver's own type serves but for instants and ids, which the databases keep differently.
    return literal_column(f"({item.source})", _TYPES.get(item.kind)).label(f"p_{item.name}")


def _lon_lat(collection: Collection) -> list[Any]:
    point = point_sql(collection.id)
    return [literal_column(f"{axis}({point})").label(axis.lower()) for axis in ("ST_X", "ST_Y")]


def _ordered(collection: Collection, columns: list[Any], conditions: Conditions) -> Select[Any]:
    rows = collection.joined(select(*columns).select_from(collection.entity))
    return rows.where(*conditions).order_by(collection.entity.pk)


def _read(connection: Connection, statement: Select[Any]) -> Iterator[list[Any]]:
    streamed = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS)
    with streamed.execute(statement) as result:
        for part in result.partitions():
            yield list(part)


def _batch(rows: list[Any], placed: list[Any], crs: Crs) -> Batch:
    """Make a batch; the last two columns of `placed` are longitude and latitude."""
    xs, ys = in_file(crs, [row[-2] for row in placed], [row[-1] for row in placed])
    return Batch(rows, xs, ys)


def in_file(
    crs: Crs, lons: Sequence[float | None], lats: Sequence[float | None]
) -> tuple[list[float | None], list[float | None]]:
    """Return points as files have them: x is longitude or easting, whatever the authority's order.

    None for no point and for one that the system cannot hold.
    Example: EPSG:6670 of (130.8752, 33.8834) is (-11544.200, 97977.183).
    """
    there = [n for n, lon in enumerate(lons) if lon is not None]
    found = from_lon_lat(crs, [lons[n] for n in there], [lats[n] for n in there])  # type: ignore[misc]
    first, second = found if crs.kind in ("lonlat", "mercator") else (found[1], found[0])
    xs: list[float | None] = [None] * len(lons)
    ys: list[float | None] = [None] * len(lons)
    for n, x, y in zip(there, first, second, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            xs[n], ys[n] = x, y
    return xs, ys


BatchReader = Callable[[Connection, Collection, Conditions, Crs], Iterator[Batch]]
