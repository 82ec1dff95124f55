"""The `datetime` parameter: instants, days, intervals, open ends and durations (RFC 3339, 8601)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from inspection.gis.errors import parameter_error

PARAMETER = "datetime"
ALLOWED = (
    "日時は 2026-01-01T00:00:00+09:00、日付は 2026-01-01、期間は 始め/終わり(.. は開放)、"
    "または 2026-01-01/P1M の形で指定してください。"
)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DURATION = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,8})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,8})S)?)?"
)
# SQLite keeps times as text with four-digit years; nothing here is older.
_EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Timespan:
    """From `start` (included; None: open) to `end` (None: open; included unless `before_end`)."""

    start: datetime | None
    end: datetime | None
    before_end: bool = False


@dataclass(frozen=True)
class _Moment:
    """One side of an interval: a local wall-clock time, and whether it was given as a day."""

    at: datetime
    is_day: bool


def parse_timespan(text: str, zone: ZoneInfo, parameter: str = PARAMETER) -> Timespan:
    """Return the time span that a `datetime` parameter, or another of its form, means.

    A date without time is a day in `zone`. Raises BadRequestError naming the parameter.
    """
    try:
        return _parse(text, zone)
    except (ValueError, OverflowError):
        raise parameter_error(parameter, f"{text[:80]!r} は使えません。{ALLOWED}") from None


def _parse(text: str, zone: ZoneInfo) -> Timespan:
    left, slash, right = text.partition("/")
    if not slash:
        moment = _moment(left, zone)
        return _span(moment, moment)
    if left.startswith("P"):
        end = _moment(right, zone)
        return _span(_Moment(_shift(end.at, left, -1), end.is_day), end, whole_end=False)
    start = None if left in ("", "..") else _moment(left, zone)
    if right.startswith("P"):
        if start is None:
            raise ValueError("a duration needs a start")
        return _span(start, _Moment(_shift(start.at, right, 1), start.is_day), whole_end=False)
    return _span(start, None if right in ("", "..") else _moment(right, zone))


def _span(start: _Moment | None, end: _Moment | None, *, whole_end: bool = True) -> Timespan:
    """Make the span; the day that ends an interval belongs to it, the end of a duration does not."""
    before_end = end is not None and end.is_day
    last = None if end is None else end.at
    if end is not None and end.is_day and whole_end:
        last = _day_after(end.at)
    first_utc = None if start is None else _utc(start.at)
    last_utc = None if last is None else _utc(last)
    if first_utc and last_utc and (first_utc > last_utc or (before_end and first_utc == last_utc)):
        raise ValueError("the start is after the end")
    return Timespan(first_utc, last_utc, before_end)


def _day_after(at: datetime) -> datetime:
    # The calendar's last day ends with the calendar.
    return at + timedelta(days=1) if at.date() < date.max else datetime.max.replace(tzinfo=UTC)


def _utc(at: datetime) -> datetime:
    """Return the instant in UTC, the nearest one that the databases can compare."""
    try:
        return min(max(at.astimezone(UTC), _EARLIEST), _LATEST)
    except OverflowError:
        return _EARLIEST if at.year < _EARLIEST.year else _LATEST


def _moment(text: str, zone: ZoneInfo) -> _Moment:
    if day := _DAY.fullmatch(text):
        start = date(*map(int, day.groups()))
        return _Moment(datetime(start.year, start.month, start.day, tzinfo=zone), True)
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError("not a time")
    day_text, minute, second, fraction, offset = found.groups()
    leap = second == "60"  # a leap second is the first instant of the next minute
    at = datetime.fromisoformat(
        f"{day_text}T{minute}:{'59' if leap else second}.{(fraction or '0')[:6]:0<6}"
        f"{offset.upper().replace('Z', '+00:00')}"
    )
    return _Moment(at + timedelta(seconds=1) if leap else at, False)


def _shift(at: datetime, duration: str, sign: int) -> datetime:
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError("not a duration")
    years, months, weeks, days, hours, minutes, seconds = (int(n or 0) for n in found.groups())
    month_number = at.year * 12 + at.month - 1 + sign * (years * 12 + months)
    year, month = divmod(month_number, 12)
    last_day = calendar.monthrange(year, month + 1)[1] if 1 <= year <= 9999 else 0
    moved = at.replace(year=year, month=month + 1, day=min(at.day, last_day))
    exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return moved + sign * (timedelta(days=weeks * 7 + days) + exact)
