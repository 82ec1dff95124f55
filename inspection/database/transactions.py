"""How services read and write: the same on both databases, on the application's session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inspection.database import spatialite
from inspection.extensions import db


@contextmanager
def write_transaction() -> Iterator[None]:
    """Run one service's writes as one transaction; a call inside another joins it.

    What was loaded before is read anew, for another may have changed it meanwhile.
    """
    session = db.session()
    if not session.info.get(spatialite.WRITE_OPTION):
        session.expire_all()
    with spatialite.write_transaction(session):
        yield


@contextmanager
def read_transaction() -> Iterator[None]:
    """Run reads and end their transaction, so that none stays open behind a slow reply."""
    session = db.session()
    joined = session.in_transaction()
    try:
        yield
    finally:
        if not joined:
            session.commit()


@contextmanager
def snapshot() -> Iterator[None]:
    """Run reads that all see the database at one moment, as of the first of them.

    SQLite always reads so; PostgreSQL's ordinary transactions look anew with every statement.
    """
    session = db.session()
    session.commit()
    session.expire_all()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.commit()
