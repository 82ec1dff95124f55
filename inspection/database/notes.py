"""Small writes beside a request that must never make it wait, let alone fail.

SQLite has one writer at a time, and an import holds it for long; PostgreSQL's rows may be locked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Executable, text
from sqlalchemy.exc import OperationalError, TimeoutError

from inspection.database.spatialite import WRITE_OPTION
from inspection.extensions import db

_HURRIED = text(
    # A note that a power cut takes is no loss either: do not wait for the disk.
    "SELECT set_config('lock_timeout', '20ms', true), set_config('synchronous_commit', 'off', true)"
)


def note(*statements: Executable) -> bool:
    """Run statements as one transaction of their own; false, and nothing is written, when busy."""
    try:
        with db.engine.connect() as connection, _without_waiting(connection):
            for statement in statements:
                connection.execute(statement)
            connection.commit()
    except (OperationalError, TimeoutError):
        return False
    return True


@contextmanager
def _without_waiting(connection: Connection) -> Iterator[None]:
    """Let a connection give up at once on what others hold; as it was, for the next from the pool."""
    if connection.dialect.name == "postgresql":
        connection.execute(_HURRIED)  # until the end of the transaction
        yield
        return
    connection.execution_options(**{WRITE_OPTION: True})
    driver = connection.connection.driver_connection
    assert driver is not None
    patience_ms = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute("PRAGMA busy_timeout=0")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience_ms}")
