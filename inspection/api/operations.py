"""Is it alive, is it ready, what is it doing?"""

from __future__ import annotations

from typing import Any

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import text

from inspection import metrics
from inspection.auth import public
from inspection.config import PROJECT_ROOT
from inspection.errors import NotFoundError
from inspection.extensions import db
from inspection.resources import storage

log = structlog.get_logger(__name__)
blp = Blueprint("operations", __name__)
LOOPBACK = ("127.0.0.1", "::1")


@blp.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify({"status": "ok"})


@blp.get("/readyz")
@public
def readyz() -> Any:
    """Say whether database, storage and migrations allow work; 503 names what does not."""
    checks = {"database": _database, "storage": _storage, "migrations": _migrations}
    found = {name: _outcome(check) for name, check in checks.items()}
    ready = all(outcome == "ok" for outcome in found.values())
    reply = jsonify({"status": "ok" if ready else "unavailable", "checks": found})
    return (reply, 200) if ready else (reply, 503, {"Retry-After": "10"})


def _outcome(check: Any) -> str:
    try:
        return str(check())
    except Exception as error:  # whatever it is, the answer is that we are not ready
        log.warning("not ready", check=check.__name__.strip("_"), error=str(error).split("\n")[0])
        db.session.rollback()
        return "unavailable"


def _database() -> str:
    db.session.execute(text("select 1"))
    return "ok"


def _storage() -> str:
    storage().check()
    return "ok"


def _migrations() -> str:
    head = ScriptDirectory(str(PROJECT_ROOT / "migrations")).get_current_head()
    current = MigrationContext.configure(db.session.connection()).get_current_revision()
    return "ok" if current == head else f"at {current}, head is {head}"


@blp.get("/metrics")
@public
def prometheus() -> Response:
    """Return Prometheus metrics, to loopback only unless the setting opens them."""
    open_to_all = current_app.config["HANTEI_METRICS_PUBLIC"]
    if not open_to_all and request.remote_addr not in LOOPBACK:
        raise NotFoundError("このページはありません。")
    return metrics.render()
