"""Finished text straight out of PostgreSQL, by COPY: the database makes rows while others are sent.

A cursor of the server lets the database and this process work in turns; COPY lets them work side by
side. What a client gave is put into the statement by the driver, as literals. In the binary format
a text comes as it is: neither side looks for characters to escape.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select

_COPY = "COPY ({}) TO STDOUT (FORMAT binary)"
_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER_BYTES = len(_SIGNATURE) + 8
"""Signature, flags, and the length of an extension of the header, which nobody has."""

_FIELD_BYTES = 6
"""Before a row's one text: the number of its fields and the text's length."""

_NEXT = b"\n,"
_PART_ROWS = 500
"""Rows that the database joins: few enough for its memory and ours, enough to be quick."""

_MOST_EMPTY = 4


def copied_lines(connection: Connection, statement: Select[Any], rows: int) -> Iterator[bytes]:
    """Return the rows of a select of one column of JSON text in UTF-8, so many a part.

    A part holds a text a line, commas before all but its first, and ends with a newline. The
    connection's transaction and isolation hold.
    """
    texts = _copied(connection, *_as_driver_takes_it(connection, statement))
    while part := list(islice(texts, rows)):
        yield _NEXT.join(part) + b"\n"


def copied_parts(connection: Connection, table: str, text: str) -> Iterator[bytes] | None:
    """Return the same of all rows of a table in the order of `pk`, joined by the database already.

    text: SQL of the text, of that table alone. None where the keys have too many holes for it.
    """
    count, low, high = connection.exec_driver_sql(
        f"SELECT count(*), coalesce(min(pk), 0), coalesce(max(pk), 0) FROM {table}"
    ).one()
    if high - low > _MOST_EMPTY * count + _PART_ROWS:
        return None
    within = f"{table}.pk >= first AND {table}.pk < first + {_PART_ROWS}"
    ordered = f"SELECT {text} AS text FROM {table} WHERE {within} ORDER BY {table}.pk"
    statement = (
        f"SELECT (SELECT string_agg(text, E'\\n,') FROM ({ordered}) AS features) "
        f"FROM generate_series({low}::bigint, {high}, {_PART_ROWS}) AS first"
    )
    return (b"%b\n" % part for part in _copied(connection, statement, None))


def _copied(
    connection: Connection, text: str, values: dict[str, Any] | None
) -> Iterator[memoryview]:
    """Return the one field of each row, in UTF-8, and nothing of a row that has null."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute("SET LOCAL client_encoding = 'UTF8'")
        cursor.execute("SET LOCAL jit = off")  # compiling takes longer than it saves
        with cursor.copy(_COPY.format(text), values) as copy:
            for block in copy:
                row = memoryview(block)
                if row[: len(_SIGNATURE)] == _SIGNATURE:  # before the first row, in one block
                    row = row[_HEADER_BYTES:]
                if len(row) > _FIELD_BYTES:  # neither the end's mark nor null
                    yield row[_FIELD_BYTES:]


def _as_driver_takes_it(
    connection: Connection, statement: Select[Any]
) -> tuple[str, dict[str, Any]]:
    """Return the statement with its placeholders, and their values in the driver's types."""
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect)
    expanded = compiled.construct_expanded_state()
    values = dict(expanded.parameters)
    processors: dict[str, Any] = {**expanded.processors}
    for name, parameter in compiled.binds.items():
        processors.setdefault(name, parameter.type.dialect_impl(dialect).bind_processor(dialect))
    for name, value in values.items():
        if (process := processors.get(name)) is not None:
            values[name] = process(value)
    # The driver reads %% as % only where there are values to fill in.
    return (expanded.statement if values else expanded.statement.replace("%%", "%")), values
