"""A meeting's cases as office files: workbook, text file, and the draft of the minutes."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response

from inspection.api.files import disposition
from inspection.api.media import BINARY, CSV, DOCX, XLSX
from inspection.api.parsing import Blueprint
from inspection.auth import current_actor, requires
from inspection.lists.minutes import to_docx
from inspection.lists.model import MeetingList
from inspection.lists.text_file import to_csv
from inspection.lists.workbook import to_xlsx
from inspection.services.meeting_lists import freeze_list

blp = Blueprint("meeting_lists", __name__, description="Lists and minutes of a meeting")


@blp.get("/meetings/<uuid:meeting_id>/cases.xlsx")
@requires("meeting:read")
@blp.response(200, BINARY["schema"], content_type=XLSX, description="The cases, ready for print")
def get_workbook(meeting_id: uuid.UUID) -> Response:
    """Return the list of cases as a workbook set up for A4 landscape."""
    return _file(meeting_id, "xlsx", to_xlsx, XLSX, "案件一覧")


@blp.get("/meetings/<uuid:meeting_id>/cases.csv")
@requires("meeting:read")
@blp.response(200, BINARY["schema"], content_type=CSV, description="UTF-8 with BOM")
def get_text_file(meeting_id: uuid.UUID) -> Response:
    """Return the list of cases as CSV (UTF-8 with BOM)."""
    return _file(meeting_id, "csv", to_csv, f"{CSV}; charset=utf-8", "案件一覧")


@blp.get("/meetings/<uuid:meeting_id>/minutes.docx")
@requires("meeting:read")
@blp.response(200, BINARY["schema"], content_type=DOCX, description="A draft to be completed")
def get_minutes(meeting_id: uuid.UUID) -> Response:
    """Return the draft of the minutes with the decisions filled in."""
    return _file(meeting_id, "docx", to_docx, DOCX, "議事録案")


def _file(
    meeting_id: uuid.UUID,
    extension: str,
    write: Callable[[MeetingList], bytes],
    media_type: str,
    called: str,
) -> Response:
    listed = freeze_list(meeting_id, extension, actor=current_actor())
    response = Response(write(listed), content_type=media_type)
    name = f"{listed.name}_{called}.{extension}"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
