"""Queryables as query parameters: `ward_code=401064&judgement=substandard`, each read by its kind.

A time takes what `datetime` takes: an instant, a day of the site, an interval.
"""

from __future__ import annotations

import math
import re
import uuid
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, literal_column

from inspection.gis.collections import Property
from inspection.gis.errors import parameter_error
from inspection.gis.sql_types import SQL_TYPES, bound
from inspection.gis.timespan import parse_timespan

Condition = ColumnElement[bool]
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 60
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def parse_queryable(item: Property, text: str, zone: ZoneInfo) -> Condition:
    """Return the condition that a property has the value of a parameter of its name.

    zone: in which a date is a day. Raises BadRequestError naming the parameter.
    """
    column = literal_column(item.source, SQL_TYPES[item.kind])
    if item.kind == "instant":
        return _in_span(column, item, text, zone)
    return column == bound(_value(item, text))


def _value(item: Property, text: str) -> str | int | float | uuid.UUID:
    if item.kind == "integer":
        if not _INTEGER.fullmatch(text):
            raise parameter_error(item.name, f"{text[:40]!r} は整数ではありません。")
        return int(text)
    if item.kind == "number":
        value = float(text) if _is_number(text) else math.nan
        if not math.isfinite(value):
            raise parameter_error(item.name, f"{text[:40]!r} は数ではありません。")
        return value
    if item.kind == "uuid":
        if not _UUID.fullmatch(text):
            raise parameter_error(item.name, f"{text[:40]!r} は ID(UUID)ではありません。")
        return uuid.UUID(text)
    return text


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None


def _in_span(column: ColumnElement[object], item: Property, text: str, zone: ZoneInfo) -> Condition:
    span = parse_timespan(text, zone, item.name)
    conditions = [column.is_not(None)]
    if span.start is not None:
        conditions.append(column >= bound(span.start))
    if span.end is not None:
        end = bound(span.end)
        conditions.append(column < end if span.before_end else column <= end)
    return and_(*conditions)
