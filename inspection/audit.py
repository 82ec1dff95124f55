"""The audit trail: who did what, when, from where, chained so that a change shows.

An entry's hash covers its content and the hash before it. Entries are numbered without gaps; a
missing, changed or reordered row breaks the chain, which `audit verify` reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from sqlalchemy import func, select, text

from inspection.auth import Actor
from inspection.canonical import digest
from inspection.extensions import db
from inspection.models import AuditEntry, AuditHead
from inspection.models.types import now

GENESIS = "0" * 64
THE_HEAD = 1
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
    _wait_for_the_chain()
    head = _head()
    entry = AuditEntry(
        number=head.entries + 1,
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
        previous_sha256=head.sha256,
    )
    entry.sha256 = entry_hash(entry)
    db.session.add(entry)
    head.entries, head.sha256 = entry.number, entry.sha256
    db.session.flush()
    return entry


@dataclass(frozen=True, slots=True)
class Act:
    """One act for `record_many`; the fields are the arguments of `record`."""

    act: str
    subject: str
    before: str | None = None
    after: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def record_many(acts: Sequence[Act], actor: Actor) -> None:
    """Append acts in their order, as `record` would one by one, inside the write transaction.

    The chain is worked out in memory and written at once: for imports, whose batches have
    thousands. All bear the same moment.
    """
    if not acts:
        return
    _wait_for_the_chain()
    head = _head()
    number, previous, moment = head.entries, head.sha256, now()
    rows: list[dict[str, Any]] = []
    for act in acts:
        number += 1
        row = {
            "number": number,
            "at": moment,
            "act": act.act,
            "actor": actor.label,
            "role": actor.role,
            "device_id": actor.device_id,
            "address": actor.address,
            "subject": act.subject,
            "before_sha256": act.before,
            "after_sha256": act.after,
            "detail": dict(act.detail),
            "previous_sha256": previous,
        }
        previous = row["sha256"] = _hash_of(row)
        rows.append(row)
    db.session.execute(AuditEntry.__table__.insert(), rows)
    head.entries, head.sha256 = number, previous
    db.session.flush()


def _wait_for_the_chain() -> None:
    """Let one writer at a time append (SQLite has one anyway)."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})


def _head() -> AuditHead:
    """Return where the trail ends, which a cut end of the trail does not move back."""
    head = db.session.get(AuditHead, THE_HEAD, populate_existing=True)
    last = _last()
    number, sha256 = (last.number, last.sha256) if last else (0, GENESIS)
    if head is None:
        head = AuditHead(pk=THE_HEAD, entries=number, sha256=sha256)
        db.session.add(head)
    elif head.entries < number:
        head.entries, head.sha256 = number, sha256
    return head


def _last() -> Any:
    query = select(AuditEntry.number, AuditEntry.sha256)
    return db.session.execute(query.order_by(AuditEntry.number.desc()).limit(1)).first()


HASHED = ("number", "at", "act", "actor", "role", "device_id", "address", "subject",
          "before_sha256", "after_sha256", "detail", "previous_sha256")  # fmt: skip


def entry_hash(entry: AuditEntry) -> str:
    """Return the hash over an entry's content and the hash of the entry before it."""
    return _hash_of({name: getattr(entry, name) for name in HASHED})


def _hash_of(row: Mapping[str, Any]) -> str:
    return digest(
        {
            "number": row["number"],
            "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
            "act": row["act"],
            "actor": row["actor"],
            "role": row["role"],
            "device_id": row["device_id"],
            "address": row["address"],
            "subject": row["subject"],
            "before": row["before_sha256"],
            "after": row["after_sha256"],
            "detail": row["detail"],
            "previous": row["previous_sha256"],
        }
    )


@dataclass(frozen=True)
class ChainReport:
    """What `verify` found: how many entries, the last one's hash, and the faults by number.

    head: written down elsewhere, it proves later that the trail up to here was not rewritten.
    """

    entries: int
    head: str
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
    faults += _faults_at_the_end(expected - 1, previous)
    return ChainReport(entries=total, head=previous, faults=tuple(faults))


def _faults_at_the_end(number: int, sha256: str) -> list[str]:
    """Compare the last entry that is there with the one that was written last."""
    head = db.session.get(AuditHead, THE_HEAD, populate_existing=True)
    if head is None:
        return ["the note of the last entry is missing"] if number else []
    if head.entries > number:
        return [f"entry {number + 1}: missing (the last was {head.entries})"]
    if (head.entries, head.sha256) != (number, sha256):
        return [f"entry {number}: is not the last that was written ({head.entries})"]
    return []
