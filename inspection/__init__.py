"""Hantei (判定): the application with which a city inspects dilapidated vacant houses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__version__ = "0.1.0"


def create_app(settings: Mapping[str, str] | None = None) -> Flask:
    """Build the application.

    settings: values by setting name (see config.py); default the process environment.
    Raises SettingError when a setting cannot be used.
    """
    from flask import Flask

    from inspection import (
        api,
        auth,
        changes,
        cli,
        config,
        gis,
        headers,
        logs,
        metrics,
        problems,
        resources,
        routing,
        web,
    )
    from inspection.database import setup as database
    from inspection.gis import express

    app = Flask(__name__, static_folder=None)
    app.url_rule_class = routing.LateRule
    app.config.update(config.load_settings(settings))
    logs.configure(app.config["HANTEI_LOG_LEVEL"])
    for part in (
        logs,
        metrics,
        express,
        headers,
        auth,
        problems,
        database,
        changes,
        resources,
        api,
        gis,
        web,
        cli,
    ):
        part.register(app)
    return app
