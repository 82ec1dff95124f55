"""Which state of the database a tile shows: cheap to ask, and never the same after a change.

A stamp alone (newest change and count of each table) may miss a change that is committed late:
its `updated_at` is older than one that others have committed meanwhile. So a version also knows
which transactions were under way, and is relied on only once the newest change lies back a while:
that covers clocks that differ between servers, too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from inspection import __version__, queries
from inspection.auth import Actor
from inspection.database.transactions import reading
from inspection.extensions import db
from inspection.gis.collections import COLLECTIONS, Collection
from inspection.models import Case, FeatureCount, House, Inspection, Photo
from inspection.models.types import UtcDateTime, now

SETTLED_AFTER = timedelta(seconds=5)
"""How far the newest change lies back before a version is relied on."""

_TABLES: dict[Any, tuple[Any, ...]] = {
    House: (House,),
    Inspection: (Inspection, House),
    Photo: (Photo, Inspection, House),
}


@dataclass(frozen=True)
class Version:
    """A state: its stamp, the transactions under way (PostgreSQL), whether it can be relied on."""

    stamp: str
    running: frozenset[str]
    settled: bool

    def holds_at(self, later: Version) -> bool:
        """Say whether what was read at this version is surely still true at a later one."""
        same = self.settled and later.settled and self.stamp == later.stamp
        return same and self.running <= later.running


def current(collection: Collection, actor: Actor) -> Version:
    """Return the version of a collection as an actor sees it. One statement."""
    committee = actor.role == queries.COMMITTEE
    on_postgis = db.engine.dialect.name == "postgresql"
    with reading() as connection:
        statement = _statement(collection.id, committee, on_postgis)
        *values, running = connection.execute(statement).one()
    times = [value for value in values[0 : 2 * len(_TABLES[collection.entity]) : 2] if value]
    text = "|".join(map(str, (__version__, collection.id, committee, *values)))
    return Version(
        stamp=hashlib.sha256(text.encode()).hexdigest()[:24],
        running=frozenset(running.rpartition(":")[2].split(",")) - {""},
        settled=all(moment < now() - SETTLED_AFTER for moment in times),
    )


@lru_cache
def _statement(collection_id: str, committee: bool, on_postgis: bool) -> Select[Any]:
    columns: list[ColumnElement[Any]] = []
    for entity in _TABLES[COLLECTIONS[collection_id].entity]:
        columns.append(select(func.max(entity.updated_at, type_=UtcDateTime)).scalar_subquery())
        kept = select(func.sum(FeatureCount.number))
        columns.append(kept.where(FeatureCount.kind == entity.__tablename__).scalar_subquery())
    snapshot = literal_column("pg_current_snapshot()::text" if on_postgis else "''")
    return select(*columns, *(_cases() if committee else ()), snapshot)


def _cases() -> list[ColumnElement[Any]]:
    """Return what tells one state of all meetings' cases from another; they are few."""
    pk = Case.inspection_pk
    sums = (func.count(), func.sum(pk), func.sum(pk * pk), func.max(Case.pk))
    return [select(each).select_from(Case).scalar_subquery() for each in sums]
