"""Ending an application's pooled connections behind its back, as a restarted database does."""

from __future__ import annotations

from sqlalchemy import text

from inspection.extensions import db

_ALL_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


def end_connections() -> None:
    """End all connections of this database; needs an application context."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as other:
            other.execute(text(_ALL_OTHERS))
    else:
        db.engine.dispose()
