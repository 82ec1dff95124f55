"""What has to be done again and again: a list of chores, run by one worker at a time as jobs.

A new chore is a function and a line in CHORES. It is called without arguments inside an
application context, returns how many things it did (for the log), and must bear being stopped
anywhere and run again. One that runs long does its work in bounded transactions, lest others wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from inspection import jobs
from inspection.resources import storage
from inspection.services import end_uploads, feature_counts
from uploads import local

log = structlog.get_logger(__name__)
HOUSEKEEPING = "housekeeping"
PRIORITY = 30  # after everything that somebody waits for


@dataclass(frozen=True)
class Chore:
    """A piece of housekeeping, and how long after its end it is done again."""

    name: str
    every: timedelta
    run: Callable[[], int]


def sweep_spool() -> int:
    """Remove files of bodies, pictures and packs that were never finished; return how many."""
    return local.sweep(storage().spool_folder)


CHORES: tuple[Chore, ...] = (
    Chore("features.compact", timedelta(minutes=1), feature_counts.compact),
    Chore("jobs.prune", timedelta(hours=1), jobs.prune),
    Chore("spool.sweep", timedelta(hours=1), sweep_spool),
    Chore("uploads.sweep", timedelta(minutes=10), end_uploads.sweep),
)


def schedule() -> None:
    """Queue each chore that has no job yet; the job of one comes back by itself when it ends."""
    for chore in CHORES:
        jobs.keep_queued(
            HOUSEKEEPING,
            {"chore": chore.name},
            key=f"{HOUSEKEEPING}:{chore.name}",
            priority=PRIORITY,
            rest=chore.every,
        )


def do_chore(name: str) -> timedelta | None:
    """Do one chore; return after how long again, None for one that is no longer known."""
    chore = next((each for each in CHORES if each.name == name), None)
    if chore is None:
        return None
    log.info("chore", chore=name, done=chore.run())
    return chore.every
