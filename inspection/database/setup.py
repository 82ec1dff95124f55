"""Bind the database of an application: engine options, SpatiaLite, migrations."""

from __future__ import annotations

from flask import Flask

from inspection import models
from inspection.config import PROJECT_ROOT
from inspection.database import liveness, spatialite
from inspection.database.library import LibraryMissing, find_library
from inspection.errors import SettingError
from inspection.extensions import db, migrate

assert models  # importing it completes the metadata

POSTGRESQL_POOL = {"pool_size": 10, "max_overflow": 10, "pool_timeout": 10}


def register(app: Flask) -> None:
    """Make the engine and the migrations known to an application.

    Raises SettingError when SpatiaLite is needed and cannot be loaded.
    """
    url = app.config["HANTEI_DATABASE_URL"]
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    embedded = url.startswith("sqlite")
    timeout_ms = app.config["HANTEI_BUSY_TIMEOUT_MS"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = (
        spatialite.engine_options(timeout_ms) if embedded else POSTGRESQL_POOL
    )
    db.init_app(app)
    migrate.init_app(app, db, directory=str(PROJECT_ROOT / "migrations"))
    if not embedded:
        with app.app_context():
            liveness.install(db.engine)
    else:
        library = _library(app.config["HANTEI_SPATIALITE_LIBRARY"])
        with app.app_context():
            spatialite.install(db.engine, library=library, busy_timeout_ms=timeout_ms)


def _library(explicit: str) -> str:
    try:
        return find_library(explicit)
    except LibraryMissing as missing:
        raise SettingError(
            f"HANTEI_SPATIALITE_LIBRARY: SpatiaLite cannot be loaded ({missing}); "
            "install libsqlite3-mod-spatialite (apt), libspatialite (dnf, brew) or run `make setup`"
        ) from None
