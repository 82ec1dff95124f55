"""Statements that nearly every request runs, made once and run with as little around as can be.

On PostgreSQL through psycopg itself: compiled once, without a transaction (each is one statement,
which is one anyway). SQLAlchemy's own way costs four times the CPU; it is taken on SQLite, and
when the quick way fails, so that a connection that ended meanwhile is replaced and faults are
raised as everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Select

from inspection.database.transactions import reading
from inspection.extensions import db


class Quick:
    """A select with named parameters whose columns are plain: text, numbers, UUIDs, instants.

    Nothing of it may come from a client but the values of its parameters. binary: let PostgreSQL
    send values as they are, which pays for long bytea.
    """

    def __init__(self, statement: Select[Any], *, binary: bool = False) -> None:
        self.statement = statement
        self._binary = binary
        self._compiled: tuple[str, dict[str, Any]] | None = None

    def rows(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return all rows, as what is committed now gives them; columns by position."""
        if db.engine.dialect.name == "postgresql":
            found = self.by_driver(db.engine, values)
            if found is not None:
                return found
        with reading() as connection:
            return connection.execute(self.statement, dict(values)).all()

    def _as_text(self, engine: Engine, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the statement as psycopg takes it, and the values that stand in it already."""
        if self._compiled is None:
            compiled = self.statement.compile(dialect=engine.dialect)
            expanded = compiled.construct_expanded_state(dict(values))  # its lists written out
            self._compiled = expanded.statement, dict(expanded.parameters)
        return self._compiled

    def by_driver(self, engine: Engine, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """Return the rows by psycopg, or None when it could not get them.

        engine: of PostgreSQL. Needs no application context.
        """
        text, constants = self._as_text(engine, values)
        pooled = engine.raw_connection()
        driver: Any = pooled.driver_connection
        try:
            driver.autocommit = True
            cursor = driver.execute(text, {**constants, **values}, binary=self._binary)
            found: Sequence[Any] = cursor.fetchall()
            driver.autocommit = False
        except engine.dialect.loaded_dbapi.Error:
            pooled.invalidate()
            return None
        except BaseException:
            # Never back into the pool: on autocommit it would break others' transactions.
            pooled.invalidate()
            raise
        finally:
            pooled.close()
        return found
