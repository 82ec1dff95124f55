"""Counts of houses by ward (区), with the names that the city has set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, cast, func, select

from inspection.auth import Actor
from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.gis.questions.tally import UNITS, Tally
from inspection.models import House


@dataclass
class WardCounts:
    """Counts by ward code; None: houses without a ward. Every ward that the city named is there."""

    names: Mapping[str, str]
    wards: dict[str | None, Tally] = field(default_factory=dict)

    @property
    def total(self) -> Tally:
        """All wards together."""
        total = Tally()
        for tally in self.wards.values():
            total.merge(tally)
        return total

    def add(self, ward_code: str | None, *counted: Any) -> None:
        """Count houses of a ward, as `Tally.add_many` does."""
        self._of(ward_code).add_many(*counted)

    def count(
        self, ward_code: str | None, judgement: str | None, status: str | None, total: float | None
    ) -> None:
        """Count one house of a ward, as `Tally.add` does."""
        self._of(ward_code).add(judgement, status, total)

    def _of(self, ward_code: str | None) -> Tally:
        if ward_code not in self.wards:
            self.wards[ward_code] = Tally()
        return self.wards[ward_code]

    def in_order(self) -> list[tuple[str | None, str | None, Tally]]:
        """Return code, name and counts of each ward by code; houses without a ward last."""
        codes = sorted(code for code in self.wards if code is not None)
        listed: list[str | None] = [*codes, *([None] if None in self.wards else [])]
        return [(code, self.names.get(code or ""), self.wards[code]) for code in listed]


def empty_wards() -> WardCounts:
    """Return counts of nothing yet in the city's wards."""
    names = current_app.config["HANTEI_WARDS"]
    return WardCounts(names, {code: Tally() for code in names})


def count_wards(selection: Selection, actor: Actor) -> WardCounts:
    """Count the houses of a selection by ward, in one statement."""
    groups = (House.ward_code, House.judgement, House.status)
    units = cast(func.round(House.total * UNITS), BigInteger)
    query = HOUSES.joined(
        select(*groups, func.count(), func.sum(units), func.max(House.total)).select_from(House)
    ).where(*matching(HOUSES, selection, actor))
    counts = empty_wards()
    with read_transaction():
        rows = db.session.execute(query.group_by(*groups)).all()
    for ward, judgement, status, houses, total, greatest in rows:
        counts.add(ward, houses, judgement, status, None if total is None else int(total), greatest)
    return counts
