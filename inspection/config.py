"""Reading the settings from the environment, complete and checked, before anything starts.

A value that cannot be used stops the start with a message that names the setting.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from inspection.errors import SettingError
from inspection.packs.signing import SigningError, load_signer
from inspection.settings import PROJECT_ROOT, SETTINGS, Setting

__all__ = ["PROJECT_ROOT", "SETTINGS", "load_settings"]


def load_settings(given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return every setting's value by name.

    given: the source of values; default the process environment.
    Raises SettingError naming the setting, the value found and what is allowed.
    """
    source: Mapping[str, str] = os.environ if given is None else given
    known = {setting.name for setting in SETTINGS}
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
    if bool(values["HANTEI_S3_ACCESS_KEY_ID"]) != bool(values["HANTEI_S3_SECRET_ACCESS_KEY"]):
        raise SettingError(
            "HANTEI_S3_ACCESS_KEY_ID and HANTEI_S3_SECRET_ACCESS_KEY: set both or neither"
        )
    if values["HANTEI_PACK_SIGNING_KEY"]:
        _check_signing_key(values)
    if not values["HANTEI_SECRET_KEY"]:
        if not embedded:
            raise SettingError("HANTEI_SECRET_KEY: must be set, at least 16 characters of your own")
        values["HANTEI_SECRET_KEY"] = _own_secret(var)
    if len(values["HANTEI_SECRET_KEY"]) < 16:
        raise SettingError("HANTEI_SECRET_KEY: must have at least 16 characters")
    return values


def _check_signing_key(values: dict[str, Any]) -> None:
    try:
        load_signer(values["HANTEI_PACK_SIGNING_KEY"], values["HANTEI_PACK_SIGNING_PASSWORD"])
    except SigningError as error:
        raise SettingError(f"HANTEI_PACK_SIGNING_KEY: {error}") from None


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
