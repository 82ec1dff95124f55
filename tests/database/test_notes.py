"""Notes beside a request: written when nobody is in the way, else left out at once."""

from __future__ import annotations

import time
from contextlib import contextmanager

from sqlalchemy import select, text, update

from inspection.database.notes import note
from inspection.database.spatialite import WRITE_OPTION
from inspection.extensions import db
from inspection.models import Token

SOON_S = 1.0
"""Far below the patience for ordinary writes, 10 s."""


@contextmanager
def held(app):
    """Another connection that writes all tokens and does not end its transaction."""
    with app.app_context(), db.engine.connect() as other:
        other.execution_options(**{WRITE_OPTION: True})
        other.execute(update(Token).values(label="held"))
        yield
        other.rollback()


def last_use(app):
    with app.app_context(), db.engine.connect() as connection:
        return connection.scalar(select(Token.last_used_at))


def timed(client, secret):
    begun = time.perf_counter()
    reply = client.get("/api/v1/houses", headers={"Authorization": f"Bearer {secret}"})
    return reply.status_code, time.perf_counter() - begun


def test_a_busy_writer_neither_delays_nor_fails_a_request(app, client, tokens):
    secret = tokens("inspector")
    with held(app):
        status, seconds = timed(client, secret)
        noted_meanwhile = last_use(app)
    afterwards, _ = timed(client, secret)

    assert status == afterwards == 200
    assert seconds < SOON_S
    assert noted_meanwhile is None
    assert last_use(app) is not None


def test_a_lost_note_leaves_nothing_behind(app, tokens):
    tokens("inspector")
    with held(app), app.app_context():
        assert not note(update(Token).values(label="noted"))
    with app.app_context():
        assert note(update(Token).values(label="later"))
        with db.engine.connect() as connection:
            assert connection.scalars(select(Token.label)).all() == ["later"]


def test_ordinary_writes_are_as_patient_as_before(app, tokens):
    tokens("inspector")
    with app.app_context():
        before = patience()
        assert note(update(Token).values(label="noted"))
        assert patience() == before


def patience():
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return connection.scalar(text("PRAGMA busy_timeout"))
        names = ("lock_timeout", "synchronous_commit")
        return [connection.scalar(text(f"SHOW {name}")) for name in names]
