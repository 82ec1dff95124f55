"""What the camera says: place, direction, time, itself. Read from the original, before turning.

Real phones write NaN positions, zero denominators, blank dates and times without an offset.
Whatever is wrong becomes None and a problem in words; nothing here raises for a bad value.
Source of tags and units: Exif 3.0 (CIPA DC-008).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from uploads.errors import NotAnImageError
from uploads.images import read_structure
from uploads.tiff import Value, read_directories

DEFAULT_ZONE = ZoneInfo("Asia/Tokyo")
_YEARS = range(1990, 2100)
_DATE_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?")
_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+\N{MINUS SIGN}-])(\d{1,2})(?::?(\d\d))?", re.ASCII)
_MAKE, _MODEL = 0x010F, 0x0110
# Where a time stands, where its offset from UTC and its fractions of a second; the best first.
_TIMES = ((0x9003, 0x9011, 0x9291), (0x9004, 0x9012, 0x9292), (0x0132, 0x9010, 0x9290))
# A receiver that missed the turn of the ten-bit week counter (2019) is so far behind.
_WEEKS_LOST = timedelta(weeks=1024)
_LAT_REF, _LAT, _LON_REF, _LON, _ALT_REF, _ALT, _TIME, _STATUS = 1, 2, 3, 4, 5, 6, 7, 9
_DIRECTION_REF, _DIRECTION, _DATUM, _GPS_DATE, _ACCURACY = 16, 17, 18, 29, 31


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """What a photo says of itself; None for what it does not say or says impossibly.

    taken_at: aware. taken_at_assumed_zone: true when the camera wrote no offset and the local
    zone was taken. lon, lat: degrees, WGS84, both or none. accuracy_m: horizontal error.
    altitude_m: below sea level is negative. direction_deg: 0 ≤ degrees < 360, clockwise from
    north; direction_is_magnetic when that north is the compass needle's. gps_time: UTC, of the
    satellites. position_problem: why there is no lon and lat. problems: Japanese sentences.
    """

    taken_at: datetime | None = None
    taken_at_assumed_zone: bool = False
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    altitude_m: float | None = None
    direction_deg: float | None = None
    direction_is_magnetic: bool = False
    gps_time: datetime | None = None
    make: str | None = None
    model: str | None = None
    position_problem: str | None = None
    problems: tuple[str, ...] = ()


def read_metadata(path: Path, local_zone: ZoneInfo = DEFAULT_ZONE) -> PhotoMetadata:
    """Read the metadata of a JPEG, PNG, WebP or HEIC file.

    local_zone: the zone of the house, for times without an offset. A file that is not an
    acceptable picture gives no values and its reason as a problem.
    """
    try:
        block = read_structure(path).exif
    except NotAnImageError as error:
        return _nothing(error.reason)
    if block is None:
        return _nothing("撮影情報(EXIF)がありません。")
    return parse_metadata(block, local_zone)


def parse_metadata(block: bytes, local_zone: ZoneInfo = DEFAULT_ZONE) -> PhotoMetadata:
    """Read the metadata from a TIFF block, as in read_metadata."""
    directories = read_directories(block)
    if not directories.readable:
        return _nothing("撮影情報(EXIF)が壊れていて読めません。")
    problems: list[str] = []
    everything = {**directories.main, **directories.exif}
    taken_at, assumed = _taken_at(everything, local_zone, problems)
    gps = directories.gps
    lon, lat = _position(gps, problems)
    position_problem = problems[-1] if lon is None else None
    return PhotoMetadata(
        taken_at,
        assumed,
        lon,
        lat,
        # 0 is what phones write that do not know: no fix is without error.
        _bounded(gps, _ACCURACY, 0, 100_000, "位置の誤差", problems) or None,
        _altitude(gps, problems),
        _direction(gps, problems),
        _text(gps, _DIRECTION_REF) == "M",
        _in_this_era(_gps_time(gps, problems), taken_at),
        _text(directories.main, _MAKE),
        _text(directories.main, _MODEL),
        position_problem,
        tuple(problems),
    )


def _nothing(problem: str) -> PhotoMetadata:
    return PhotoMetadata(position_problem=problem, problems=(problem,))


def _text(directory: Mapping[int, Value], tag: int) -> str | None:
    """Return printable text, at most 100 characters; None when nothing is left."""
    value = directory.get(tag)
    if not isinstance(value, bytes):
        return None
    text = value.split(b"\0")[0].decode("utf-8", "replace")
    printable = "".join(letter for letter in text if letter.isprintable())
    return printable.strip()[:100] or None


def _numbers(directory: Mapping[int, Value], tag: int) -> tuple[float, ...]:
    value = directory.get(tag)
    # Some writers declare one-byte numbers as "undefined".
    return tuple(map(float, value)) if isinstance(value, bytes) else value or ()


def _position(gps: Mapping[int, Value], problems: list[str]) -> tuple[float | None, float | None]:
    if _LAT not in gps and _LON not in gps:
        problems.append("位置情報がありません。")
        return None, None
    lat = _angle(gps, _LAT, _LAT_REF, {"N": 1, "S": -1}, 90)
    lon = _angle(gps, _LON, _LON_REF, {"E": 1, "W": -1}, 180)
    # 0, 0 is what a receiver without a fix writes; nobody inspects houses in the Gulf of Guinea.
    if lat is None or lon is None or (lat == 0 and lon == 0):
        problems.append("位置情報が正しくありません。")
        return None, None
    if _text(gps, _STATUS) == "V":
        problems.append("撮影時に衛星を受信できていなかったため、位置が古いおそれがあります。")
    if "TOKYO" in (_text(gps, _DATUM) or "").upper():
        problems.append("旧日本測地系の位置を世界測地系に直しました(誤差 約10m)。")
        return _from_tokyo_datum(lon, lat)
    return lon, lat


def _from_tokyo_datum(lon: float, lat: float) -> tuple[float, float]:
    """Convert from the old Japanese datum, which lies some 450 m off; good to about 10 m.

    The usual linear approximation for the Japanese islands.
    """
    return (
        round(lon - 0.000046038 * lat - 0.000083043 * lon + 0.010040, 8),
        round(lat - 0.00010695 * lat + 0.000017464 * lon + 0.0046017, 8),
    )


def _angle(
    gps: Mapping[int, Value], tag: int, ref_tag: int, signs: Mapping[str, int], limit: float
) -> float | None:
    """Degrees, minutes, seconds and a hemisphere -> signed degrees; None if any is impossible."""
    parts = _numbers(gps, tag)
    sign = signs.get((_text(gps, ref_tag) or "").upper()[:1])
    if sign is None or not 1 <= len(parts) <= 3:
        return None
    if any(math.isnan(part) or part < 0 for part in parts) or any(part > 60 for part in parts[1:]):
        return None
    degrees = sum(part / 60**place for place, part in enumerate(parts))
    return sign * round(degrees, 8) if degrees <= limit else None


def _bounded(
    gps: Mapping[int, Value], tag: int, low: float, high: float, name: str, problems: list[str]
) -> float | None:
    """Return the first number of a tag when low ≤ number ≤ high."""
    values = _numbers(gps, tag)
    if not values:
        return None
    if not low <= values[0] <= high:
        problems.append(f"{name}の値が正しくありません。")
        return None
    return round(values[0], 3)


def _altitude(gps: Mapping[int, Value], problems: list[str]) -> float | None:
    height = _bounded(gps, _ALT, -12_000, 12_000, "標高", problems)
    below = _numbers(gps, _ALT_REF)[:1] in ((1.0,), (3.0,))
    return -height if height and below else height


def _direction(gps: Mapping[int, Value], problems: list[str]) -> float | None:
    degrees = _bounded(gps, _DIRECTION, 0, 360, "方位", problems)
    return None if degrees is None else degrees % 360


def _gps_time(gps: Mapping[int, Value], problems: list[str]) -> datetime | None:
    parts, date = _numbers(gps, _TIME), _DATE.match(_text(gps, _GPS_DATE) or "")
    if not parts or date is None:
        return None
    try:
        hours, minutes, seconds = parts
        midnight = datetime(*map(int, date.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]
        since = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, OverflowError):
        since = timedelta(-1)
    # 24:00:00 and leap seconds aside, anything outside the day is no time.
    if not timedelta(0) <= since <= timedelta(days=1) or midnight.year not in _YEARS:
        problems.append("衛星の時刻が正しくありません。")
        return None
    return midnight + since


def _in_this_era(gps_time: datetime | None, taken_at: datetime | None) -> datetime | None:
    """Give a receiver back the 1024 weeks that it lost, where the photo's own time says so."""
    if gps_time is None or taken_at is None:
        return gps_time
    turned = gps_time + _WEEKS_LOST
    return turned if abs(taken_at - turned) < timedelta(days=2) else gps_time


def _taken_at(
    values: Mapping[int, Value], local_zone: ZoneInfo, problems: list[str]
) -> tuple[datetime | None, bool]:
    """Return the best time there is, and whether its zone was assumed."""
    wrong = False
    for time_tag, offset_tag, fraction_tag in _TIMES:
        text = _text(values, time_tag)
        # "    :  :     :  :  " is Exif's way to say that the time is not known.
        if text is None or not text.strip(" :"):
            continue
        moment = _date_time(text)
        if moment is None:
            wrong = True
            continue
        moment = moment.replace(microsecond=_microseconds(_text(values, fraction_tag)))
        # One camera has one zone: where a time has no offset of its own, another's will do.
        offsets = (offset_tag, *(tag for _, tag, _ in _TIMES))
        offset = next(filter(None, (_offset(_text(values, tag)) for tag in offsets)), None)
        if offset is None:
            problems.append("撮影日時に時差の記録がないため、現地の時刻とみなしました。")
        return moment.replace(tzinfo=offset or local_zone), offset is None
    problems.append("撮影日時が正しくありません。" if wrong else "撮影日時がありません。")
    return None, False


def _date_time(text: str) -> datetime | None:
    match = _DATE_TIME.match(text)
    if match is None:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    return moment if moment.year in _YEARS else None


def _microseconds(text: str | None) -> int:
    """Read a decimal fraction of a second, such as "123"; 0 when there is none."""
    digits = re.match(r"\d{1,6}", text or "", re.ASCII)
    return int(digits[0].ljust(6, "0")) if digits else 0


def _offset(text: str | None) -> timezone | None:
    match = _OFFSET.fullmatch(text or "")
    if text == "Z":
        return UTC
    if match is None:
        return None
    hours, odd_minutes = int(match[2]), int(match[3] or 0)
    minutes = hours * 60 + odd_minutes
    if minutes > 14 * 60 or odd_minutes > 59:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
