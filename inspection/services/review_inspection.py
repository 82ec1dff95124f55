"""The secretariat's word on a visit: confirmed, or sent back with a comment."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from inspection import audit
from inspection.auth import Actor
from inspection.database.transactions import write_transaction
from inspection.errors import ConflictError, NotFoundError
from inspection.extensions import db
from inspection.labels import STATUS_LABELS
from inspection.models import CONFIRMED_STATUSES, Case, Decision, Inspection, Review
from inspection.models.types import now
from inspection.services.house_result import refresh_house
from inspection.services.submit_inspection import find


def must_exist(inspection_id: uuid.UUID, **_: object) -> None:
    """Raise NotFoundError when there is no such visit."""
    if find(inspection_id) is None:
        raise NotFoundError("この調査はありません。")


def review_inspection(
    inspection_id: uuid.UUID, action: str, comment: str | None, *, actor: Actor
) -> Inspection:
    """Confirm a visit or return it to the inspector.

    action: `confirm` or `return`. Confirming what is confirmed, or returning what is returned,
    changes nothing. Raises NotFoundError, ConflictError for a status that does not allow it.
    """
    with write_transaction():
        inspection = find(inspection_id, lock=True)
        if inspection is None:
            raise NotFoundError("この調査はありません。")
        if _already(inspection, action):
            return inspection
        _check_status(inspection, action)
        _apply(inspection, action)
        refresh_house(inspection.house)
        _keep(inspection, action, comment, actor)
    return inspection


def _already(inspection: Inspection, action: str) -> bool:
    if action == "confirm":
        return inspection.status in CONFIRMED_STATUSES
    return inspection.status == "returned"


def _check_status(inspection: Inspection, action: str) -> None:
    allowed = ("submitted", "returned") if action == "confirm" else ("submitted", "confirmed")
    if inspection.status not in allowed:
        label = STATUS_LABELS[inspection.status]
        verb = "確定" if action == "confirm" else "差戻し"
        raise ConflictError(f"この調査は「{label}」のため、{verb}できません。")


def _apply(inspection: Inspection, action: str) -> None:
    if action == "confirm":
        inspection.status = status_when_confirmed(inspection)
        inspection.confirmed_at = now()
    else:
        inspection.status = "returned"
        inspection.confirmed_at = None


def status_when_confirmed(inspection: Inspection) -> str:
    """Return how far a confirmed visit has come: confirmed, scheduled, or decided.

    A case that was deferred waits for a later meeting: it counts as decided until then.
    """
    rows = db.session.execute(
        select(Case.pk, Decision.pk)
        .outerjoin(Decision, Decision.case_pk == Case.pk)
        .where(Case.inspection_pk == inspection.pk)
    ).all()
    if not rows:
        return "confirmed"
    return "decided" if all(decision is not None for _, decision in rows) else "scheduled"


def _keep(inspection: Inspection, action: str, comment: str | None, actor: Actor) -> None:
    db.session.add(
        Review(
            inspection_pk=inspection.pk,
            revision=inspection.revision,
            action=action,
            comment=comment,
            actor=actor.label,
        )
    )
    db.session.flush()
    audit.record(
        f"inspection.{action}",
        f"inspection/{inspection.id}",
        actor,
        after=inspection.body_sha256,
        revision=inspection.revision,
        comment=comment,
    )
