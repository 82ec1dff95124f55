"""Counting houses: how many, inspected, by judgement and status, with mean and greatest total."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

UNITS = 10_000
"""Totals are added up as whole ten-thousandths of a point: the same sum in whatever order."""


@dataclass
class Tally:
    """Houses counted; `units` is the sum of their totals in ten-thousandths of a point."""

    houses: int = 0
    inspected: int = 0
    units: int = 0
    max_total: float | None = None
    judgements: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)

    def add(self, judgement: str | None, status: str | None, total: float | None) -> None:
        """Count one house with its newest confirmed result, None where there is none."""
        units = None if total is None else round(total * UNITS)
        self.add_many(1, judgement, status, units, total)

    def add_many(
        self,
        houses: int,
        judgement: str | None,
        status: str | None,
        units: int | None,
        max_total: float | None,
    ) -> None:
        """Count houses that share judgement and status."""
        self.houses += houses
        if judgement is None or status is None or units is None or max_total is None:
            return
        self.inspected += houses
        self.units += units
        self.judgements[judgement] += houses
        self.statuses[status] += houses
        known = self.max_total
        self.max_total = max_total if known is None else max(known, max_total)

    def merge(self, other: Tally) -> None:
        """Count in what another has counted."""
        self.houses += other.houses
        self.inspected += other.inspected
        self.units += other.units
        self.judgements += other.judgements
        self.statuses += other.statuses
        totals = [t for t in (self.max_total, other.max_total) if t is not None]
        self.max_total = max(totals, default=None)

    @property
    def mean_total(self) -> float | None:
        """The mean total in points, to two decimals; None when no house has one."""
        return round(self.units / self.inspected / UNITS, 2) if self.inspected else None

    def to_json(self) -> dict[str, Any]:
        """Return the counts as answers give them."""
        return {
            "houses": self.houses,
            "inspected": self.inspected,
            "mean_total": self.mean_total,
            "max_total": self.max_total,
            "judgements": dict(sorted(self.judgements.items())),
            "statuses": dict(sorted(self.statuses.items())),
        }
