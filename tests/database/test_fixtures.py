"""The tests' own ground: each starts on an empty, migrated database of the kind it asks for."""

from __future__ import annotations

import pytest
from sqlalchemy import func, inspect, select

from inspection.extensions import db
from inspection.models import AuditEntry, Token
from inspection.services.access import actor_of_token


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_starts_without_rows(app, tokens, turn):
    with app.app_context():
        before = [
            db.session.scalar(select(func.count()).select_from(m)) for m in (Token, AuditEntry)
        ]

    tokens("inspector")

    with app.app_context():
        assert before == [0, 0]
        assert db.session.scalar(select(func.count()).select_from(Token)) == 1


def test_the_database_is_of_the_kind_asked_for_and_migrated(app, database_kind):
    with app.app_context():
        names = set(inspect(db.engine).get_table_names())

        assert (
            db.engine.dialect.name
            == {"spatialite": "sqlite", "postgis": "postgresql"}[database_kind]
        )
    assert {"alembic_version", *db.metadata.tables} <= names


def test_tokens_stand_for_their_role(app, tokens):
    token = tokens("secretariat")

    with app.app_context():
        assert actor_of_token(token, "127.0.0.1").role == "secretariat"
        assert actor_of_token(token + "x", "127.0.0.1") is None
