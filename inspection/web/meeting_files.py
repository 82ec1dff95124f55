"""A meeting's packs and lists on the pages: order, watch, cancel, download."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for

from inspection.api.files import send_list, send_object
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.labels import EDITION_LABELS
from inspection.lists.kinds import KINDS
from inspection.services import meeting_desk, meetings, order_pack
from inspection.services.meeting_lists import freeze_list
from inspection.web.frame import blp
from inspection.web.meetings import EDITION_PURPOSES, desk
from inspection.web.sessions import staff_page


@blp.post("/meetings/<uuid:meeting_id>/packs")
@staff_page("meeting:write")
def build_pack(meeting_id: uuid.UUID) -> Any:
    """Order a build of one edition."""
    edition = request.form.get("edition", "")
    if edition not in EDITION_LABELS:
        raise InvalidError.of("edition", "版を選んでください。")
    try:
        order_pack.order_pack(meeting_id, edition, actor=g.actor)
    except ConflictError as error:
        return desk(meetings.get(meeting_id), pack_error=error.detail), 409
    return _to_packs(meeting_id)


@blp.get("/packs/<uuid:pack_id>/state")
@staff_page("pack:read")
def pack_state(pack_id: uuid.UUID) -> Response:
    """Return a build's state and its row of the page, which the page's script puts in."""
    pack = order_pack.get(pack_id, actor=g.actor)
    row = render_template(
        "_pack.html",
        pack=pack,
        earlier=meeting_desk.packs_of(pack.meeting, [pack.edition])[pack.edition].earlier,
        edition=pack.edition,
        label=EDITION_LABELS[pack.edition],
        purpose=EDITION_PURPOSES[pack.edition],
        meeting=pack.meeting,
        may_write=g.actor.may("meeting:write"),
    )
    return jsonify({"status": pack.status, "html": row})


@blp.post("/packs/<uuid:pack_id>/cancel")
@staff_page("meeting:write")
def cancel_pack(pack_id: uuid.UUID) -> Any:
    """Stop a build that is under way."""
    pack = order_pack.get(pack_id, actor=g.actor)
    try:
        order_pack.cancel(pack_id, actor=g.actor)
        flash("資料の作成を取り消しました。")
    except ConflictError as error:  # it was finished before the button was pressed
        flash(error.detail, "attention")
    return _to_packs(pack.meeting.id)


@blp.get("/packs/<uuid:pack_id>/file")
@staff_page("pack:read")
def pack_file(pack_id: uuid.UUID) -> Response:
    """Download a finished pack; noted."""
    pack = order_pack.get(pack_id, actor=g.actor)
    key = order_pack.file_key(pack, actor=g.actor)
    name = order_pack.file_name(pack)
    return send_object(key, "application/pdf", name=name, etag=pack.sha256 or "", attachment=True)


@blp.get("/meetings/<uuid:meeting_id>/list.<kind>")
@staff_page("meeting:read")
def meeting_list(meeting_id: uuid.UUID, kind: str) -> Response:
    """Download a list of the meeting's cases, or the draft of its minutes; noted."""
    if kind not in KINDS:
        raise NotFoundError("この一覧はありません。")
    return send_list(freeze_list(meeting_id, kind, actor=g.actor), kind)


def _to_packs(meeting_id: uuid.UUID) -> Any:
    return redirect(url_for("web.show_meeting", meeting_id=meeting_id) + "#packs", 303)
