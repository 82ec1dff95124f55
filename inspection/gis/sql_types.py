"""SQL of a property's values: the type of each kind, and values of clients as bound parameters."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, String, Uuid, literal
from sqlalchemy.types import TypeEngine

from inspection.models.types import UtcDateTime

SQL_TYPES: dict[str, TypeEngine[Any]] = {
    "text": String(),
    "integer": BigInteger(),
    "number": Float(),
    "instant": UtcDateTime(),
    "uuid": Uuid(),
}
LARGEST_INTEGER = 2**63 - 1
"""That both databases can compare as an integer."""


def bound(value: str | float | datetime | uuid.UUID) -> ColumnElement[Any]:
    """Return a value as a parameter of its own type: 2.5 stays 2.5 beside an integer column."""
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            return literal(float(value), SQL_TYPES["number"])
        return literal(value, SQL_TYPES["integer"])
    kinds = {str: "text", float: "number", datetime: "instant", uuid.UUID: "uuid"}
    return literal(value, SQL_TYPES[kinds[type(value)]])
