"""A case's photos: looking at them, releasing them, and blackening what nobody may see."""

from __future__ import annotations

import json
import math
import uuid
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for

from inspection import queries
from inspection.api.files import send_object
from inspection.errors import InvalidError, NotFoundError
from inspection.services import photos
from inspection.services.photo_items import known_items
from inspection.web.frame import blp
from inspection.web.meetings import case_of
from inspection.web.sessions import staff_page

SIDES = ("x", "y", "width", "height")
MAX_BOXES = 100


@blp.get("/meetings/<uuid:meeting_id>/cases/<uuid:inspection_id>/photos")
@staff_page("photo:release")
def release_photos(meeting_id: uuid.UUID, inspection_id: uuid.UUID) -> str:
    """Show a case's photos, each with its release and the boxes drawn on it."""
    case = case_of(meeting_id, inspection_id)
    kept = queries.photos_of([case.inspection_pk])[case.inspection_pk]
    cases = case.meeting.cases
    at = cases.index(case)
    return render_template(
        "case_photos.html",
        case=case,
        meeting=case.meeting,
        before=cases[at - 1] if at else None,
        after=cases[at + 1] if at + 1 < len(cases) else None,
        photos=[photo for photo in kept if photo.status == "ready"],
        others=[photo for photo in kept if photo.status != "ready"],
        labels=known_items(case.inspection.rule_table),
    )


@blp.post("/meetings/<uuid:meeting_id>/cases/<uuid:inspection_id>/photos/<uuid:photo_id>")
@staff_page("photo:release")
def save_release(meeting_id: uuid.UUID, inspection_id: uuid.UUID, photo_id: uuid.UUID) -> Any:
    """Keep one photo's release and boxes."""
    case = case_of(meeting_id, inspection_id)
    photo = queries.photo(photo_id, g.actor)
    if photo.inspection_pk != case.inspection_pk:
        raise NotFoundError(photos.NO_PHOTO)
    released = request.form.get("released") == "1"
    photos.release(photo_id, released, read_boxes(request.form.get("boxes", "")), actor=g.actor)
    flash("写真を公開用資料に載せます。" if released else "写真を公開用資料に載せません。")
    page = url_for("web.release_photos", meeting_id=meeting_id, inspection_id=inspection_id)
    return redirect(f"{page}#photo-{photo_id}", 303)


def read_boxes(text: str) -> list[dict[str, float]]:
    """Return the boxes that the page's script wrote, in fractions of the picture as shown.

    Raises InvalidError for anything else.
    """
    wrong = InvalidError.of(
        "boxes", "塗りつぶしの枠を読み取れません。画面を読み込み直してください。"
    )
    try:
        boxes = json.loads(text or "[]")
        found = [{side: float(box[side]) for side in SIDES} for box in boxes]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise wrong from None
    if len(found) > MAX_BOXES or not all(_is_inside(box) for box in found):
        raise wrong
    return found


def _is_inside(box: dict[str, float]) -> bool:
    sizes = all(math.isfinite(value) and 0 <= value <= 1 for value in box.values())
    return sizes and box["width"] > 0 and box["height"] > 0


@blp.get("/photos/<uuid:photo_id>/<size>.jpg")
@staff_page("photo:read")
def photo_picture(photo_id: uuid.UUID, size: str) -> Response:
    """Return the report copy or the thumbnail of a photo that the person may see."""
    if size not in ("report", "thumbnail"):
        raise NotFoundError(photos.NO_PHOTO)
    photo = queries.photo(photo_id, g.actor)
    found = photos.file_of(photo, size, actor=g.actor)
    return send_object(
        found.key, found.media_type, name=found.name, etag=found.etag, attachment=False
    )
