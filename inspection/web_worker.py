"""gunicorn's threaded worker, whose threads stay with a connection while its client keeps asking.

gunicorn gives a kept connection back to the worker's main thread after each reply, which waits for
the next request and hands it to a thread again: two changes of thread a request, as much work as
answering a short one. Here the thread itself waits some milliseconds for the next request first,
as long as there are threads enough for all connections.
"""

from __future__ import annotations

import select
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

STAY_MS = 20
"""How long a thread waits for the next request of a connection: longer than a busy client needs."""


class StayingWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker for clients that ask again at once, such as GIS programs and tablets."""

    def handle(self, conn: TConn) -> Any:
        """Answer one request, and those that follow closely; runs in a thread of the pool.

        Returns what gunicorn expects: true when the connection is to be kept.
        """
        kept = super().handle(conn)
        while kept is True and self._asks_again(conn):
            kept = super().handle(conn)
        return kept

    def _asks_again(self, conn: TConn) -> bool:
        """Wait a little for the next request, unless a thread is needed elsewhere."""
        if not self.alive or self.nr_conns > self.cfg.threads or conn.is_http2:
            return False
        if conn.parser.unreader.buf.getvalue():
            return False  # read ahead already; gunicorn knows what to do
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        return bool(waiting.poll(STAY_MS))
