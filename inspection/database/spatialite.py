"""SQLite with SpatiaLite behind SQLAlchemy: loading, safety settings, transactions, metadata.

    options = engine_options(busy_timeout_ms=10_000)        # for create_engine
    install(engine, library=find_library(explicit), busy_timeout_ms=10_000)
    initialise(connection)                                  # in the first migration

Transactions are begun here, not by the driver (SQLAlchemy's recipe for SQLite): a plain BEGIN, or
BEGIN IMMEDIATE where the execution option `hantei_write` is set. A transaction that began as a
reader cannot become a writer once another has written ("database is locked" at once, whatever the
timeout): so writers say so at the beginning.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session, scoped_session

from inspection.database.library import load
from inspection.text_folding import fold

WRITE_OPTION = "hantei_write"
"""Execution option of a connection whose transaction shall begin as a writer's."""

JAPANESE_SRIDS = range(6668, 6688)
"""EPSG codes of JGD2011 (6668) and its plane rectangular systems I to XIX (平面直角座標系)."""

_BUSY_RETRY_S = 0.05


def engine_options(busy_timeout_ms: int) -> dict[str, Any]:
    """Return the arguments of create_engine for a `sqlite:///` URL."""
    return {"module": dbapi2, "connect_args": {"timeout": busy_timeout_ms / 1000}}


def install(engine: Engine, *, library: str, busy_timeout_ms: int) -> None:
    """Make every new connection of a SQLite engine a safe SpatiaLite connection.

    library: as find_library returned it. Every connection waits busy_timeout_ms for a writer.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins no transactions of its own
        load(connection, library)
        # After loading: SpatiaLite sets a timeout of its own, 5 s.
        connection.execute(f"PRAGMA busy_timeout={int(busy_timeout_ms)}")
        _use_write_ahead_log(connection, busy_timeout_ms / 1000)
        # FULL: a committed record survives a power cut.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # SQLite's own lower() knows ASCII only.
        connection.create_function("hantei_fold", 1, _fold, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITE_OPTION, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _use_write_ahead_log(connection: Any, patience_s: float) -> None:
    """Switch a new database to WAL; SQLite does not wait for others here, so this does."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
        except dbapi2.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_RETRY_S)
        else:
            return


@contextmanager
def write_transaction(session: Session | scoped_session[Session]) -> Iterator[None]:
    """Run the block in one transaction that may write, commit it, or roll it back on an error.

    On SQLite it waits for its turn at the beginning; elsewhere it is an ordinary transaction.
    Inside another write_transaction it joins it: the outermost commits. A transaction that only
    read before is ended first, and what it loaded is read anew.
    Raises RuntimeError when the session already holds changes.
    """
    if session.info.get(WRITE_OPTION):
        yield
        return
    _end_reading(session)
    session.connection(execution_options={WRITE_OPTION: True})
    session.info[WRITE_OPTION] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[WRITE_OPTION]


def _end_reading(session: Session | scoped_session[Session]) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("write_transaction must begin before the first change of an object")
    if session.in_transaction():
        session.commit()
    session.expire_all()  # whatever expire_on_commit says


def initialise(connection: Connection) -> None:
    """Create SpatiaLite's tables and add the Japanese reference systems; twice changes nothing.

    connection: in a transaction, which the caller commits: without one this takes seconds.
    Raises RuntimeError when SpatiaLite refuses.
    """
    if not connection.scalar(text("SELECT CheckSpatialMetaData()")):
        _create_metadata(connection)
    known = set(connection.scalars(text("SELECT srid FROM spatial_ref_sys")))
    for srid in JAPANESE_SRIDS:
        if srid not in known:
            _add_reference_system(connection, srid)


def _create_metadata(connection: Connection) -> None:
    # 0: no transaction of its own, for ours is open; WGS84: few reference systems, not 6,000.
    if connection.scalar(text("SELECT InitSpatialMetaData(0, 'WGS84')")) != 1:
        raise RuntimeError("SpatiaLite could not create its tables (InitSpatialMetaData)")


def _add_reference_system(connection: Connection, srid: int) -> None:
    """Insert SpatiaLite's own definition of an EPSG code."""
    if connection.scalar(text("SELECT InsertEpsgSrid(:srid)"), {"srid": srid}) != 1:
        raise RuntimeError(f"this SpatiaLite does not know EPSG:{srid}; version 5 or newer does")
