"""Plain reads by one statement each that also looks at the token: what nearly every request asks.

The token must be known, unexpired, unrevoked, of the role that is assumed, and its use must have
been noted within the last minute. Where it is not, the statement finds nothing and the request
goes the long way, on which everything is checked and said in words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Engine,
    Integer,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)

from inspection import queries
from inspection.auth import Actor
from inspection.database.quick import Quick
from inspection.gis import pages
from inspection.gis.collections import COLLECTIONS
from inspection.gis.features import feature_statement, page_statement
from inspection.gis.visibility import kept_kind
from inspection.models import FeatureCount, Token
from inspection.models.types import now
from inspection.services.access import TOUCH_EVERY

_UTF8 = literal_column("'UTF8'")
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
    """Return the statement of a page as one row, since a row for each feature costs more than it.

    The row: how many features there are up to `limit`, and of those before the last of so many
    the greatest key and their texts as one (bytea); without a box the number of all.
    Needs an application context. Parameters: those of `page_statement`, and `presented`.
    """
    page = page_statement(collection_id, True, boxed, role, dialect).statement
    found = page.where(_is_valid(role)).subquery()
    row = select(*found.c, func.row_number().over().label("nr")).subquery()
    shown = row.c.nr < bindparam("limit", type_=Integer)
    texts = func.string_agg(row.c.text, literal_column(f"'{pages.BETWEEN}'")).filter(shown)
    wanted = [func.count(), func.max(row.c.pk).filter(shown), func.convert_to(texts, _UTF8)]
    if not boxed:
        kind = kept_kind(COLLECTIONS[collection_id], Actor("", role))
        kept = select(func.sum(FeatureCount.number)).where(FeatureCount.kind == kind)
        wanted.append(cast(kept.scalar_subquery(), BigInteger))
    return Quick(select(*wanted).select_from(row), binary=True)


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
