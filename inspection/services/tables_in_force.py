"""The rule tables that a tablet needs: those in force today, and those to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from inspection.canonical import digest
from inspection.services.rule_tables import in_force_days, listed
from inspection.services.scoring_rules import local_date


@dataclass(frozen=True)
class Tables:
    """The list as a tablet gets it, and a digest that changes with it."""

    listed: list[dict[str, Any]]
    digest: str


def tables_in_force() -> Tables:
    """Return every table that is in force today (in the site's time zone) or later.

    A city's approval, an upgrade that ships another table, and a day on which one ends all change
    the digest.
    """
    today = local_date(datetime.now(UTC))
    rows = [
        {
            "id": table.id,
            "version": table.version,
            "sha256": table.sha256,
            "method": table.method,
            "structures": list(table.structures),
            "in_force": days,
        }
        for table in listed()
        if not _ended(days := in_force_days(table), today)
    ]
    return Tables(rows, digest(rows)[:16])


def _ended(days: dict[str, str | None], today: date) -> bool:
    return days["to"] is not None and date.fromisoformat(days["to"]) <= today
