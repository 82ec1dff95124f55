"""Every setting once: name, default, unit and help.

A setting is read from the environment variable of its name. A value that cannot be used stops the
start with a message that names the setting. `docs/settings.md` is checked against this list.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from inspection.errors import SettingError
from inspection.setting_values import (
    count,
    extra_fields,
    flag,
    language,
    level,
    municipality,
    pairs,
    positive_int,
    rate,
    rate_storage,
    web_address,
    words,
    zone,
)

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Setting:
    """One setting: `name` is the environment variable, `parse` turns its text into a value."""

    name: str
    default: str
    unit: str
    help: str
    parse: Callable[[str], Any] = str


# Named in the contract for what is not built yet (resumable uploads, S3): setting them early is
# no mistake, so they do not stop the start.
RESERVED = {"HANTEI_UPLOAD_TTL_S", "HANTEI_S3_ENDPOINT", "HANTEI_S3_REGION"} | {
    "HANTEI_S3_ACCESS_KEY_ID",
    "HANTEI_S3_SECRET_ACCESS_KEY",
}

KITAKYUSHU_WARDS = (
    "401013:門司区,401030:若松区,401056:戸畑区,401064:小倉北区,401072:小倉南区,"
    "401081:八幡東区,401099:八幡西区"
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HANTEI_VAR_DIR", str(PROJECT_ROOT / "var"), "folder", "Embedded data and caches.", Path
    ),
    Setting(
        "HANTEI_DATABASE_URL",
        "",
        "URL",
        "Database; empty: SQLite in the var folder. PostGIS: postgresql+psycopg://…",
    ),
    Setting(
        "HANTEI_STORAGE_URL", "", "URL", "Photo storage; empty: file storage in the var folder."
    ),
    Setting(
        "HANTEI_SECRET_KEY",
        "",
        "text",
        "Signs sessions; required unless the embedded database is used.",
    ),
    Setting(
        "HANTEI_SPATIALITE_LIBRARY",
        "",
        "path",
        "mod_spatialite, where it is not on the library path.",
    ),
    Setting(
        "HANTEI_TIME_ZONE",
        "Asia/Tokyo",
        "zone",
        "The site's time zone; a date without time is a day in it.",
        zone,
    ),
    Setting("HANTEI_LANGUAGE", "ja", "ja or en", "Default language of labels and pages.", language),
    Setting(
        "HANTEI_MUNICIPALITY_CODE",
        "401005",
        "code",
        "The city's six-digit code (text); its own rule tables go before the national ones.",
        municipality,
    ),
    Setting("HANTEI_MUNICIPALITY_NAME", "北九州市", "text", "The city's name on pages and packs."),
    Setting("HANTEI_WARDS", KITAKYUSHU_WARDS, "list", "Ward codes and names: code:name, …", pairs),
    Setting(
        "HANTEI_SECRETARIAT_NAME",
        "空き家対策担当課",
        "text",
        "The secretariat's name on the cover.",
    ),
    Setting(
        "HANTEI_STAMP_ROLES",
        "委員長,副委員長,委員,委員,事務局",
        "list",
        "Stamp boxes on a case sheet, in order.",
        words,
    ),
    Setting(
        "HANTEI_EXTRA_FIELDS",
        "",
        "list",
        "The city's own house fields: name:label:type, …",
        extra_fields,
    ),
    Setting("HANTEI_MAX_PHOTO_BYTES", str(60_000_000), "bytes", "Largest photo.", positive_int),
    Setting(
        "HANTEI_MAX_PHOTO_PIXELS",
        str(100_000_000),
        "pixels",
        "Largest picture, width × height.",
        positive_int,
    ),
    Setting("HANTEI_MAX_BODY_BYTES", str(4_000_000), "bytes", "Largest JSON body.", positive_int),
    Setting(
        "HANTEI_BUSY_TIMEOUT_MS",
        "10000",
        "ms",
        "How long an SQLite writer waits for another.",
        positive_int,
    ),
    Setting(
        "HANTEI_TOKEN_TTL_DAYS", "400", "days", "How long a new API token is valid.", positive_int
    ),
    Setting("HANTEI_SESSION_HOURS", "12", "hours", "How long a sign-in lasts.", positive_int),
    Setting(
        "HANTEI_SIGN_IN_LIMIT",
        "10 per minute",
        "rate",
        "Sign-in and enrolment attempts an address.",
        rate,
    ),
    Setting(
        "HANTEI_RATE_STORAGE_URL",
        "memory://",
        "URL",
        "Where rate limits are counted.",
        rate_storage,
    ),
    Setting(
        "HANTEI_SECURE_COOKIES",
        "0",
        "0 or 1",
        "1 behind TLS: cookies are sent over https only.",
        flag,
    ),
    Setting(
        "HANTEI_PROXY_HOPS",
        "0",
        "proxies",
        "Reverse proxies in front whose X-Forwarded-* is trusted.",
        count,
    ),
    Setting(
        "HANTEI_CORS_ORIGINS", "", "list", "Origins of other sites that may read the API.", words
    ),
    Setting(
        "HANTEI_METRICS_PUBLIC",
        "0",
        "0 or 1",
        "1: /metrics answers other hosts than loopback.",
        flag,
    ),
    Setting("HANTEI_LOG_LEVEL", "INFO", "level", "Least severe log line that is written.", level),
    Setting(
        "HANTEI_JOB_LEASE_S",
        "60",
        "s",
        "A job whose worker is silent for so long is given to another.",
        positive_int,
    ),
    Setting("HANTEI_JOB_ATTEMPTS", "5", "times", "Attempts before a job is dead.", positive_int),
    Setting("HANTEI_BIND", "127.0.0.1", "address", "Address on which `make run` listens."),
    Setting("HANTEI_DEMO", "1", "0 or 1", "0: the first start loads no demo data.", flag),
    Setting(
        "HANTEI_BASE_URL",
        "http://127.0.0.1:8000",
        "URL",
        "Where people reach this server; used in links that are printed.",
        web_address,
    ),
)


def load_settings(given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return every setting's value by name.

    given: the source of values; default the process environment.
    Raises SettingError naming the setting, the value found and what is allowed.
    """
    source: Mapping[str, str] = os.environ if given is None else given
    known = {setting.name for setting in SETTINGS} | RESERVED
    unknown = sorted(n for n in source if n.startswith("HANTEI_") and n not in known)
    if unknown:
        raise SettingError(f"{unknown[0]}: no such setting; `flask --app wsgi settings` lists them")
    values = {setting.name: _parse(setting, source.get(setting.name, "")) for setting in SETTINGS}
    return _complete(values)


def _parse(setting: Setting, text: str) -> Any:
    value = text.strip() or setting.default
    try:
        return setting.parse(value)
    except ValueError as error:
        raise SettingError(f"{setting.name}={value!r}: {error}") from None


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    """Fill in what depends on another setting."""
    var = values["HANTEI_VAR_DIR"] = Path(values["HANTEI_VAR_DIR"]).resolve()
    embedded = not values["HANTEI_DATABASE_URL"]
    if embedded:
        values["HANTEI_DATABASE_URL"] = f"sqlite:///{var / 'hantei.db'}"
    if not values["HANTEI_DATABASE_URL"].startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError(
            "HANTEI_DATABASE_URL: must begin with sqlite:/// or postgresql+psycopg://"
        )
    try:
        make_url(values["HANTEI_DATABASE_URL"])
    except (ArgumentError, ValueError):  # whose message may show the password
        raise SettingError("HANTEI_DATABASE_URL: is no well-formed URL") from None
    if not values["HANTEI_STORAGE_URL"]:
        values["HANTEI_STORAGE_URL"] = f"file://{var / 'storage'}"
    if not values["HANTEI_SECRET_KEY"]:
        if not embedded:
            raise SettingError("HANTEI_SECRET_KEY: must be set, at least 16 characters of your own")
        values["HANTEI_SECRET_KEY"] = _own_secret(var)
    if len(values["HANTEI_SECRET_KEY"]) < 16:
        raise SettingError("HANTEI_SECRET_KEY: must have at least 16 characters")
    return values


def _own_secret(var: Path) -> str:
    """Return this installation's own secret, made once, readable by its owner only."""
    path = var / "secret_key"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
