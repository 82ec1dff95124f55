"""What an application holds besides the database: rule tables and the photo storage."""

from __future__ import annotations

from flask import Flask, current_app

from inspection import published_tables
from inspection.errors import SettingError
from scoring.registry import Registry
from uploads.errors import StorageError
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

    Raises SettingError for a storage that cannot be opened.
    """
    published_tables.register(app)
    try:
        app.extensions["hantei_storage"] = open_storage(app.config["HANTEI_STORAGE_URL"])
    except StorageError as error:
        raise SettingError(f"HANTEI_STORAGE_URL: {error}") from error
