"""What the text of a setting means: one function a kind, each says what it allows."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import limits
from limits.storage import storage_from_string


def positive_int(text: str) -> int:
    """Return a whole number above 0. Raises ValueError."""
    value = count(text)
    if value == 0:
        raise ValueError("must be a whole number above 0")
    return value


def count(text: str) -> int:
    """Return a whole number, 0 or more. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ValueError("must be a whole number, 0 or more")
    return int(text)


def flag(text: str) -> bool:
    """Return whether a setting is on. Raises ValueError."""
    allowed = {"0": False, "1": True, "false": False, "true": True}
    if text.lower() not in allowed:
        raise ValueError("must be 0 or 1")
    return allowed[text.lower()]


def zone(text: str) -> ZoneInfo:
    """Return a time zone by its name. Raises ValueError."""
    try:
        return ZoneInfo(text)
    except Exception:
        raise ValueError("must be a time zone name such as Asia/Tokyo") from None


def language(text: str) -> str:
    """Return ja or en. Raises ValueError."""
    if text not in ("ja", "en"):
        raise ValueError("must be ja or en")
    return text


def municipality(text: str) -> str:
    """Return a six-digit code (全国地方公共団体コード). Raises ValueError."""
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError("must be six digits")
    return text


def plane_zone(text: str) -> str:
    """Return a plane rectangular zone such as EPSG:6670. Raises ValueError."""
    if not re.fullmatch(r"EPSG:66(69|7[0-9]|8[0-7])", text):
        raise ValueError("must be EPSG:6669 to EPSG:6687")
    return text


def level(text: str) -> str:
    """Return a log level. Raises ValueError."""
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def rate(text: str) -> str:
    """Return a rate such as `10 per minute`. Raises ValueError."""
    limits.parse_many(text)
    return text


def rate_storage(text: str) -> str:
    """Return the URL of a store of counts. Raises ValueError."""
    try:
        storage_from_string(text)
    except Exception as error:  # what a driver finds wrong with its own kind of URL
        raise ValueError(str(error)) from None
    return text


def web_address(text: str) -> str:
    """Return an http or https URL. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a URL such as https://hantei.example.jp")
    return text


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list with commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def extra_fields(text: str) -> dict[str, tuple[str, str]]:
    """`roof_age:屋根の築年:number, school_zone:通学路:boolean` -> {name: (label, type)}."""
    fields: dict[str, tuple[str, str]] = {}
    for word in words(text):
        parts = word.split(":")
        if len(parts) != 3 or not all(parts) or parts[2] not in ("text", "number", "boolean"):
            raise ValueError("each field is name:label:type, type one of text, number, boolean")
        fields[parts[0]] = (parts[1], parts[2])
    return fields


def pairs(text: str) -> dict[str, str]:
    """`401013:門司区,401030:若松区` -> {code: name}."""
    found = {}
    for word in words(text):
        code, colon, name = word.partition(":")
        if not colon or not code or not name:
            raise ValueError("each entry is code:name")
        found[code] = name
    return found
