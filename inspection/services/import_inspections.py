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
from inspection.canonical import digest
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import InvalidError
from inspection.extensions import db
from inspection.imports.model import RawRow
from inspection.imports.report import ImportReport
from inspection.imports.visit_cells import AnswerReader
from inspection.imports.visit_columns import VisitRow
from inspection.models import CONFIRMED_STATUSES, House, Inspection
from inspection.models.types import now
from inspection.services import scoring_rules
from inspection.services.collisions import once_more_on_collision
from inspection.services.import_houses import batches
from inspection.services.inspection_rows import ScoredVisit, store_visits
from inspection.services.results import packed
from inspection.services.submit_inspection import check_items
from scoring.errors import AnswerError
from scoring.model import RuleTable

BATCH = 500
NAMESPACE = uuid.UUID("6f0d3c1a-5a0e-5d53-9a53-0a6d1a0c7f11")
"""Of the ids that follow from case number, moment and method; never to be changed."""

Check = Callable[[dict[str, Any]], dict[str, Any]]
Progress = Callable[[int], None]


@dataclass
class Plan:
    """What a batch does. Nothing of it counts before the batch is committed."""

    visits: list[ScoredVisit] = field(default_factory=list)
    corrections: list[tuple[RawRow, uuid.UUID, dict[str, Any], str]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[RawRow, str]] = field(default_factory=list)
    warned: list[tuple[RawRow, str]] = field(default_factory=list)
    ids: dict[uuid.UUID, int] = field(default_factory=dict)


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
    correct: Callable[[uuid.UUID, dict[str, Any], str], str | None] | None = None,
    blank: str = "unknown",
    comment: str = "",
    dry_run: bool = False,
    progress: Progress = lambda done: None,
) -> None:
    """Score and store past visits, and tell the report what became of each row.

    check: returns the record of a body, or raises ValueError. correct: stores another record for
    a visit that is known (see `correct_inspection`); without it such a row is refused.
    blank: what an empty cell under an item means, `unknown` or `none`. comment: of the reviews.
    """
    importer = _Importer(check, actor, blank, comment, dry_run, correct is not None)
    for batch in batches(rows, BATCH):
        plan = importer.run(batch)
        report.rows += len(batch)
        report.created += len(plan.visits)
        report.unchanged += plan.unchanged
        for raw, visit, record, status in plan.corrections:
            reason = None if dry_run or correct is None else correct(visit, record, status)
            report.changed += reason is None
            if reason is not None:
                plan.refused.append((raw, reason))
        for raw, reason in plan.refused:
            report.refuse(raw, reason)
        for raw, text in plan.warned:
            report.warn(raw, text)
        report.flush()
        progress(report.rows)


class _Importer:
    def __init__(
        self, check: Check, actor: Actor, blank: str, comment: str, dry_run: bool, correcting: bool
    ) -> None:
        self._check, self._actor = check, actor
        self._blank, self._comment = blank, comment
        self._dry_run, self._correcting = dry_run, correcting
        self._ids: dict[uuid.UUID, int] = {}
        self._readers: dict[str, AnswerReader] = {}
        self._tables: dict[tuple[Any, ...], RuleTable | str] = {}

    @once_more_on_collision
    def run(self, rows: list[VisitRow]) -> Plan:
        """Carry a batch out: read and score without a lock, then write at once."""
        plan = Plan()
        with read_transaction():
            houses = _houses({row.code for row in rows if row.code})
            known = _known({found for row in rows if (found := _id_of(row))})
        for row in rows:
            try:
                self._decide(row, houses, known, plan)
            except (ValueError, InvalidError, AnswerError) as refused:
                plan.refused.append((row.raw, _reasons(refused)))
        if not self._dry_run and plan.visits:
            with write_transaction():
                self._write(plan, {house.pk: house.structure for house in houses.values()})
        self._ids |= plan.ids
        return plan

    def _write(self, plan: Plan, structures: Mapping[int, str]) -> None:
        """Lock the houses and store the visits. Raises ConflictError-like where one moved."""
        pks = {visit.house_pk for visit in plan.visits}
        query = select(House.pk, House.structure).where(House.pk.in_(pks)).order_by(House.pk)
        still = dict(db.session.execute(query.with_for_update()).tuples().all())
        if any(still.get(pk) != structures[pk] for pk in pks):
            raise InvalidError("家屋が取込み中に変更されました。もう一度実行してください。")
        store_visits(plan.visits, self._actor, self._comment)

    def _decide(
        self,
        row: VisitRow,
        houses: Mapping[str, Row[Any]],
        known: Mapping[uuid.UUID, Row[Any]],
        plan: Plan,
    ) -> None:
        """Add one row to the plan. Raises with the reasons why not."""
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
        self._must_be_first(row, found, plan)
        table, record = self._record(row, house)
        sha256 = digest(record)
        plan.ids[found] = row.raw.number
        if found in known:
            self._compare(row, known[found], record, sha256, plan)
            return
        score, states = _score(table, record, house.structure)
        _compare_total(row, score, plan)
        plan.visits.append(
            ScoredVisit(found, house.pk, record, sha256, row.status, table, score, states)
        )

    def _must_be_first(self, row: VisitRow, found: uuid.UUID, plan: Plan) -> None:
        number = self._ids.get(found) or plan.ids.get(found)
        if number is not None:
            raise ValueError(
                f"同じ家屋・日時・方法の調査が {number} 行目にもあります。"
                "別の調査であれば時刻か id を付けてください。"
            )

    def _record(self, row: VisitRow, house: Row[Any]) -> tuple[RuleTable, dict[str, Any]]:
        at, method = row.fields["inspected_at"], row.fields["method"]
        if datetime.fromisoformat(at) > now():
            raise ValueError(f"inspected_at: {at} は未来の日時です。")
        table = self._table(house.structure, method, at)
        reader = self._readers.get(table.sha256)
        if reader is None:
            reader = self._readers[table.sha256] = AnswerReader(table, self._blank)
        body = {
            **row.fields,
            "house_id": str(house.id),
            "answers": reader.answers(row.answers),
            "conditions": row.conditions,
            "complete": row.status != "draft",
        }
        record = self._check(body)
        check_items(record, table)
        return table, record

    def _table(self, structure: str, method: str, at: str) -> RuleTable:
        day = scoring_rules.local_date(datetime.fromisoformat(at))
        key = (structure, method, day)
        if key not in self._tables:
            try:
                self._tables[key] = scoring_rules.choose_table(
                    None, structure=structure, method=method, on=day
                )
            except InvalidError as error:
                self._tables[key] = error.detail
        found = self._tables[key]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _compare(
        self, row: VisitRow, stored: Row[Any], record: dict[str, Any], sha256: str, plan: Plan
    ) -> None:
        """Decide on a visit that is stored already."""
        # What was done with it since (confirmed, put on an agenda) is not undone by an old list.
        behind = row.status == "confirmed" and stored.status not in CONFIRMED_STATUSES
        if stored.body_sha256 == sha256 and not behind:
            plan.unchanged += 1
            return
        if stored.status in ("scheduled", "decided"):
            raise ValueError("会議の議案になっている調査は、取込みでは変更できません。")
        if not self._correcting:
            raise ValueError(
                "登録済みの調査と内容が違います。訂正として取り込むには --update を付けてください。"
            )
        plan.corrections.append((row.raw, stored.id, record, row.status))


def _score(
    table: RuleTable, record: dict[str, Any], structure: str
) -> tuple[dict[str, Any], bytes | None]:
    score = scoring_rules.score(table, record["answers"], record["conditions"], structure=structure)
    return score, packed(table, record)


def _compare_total(row: VisitRow, score: dict[str, Any], plan: Plan) -> None:
    """Warn where the paper has another total; ours stands."""
    if row.total is None or row.total == score["total"]:
        return
    span = (
        ""
        if score["low"] == score["high"]
        else f"(不明の項目により {score['low']}〜{score['high']} 点)"
    )
    text = f"total: 元の記録は {row.total} 点、計算では {score['total']} 点{span}です。"
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


def _reasons(error: ValueError | InvalidError | AnswerError) -> str:
    errors = getattr(error, "errors", None)
    if not errors:
        return str(error).splitlines()[0]
    return " / ".join(f"{name}: {text}" for name, texts in errors.items() for text in texts)
