"""Many visits at once, written as `submit_inspection` and `review_inspection` write one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, insert, literal, null, select

from inspection import audit
from inspection.auth import Actor
from inspection.changes import note_houses, note_inspections
from inspection.extensions import db
from inspection.models import CONFIRMED_STATUSES, Inspection, InspectionRevision, Review
from inspection.models.types import UtcDateTime, now
from inspection.services import scoring_rules
from inspection.services.house_result import refresh_houses
from inspection.services.visit_scoring import Scored
from scoring.model import RuleTable

REVIEWED = {"confirmed": "confirm", "returned": "return"}


@dataclass(frozen=True, slots=True)
class ScoredVisit:
    """A visit that is ready to be stored. status: draft, submitted, returned or confirmed."""

    id: uuid.UUID
    house_pk: int
    status: str
    table: RuleTable
    scored: Scored


def store_visits(visits: Sequence[ScoredVisit], actor: Actor, comment: str) -> None:
    """Store new visits: rows, first revisions, reviews, audit entries, results of the houses.

    comment: the review's, of confirmed and returned ones. Must run inside a write transaction.
    """
    if not visits:
        return
    moment = now()
    kept = {visit.table.sha256: visit.table for visit in visits}
    tables = {sha: scoring_rules.kept_table(table).pk for sha, table in kept.items()}
    columns = Inspection.__table__.c
    # The score comes as text from where it was made; dumping it again would cost as much as that.
    text = cast(bindparam("score_text", type_=Text), columns.score.type)
    if db.session.get_bind().dialect.name == "sqlite":  # whose JSON is text
        text = bindparam("score_text", type_=Text)
    db.session.execute(
        insert(Inspection.__table__).values(score=text),
        [_row(visit, tables[visit.table.sha256], moment) for visit in visits],
    )
    ids = [visit.id for visit in visits]
    # Copied inside the database: a score is several kilobytes, and once on the way is enough.
    _copy(InspectionRevision, _first_revisions(ids, actor))
    _review(visits, actor, comment, moment)
    audit.record_many([act for visit in visits for act in _acts(visit, comment)], actor)
    note_inspections(db.session.scalars(select(Inspection.pk).where(Inspection.id.in_(ids))).all())
    confirmed = {visit.house_pk for visit in visits if visit.status in CONFIRMED_STATUSES}
    if confirmed:
        refresh_houses(confirmed)
        note_houses(confirmed)


def _row(visit: ScoredVisit, table_pk: int, moment: datetime) -> dict[str, Any]:
    scored = visit.scored
    return {
        "id": visit.id,
        "house_pk": visit.house_pk,
        "rule_table_pk": table_pk,
        "method": scored.record["method"],
        "inspected_at": datetime.fromisoformat(scored.record["inspected_at"]),
        "status": visit.status,
        "revision": 1,
        "record": scored.record,
        "body_sha256": scored.sha256,
        "score_text": scored.score,
        "total": scored.total,
        "low": scored.low,
        "high": scored.high,
        "judgement": scored.judgement,
        "packed": scored.packed,
        "received_at": moment,
        "confirmed_at": moment if visit.status == "confirmed" else None,
    }


def _first_revisions(ids: list[uuid.UUID], actor: Actor) -> dict[str, Any]:
    return {
        "inspection_pk": Inspection.pk,
        "number": Inspection.revision,
        "record": Inspection.record,
        "score": Inspection.score,
        "body_sha256": Inspection.body_sha256,
        "actor": literal(actor.label),
        "role": literal(actor.role),
        "device_id": literal(actor.device_id) if actor.device_id else null(),
        "received_at": Inspection.received_at,
        "where": Inspection.id.in_(ids),
    }


def _review(visits: Sequence[ScoredVisit], actor: Actor, comment: str, moment: datetime) -> None:
    for status, action in REVIEWED.items():
        ids = [visit.id for visit in visits if visit.status == status]
        if ids:
            columns = {
                "inspection_pk": Inspection.pk,
                "revision": Inspection.revision,
                "action": literal(action),
                "comment": literal(comment),
                "actor": literal(actor.label),
                "reviewed_at": cast(literal(moment, UtcDateTime), UtcDateTime),
                "where": Inspection.id.in_(ids),
            }
            _copy(Review, columns)


def _copy(model: Any, columns: dict[str, Any]) -> None:
    """Insert a row for each visit that `where` finds, the other columns as given."""
    where = columns.pop("where")
    source: Select[Any] = select(*columns.values()).where(where).order_by(Inspection.pk)
    statement = insert(model.__table__).from_select(list(columns), source, include_defaults=False)
    db.session.execute(statement)


def _acts(visit: ScoredVisit, comment: str) -> list[audit.Act]:
    subject = f"inspection/{visit.id}"
    acts = [audit.Act("inspection.create", subject, after=visit.scored.sha256)]
    if visit.status in REVIEWED:
        detail = {"revision": 1, "comment": comment}
        act = f"inspection.{REVIEWED[visit.status]}"
        acts.append(audit.Act(act, subject, after=visit.scored.sha256, detail=detail))
    return acts
