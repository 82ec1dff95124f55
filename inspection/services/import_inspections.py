"""Past visits from a list: each row scored under the table of its day and stored, in batches.

A row without an id gets one that follows from the house's case number, the moment and the method:
the same list again finds its visits and changes nothing. A batch is one transaction; a run that
was killed is continued by running it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from inspection.auth import Actor
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import ConflictError, InvalidError
from inspection.extensions import db
from inspection.imports.model import RawRow
from inspection.imports.report import ImportReport
from inspection.imports.visit_columns import VisitRow
from inspection.models import CONFIRMED_STATUSES, House, Inspection
from inspection.models.types import now
from inspection.services import scoring_rules
from inspection.services.collisions import once_more_on_collision
from inspection.services.import_houses import batches
from inspection.services.inspection_rows import ScoredVisit, store_visits
from inspection.services.visit_scoring import Check, Scored, Task, scoring
from scoring.model import RuleTable

BATCH = 500
NAMESPACE = uuid.UUID("6f0d3c1a-5a0e-5d53-9a53-0a6d1a0c7f11")
"""Of the ids that follow from case number, moment and method; never to be changed."""

NOT_THE_SAME = "登録済みの調査と内容が違います。訂正として取り込むには --update を付けてください。"
ON_AN_AGENDA = "会議の案件になっている調査は、取込みでは変更できません。"
MOVED = "家屋が取込み中に変更されました。もう一度実行してください。"

Correct = Callable[[uuid.UUID, dict[str, Any], str], str | None]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Visit:
    """A row with its house, its id and its table, before it is scored."""

    row: VisitRow
    house: Row[Any]
    id: uuid.UUID
    table: RuleTable


@dataclass
class Plan:
    """What a batch does. Nothing of it counts before the batch is committed.

    corrections: visits that are stored with another record, or less far than the list says.
    """

    rows: int
    visits: list[ScoredVisit] = field(default_factory=list)
    corrections: list[tuple[Visit, Scored]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[RawRow, str]] = field(default_factory=list)
    warned: list[tuple[RawRow, str]] = field(default_factory=list)
    ids: dict[uuid.UUID, int] = field(default_factory=dict)

    def refuse(self, row: VisitRow, reason: str) -> None:
        """Leave a row out."""
        self.refused.append((row.raw, reason))


def visit_id(code: str, inspected_at: str, method: str) -> uuid.UUID:
    """Return the id of a visit that has none of its own.

    inspected_at: RFC 3339; the same moment in another offset is the same visit.
    """
    moment = datetime.fromisoformat(inspected_at).timestamp()
    return uuid.uuid5(NAMESPACE, f"{code}\n{moment!r}\n{method}")


def import_inspections(
    rows: Iterable[VisitRow],
    report: ImportReport,
    *,
    check: Check,
    actor: Actor,
    correct: Correct | None = None,
    blank: str = "unknown",
    comment: str = "",
    dry_run: bool = False,
    expected: int = 0,
    progress: Progress = lambda done: None,
) -> None:
    """Score and store past visits, and tell the report what became of each row.

    check: returns the record of a body, or raises ValueError. correct: stores another record for
    a visit that is known (see `correct_inspection`); without it such a row is refused.
    blank: what an empty cell under an item means, `unknown` or `none`. comment: of the reviews.
    expected: about how many rows there are.
    """
    importer = _Importer(actor, comment, dry_run, correct is not None)
    with scoring(check, blank, expected) as worked_off:
        for batch, scored in worked_off(map(importer.prepare, batches(rows, BATCH))):
            plan = importer.finish(batch, scored)
            report.rows += plan.rows
            report.created += len(plan.visits)
            report.unchanged += plan.unchanged
            for visit, done in plan.corrections:
                reason = None
                if correct is not None and not dry_run:
                    reason = correct(visit.id, done.record, visit.row.status)
                report.changed += reason is None
                if reason is not None:
                    plan.refuse(visit.row, reason)
            _tell(plan, report)
            progress(report.rows)


def _tell(plan: Plan, report: ImportReport) -> None:
    for raw, reason in plan.refused:
        report.refuse(raw, reason)
    for raw, text in plan.warned:
        report.warn(raw, text)
    report.flush()


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows that were looked up: those to be scored, and those that were refused before."""

    rows: int
    visits: list[Visit]
    refused: list[tuple[VisitRow, str]]


class _Importer:
    def __init__(self, actor: Actor, comment: str, dry_run: bool, correcting: bool) -> None:
        self._actor, self._comment = actor, comment
        self._dry_run, self._correcting = dry_run, correcting
        self._ids: dict[uuid.UUID, int] = {}
        self._tables: dict[tuple[Any, ...], RuleTable | str] = {}

    def prepare(self, rows: list[VisitRow]) -> tuple[_Batch, list[Task]]:
        """Look up houses, tables and what is stored already; what is left is to be scored."""
        batch = _Batch(len(rows), [], [])
        with read_transaction():
            houses = _houses({row.code for row in rows if row.code})
            known = _known({found for row in rows if (found := _id_of(row))})
        tasks = []
        for row in rows:
            try:
                visit = self._visit(row, houses)
            except ValueError as refused:
                batch.refused.append((row, str(refused)))
                continue
            batch.visits.append(visit)
            stored = known.get(visit.id)
            tasks.append(_task(visit, stored.body_sha256 if stored else None))
        return batch, tasks

    @once_more_on_collision
    def finish(self, batch: _Batch, scored: list[Scored | str]) -> Plan:
        """Write a batch, and remember which visits it took."""
        plan = Plan(batch.rows)
        for row, reason in batch.refused:
            plan.refuse(row, reason)
        with read_transaction():
            known = _known({visit.id for visit in batch.visits})
        for visit, done in zip(batch.visits, scored, strict=True):
            if isinstance(done, str):
                plan.refuse(visit.row, done)
                continue
            try:
                self._decide(visit, done, known.get(visit.id), plan)
            except ValueError as refused:
                plan.refuse(visit.row, str(refused))
        if plan.visits and not self._dry_run:
            with write_transaction():
                self._write(plan, {visit.house.pk: visit.house.structure for visit in batch.visits})
        self._ids |= plan.ids
        return plan

    def _write(self, plan: Plan, structures: Mapping[int, str]) -> None:
        """Lock the houses and store the visits. Raises ConflictError where a house has changed."""
        pks = {visit.house_pk for visit in plan.visits}
        query = select(House.pk, House.structure).where(House.pk.in_(pks)).order_by(House.pk)
        still = {row.pk: row.structure for row in db.session.execute(query.with_for_update())}
        if any(still.get(pk) != structures[pk] for pk in pks):
            raise ConflictError(MOVED)
        store_visits(plan.visits, self._actor, self._comment)

    def _visit(self, row: VisitRow, houses: Mapping[str, Row[Any]]) -> Visit:
        """Find what a row is scored with. Raises ValueError with the reasons why not."""
        if row.faults:
            raise ValueError(" / ".join(row.faults))
        if row.code is None:
            raise ValueError("code: 案件番号がありません。")
        house = houses.get(row.code)
        if house is None:
            raise ValueError(f"code: 案件番号 {row.code} の家屋は登録されていません。")
        found = _id_of(row)
        if found is None:
            raise ValueError(f"id: 「{str(row.id)[:40]}」は UUID ではありません。")
        at = datetime.fromisoformat(row.fields["inspected_at"])
        if at > now():
            raise ValueError(f"inspected_at: {row.fields['inspected_at']} は未来の日時です。")
        return Visit(row, house, found, self._table(house.structure, row.fields["method"], at))

    def _table(self, structure: str, method: str, at: datetime) -> RuleTable:
        key = (structure, method, scoring_rules.local_date(at))
        if key not in self._tables:
            try:
                self._tables[key] = scoring_rules.choose_table(
                    None, structure=structure, method=method, on=key[2]
                )
            except InvalidError as error:
                self._tables[key] = error.detail
        found = self._tables[key]
        if isinstance(found, str):
            raise ValueError(f"inspected_at: {found}")
        return found

    def _decide(self, visit: Visit, done: Scored, stored: Row[Any] | None, plan: Plan) -> None:
        """Add a scored visit to the plan. Raises ValueError with the reason why not."""
        first = self._ids.get(visit.id) or plan.ids.get(visit.id)
        if first is not None:
            raise ValueError(
                f"同じ家屋・日時・方法の調査が {first} 行目にもあります。"
                "別の調査であれば時刻か id を付けてください。"
            )
        plan.ids[visit.id] = visit.row.raw.number
        if stored is not None:
            self._compare(visit, done, stored, plan)
            return
        status = visit.row.status
        plan.visits.append(ScoredVisit(visit.id, visit.house.pk, status, visit.table, done))
        _compare_total(visit.row, done, plan)

    def _compare(self, visit: Visit, done: Scored, stored: Row[Any], plan: Plan) -> None:
        """Decide on a visit that is stored already."""
        # What was done with it since (confirmed, put on an agenda) is not undone by an old list.
        behind = visit.row.status == "confirmed" and stored.status not in CONFIRMED_STATUSES
        if stored.body_sha256 == done.sha256 and not behind:
            plan.unchanged += 1
        elif stored.status in ("scheduled", "decided"):
            raise ValueError(ON_AN_AGENDA)
        elif not self._correcting:
            raise ValueError(NOT_THE_SAME)
        else:
            plan.corrections.append((visit, done))


def _task(visit: Visit, known_sha256: str | None) -> Task:
    row = visit.row
    body = {
        **row.fields,
        "house_id": str(visit.house.id),
        "conditions": row.conditions,
        "complete": row.status != "draft",
    }
    return Task(body, row.answers, visit.table, visit.house.structure, known_sha256)


def _compare_total(row: VisitRow, done: Scored, plan: Plan) -> None:
    """Warn where the paper has another total; ours stands."""
    if row.total is None or row.total == done.total:
        return
    span = "" if done.low == done.high else f"(不明の項目により {done.low}〜{done.high} 点)"
    text = f"total: 元の記録は {row.total} 点、計算では {done.total} 点{span}です。"
    plan.warned.append((row.raw, text))


def _houses(codes: set[str]) -> dict[str, Row[Any]]:
    query = select(House.pk, House.id, House.code, House.structure).where(House.code.in_(codes))
    return {row.code: row for row in db.session.execute(query)}


def _known(ids: set[uuid.UUID]) -> dict[uuid.UUID, Row[Any]]:
    columns = (Inspection.id, Inspection.body_sha256, Inspection.status)
    found = db.session.execute(select(*columns).where(Inspection.id.in_(ids)))
    return {row.id: row for row in found}


def _id_of(row: VisitRow) -> uuid.UUID | None:
    if row.id is None:
        at = row.fields.get("inspected_at")
        return visit_id(row.code, at, row.fields["method"]) if row.code and at else None
    try:
        return uuid.UUID(row.id) if len(row.id) == 36 else None
    except ValueError:
        return None
