"""The cases of a meeting: choosing, ordering, proposals, and what the committee decided."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from inspection import queries
from inspection.errors import ConflictError, HanteiError, InvalidError
from inspection.labels import DECISION_LABELS, STATUS_LABELS, STRUCTURE_LABELS
from inspection.models import CONFIRMED_STATUSES, DECISIONS
from inspection.services import meeting_desk, meetings
from inspection.web.frame import blp
from inspection.web.meetings import desk
from inspection.web.sessions import staff_page

MAX_TEXT = 10_000


@blp.post("/meetings/<uuid:meeting_id>/cases")
@staff_page("meeting:write")
def save_cases(meeting_id: uuid.UUID) -> Any:
    """Keep order and proposals, and do what the pressed button says besides."""
    shown = _ids(request.form.getlist("case"))
    proposals = {each: _text(f"proposal-{each}") for each in shown}
    pressed, numbered = request.form.get("do", "save"), _by_position(shown)
    order, said = _moved(numbered, pressed)
    try:
        meeting_desk.rearrange(
            meeting_id,
            order,
            proposals,
            seen_before=request.form.get("seen", ""),
            actor=g.actor,
        )
    except ConflictError as error:
        return desk(meetings.get(meeting_id), error=error.detail, typed=proposals), 409
    for gone in (each for each in numbered if each not in order):
        # Answered here, not after a redirect: the way back carries a proposal of any length.
        removed = {
            "id": gone,
            "code": queries.inspection(gone, g.actor).house.code,
            "position": numbered.index(gone) + 1,
            "proposal": proposals[gone],
        }
        return desk(meetings.get(meeting_id), removed=removed)
    flash(said)
    return _to_desk(meeting_id, pressed.partition(":")[2])


@blp.post("/meetings/<uuid:meeting_id>/cases/back")
@staff_page("meeting:write")
def put_case_back(meeting_id: uuid.UUID) -> Any:
    """Put a case that was just taken off back at its place, with its proposal."""
    [visit] = _ids([request.form.get("inspection", "")])
    position, proposal = _number("position", default=1), _text("proposal")
    try:
        meeting_desk.put_back(meeting_id, visit, position, proposal, actor=g.actor)
    except ConflictError as error:
        return desk(meetings.get(meeting_id), error=error.detail), 409
    flash("案件に戻しました。")
    return _to_desk(meeting_id, str(visit))


def _ids(texts: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text) for text in texts]
    except ValueError:
        raise InvalidError.of("case", "案件の番号が正しくありません。") from None


def _text(name: str) -> str | None:
    text = request.form.get(name, "").replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT:
        raise InvalidError.of(name, f"{MAX_TEXT} 文字までにしてください。")
    return text or None


def _number(name: str, *, default: int) -> int:
    text = unicodedata.normalize("NFKC", request.form.get(name, "")).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def _by_position(shown: list[uuid.UUID]) -> list[uuid.UUID]:
    """Sort by the typed numbers; a number that was typed goes before the one it takes over."""

    def place(at: int) -> tuple[float, int]:
        typed = _number(f"position-{shown[at]}", default=at + 1)
        return (typed if typed == at + 1 else typed - 0.5 if typed <= at else typed + 0.5, at)

    return [shown[at] for at in sorted(range(len(shown)), key=place)]


def _moved(order: list[uuid.UUID], pressed: str) -> tuple[list[uuid.UUID], str]:
    """Return the order after the pressed button, and what to say of it."""
    action, _, which = pressed.partition(":")
    moved = next((each for each in order if str(each) == which), None)
    if action == "remove" and moved:
        return [each for each in order if each != moved], "案件から外しました。"
    if action in ("up", "down") and moved:
        at = order.index(moved)
        to = max(0, min(len(order) - 1, at + (-1 if action == "up" else 1)))
        rest = [each for each in order if each != moved]
        return [*rest[:to], moved, *rest[to:]], "順番を変えました。"
    return order, "案件を保存しました。"


@blp.get("/meetings/<uuid:meeting_id>/add")
@staff_page("meeting:write")
def choose_cases(meeting_id: uuid.UUID) -> str:
    """Show confirmed visits that wait for a meeting."""
    return _offer(meeting_id)


def _offer(meeting_id: uuid.UUID, error: str | None = None) -> str:
    words = request.args.get("q", "").strip()[:100]
    rows, total = meeting_desk.offered(words)
    return render_template(
        "meeting_add.html",
        meeting=meetings.get(meeting_id),
        rows=rows,
        total=total,
        words=words,
        chosen=_ids(request.form.getlist("inspection")),
        error=error,
        structures={code: label["ja"] for code, label in STRUCTURE_LABELS.items()},
    )


@blp.post("/meetings/<uuid:meeting_id>/add")
@staff_page("meeting:write")
def add_cases(meeting_id: uuid.UUID) -> Any:
    """Put the chosen visits at the end of the meeting's cases."""
    chosen = _ids(request.form.getlist("inspection"))
    if not chosen:
        return _offer(meeting_id, "案件にする調査を選んでください。"), 422
    try:
        added = meeting_desk.add_cases(meeting_id, chosen, actor=g.actor)
    except ConflictError as error:
        return _offer(meeting_id, error.detail), 409
    flash(f"{added} 件を案件の終わりに加えました。" if added else "すでに案件に入っています。")
    return _to_desk(meeting_id)


@blp.get("/meetings/<uuid:meeting_id>/decisions")
@staff_page("meeting:write")
def show_decisions(meeting_id: uuid.UUID) -> str:
    """Show all cases with the decision of each, to be filled in after the meeting."""
    return _decisions(meeting_id, {})


@blp.post("/meetings/<uuid:meeting_id>/decisions")
@staff_page("meeting:write")
def save_decisions(meeting_id: uuid.UUID) -> Any:
    """Record every decision that was given; one that is refused does not hold up the rest."""
    errors: dict[uuid.UUID, str] = {}
    for case in meetings.get(meeting_id).cases:
        inspection_id = case.inspection.id
        try:
            if body := _decision(inspection_id):
                meetings.decide(meeting_id, inspection_id, body, actor=g.actor)
        except HanteiError as error:
            errors[inspection_id] = error.detail
    if errors:
        return _decisions(meeting_id, errors), 422
    flash("決定を記録しました。")
    return redirect(url_for("web.show_decisions", meeting_id=meeting_id), 303)


def _decision(inspection_id: uuid.UUID) -> dict[str, Any] | None:
    """Return what was given for one case, None when nothing was chosen."""
    chosen = request.form.get(f"decision-{inspection_id}", "")
    reason = _text(f"reason-{inspection_id}")
    if not chosen:
        if reason:
            raise InvalidError.of("decision", "決定を選んでください（理由だけは記録できません）。")
        return None
    if chosen not in DECISIONS:
        raise InvalidError.of("decision", "認定、不認定、保留のいずれかを選んでください。")
    day = request.form.get(f"decided_on-{inspection_id}", "").strip()
    try:
        decided_on = date.fromisoformat(day) if day else None
    except ValueError:
        raise InvalidError.of("decided_on", "日付が正しくありません。") from None
    return {"decision": chosen, "reason": reason, "decided_on": decided_on}


def _decisions(meeting_id: uuid.UUID, errors: dict[uuid.UUID, str]) -> str:
    meeting = meetings.get(meeting_id)
    meeting_desk.load_cases(meeting)
    return render_template(
        "decisions.html",
        meeting=meeting,
        confirmed=CONFIRMED_STATUSES,
        statuses=STATUS_LABELS,
        decisions=DECISION_LABELS,
        errors=errors,
        form=request.form,
    )


def _to_desk(meeting_id: uuid.UUID, case: str = "") -> Any:
    """Lead back to the desk, to the case that was moved if there was one."""
    place = f"case-{case}" if case else "cases"
    return redirect(url_for("web.show_meeting", meeting_id=meeting_id) + f"#{place}", 303)
