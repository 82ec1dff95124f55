"""Plain reads by one statement each that also looks at the token: what nearly every request asks.

The token must be known, unexpired, unrevoked, of the role that is assumed, and its use must have
been noted within the last minute. Where it is not, the statement finds nothing and the request
goes the long way, on which everything is checked and said in words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Engine,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from werkzeug.datastructures import MultiDict

from inspection import queries
from inspection.auth import Actor
from inspection.database.quick import Quick
from inspection.gis.collections import COLLECTIONS, HOUSES
from inspection.gis.facet_counts import asks_facets
from inspection.gis.features import facets_page, feature_statement, matching, page_statement
from inspection.gis.filter_shapes import Shape, shape_of
from inspection.gis.parameters import parse_selection
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
    """Return the statement of a page of all, or of what lies in a box.

    Needs an application context. Parameters: those of `page_statement`, and `presented`.
    """
    page = page_statement(collection_id, True, boxed, role, dialect).statement
    if boxed:
        return _in_bytes(page, role, None)
    kind = kept_kind(COLLECTIONS[collection_id], Actor("", role))
    return _in_bytes(
        page, role, select(func.sum(FeatureCount.number)).where(FeatureCount.kind == kind)
    )


def filtered_page(
    arguments: dict[str, str], role: str, zone: ZoneInfo
) -> tuple[Quick, dict[str, Any]] | None:
    """Return the statement of a page of houses that a filter of facets selects, and its values.

    arguments: of a request for houses. None where more than facets is asked. Needs an application
    context. Raises BadRequestError. Further parameters: `limit`, `after`, and `presented`.
    """
    selection = parse_selection(MultiDict(arguments), HOUSES, zone)
    conditions = matching(HOUSES, selection, Actor("", role))
    shape = shape_of(conditions) if asks_facets(conditions) else None
    return None if shape is None else (_page_by_facets(shape, role), shape.values)


@lru_cache
def _page_by_facets(shape: Shape, role: str) -> Quick:
    page, number = facets_page(True, shape)
    return _in_bytes(page, role, number)


def _in_bytes(page: Select[Any], role: str, kept: Select[Any] | None) -> Quick:
    """Return the statement of a page for a valid token, its texts as they are sent.

    Rows: key, text in UTF-8 and, where it is kept, the number of all.
    """
    found = page.where(_is_valid(role)).subquery()
    wanted = [found.c.pk, func.convert_to(found.c.text, _UTF8)]
    if kept is not None:
        wanted.append(cast(kept.scalar_subquery(), BigInteger))
    return Quick(select(*wanted), binary=True)


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
