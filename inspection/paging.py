"""Keyset paging: pages that never repeat or skip a row, however many there are."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from inspection.errors import InvalidError
from inspection.extensions import db

LAST_KEY = 2**31 - 1  # of an integer primary key


@dataclass(frozen=True)
class Page:
    """Some rows and where the next page begins (None at the end)."""

    items: list[Any]
    next_cursor: str | None


def encode_cursor(key: int) -> str:
    """Make an opaque cursor of the last row's key."""
    return base64.urlsafe_b64encode(f"k{key}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    """Read a cursor. Raises InvalidError when it is none of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if text[:1] == "k" and text[1:].isdigit() and len(text) < 20 and int(text[1:]) <= LAST_KEY:
            return int(text[1:])
    except (binascii.Error, ValueError):
        pass
    raise InvalidError.of(
        "cursor", "cursor は前のページの next_cursor をそのまま指定してください。"
    )


def fetch_page(query: Select[Any], key: Any, *, limit: int, cursor: str | None) -> Page:
    """Return one page of a select of one entity, in the order of `key` (its primary key)."""
    if cursor:
        query = query.where(key > decode_cursor(cursor))
    rows = list(db.session.scalars(query.order_by(key).limit(limit + 1)))
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, encode_cursor(getattr(rows[-1], key.key)) if more else None)
