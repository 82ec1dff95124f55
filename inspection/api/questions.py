"""Questions that GIS staff ask: counts by ward and cell, houses near a drawing, change in time."""

from __future__ import annotations

from itertools import chain
from typing import Any

from flask import Response, request, stream_with_context

from inspection.api.files import disposition
from inspection.api.parsing import Blueprint
from inspection.auth import current_actor, requires
from inspection.errors import TooLargeRequestError
from inspection.gis.questions import answers, documents
from inspection.gis.questions.drawing import MAX_BYTES

blp = Blueprint("questions", __name__, description="Questions that GIS staff ask of the houses")


@blp.get("/counts/wards")
@requires("ogc:read")
@blp.doc(**documents.of("wards"))
def get_ward_counts() -> Response:
    """Count the houses by ward: inspected, by judgement and status, mean and greatest total."""
    return _send(answers.answer_wards(request.args, current_actor()))


@blp.get("/counts/meshes")
@requires("ogc:read")
@blp.doc(**documents.of("meshes"))
def get_mesh_counts() -> Response:
    """Count the houses by the cells of JIS X 0410 (地域メッシュ); only cells with houses."""
    return _send(answers.answer_meshes(request.args, current_actor()))


@blp.get("/counts/hexagons")
@requires("ogc:read")
@blp.doc(**documents.of("hexagons"))
def get_hexagon_counts() -> Response:
    """Count the houses by hexagons of a width in metres; only cells with houses."""
    return _send(answers.answer_hexagons(request.args, current_actor()))


@blp.post("/houses/near")
@requires("ogc:read")
@blp.doc(**documents.of("near"))
def post_houses_near() -> Response:
    """Find the houses within a distance of the drawing in the body (GeoJSON), the nearest first."""
    return _send(answers.answer_near(request.args, _drawn(), current_actor()))


@blp.get("/changes/houses")
@requires("ogc:read")
@blp.doc(**documents.of("changes"))
def get_house_changes() -> Response:
    """Compare the newest confirmed visits of each house on two dates."""
    return _send(answers.answer_changes(request.args, current_actor()))


def _drawn() -> bytes:
    """Return the body, whatever its declared type; no more of it is read than is allowed."""
    if (request.content_length or 0) > MAX_BYTES:
        raise TooLargeRequestError(f"図形のファイルは {MAX_BYTES // 1_000_000} MB までです。")
    return request.get_data(cache=False)


def _send(answer: answers.Answer) -> Response:
    """Send an answer in pieces; what fails before the first of them is still a problem."""
    pieces: Any = answers.joined(answer.text)
    first = next(pieces)
    body = stream_with_context(chain([first], pieces))
    response = Response(body, content_type=answer.media_type)  # type: ignore[arg-type]
    kind = "attachment" if answer.media_type == answers.CSV else "inline"
    response.headers["Content-Disposition"] = disposition(kind, answer.name)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
