"""Meetings, cases and decisions as the API shows them."""

from __future__ import annotations

from typing import Any

from flask import current_app

from inspection.models import Case, Decision, Meeting

FIELDS = ("title", "held_at", "number", "place", "agenda", "members")


def to_json(meeting: Meeting) -> dict[str, Any]:
    """Return a meeting in JSON form."""
    zone = current_app.config["HANTEI_TIME_ZONE"]
    return {
        "id": str(meeting.id),
        **{name: getattr(meeting, name) for name in FIELDS},
        "held_at": meeting.held_at.astimezone(zone).isoformat(),
        "revision": meeting.revision,
        "cases": len(meeting.cases),
        "decided": sum(case.decision is not None for case in meeting.cases),
    }


def cases_to_json(meeting: Meeting) -> list[dict[str, Any]]:
    """Return a meeting's cases in order, with their decisions."""
    return [_case_to_json(case) for case in meeting.cases]


def _case_to_json(case: Case) -> dict[str, Any]:
    inspection, house = case.inspection, case.inspection.house
    return {
        "position": case.position,
        "inspection_id": str(inspection.id),
        "house_id": str(house.id),
        "code": house.code,
        "address": house.address,
        "structure": house.structure,
        "total": inspection.score["total"],
        "judgement": inspection.judgement,
        "status": inspection.status,
        "proposal": case.proposal,
        "decision": decision_to_json(case.decision),
    }


def decision_to_json(decision: Decision | None) -> dict[str, Any] | None:
    """Return a decision in JSON form, or None."""
    if decision is None:
        return None
    return {
        "decision": decision.decision,
        "reason": decision.reason,
        "decided_on": decision.decided_on.isoformat(),
        "recorded_by": decision.recorded_by,
    }
