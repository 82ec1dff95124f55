"""Temporal literals as the time they take: a date is a day of the site, an instant no time at all.

Ends are included. The databases keep microseconds, so the last instant of a day is one microsecond
before the next day; `until` is the next day itself, where periods meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from inspection.gis.cql2.errors import PARAMETER, refuse
from inspection.gis.timespan import parse_timespan

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, both included, in UTC; `until` is where the next period begins."""

    start: datetime
    end: datetime
    until: datetime


def date_span(text: Any, zone: ZoneInfo) -> Span:
    """Return the day of a date such as 2026-05-01. Raises BadRequestError naming `filter`."""
    if not isinstance(text, str) or len(text) != len("2026-05-01"):
        raise refuse(f"DATE({str(text)[:40]!r}) は使えません。DATE('2026-05-01') の形です。")
    return span_of(text, zone)


def timestamp_span(text: Any, zone: ZoneInfo) -> Span:
    """Return the instant of an RFC 3339 time. Raises BadRequestError naming `filter`."""
    if not isinstance(text, str) or "T" not in text.upper():
        raise refuse(
            f"TIMESTAMP({str(text)[:40]!r}) は使えません。"
            "TIMESTAMP('2026-05-01T09:00:00+09:00') の形です。"
        )
    return span_of(text, zone)


def span_of(text: str, zone: ZoneInfo) -> Span:
    """Return the span of a date or an instant. Raises BadRequestError naming `filter`."""
    if "/" in text:
        raise refuse(f"{text[:40]!r} は日時ではありません。期間は INTERVAL('始め','終わり') です。")
    found = parse_timespan(text, zone, PARAMETER)
    if found.start is None or found.end is None:
        raise refuse(f"{text[:40]!r} は日時ではありません。")
    return Span(found.start, found.end - _MICROSECOND * found.before_end, found.end)
