"""Teams for the secretariat: which tablets belong together, and which houses they are to visit."""

from __future__ import annotations

import re
import unicodedata
import uuid
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from inspection.errors import HanteiError, InvalidError
from inspection.labels import STATUS_LABELS
from inspection.services import assignments, devices, teams
from inspection.web.frame import blp
from inspection.web.sessions import staff_page

MAX_NAME = 100
MAX_NOTE = 2000
MAX_SHOWN = 500
MAX_TOLD = 10  # unknown numbers that an error names


@blp.get("/teams/new")
@staff_page("team:manage")
def new_team() -> str:
    """Show the form for a new team; its id comes with the form, so sending twice makes one."""
    return _page(uuid.uuid4(), None)


@blp.get("/teams/<uuid:team_id>")
@staff_page("team:manage")
def show_team(team_id: uuid.UUID) -> str:
    """Show a team: its name and tablets, the houses assigned to it, and forms to change both."""
    return _page(team_id, teams.get_team(team_id))


@blp.post("/teams/<uuid:team_id>")
@staff_page("team:manage")
def save_team(team_id: uuid.UUID) -> Any:
    """Keep a team's name and tablets."""
    known = teams.find(team_id)
    try:
        name = request.form.get("name", "").strip()
        if not 0 < len(name) <= MAX_NAME:
            raise InvalidError.of("name", f"班の名前を {MAX_NAME} 文字までで入力してください。")
        body = {"name": name, "device_ids": _ids(request.form.getlist("device"))}
        teams.put_team(team_id, body, actor=g.actor, if_match=request.form.get("revision"))
    except HanteiError as error:
        shown = teams.to_json(known) if known else None
        return _page(team_id, shown, team_error=error.detail), error.status
    flash("班を保存しました。" if known else "班を作りました。次に家屋を割り当てます。")
    return _to_team(team_id)


@blp.post("/teams/<uuid:team_id>/houses")
@staff_page("team:manage")
def assign_houses(team_id: uuid.UUID) -> Any:
    """Assign the houses of which the numbers were pasted; all or none."""
    try:
        made = _assign(team_id, _numbers(), _errand())
    except InvalidError as error:
        return _page(team_id, teams.get_team(team_id), house_error=_told(error)), 422
    told = f"{made.assigned} 戸を新しく割り当てました。"
    if again := made.changed + made.unchanged:
        told += (
            f"{again} 戸は前から割り当ててあります（期限と伝えることは、いまの内容にしました）。"
        )
    flash(told)
    return _to_team(team_id, "houses")


@blp.post("/teams/<uuid:team_id>/houses/<uuid:house_id>/remove")
@staff_page("team:manage")
def unassign_house(team_id: uuid.UUID, house_id: uuid.UUID) -> Any:
    """Take a house off a team's list."""
    assignments.unassign_house(team_id, house_id, actor=g.actor)
    flash("割り当てから外しました。")
    return _to_team(team_id, "houses")


def _page(
    team_id: uuid.UUID,
    team: dict[str, Any] | None,
    *,
    team_error: str | None = None,
    house_error: str | None = None,
) -> str:
    rows = []
    if team is not None:
        page = assignments.list_assignments(team_id, limit=MAX_SHOWN, cursor=None)
        rows = [assignments.to_json(row) for row in page.items]
    typed = request.form if team_error else None
    return render_template(
        "team.html",
        team_id=team_id,
        team=team,
        name=typed.get("name", "") if typed else (team or {}).get("name", ""),
        chosen=typed.getlist("device") if typed else (team or {}).get("device_ids", []),
        tablets=[row for row in devices.devices_with_teams() if row["revoked_at"] is None],
        rows=rows,
        statuses=STATUS_LABELS,
        team_error=team_error,
        house_error=house_error,
        form=request.form,
    )


def _ids(texts: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text) for text in dict.fromkeys(texts)]
    except ValueError:
        raise InvalidError.of("device", "タブレットの番号が正しくありません。") from None


def _assign(
    team_id: uuid.UUID, numbers: list[str], errand: assignments.Errand
) -> assignments.Assigned:
    """Assign as the numbers stand; if some are unknown, with full-width letters made narrow."""
    narrow = [unicodedata.normalize("NFKC", number) for number in numbers]
    try:
        return assignments.assign_list(team_id, numbers, errand, replace=False, actor=g.actor)
    except InvalidError:
        if narrow == numbers:
            raise
    return assignments.assign_list(team_id, narrow, errand, replace=False, actor=g.actor)


def _numbers() -> list[str]:
    """Return the case numbers that were pasted: from a column, or with commas or spaces."""
    text = request.form.get("houses", "")
    numbers = list(dict.fromkeys(part for part in re.split(r"[\s,，、;]+", text) if part))
    if not numbers:
        raise InvalidError.of("houses", "家屋の番号を入力してください。")
    if len(numbers) > assignments.MAX_HOUSES:
        raise InvalidError.of(
            "houses", f"一度に割り当てられるのは {assignments.MAX_HOUSES} 戸までです。"
        )
    return numbers


def _errand() -> assignments.Errand:
    day, note = request.form.get("due_on", "").strip(), request.form.get("note", "").strip()
    if len(note) > MAX_NOTE:
        raise InvalidError.of("note", f"伝えることは {MAX_NOTE} 文字までにしてください。")
    try:
        due_on = date.fromisoformat(day) if day else None
    except ValueError:
        raise InvalidError.of("due_on", "期限の日付が正しくありません。") from None
    return assignments.Errand(due_on, note.replace("\r\n", "\n") or None)


def _told(error: InvalidError) -> str:
    """Return an error with the numbers that it is about, as far as there is room."""
    numbers = _unknown(error)
    if not numbers:
        return error.detail
    rest = f"、ほか {len(numbers) - MAX_TOLD} 件" if len(numbers) > MAX_TOLD else ""
    named = "、".join(number[:50] for number in numbers[:MAX_TOLD])
    return f"登録されていない番号があるため、割り当てていません：{named}{rest}"


def _unknown(error: InvalidError) -> list[str]:
    numbers = _numbers() if any(key.startswith("houses.") for key in error.errors or {}) else []
    return [n for at, n in enumerate(numbers) if f"houses.{at}" in (error.errors or {})]


def _to_team(team_id: uuid.UUID, place: str = "content") -> Any:
    return redirect(url_for("web.show_team", team_id=team_id) + f"#{place}", 303)
