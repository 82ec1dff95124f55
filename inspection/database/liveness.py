"""Is a pooled connection still alive? Asked only where it rested: asking costs as much as a read.

A server that restarts ends all connections; the first that notices makes the pool replace all.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

REST_S = 1.0
"""A connection that was returned within this time is taken to be alive."""

_RETURNED = "hantei_returned"


def install(engine: Engine) -> None:
    """Ask every connection of an engine that rested whether it is alive, before it is used."""

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info[_RETURNED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        returned = record.info.get(_RETURNED)
        if returned is None or time.monotonic() - returned < REST_S:
            return  # new, or used just now
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("the connection ended while it rested") from error
