"""The pages people see: the front page, sign-in, enrolling a tablet, the API's description."""

from __future__ import annotations

import mimetypes

from flask import Flask

from inspection.extensions import csrf
from inspection.web import (
    case_photos,
    enrol,
    errors,
    home,
    map_questions,
    meeting_cases,
    meeting_files,
    meetings,
    public_pages,
    sessions,
    sign_in,
    tablets,
    teams,
)
from inspection.web.frame import blp

# Importing them puts their views on `blp`.
VIEWS = (
    case_photos,
    enrol,
    home,
    map_questions,
    meeting_cases,
    meeting_files,
    meetings,
    public_pages,
    sign_in,
    tablets,
    teams,
)

# Browsers are told not to guess (nosniff), and a bare machine knows fewer types than we serve.
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}


def register(app: Flask) -> None:
    """Put the pages, their sessions, CSRF and error pages on an application."""
    for suffix, media_type in TYPES.items():
        mimetypes.add_type(media_type, suffix)
    sessions.configure(app)
    # Checked on the pages' blueprint only: the JSON API takes tokens, which no browser adds itself.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    csrf.init_app(app)
    app.register_blueprint(blp)
    errors.register(app)
