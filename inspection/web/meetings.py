"""Meetings: the list, a new one, and the desk where one is prepared."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for

from inspection.errors import NotFoundError, PreconditionFailedError
from inspection.labels import DECISION_LABELS, EDITION_LABELS, STATUS_LABELS, STRUCTURE_LABELS
from inspection.models import Meeting
from inspection.models.types import now
from inspection.packs import words
from inspection.services import meeting_desk, meetings
from inspection.web.forms import MeetingForm, of_meeting, same_text
from inspection.web.frame import blp
from inspection.web.sessions import staff_page

FULL_WIDTH = str.maketrans("()", "（）")  # on paper a weekday stands in half-width ones
STANDARD_AGENDA = "開会\n案件の判定について\nその他\n閉会"
MADE = "会議を作りました。次に「案件を加える」から案件を選んでください。"
EDITION_PURPOSES = {
    "closed": "委員に配る資料です。所有者の情報と正確な所在が載るため、委員と事務局のほかには渡せません。",
    "public": "市民や報道機関に渡せる資料です。所有者と判定員の名前は載らず、所在は町名まで、写真は「公開する」にしたものだけです。",
    "secretariat": "事務局だけの点検用です。非公開の内容に加えて、写真の確認で見つかった注意点が載ります。委員には渡しません。",
}


@blp.app_template_filter("era_time")
def era_time(moment: datetime) -> str:
    """Return an instant as 令和8年11月23日（月） 13:30, in the site's zone."""
    written = words.era_time(_here(moment).isoformat(), weekday=True)
    return written.translate(FULL_WIDTH)


@blp.app_template_filter("era_day")
def era_day(moment: datetime) -> str:
    """Return the day of an instant as 令和8年11月23日, in the site's zone."""
    return words.era_date(_here(moment).isoformat())


@blp.app_template_filter("era_date")
def era_date(day: str) -> str:
    """Return an ISO date as 令和8年11月23日."""
    return words.era_date(day)


def _here(moment: datetime) -> datetime:
    return moment.astimezone(current_app.config["HANTEI_TIME_ZONE"])


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
    rows = meeting_desk.listed()
    past = [row for row in rows if row.meeting.held_at < today]
    return render_template(
        "meetings.html",
        coming=[row for row in reversed(rows) if row.meeting.held_at >= today],
        past=[(year, list(some)) for year, some in groupby(past, _fiscal_year)],
        may_write=may_write(),
    )


def _fiscal_year(row: meeting_desk.ListedMeeting) -> str:
    """Return the fiscal year (April to March) of a meeting as 令和8年度."""
    day = _here(row.meeting.held_at).date()
    first = day.replace(year=day.year - (day.month < 4), month=12, day=31)  # the era at its end
    return words.era_date(first.isoformat()).partition("12月")[0] + "度"


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
    try:
        _, created = meetings.put_meeting(
            meeting_id, body, actor=g.actor, if_match=request.form.get("revision")
        )
    except PreconditionFailedError:
        return _changed_meanwhile(form, meeting_id), 412
    flash(MADE if created else "会議を保存しました。")
    return redirect(url_for("web.show_meeting", meeting_id=meeting_id), 303)


def _changed_meanwhile(form: MeetingForm, meeting_id: uuid.UUID) -> str:
    """Show what was typed beside what another has kept meanwhile; saving again replaces that."""
    meeting = meetings.get(meeting_id)
    kept = of_meeting(meeting, current_app.config["HANTEI_TIME_ZONE"])
    differing = [
        (form[name].label.text, value or "なし")
        for name, value in kept.items()
        if not same_text(form[name].data, value)
    ]
    return render_template("meeting_form.html", form=form, meeting=meeting, differing=differing)


@blp.get("/meetings/<uuid:meeting_id>")
@staff_page("meeting:read")
def show_meeting(meeting_id: uuid.UUID) -> str:
    """Show a meeting: its cases in order, its packs and lists."""
    return desk(meetings.get(meeting_id))


def desk(
    meeting: Meeting,
    *,
    error: str | None = None,
    pack_error: str | None = None,
    typed: dict[uuid.UUID, str | None] | None = None,
    removed: dict[str, Any] | None = None,
) -> str:
    """Draw the desk.

    error, pack_error: why cases or packs could not be changed; typed: proposals that were typed
    and could not be kept; removed: the case that was just taken off, for putting it back.
    """
    editions = [each for each in EDITION_LABELS if each != "secretariat" or may_write()]
    cases = meeting_desk.desk_cases(meeting)
    return render_template(
        "meeting.html",
        meeting=meeting,
        cases=cases,
        reopened=[each.case for each in cases if each.reopened],
        seen=meeting_desk.seen(meeting),
        packs=meeting_desk.packs_of(meeting, editions),
        may_write=may_write(),
        may_release=g.actor.may("photo:release"),
        error=error,
        pack_error=pack_error,
        typed=typed or {},
        removed=removed,
        structures={code: label["ja"] for code, label in STRUCTURE_LABELS.items()},
        editions=EDITION_LABELS,
        purposes=EDITION_PURPOSES,
        decisions=DECISION_LABELS,
        statuses=STATUS_LABELS,
    )


def case_of(meeting_id: uuid.UUID, inspection_id: uuid.UUID) -> Any:
    """Return a meeting's case by its visit. Raises NotFoundError."""
    for case in meetings.get(meeting_id).cases:
        if case.inspection.id == inspection_id:
            return case
    raise NotFoundError("この調査はこの会議の案件ではありません。")
