"""Ordering a meeting's pack, its state, and handing out the file."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from inspection import audit, jobs
from inspection.auth import Actor
from inspection.database.transactions import write_transaction
from inspection.errors import ConflictError, NotFoundError
from inspection.extensions import db
from inspection.labels import EDITION_LABELS, STATUS_LABELS
from inspection.models import CONFIRMED_STATUSES, Meeting, Pack
from inspection.services import meetings

BUILD = "pack.build"
PRIORITY = 20  # after photos, whose derivatives a pack needs


def check_buildable(meeting: Meeting) -> None:
    """Raise ConflictError when a meeting has no cases or one that is not confirmed."""
    if not meeting.cases:
        raise ConflictError("議案がありません。会議に調査を追加してから作成してください。")
    for case in meeting.cases:
        if case.inspection.status not in CONFIRMED_STATUSES:
            code, label = case.inspection.house.code, STATUS_LABELS[case.inspection.status]
            raise ConflictError(f"{code} の調査は「{label}」です。確定してから作成してください。")


def order_pack(meeting_id: uuid.UUID, edition: str, *, actor: Actor) -> Pack:
    """Order a build and return it; one that still waits for its turn serves a second order too.

    Raises NotFoundError, ConflictError (see check_buildable).
    """
    with write_transaction():
        meeting = meetings.get(meeting_id, lock=True)
        check_buildable(meeting)
        waiting = db.session.scalar(
            select(Pack).where(
                Pack.meeting_pk == meeting.pk, Pack.edition == edition, Pack.status == "queued"
            )
        )
        if waiting is not None:
            return waiting
        pack = Pack(
            id=uuid.uuid4(),
            meeting=meeting,
            edition=edition,
            status="queued",
            cases_total=len(meeting.cases),
            requested_by=actor.label,
        )
        db.session.add(pack)
        db.session.flush()
        jobs.enqueue(BUILD, {"pack_id": str(pack.id)}, key=f"{BUILD}:{pack.id}", priority=PRIORITY)
        subject = f"pack/{pack.id}"
        audit.record("pack.order", subject, actor, meeting=str(meeting_id), edition=edition)
    return pack


def get(pack_id: uuid.UUID) -> Pack:
    """Return a build. Raises NotFoundError."""
    pack = db.session.scalar(select(Pack).where(Pack.id == pack_id))
    if pack is None:
        raise NotFoundError("この資料はありません。")
    return pack


def file_key(pack: Pack, *, actor: Actor) -> str:
    """Return where the finished file lies, and note the download. Raises ConflictError."""
    if pack.status != "ready" or pack.storage_key is None:
        raise ConflictError("資料はまだできていません。")
    with write_transaction():
        audit.record(
            "pack.download", f"pack/{pack.id}", actor, after=pack.sha256, edition=pack.edition
        )
    return pack.storage_key


def file_name(pack: Pack) -> str:
    """Return the file's Japanese name: 第3回判定委員会_資料(非公開).pdf."""
    meeting = pack.meeting
    number = f"第{meeting.number}回" if meeting.number is not None else ""
    title = "".join(c for c in meeting.title if c not in '\\/:*?"<>|' and c.isprintable())
    head = title if title.startswith(number) else number + title
    return f"{head}_資料({EDITION_LABELS[pack.edition]}).pdf"


def to_json(pack: Pack) -> dict[str, Any]:
    """Return a build in JSON form."""
    return {
        "id": str(pack.id),
        "meeting_id": str(pack.meeting.id),
        "edition": pack.edition,
        "status": pack.status,
        "progress": {"done": pack.done, "total": pack.cases_total},
        "sha256": pack.sha256,
        "bytes": pack.bytes,
        "pages": pack.pages,
        "snapshot_sha256": pack.snapshot_sha256,
        "missing_glyphs": pack.missing_glyphs,
        "error": pack.error,
        "created_at": pack.created_at.isoformat(),
    }
