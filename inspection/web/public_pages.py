"""Pages for everybody: what runs here, and the API's description."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Response, make_response, render_template, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from inspection.auth import public
from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.models import House, Inspection, Meeting
from inspection.web.frame import blp

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Facts:
    """What the database holds, as counts only."""

    houses: int
    visits: int
    meetings: int


def facts() -> Facts | None:
    """Count in one query; None when the database cannot be asked."""
    counts = (select(func.count(m.pk)).scalar_subquery() for m in (House, Inspection, Meeting))
    try:
        with read_transaction():
            return Facts(*db.session.execute(select(*counts)).one())
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("front page without facts", error=str(error))
        return None


@blp.get("/")
@public
def index() -> Response:
    """Say what runs here, for whom, and where to go on."""
    page = render_template(
        "index.html", facts=facts(), ogc_address=f"{request.host_url.rstrip('/')}/ogc/"
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie"
    return response


@blp.get("/api/v1/docs")
@public
def api_docs() -> str:
    """Describe the API readably, from files of this server alone."""
    return render_template("api_docs.html")
