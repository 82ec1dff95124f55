"""Houses from a list: each row what PUT /houses would make of it, in batches.

A batch is one transaction, so that a run that was killed leaves whole batches; running it again
finds them unchanged and goes on. Rows that are refused do not stop the others.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select

from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import read_transaction, write_transaction
from inspection.extensions import db
from inspection.imports.house_columns import HouseRow
from inspection.imports.model import RawRow
from inspection.imports.report import ImportReport
from inspection.models import House
from inspection.services.collisions import once_more_on_collision
from inspection.services.house_rows import KnownHouse, KnownHouses, known_houses, write_houses

BATCH = 1000
Check = Callable[[dict[str, Any]], dict[str, Any]]
Progress = Callable[[int], None]
Item = TypeVar("Item")


@dataclass
class Plan:
    """What a batch does. Nothing of it counts before the batch is committed.

    changed: (before, after); codes, ids: row numbers of the houses that were taken.
    """

    created: list[KnownHouse] = field(default_factory=list)
    changed: list[tuple[KnownHouse, KnownHouse]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[tuple[RawRow, str]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    ids: dict[uuid.UUID, int] = field(default_factory=dict)


def import_houses(
    rows: Iterable[HouseRow],
    report: ImportReport,
    *,
    check: Check,
    actor: Actor,
    replace: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done: None,
) -> None:
    """Create and change houses from rows, and tell the report what became of each.

    check: returns the accepted body of a house, or raises ValueError with the reasons.
    replace: a row is the whole house, so that empty cells and missing columns clear; otherwise
    they leave what is known. dry_run: write nothing. progress: called with the rows done.
    """
    importer = _Importer(check, actor, replace, dry_run)
    for batch in batches(rows):
        plan = importer.run(batch)
        report.rows += len(batch)
        report.created += len(plan.created)
        report.changed += len(plan.changed)
        report.unchanged += plan.unchanged
        for raw, reason in plan.refused:
            report.refuse(raw, reason)
        report.flush()
        progress(report.rows)


def batches(rows: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Cut rows into lists of a size."""
    walk = iter(rows)
    while batch := list(itertools.islice(walk, size)):
        yield batch


class _Importer:
    def __init__(self, check: Check, actor: Actor, replace: bool, dry_run: bool) -> None:
        self._check, self._actor = check, actor
        self._replace, self._dry_run = replace, dry_run
        self._codes: dict[str, int] = {}
        self._ids: dict[uuid.UUID, int] = {}
        self._cut_codes: dict[str, str] | None = None

    def run(self, rows: list[HouseRow]) -> Plan:
        """Carry a batch out, and remember which houses it took."""
        plan = self._carry_out(rows)
        self._codes |= plan.codes
        self._ids |= plan.ids
        return plan

    @once_more_on_collision
    def _carry_out(self, rows: list[HouseRow]) -> Plan:
        plan = Plan()
        codes = {row.fields["code"] for row in rows if row.fields.get("code")}
        ids = {found for row in rows if (found := _uuid(row.id))}
        with self._transaction():
            known = known_houses(codes, ids, lock=not self._dry_run)
            for row in rows:
                try:
                    self._decide(row, known, plan)
                except ValueError as refused:
                    plan.refused.append((row.raw, str(refused)))
            if not self._dry_run:
                write_houses(plan.created, plan.changed, self._actor)
        return plan

    def _transaction(self) -> AbstractContextManager[None]:
        return read_transaction() if self._dry_run else write_transaction()

    def _decide(self, row: HouseRow, known: KnownHouses, plan: Plan) -> None:
        """Add one row to the plan. Raises ValueError with the reasons why not."""
        if row.faults:
            raise ValueError(" / ".join(row.faults))
        code = row.fields.get("code")
        if code is None:
            raise ValueError("code: 案件番号がありません。")
        _must_be_first(f"案件番号 {code} ", code, self._codes, plan.codes)
        house = self._target(row, code, known)
        house_id = house.id if house else _uuid(row.id) or uuid.uuid4()
        _must_be_first("家屋", house_id, self._ids, plan.ids)
        body = self._check(self._body(row, house))
        sha256 = digest(body)
        plan.codes[code] = row.raw.number
        if house is not None or row.id is not None:  # no other row can mean an id made here
            plan.ids[house_id] = row.raw.number
        if house is None:
            plan.created.append(KnownHouse(house_id, body, sha256))
            known.add(plan.created[-1])
        elif sha256 == house.sha256 or body == house.body:
            plan.unchanged += 1
        else:
            after = KnownHouse(house_id, body, sha256, house.pk, house.revision + 1)
            plan.changed.append((house, after))
            known.add(after, house)

    def _target(self, row: HouseRow, code: str, known: KnownHouses) -> KnownHouse | None:
        """Return the house that a row means: by its id where it has one, else by its code."""
        owner = known.by_code.get(code)
        if row.id is None:
            if owner is None and row.number_code:
                self._refuse_cut_code(code)
            return owner
        house_id = _uuid(row.id)
        if house_id is None:
            raise ValueError(f"id: 「{row.id[:40]}」は UUID ではありません。")
        if owner is not None and owner.id != house_id:
            raise ValueError(f"code: 案件番号 {code} は別の家屋({owner.id})で使われています。")
        return known.by_id.get(house_id)

    def _refuse_cut_code(self, code: str) -> None:
        """Refuse 123 in a number's cell where a house 0123 is known: the zero was cut off."""
        if self._cut_codes is None:
            found = db.session.scalars(select(House.code).where(House.code.between("0", "0~")))
            self._cut_codes = {each.lstrip("0"): each for each in found}
        if code in self._cut_codes:
            raise ValueError(
                f"code: セルが数値 {code} です。登録済みの {self._cut_codes[code]} の先頭の 0 が"
                "失われています。列を文字列にしてください。"
            )

    def _body(self, row: HouseRow, house: KnownHouse | None) -> dict[str, Any]:
        """Return a row as a whole body, for the check."""
        if house is None or self._replace:
            return {**_said(row.fields), "extra": _said(row.extra)}
        extra = {**house.body["extra"], **_said(row.extra)}
        return {**house.body, **_said(row.fields), "extra": extra}


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text and len(text) == 36 else None
    except ValueError:
        return None


def _must_be_first(what: str, key: Any, *seen: Mapping[Any, int]) -> None:
    for numbers in seen:
        if key in numbers:
            raise ValueError(f"同じ{what}が {numbers[key]} 行目にもあります。")
