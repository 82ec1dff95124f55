"""The kept counts of features: compared with the rows, set right, and drawn together.

Triggers keep them (migrations 0010 and 0013), whoever writes. They can only be wrong after a load
that went past the triggers, such as `pg_restore --disable-triggers`; `features recount` sets them
right.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, delete, func, insert, select, text, update

from inspection.database.transactions import snapshot, write_transaction
from inspection.extensions import db
from inspection.models import CONFIRMED_STATUSES, FeatureCount, House, Inspection, Photo
from inspection.services import house_facets

_CONFIRMED = Inspection.status.in_(CONFIRMED_STATUSES)
_VISITS = select(func.count()).select_from(Inspection)
_PHOTOS = select(func.count()).select_from(Photo).where(Photo.status != "rejected")
COUNTED: dict[str, Select[tuple[int]]] = {
    "houses": select(func.count()).select_from(House),
    "inspections": _VISITS,
    "inspections.confirmed": _VISITS.where(_CONFIRMED),
    "photos": _PHOTOS,
    "photos.confirmed": _PHOTOS.join(Inspection, Inspection.pk == Photo.inspection_pk).where(
        _CONFIRMED
    ),
}
_CHUNK = 50_000


@dataclass(frozen=True)
class Count:
    """One kind's number as it is kept, and as the rows say.

    wrong_parts: of a number kept in parts, how many are wrong, though their sum may be right.
    """

    kind: str
    kept: int
    rows: int
    wrong_parts: int = 0

    @property
    def is_right(self) -> bool:
        """Whether what is kept agrees with the rows."""
        return self.kept == self.rows and not self.wrong_parts


def compare() -> list[Count]:
    """Return every kept count beside the rows counted at the same moment."""
    with snapshot():
        return [*_compared(), _by_facets()]


def recount() -> list[Count]:
    """Set every kept count to what the rows say; return how they stood. Writers wait meanwhile."""
    with write_transaction():
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.execute(text("LOCK TABLE houses, inspections, photos IN SHARE MODE"))
        counts = _compared()
        # The difference, not a fresh number: right also while `compact` runs.
        _add({count.kind: count.rows - count.kept for count in counts})
        counts.append(_by_facets())
        if not counts[-1].is_right:
            house_facets.mend()
    return counts


def compact() -> int:
    """Draw the rows of finished writers together to one a kind and facets; return how many went.

    Neither writers nor readers wait. SQLite has one row a kind anyway.
    """
    if db.session.get_bind().dialect.name != "postgresql":
        return 0
    return _compact_kinds() + house_facets.compact()


def _compact_kinds() -> int:
    with write_transaction():
        held = select(FeatureCount.pk).order_by(FeatureCount.pk).limit(_CHUNK)
        gone = (
            delete(FeatureCount)
            .where(FeatureCount.pk.in_(held.with_for_update(skip_locked=True)))
            .returning(FeatureCount.kind, FeatureCount.number)
            .cte("gone")
        )
        sums = select(gone.c.kind, func.sum(gone.c.number), func.count()).group_by(gone.c.kind)
        found = db.session.execute(sums).all()
        _add({kind: int(number) for kind, number, _ in found})
    return sum(count for _, _, count in found) - len(found)


def _add(changes: dict[str, int]) -> None:
    for kind, number in changes.items():
        row = update(FeatureCount).where(FeatureCount.kind == kind)
        one_row = db.session.get_bind().dialect.name != "postgresql"
        if one_row and db.session.execute(row.values(number=FeatureCount.number + number)).rowcount:
            continue
        db.session.execute(insert(FeatureCount).values(kind=kind, number=number))


def _compared() -> list[Count]:
    kept = dict(
        db.session.execute(
            select(FeatureCount.kind, func.sum(FeatureCount.number)).group_by(FeatureCount.kind)
        ).all()
    )
    return [
        Count(kind, int(kept.get(kind, 0)), db.session.scalar(query) or 0)
        for kind, query in COUNTED.items()
    ]


def _by_facets() -> Count:
    kept, rows, wrong = house_facets.difference()
    return Count("houses by facet", kept, rows, wrong)
