"""What changed between two dates: each house's newest confirmed visit on either.

The visits as they stand now: a record that was corrected and confirmed again counts with its
corrected score on its own date, and one that is open for correction does not count at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from inspection import queries
from inspection.auth import Actor
from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.gis.features import matching
from inspection.gis.parameters import Selection
from inspection.models import CONFIRMED_STATUSES, House, Inspection

NEW, WORSE, BETTER, REJUDGED, SAME = "new", "worse", "better", "judgement_only", "unchanged"
CLASSES = (NEW, WORSE, BETTER, REJUDGED, SAME)
LABELS = {
    NEW: "新規",
    WORSE: "悪化",
    BETTER: "改善",
    REJUDGED: "判定のみ変更",
    SAME: "変化なし",
}
COLUMNS = (
    "id", "code", "address", "ward_code", "change", "judgement_changed",
    "total_from", "total_to", "judgement_from", "judgement_to",
    "inspected_at_from", "inspected_at_to",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """Two moments; excluded: whether the moment itself no longer counts (the end of a day)."""

    start: datetime
    start_excluded: bool
    end: datetime
    end_excluded: bool


@dataclass
class ChangeCounts:
    """Houses of a ward by what became of them; `without_visit`: none by the later date."""

    changes: Counter[str] = field(default_factory=Counter)
    judgement_changed: int = 0
    without_visit: int = 0

    def merge(self, other: ChangeCounts) -> None:
        """Count in what another has counted."""
        self.changes += other.changes
        self.judgement_changed += other.judgement_changed
        self.without_visit += other.without_visit

    def to_json(self) -> dict[str, Any]:
        """Return the counts as answers give them; `houses` is the sum of the classes."""
        return {
            "houses": self.changes.total(),
            **{name: self.changes[name] for name in CLASSES},
            "judgement_changed": self.judgement_changed,
            "without_visit": self.without_visit,
        }


class ChangeQuestion:
    """The statements of one question: which houses, between which moments, asked by whom."""

    def __init__(
        self, period: Period, selection: Selection, actor: Actor, classes: tuple[str, ...]
    ) -> None:
        """Prepare the statements. classes: of the list; all of them when empty."""
        self._before, self._after = aliased(Inspection), aliased(Inspection)
        self._period, self._actor, self.classes = period, actor, classes
        self._conditions = matching(HOUSES, selection, actor)
        one, two = self._before, self._after
        self.change = case(
            (two.pk.is_(None), None),
            (one.pk.is_(None), NEW),
            (two.total > one.total, WORSE),
            (two.total < one.total, BETTER),
            (two.judgement != one.judgement, REJUDGED),
            else_=SAME,
        )
        self._rejudged = case(
            (and_(one.pk.is_not(None), two.judgement != one.judgement), 1), else_=0
        )

    def page(self, limit: int, after: int | None) -> tuple[list[Any], int | None]:
        """Return rows (key, lon, lat, COLUMNS) in the order of the key, and the last key if more follow."""
        one, two = self._before, self._after
        query = self._joined(
            select(
                House.pk, func.ST_X(House.location), func.ST_Y(House.location),
                House.id, House.code, House.address, House.ward_code,
                self.change, self._rejudged, one.total, two.total, one.judgement, two.judgement,
                one.inspected_at, two.inspected_at,
            )
        )  # fmt: skip
        query = query.where(two.pk.is_not(None), *self._of_classes())
        if after is not None:
            query = query.where(House.pk > after)
        with read_transaction():
            rows = list(db.session.execute(query.order_by(House.pk).limit(limit + 1)))
        more = len(rows) > limit
        return rows[:limit], rows[limit - 1][0] if more else None

    def all_rows(self, chunk: int) -> Iterator[Any]:
        """Yield every row, read in pages."""
        after: int | None = None
        while True:
            rows, after = self.page(chunk, after)
            yield from rows
            if after is None:
                return

    def counts(self) -> dict[str | None, ChangeCounts]:
        """Return the counts by ward code, of all classes."""
        groups = (House.ward_code, self.change.label("change"), self._rejudged.label("rejudged"))
        inner = self._joined(select(*groups)).subquery()
        query = select(*inner.c, func.count()).group_by(*inner.c)
        counts: dict[str | None, ChangeCounts] = {}
        with read_transaction():
            rows = db.session.execute(query).all()
        for ward, change, rejudged, houses in rows:
            counted = counts.setdefault(ward, ChangeCounts())
            if change is None:
                counted.without_visit += houses
            else:
                counted.changes[change] += houses
                counted.judgement_changed += houses if rejudged else 0
        return counts

    def _joined(self, query: Select[Any]) -> Select[Any]:
        period = self._period
        before = self._newest(period.start, excluded=period.start_excluded)
        after = self._newest(period.end, excluded=period.end_excluded)
        return (
            HOUSES.joined(query.select_from(House))
            .outerjoin(self._after, self._after.pk == after)
            .outerjoin(self._before, self._before.pk == before)
            .where(*self._conditions)
        )

    def _newest(self, moment: datetime, *, excluded: bool) -> Any:
        """Return the key of a house's newest confirmed visit by a moment, as far as it is shown."""
        at = Inspection.inspected_at
        return (
            select(Inspection.pk)
            .where(
                Inspection.house_pk == House.pk,
                Inspection.status.in_(CONFIRMED_STATUSES),
                queries.visible_inspections(self._actor),
                at < moment if excluded else at <= moment,
            )
            .order_by(at.desc(), Inspection.pk.desc())
            .limit(1)
            .correlate(House)
            .scalar_subquery()
        )

    def _of_classes(self) -> list[ColumnElement[bool]]:
        return [self.change.in_(self.classes)] if self.classes else []
