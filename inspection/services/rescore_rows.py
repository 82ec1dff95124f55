"""Which visits have another result than the one that stands: read in pages, scored as a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, func, select

from inspection.database.transactions import read_transaction
from inspection.errors import InvalidError
from inspection.extensions import db
from inspection.models import House, Inspection, RuleTableDigest
from inspection.services import scoring_rules
from scoring.batch import score_many
from scoring.model import RuleTable
from scoring.packing import PackedMismatchError, read_packed

PAGE = 1000  # visits read, scored and written at a time
MOVED = "家屋の構造が調査のあとで変わったため、別の評点表になります。"


@dataclass(frozen=True)
class Finding:
    """One visit that is not as it should be.

    table: the one that should judge it. stale: another table than the stored one is in force, or
    the engine gives another result; otherwise only its packed answers are missing.
    refusal: why it cannot be scored.
    """

    pk: int
    code: str
    decided: bool
    table: RuleTable | None = None
    stale: bool = False
    refusal: str | None = None


@dataclass(frozen=True)
class Page:
    """What was found among some visits, and how many were looked at."""

    seen: int
    findings: list[Finding]


def pages(only: RuleTable | None) -> Iterator[Page]:
    """Walk through all visits in the order of their keys.

    only: leave out visits that this table neither judged nor should judge.
    """
    after, chooser = 0, _Chooser()
    while True:
        with read_transaction():
            rows = db.session.execute(_query(after)).all()
            page = Page(len(rows), _looked_through(rows, chooser, only))
        if not rows:
            return
        after = rows[-1].pk
        yield page


def count() -> int:
    """Return how many visits there are."""
    with read_transaction():
        return db.session.scalar(select(func.count()).select_from(Inspection)) or 0


def _query(after: int) -> Select[Any]:
    return (
        select(
            Inspection.pk,
            Inspection.status,
            Inspection.method,
            Inspection.inspected_at,
            Inspection.record["rule_table"].label("wanted"),
            Inspection.total,
            Inspection.low,
            Inspection.high,
            Inspection.judgement,
            Inspection.packed,
            House.code,
            House.structure,
            RuleTableDigest.sha256,
            RuleTableDigest.document["structures"].label("structures"),
        )
        .join(House, House.pk == Inspection.house_pk)
        .join(RuleTableDigest, RuleTableDigest.pk == Inspection.rule_table_pk)
        .where(Inspection.pk > after)
        .order_by(Inspection.pk)
        .limit(PAGE)
    )


class _Chooser:
    """The table that should judge a visit; asked once for each kind of visit and day."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], RuleTable | str] = {}

    def table(self, row: Row[Any]) -> RuleTable | str:
        """Return the table, or why there is none."""
        if row.structure not in row.structures:
            return MOVED
        return self.of(row.wanted, row.structure, row.method, row.inspected_at)

    def of(
        self, wanted: dict[str, Any] | None, structure: str, method: str, at: datetime
    ) -> RuleTable | str:
        """Return the table for what a record asks for, or why there is none."""
        day = scoring_rules.local_date(at)
        key = (str(wanted), structure, method, day)
        if key not in self._known:
            try:
                self._known[key] = scoring_rules.choose_table(
                    wanted, structure=structure, method=method, on=day
                )
            except InvalidError as error:
                self._known[key] = error.detail
        return self._known[key]


def _looked_through(
    rows: list[Row[Any]], chooser: _Chooser, only: RuleTable | None
) -> list[Finding]:
    findings: list[Finding] = []
    same: dict[str, tuple[RuleTable, list[Row[Any]]]] = {}
    for row in rows:
        table = chooser.table(row)
        decided = row.status == "decided"
        if isinstance(table, str):
            if only is None or only.sha256 == row.sha256:
                findings.append(Finding(row.pk, row.code, decided, refusal=table))
        elif only is not None and only.sha256 not in (row.sha256, table.sha256):
            continue
        elif table.sha256 != row.sha256:
            findings.append(Finding(row.pk, row.code, decided, table, stale=True))
        elif row.packed is None:
            findings.append(Finding(row.pk, row.code, decided, table))
        else:
            same.setdefault(table.sha256, (table, []))[1].append(row)
    for table, group in same.values():
        findings += _differing(table, group)
    return sorted(findings, key=lambda finding: finding.pk)


def _differing(table: RuleTable, rows: list[Row[Any]]) -> list[Finding]:
    """Score stored states as a batch; those whose stored result is another."""
    try:
        totals = score_many(table, read_packed(table, *(row.packed for row in rows)))
    except PackedMismatchError:  # packed by an older engine: its states were others
        wrong = np.ones(len(rows), dtype=bool)
    else:
        wrong = np.zeros(len(rows), dtype=bool)
        for name in ("total", "low", "high"):
            stored = np.array([getattr(row, name) for row in rows])
            wrong |= totals.rows[name] / totals.scale != stored
        codes = [totals.code(int(place)) for place in totals.judgement]
        wrong |= np.array([code != row.judgement for code, row in zip(codes, rows, strict=True)])
    return [
        Finding(row.pk, row.code, row.status == "decided", table, stale=True)
        for row, differs in zip(rows, wrong, strict=True)
        if differs
    ]
