"""Meetings: the list, a new one, and the desk where one is prepared."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for

from inspection.errors import NotFoundError
from inspection.labels import DECISION_LABELS, EDITION_LABELS, STATUS_LABELS, STRUCTURE_LABELS
from inspection.models import Meeting
from inspection.models.types import now
from inspection.packs import words
from inspection.services import meeting_desk, meetings
from inspection.web.forms import MeetingForm, of_meeting
from inspection.web.frame import blp
from inspection.web.sessions import staff_page

STANDARD_AGENDA = "開会\n案件の判定について\nその他\n閉会"


@blp.app_template_filter("era_time")
def era_time(moment: Any) -> str:
    """Return an instant as 令和8年11月23日(月) 13:30, in the site's zone."""
    zone = current_app.config["HANTEI_TIME_ZONE"]
    return words.era_time(moment.astimezone(zone).isoformat(), weekday=True)


@blp.app_template_filter("meeting_name")
def meeting_name(meeting: Meeting) -> str:
    """Return 第4回 判定委員会."""
    return words.meeting_name(meeting.number, meeting.title)


@blp.app_template_filter("figure")
def figure(value: float | None) -> str:
    """Return points without trailing zeros."""
    return words.figure(value)


def may_write() -> bool:
    """Say whether the person signed in prepares meetings."""
    return bool(g.actor.may("meeting:write"))


@blp.get("/meetings")
@staff_page("meeting:read")
def list_meetings() -> str:
    """Show what is coming, then what has been."""
    today = now() - timedelta(hours=12)  # a meeting of today is not over yet
    rows = meetings.list_meetings()
    return render_template(
        "meetings.html",
        coming=sorted((m for m in rows if m.held_at >= today), key=lambda m: m.held_at),
        past=[m for m in rows if m.held_at < today],
        may_write=may_write(),
    )


@blp.get("/meetings/new")
@staff_page("meeting:write")
def new_meeting() -> str:
    """Show the form for a new meeting, filled in as the last one was where that helps."""
    last = next(iter(meetings.list_meetings()), None)
    given: dict[str, Any] = {"agenda": STANDARD_AGENDA, "title": "判定委員会"}
    if last is not None:
        zone = current_app.config["HANTEI_TIME_ZONE"]
        given = {**of_meeting(last, zone), "held_on": None}
        given["number"] = "" if last.number is None else str(last.number + 1)
    form = MeetingForm(formdata=None, data=given)
    return render_template("meeting_form.html", form=form, meeting=None, new_id=uuid.uuid4())


@blp.get("/meetings/<uuid:meeting_id>/edit")
@staff_page("meeting:write")
def edit_meeting(meeting_id: uuid.UUID) -> str:
    """Show the form for a meeting that is there."""
    meeting = meetings.get(meeting_id)
    zone = current_app.config["HANTEI_TIME_ZONE"]
    form = MeetingForm(formdata=None, data=of_meeting(meeting, zone))
    return render_template("meeting_form.html", form=form, meeting=meeting)


@blp.post("/meetings/<uuid:meeting_id>/edit")
@staff_page("meeting:write")
def save_meeting(meeting_id: uuid.UUID) -> Any:
    """Keep a meeting; the id of a new one came with its form, so sending twice makes one."""
    form = MeetingForm()
    meeting = meetings.find(meeting_id)
    if not form.validate():
        page = render_template("meeting_form.html", form=form, meeting=meeting, new_id=meeting_id)
        return page, 422
    body = form.body(current_app.config["HANTEI_TIME_ZONE"])
    _, created = meetings.put_meeting(
        meeting_id, body, actor=g.actor, if_match=request.form.get("revision")
    )
    flash("会議を作りました。議案を選んでください。" if created else "会議を保存しました。")
    return redirect(url_for("web.show_meeting", meeting_id=meeting_id), 303)


@blp.get("/meetings/<uuid:meeting_id>")
@staff_page("meeting:read")
def show_meeting(meeting_id: uuid.UUID) -> str:
    """Show a meeting: its cases in order, its packs and lists."""
    return desk(meetings.get(meeting_id))


def desk(
    meeting: Meeting, *, error: str | None = None, typed: dict[uuid.UUID, str | None] | None = None
) -> str:
    """Draw the desk. typed: proposals that were typed and could not be kept."""
    editions = [each for each in EDITION_LABELS if each != "secretariat" or may_write()]
    return render_template(
        "meeting.html",
        meeting=meeting,
        cases=meeting_desk.desk_cases(meeting),
        seen=meeting_desk.seen(meeting),
        packs=meeting_desk.newest_packs(meeting, editions),
        may_write=may_write(),
        may_release=g.actor.may("photo:release"),
        error=error,
        typed=typed or {},
        structures={code: label["ja"] for code, label in STRUCTURE_LABELS.items()},
        editions=EDITION_LABELS,
        decisions=DECISION_LABELS,
        statuses=STATUS_LABELS,
    )


def case_of(meeting_id: uuid.UUID, inspection_id: uuid.UUID) -> Any:
    """Return a meeting's case by its visit. Raises NotFoundError."""
    for case in meetings.get(meeting_id).cases:
        if case.inspection.id == inspection_id:
            return case
    raise NotFoundError("この調査はこの会議の議案ではありません。")
