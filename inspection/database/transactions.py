"""How services read and write: the same on both databases, on the application's session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

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
def reading() -> Iterator[Connection]:
    """Give a connection for short reads, each of which sees what is committed then.

    It spares the session, and PostgreSQL the round trips of BEGIN and COMMIT: for what is asked
    with every request. Nothing may be written through it.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


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
