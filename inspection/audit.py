"""The audit trail: who did what, when, from where, chained so that a change shows.

An entry's hash covers its content and the hash before it. Entries are numbered without gaps; a
missing, changed or reordered row breaks the chain, which `audit verify` reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import func, select, text

from inspection.auth import Actor
from inspection.canonical import digest
from inspection.extensions import db
from inspection.models import AuditEntry
from inspection.models.types import now

GENESIS = "0" * 64
LOCK_KEY = 0x48414E54  # "HANT": PostgreSQL's advisory lock that orders the chain


def record(
    act: str,
    subject: str,
    actor: Actor,
    *,
    before: str | None = None,
    after: str | None = None,
    **detail: Any,
) -> AuditEntry:
    """Append one act to the trail inside the current write transaction.

    act: noun.verb, such as `inspection.submit`; subject: kind and id, such as `house/…`.
    before, after: sha256 of the state, where there is one.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    last = db.session.execute(
        select(AuditEntry.number, AuditEntry.sha256).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=now(),
        act=act,
        actor=actor.label,
        role=actor.role,
        device_id=actor.device_id,
        address=actor.address,
        subject=subject,
        before_sha256=before,
        after_sha256=after,
        detail=detail,
        previous_sha256=last.sha256 if last else GENESIS,
    )
    entry.sha256 = entry_hash(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def entry_hash(entry: AuditEntry) -> str:
    """Return the hash over an entry's content and the hash of the entry before it."""
    return digest(
        {
            "number": entry.number,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "act": entry.act,
            "actor": entry.actor,
            "role": entry.role,
            "device_id": entry.device_id,
            "address": entry.address,
            "subject": entry.subject,
            "before": entry.before_sha256,
            "after": entry.after_sha256,
            "detail": entry.detail,
            "previous": entry.previous_sha256,
        }
    )


@dataclass(frozen=True)
class ChainReport:
    """What `verify` found: how many entries, and the faults by number."""

    entries: int
    faults: tuple[str, ...]


def verify(progress: Callable[[int, int], None] = lambda done, total: None) -> ChainReport:
    """Walk the whole chain. progress: called with (done, total) entries."""
    total = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    faults: list[str] = []
    expected, previous = 1, GENESIS
    rows = db.session.scalars(
        select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    )
    for done, entry in enumerate(rows, 1):
        if entry.number != expected:
            faults.append(f"entry {expected}: missing (next is {entry.number})")
        elif entry.previous_sha256 != previous:
            faults.append(f"entry {entry.number}: does not follow the entry before it")
        if entry_hash(entry) != entry.sha256:
            faults.append(f"entry {entry.number}: content was changed")
        expected, previous = entry.number + 1, entry.sha256
        progress(done, total)
    return ChainReport(entries=total, faults=tuple(faults))
