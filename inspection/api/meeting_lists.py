"""A meeting's cases as office files: workbook, text file, and the draft of the minutes."""

from __future__ import annotations

import uuid

from flask import Response

from inspection.api.files import send_list
from inspection.api.media import BINARY
from inspection.api.parsing import Blueprint
from inspection.auth import current_actor, requires
from inspection.lists.kinds import KINDS
from inspection.services.meeting_lists import freeze_list

blp = Blueprint("meeting_lists", __name__, description="Lists and minutes of a meeting")
XLSX, CSV, DOCX = (KINDS[each].media_type for each in ("xlsx", "csv", "docx"))


@blp.get("/meetings/<uuid:meeting_id>/cases.xlsx")
@requires("meeting:read")
@blp.response(200, BINARY["schema"], content_type=XLSX, description="The cases, ready for print")
def get_workbook(meeting_id: uuid.UUID) -> Response:
    """Return the list of cases as a workbook set up for A4 landscape."""
    return _file(meeting_id, "xlsx")


@blp.get("/meetings/<uuid:meeting_id>/cases.csv")
@requires("meeting:read")
@blp.response(200, BINARY["schema"], content_type=CSV, description="UTF-8 with BOM")
def get_text_file(meeting_id: uuid.UUID) -> Response:
    """Return the list of cases as CSV (UTF-8 with BOM)."""
    return _file(meeting_id, "csv")


@blp.get("/meetings/<uuid:meeting_id>/minutes.docx")
@requires("meeting:read")
@blp.response(200, BINARY["schema"], content_type=DOCX, description="A draft to be completed")
def get_minutes(meeting_id: uuid.UUID) -> Response:
    """Return the draft of the minutes with the decisions filled in."""
    return _file(meeting_id, "docx")


def _file(meeting_id: uuid.UUID, extension: str) -> Response:
    return send_list(freeze_list(meeting_id, extension, actor=current_actor()), extension)
