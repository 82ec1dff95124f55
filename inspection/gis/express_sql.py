"""Plain reads by one statement each that also looks at the token: what nearly every request asks.

The token must be known, unexpired, unrevoked, of the role that is assumed, and its use must have
been noted within the last minute. Where it is not, the statement finds nothing and the request
goes the long way, on which everything is checked and said in words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, bindparam, func, select

from inspection import queries
from inspection.auth import Actor
from inspection.database.quick import Quick
from inspection.gis.collections import COLLECTIONS
from inspection.gis.features import feature_statement, page_statement
from inspection.gis.visibility import kept_kind
from inspection.models import FeatureCount, Token
from inspection.models.types import now
from inspection.services.access import TOUCH_EVERY

_ROLE = Quick(select(Token.role).where(Token.token_sha256 == bindparam("digest")))


def role_of(engine: Engine, digest: str) -> str | None:
    """Return the role of a token, valid or not, whose features are read by these statements.

    None for an unknown token, and for the committee: what it sees depends on its meetings.
    """
    rows = _ROLE.by_driver(engine, {"digest": digest})
    role = rows[0][0] if rows else None
    may = role not in (None, queries.COMMITTEE) and Actor("", role).may("ogc:read")
    return role if may else None


def presented(digest: str) -> dict[str, Any]:
    """Return the parameters that say which token must be valid now."""
    moment = now()
    return {"digest": digest, "moment": moment, "noted": moment - TOUCH_EVERY}


@lru_cache
def plain_page(collection_id: str, role: str, dialect: str, *, boxed: bool) -> Quick:
    """Return the statement of a page: rows of key, text, and without a box the number of all.

    Needs an application context. Parameters: those of `page_statement`, and `presented`.
    """
    collection = COLLECTIONS[collection_id]
    statement = page_statement(collection_id, True, boxed, role, dialect).statement
    if not boxed:
        kind = kept_kind(collection, Actor("", role))
        kept = select(func.sum(FeatureCount.number)).where(FeatureCount.kind == kind)
        statement = statement.add_columns(kept.scalar_subquery())
    return Quick(statement.where(_is_valid(role)))


@lru_cache
def plain_feature(collection_id: str, role: str, dialect: str) -> Quick:
    """Return the statement of one feature: key and text. Needs an application context."""
    statement = feature_statement(collection_id, True, role, dialect).statement
    return Quick(statement.where(_is_valid(role)))


def _is_valid(role: str) -> Any:
    return (
        select(Token.pk)
        .where(
            Token.token_sha256 == bindparam("digest"),
            Token.role == role,
            Token.revoked_at.is_(None),
            Token.expires_at > bindparam("moment"),
            Token.last_used_at >= bindparam("noted"),
        )
        .exists()
    )
