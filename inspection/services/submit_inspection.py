"""Storing one visit: idempotent, never last-write-wins, scored at once, every revision kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from inspection import audit
from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import write_transaction
from inspection.errors import (
    ForbiddenError,
    InvalidError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from inspection.extensions import db
from inspection.geometry import to_database
from inspection.models import CONFIRMED_STATUSES, House, Inspection, InspectionRevision
from inspection.models.types import now
from inspection.services import scoring_rules
from inspection.services.collisions import once_more_on_collision
from inspection.services.house_result import refresh_house
from inspection.services.inspection_view import to_json
from inspection.services.photo_items import GENERAL
from inspection.services.results import keep_result
from scoring.model import RuleTable

STALE = "この調査は別の更新で変わっています。最新の内容を確かめてください。"
MISSING_MATCH = "この調査は登録済みです。変更には If-Match に現在の ETag を付けてください。"


@dataclass(frozen=True)
class Submission:
    """What became of a submitted record."""

    inspection: Inspection
    created: bool


def find(inspection_id: uuid.UUID, *, lock: bool = False) -> Inspection | None:
    """Return a visit by its id, locked against other writers when asked."""
    query = select(Inspection).where(Inspection.id == inspection_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def check_precondition(inspection_id: uuid.UUID, *, if_match: str | None, actor: Actor) -> None:
    """Raise what comes before a body's faults: 403, 428 without If-Match, 412 for a stale one."""
    inspection = find(inspection_id)
    if inspection is not None:
        _check_may_change(inspection, actor)
        _check_match(inspection, if_match)


def _check_match(inspection: Inspection, if_match: str | None) -> None:
    if if_match is None:
        raise PreconditionRequiredError(MISSING_MATCH)
    if if_match != "*" and str(inspection.revision) not in if_match.split(","):
        raise PreconditionFailedError(STALE, extra={"current": to_json(inspection)})


@once_more_on_collision
def submit_inspection(
    inspection_id: uuid.UUID, record: dict[str, Any], *, actor: Actor, if_match: str | None
) -> Submission:
    """Store one visit as a new record or a new revision, and score it.

    record: the accepted body in JSON form, defaults filled in. The current record sent again
    changes nothing, whatever its If-Match.
    Raises InvalidError (house, table, answers), PreconditionRequiredError,
    PreconditionFailedError with the current record, ForbiddenError for an inspector's change of
    a confirmed record.
    """
    body_sha256 = digest(record)
    with write_transaction():
        inspection = find(inspection_id, lock=True)
        if inspection is None:
            return Submission(_create(inspection_id, record, body_sha256, actor), created=True)
        if inspection.body_sha256 != body_sha256:
            _check_may_change(inspection, actor)
            _check_match(inspection, if_match)
            _change(inspection, record, body_sha256, actor)
    return Submission(inspection, created=False)


def _check_may_change(inspection: Inspection, actor: Actor) -> None:
    if inspection.status in CONFIRMED_STATUSES and not actor.may("inspection:review"):
        raise ForbiddenError("確定した調査は事務局だけが訂正できます。")


def _create(
    inspection_id: uuid.UUID, record: dict[str, Any], body_sha256: str, actor: Actor
) -> Inspection:
    inspection = Inspection(id=inspection_id, revision=1)
    _fill(inspection, record, body_sha256)
    db.session.add(inspection)
    _keep_revision(inspection, actor)
    audit.record("inspection.create", f"inspection/{inspection_id}", actor, after=body_sha256)
    return inspection


def _change(inspection: Inspection, record: dict[str, Any], body_sha256: str, actor: Actor) -> None:
    before, earlier_house = inspection.body_sha256, inspection.house
    was_confirmed = inspection.status in CONFIRMED_STATUSES
    inspection.revision += 1
    _fill(inspection, record, body_sha256)
    inspection.confirmed_at = None
    _keep_revision(inspection, actor)
    if was_confirmed:
        refresh_house(earlier_house)
    act = "inspection.reopen" if was_confirmed else "inspection.change"
    subject = f"inspection/{inspection.id}"
    audit.record(
        act, subject, actor, before=before, after=body_sha256, revision=inspection.revision
    )


def _fill(inspection: Inspection, record: dict[str, Any], body_sha256: str) -> None:
    house = _house_of(record)
    inspected_at = datetime.fromisoformat(record["inspected_at"])
    table = scoring_rules.choose_table(
        record["rule_table"],
        structure=house.structure,
        method=record["method"],
        on=scoring_rules.local_date(inspected_at),
    )
    if table.method != record["method"]:
        raise InvalidError.of(
            "rule_table", f"{table.id} は調査方法 {table.method} 用の評点表です。"
        )
    check_items(record, table)
    score = scoring_rules.score(
        table,
        record["answers"],
        record["conditions"],
        structure=house.structure,
        override=record["override"],
    )
    position = record["position"]
    inspection.house = house
    inspection.method = record["method"]
    inspection.inspected_at = inspected_at
    inspection.position = to_database(position["lon"], position["lat"]) if position else None
    inspection.accuracy_m = position["accuracy_m"] if position else None
    inspection.status = "submitted" if record["complete"] else "draft"
    inspection.record = record
    inspection.body_sha256 = body_sha256
    keep_result(inspection, table, score)


def check_items(record: dict[str, Any], table: RuleTable) -> None:
    """Refuse a note or an announced photo of an item that the table does not have."""
    known = {*GENERAL, *(item.code for item in table.items())}
    errors = {
        field: [f"{code!r} という項目は {table.id} にありません。"]
        for field, code in [
            *((f"notes.{code}", code) for code in record["notes"]),
            *(
                (f"expected_photos.{place}.item", photo["item"])
                for place, photo in enumerate(record["expected_photos"])
            ),
        ]
        if code not in known
    }
    if errors:
        field, messages = next(iter(errors.items()))
        raise InvalidError(f"{field}: {messages[0]}", errors=errors)


def _house_of(record: dict[str, Any]) -> House:
    house = db.session.scalar(select(House).where(House.id == uuid.UUID(record["house_id"])))
    if house is None:
        raise InvalidError.of(
            "house_id", "この家屋は登録されていません。家屋を先に登録してください。"
        )
    return house


def _keep_revision(inspection: Inspection, actor: Actor) -> None:
    inspection.received_at = now()
    inspection.revisions.append(
        InspectionRevision(
            number=inspection.revision,
            record=inspection.record,
            score=inspection.score,
            body_sha256=inspection.body_sha256,
            actor=actor.label,
            role=actor.role,
            device_id=actor.device_id,
            received_at=inspection.received_at,
            device_clock_at=actor.device_clock_at,
        )
    )
    db.session.flush()
