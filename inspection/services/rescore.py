"""Bringing results up to date with the rule tables: only what changed is written, in batches.

Decided visits keep the result that was decided on. Each batch is one transaction, and a visit that
is up to date is passed over, so that a run that was killed is continued by the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from inspection import audit
from inspection.auth import SYSTEM
from inspection.canonical import digest
from inspection.database.transactions import write_transaction
from inspection.errors import InvalidError
from inspection.extensions import db
from inspection.models import CONFIRMED_STATUSES, House, Inspection
from inspection.services import scoring_rules
from inspection.services.house_result import refresh_house
from inspection.services.rescore_rows import Finding, count, pages
from inspection.services.results import keep_result, packed
from scoring.errors import AnswerError
from scoring.model import RuleTable

MOST_NAMED = 20  # case numbers that a report names for each kind of crossing
Move = tuple[str, str]
Progress = Callable[[int, int], None]


@dataclass
class RescoreReport:
    """What a run did, in visits.

    changed: written anew (or would be, in a dry run); filled: only packed answers were added;
    decided: out of date, and left alone because they were decided; refused: why some could not
    be scored, with the case numbers of the first; moves: (judgement before, after) of those that
    crossed; named: case numbers of the first of them.
    """

    seen: int = 0
    changed: int = 0
    filled: int = 0
    decided: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    moves: Counter[Move] = field(default_factory=Counter)
    named: dict[Move | str, list[str]] = field(default_factory=dict)

    def name(self, kind: Move | str, code: str) -> None:
        """Remember a case number, if there is room."""
        codes = self.named.setdefault(kind, [])
        if len(codes) < MOST_NAMED:
            codes.append(code)

    def refuse(self, reason: str, code: str) -> None:
        """Count a visit that could not be scored."""
        self.refused[reason] += 1
        self.name(reason, code)


def rescore(
    *,
    only: RuleTable | None = None,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> RescoreReport:
    """Recompute every visit whose table in force, or whose result under it, is another now.

    only: touch no visit that this table neither judged nor should judge. dry_run: write nothing.
    progress: called with (done, total) visits.
    """
    report, total = RescoreReport(), count()
    for page in pages(only):
        report.seen += page.seen
        wanted = [finding for finding in page.findings if _wanted(finding, report)]
        if wanted:
            _work_off(wanted, report, dry_run)
        progress(report.seen, max(total, report.seen))
    return report


def _wanted(finding: Finding, report: RescoreReport) -> bool:
    """Leave out, and count, what is not to be written."""
    if finding.refusal is not None:
        report.refuse(finding.refusal, finding.code)
        return False
    if finding.decided and finding.stale:
        report.decided += 1
        return False
    return True


def _work_off(findings: list[Finding], report: RescoreReport, dry_run: bool) -> None:
    if dry_run:
        rows = _load(findings)
        for finding in findings:
            _rescore_one(rows[finding.pk], finding, report, write=False)
        db.session.rollback()
        return
    with write_transaction():
        rows = _load(findings, lock=True)
        houses: dict[int, House] = {}
        for finding in findings:
            row = rows[finding.pk]
            if _rescore_one(row, finding, report, write=True) and row.status in CONFIRMED_STATUSES:
                houses[row.house_pk] = row.house
        for house in houses.values():
            refresh_house(house)


def _load(findings: list[Finding], *, lock: bool = False) -> dict[int, Inspection]:
    pks = [finding.pk for finding in findings]
    query = select(Inspection).where(Inspection.pk.in_(pks)).order_by(Inspection.pk)
    rows = db.session.scalars(query.with_for_update() if lock else query)
    return {row.pk: row for row in rows}


def _rescore_one(row: Inspection, finding: Finding, report: RescoreReport, *, write: bool) -> bool:
    """Score one visit anew; whether its result changed. It may have been changed since it was
    found: what is compared and written is what is there now."""
    table = finding.table
    assert table is not None  # refusals were left out
    try:
        score = scoring_rules.score(
            table,
            row.record["answers"],
            row.record["conditions"],
            structure=row.house.structure,
            override=row.record.get("override"),
        )
        states = packed(table, row.record)
    except (InvalidError, AnswerError) as error:
        report.refuse(_first_line(error), finding.code)
        return False
    if _stands(row, table, score):
        return _fill(row, states, report, write=write)
    if row.status == "decided":
        report.decided += 1
        return False
    report.changed += 1
    move = (row.judgement, score["judgement"])
    if move[0] != move[1]:
        report.moves[move] += 1
        report.name(move, finding.code)
    if write:
        _write(row, table, score)
    return True


def _stands(row: Inspection, table: RuleTable, score: dict[str, Any]) -> bool:
    """Whether the stored result says the same under the same table, in whatever words."""
    stored = (row.rule_table.sha256, row.total, row.low, row.high, row.judgement)
    found = (score["total"], score["low"], score["high"], score["judgement"])
    return stored == (table.sha256, *found)


def _first_line(error: InvalidError | AnswerError) -> str:
    return f"答えが評点表に合いません: {str(error).splitlines()[0]}"


def _fill(row: Inspection, states: bytes | None, report: RescoreReport, *, write: bool) -> bool:
    """Add packed answers that are missing or outdated; the record itself counts as unchanged."""
    if states is not None and states != row.packed:
        report.filled += 1
        if write:
            kept = update(Inspection).where(Inspection.pk == row.pk)
            db.session.execute(kept.values(packed=states, updated_at=Inspection.updated_at))
    return False


def _write(row: Inspection, table: RuleTable, score: dict[str, Any]) -> None:
    """Keep a new result. The revision stays, for the record does; its own row keeps the old one."""
    before = row.score
    keep_result(row, table, score)
    audit.record(
        "inspection.rescore",
        f"inspection/{row.id}",
        SYSTEM,
        before=digest(before),
        after=digest(score),
        revision=row.revision,
        **{"from": _summary(before), "to": _summary(score)},
    )


def _summary(score: dict[str, Any]) -> dict[str, Any]:
    table = score["table"]
    return {
        "table": f"{table['id']}@{table['version']}",
        "sha256": table["sha256"],
        "total": score["total"],
        "judgement": score["judgement"],
    }
