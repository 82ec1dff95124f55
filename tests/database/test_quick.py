"""Statements past SQLAlchemy's session: they outlive their connection and leave the pool clean."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import String, bindparam, select

from inspection.database.quick import Quick
from inspection.extensions import db
from inspection.models import FeatureCount
from tests.lost_connections import end_connections

ECHO = Quick(select(bindparam("word", type_=String)))


def test_a_value_comes_back_as_it_was_given(app):
    word = "100%(x)s '; -- 𠮷"
    with app.app_context():
        assert [row[0] for row in ECHO.rows({"word": word})] == [word]


def test_a_connection_that_ended_is_replaced(app):
    with app.app_context():
        ECHO.rows({"word": "a"})
        end_connections()

        assert ECHO.rows({"word": "b"})[0][0] == "b"


def test_a_failure_before_the_database_leaves_no_connection_that_commits_by_itself(app):
    kind = uuid.uuid4().hex[:20]
    with app.app_context():
        with pytest.raises(UnicodeEncodeError):
            ECHO.rows({"word": "\ud800"})

        db.session.add(FeatureCount(kind=kind, number=1))
        db.session.flush()
        db.session.rollback()

        kept = select(FeatureCount).where(FeatureCount.kind == kind)
        assert db.session.scalars(kept).all() == []
