"""The stored texts of features, compared with what the columns make.

The database writes them (migration 0012). They can only be wrong where another release's function
made them.
"""

from __future__ import annotations

from sqlalchemy import func, literal_column, select

from inspection.extensions import db
from inspection.gis.feature_sql import STORED, made_sql
from inspection.models import House


def wrong_texts() -> int | None:
    """Return how many houses' text is not what is made now; None where none is stored."""
    dialect = db.session.get_bind().dialect.name
    stored = STORED.get(("houses", dialect))
    if stored is None:
        return None
    made = literal_column(made_sql("houses", dialect))
    differing = (
        select(func.count()).select_from(House).where(literal_column(stored).is_distinct_from(made))
    )
    return db.session.scalar(differing) or 0
