"""Finished text straight out of PostgreSQL, by COPY: the database makes rows while others are sent.

A cursor of the server lets the database and this process work in turns; COPY lets them work side by
side. What a client gave is put into the statement by the driver, as literals.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select

# One text a row, as it is: CSV with control characters for quote and delimiter, which finished
# JSON never holds, so that nothing is ever quoted or escaped.
_COPY = r"COPY ({}) TO STDOUT (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01', ENCODING 'UTF8')"


def copied_lines(
    connection: Connection, statement: Select[Any], rows: int
) -> Iterator[list[bytes]]:
    """Return the rows of a select of one column of JSON text as lines in UTF-8, so many a part.

    Each line ends with a newline. The connection's transaction and isolation hold.
    """
    text, values = _as_driver_takes_it(connection, statement)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY.format(text), values) as copy:
        lines = iter(copy)
        while part := [bytes(line) for line in islice(lines, rows)]:
            yield part


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
