"""What an application holds besides the database: rule tables and the photo storage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from inspection import published_tables
from inspection.errors import SettingError
from scoring.registry import Registry
from uploads.errors import StorageError
from uploads.s3_access import S3Access
from uploads.storage import Storage, open_storage


def registry() -> Registry:
    """Return the rule tables: shipped with the software, or approved in this database."""
    return published_tables.current()


def storage() -> Storage:
    """Return the photo storage of the current application."""
    store: Storage = current_app.extensions["hantei_storage"]
    return store


def register(app: Flask) -> None:
    """Load the rule tables and open the storage once for an application.

    Raises SettingError for a storage that cannot be opened. An S3 server is not asked anything
    yet: while it is away, everything that needs no photo has to go on (docs/decisions/0010).
    """
    published_tables.register(app)
    app.extensions["hantei_storage"] = open_configured(app.config["HANTEI_STORAGE_URL"], app.config)


def open_configured(url: str, config: Mapping[str, Any]) -> Storage:
    """Open a storage with the S3 settings of a configuration. Raises SettingError."""
    access = S3Access(
        endpoint=config["HANTEI_S3_ENDPOINT"] or None,
        region=config["HANTEI_S3_REGION"],
        access_key_id=config["HANTEI_S3_ACCESS_KEY_ID"] or None,
        secret_access_key=config["HANTEI_S3_SECRET_ACCESS_KEY"] or None,
        public_endpoint=config["HANTEI_S3_PUBLIC_ENDPOINT"] or None,
    )
    spool = Path(config["HANTEI_VAR_DIR"]) / "spool"
    try:
        return open_storage(url, s3=access, spool_folder=spool)
    except StorageError as error:
        raise SettingError(f"HANTEI_STORAGE_URL: {error}") from error
