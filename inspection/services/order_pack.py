"""Ordering a meeting's pack, its state, and handing out the file."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select

from inspection import audit, jobs
from inspection.auth import Actor
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import ConflictError, ForbiddenError, NotFoundError
from inspection.extensions import db
from inspection.labels import EDITION_LABELS
from inspection.models import Meeting, Pack
from inspection.packs.model import SECRETARIAT
from inspection.packs.template import template_version
from inspection.resources import storage
from inspection.services import meetings
from inspection.services.freeze_pack import check_buildable, freeze, unfinished_photos
from uploads.errors import StorageError

BUILD = "pack.build"
PRIORITY = 20  # after photos, whose derivatives a pack needs
PREPARE = "meeting:write"
CANCELLED = "取り消しました"


def order_pack(meeting_id: uuid.UUID, edition: str, *, actor: Actor) -> Pack:
    """Order a build and return it.

    One that still waits for its turn serves a second order too, and so does a finished one whose
    file would come out the same, byte for byte.
    Raises ForbiddenError, NotFoundError, ConflictError (see freeze_pack.check_buildable).
    """
    _check_edition(edition, actor)
    if same := _same_as_would_be(meeting_id, edition):
        return same
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


def _same_as_would_be(meeting_id: uuid.UUID, edition: str) -> Pack | None:
    """Return the newest finished pack of this edition, if a new one would have the same bytes.

    The meeting is frozen to see that, but only where there is a pack drawn with today's template
    and no photo is still being looked at. Where a picture is gone, a new build shall tell so.
    """
    with read_transaction():
        newest = db.session.scalar(
            select(Pack)
            .join(Pack.meeting)
            .where(Meeting.id == meeting_id, Pack.edition == edition, Pack.status == "ready")
            .order_by(Pack.pk.desc())
            .limit(1)
        )
    if newest is None or newest.template != template_version():
        return None
    if unfinished_photos(meeting_id):
        return None
    snapshot = freeze(meeting_id, edition)
    if snapshot.digest() != newest.snapshot_sha256:
        return None
    pictures = [photo.image.key for case in snapshot.cases for photo in case.photos]
    return newest if _are_stored([newest.storage_key or "", *pictures]) else None


def _are_stored(keys: list[str]) -> bool:
    """Say whether all objects are there, asking for several at a time: a store may be far away."""
    store = storage()

    def is_there(key: str) -> bool:
        try:
            return store.stat(key).bytes > 0
        except StorageError:
            return False

    with ThreadPoolExecutor(max_workers=16) as askers:
        return all(askers.map(is_there, keys))


def cancel(pack_id: uuid.UUID, *, actor: Actor) -> Pack:
    """Stop a build: at once while it waits, between two cases while it runs. Return it.

    It then counts as failed, with the reason CANCELLED. Cancelling twice changes nothing.
    Raises NotFoundError, ForbiddenError, ConflictError for one that is over.
    """
    with write_transaction():
        pack = get(pack_id, actor=actor, lock=True)
        if pack.status == "failed" and pack.error == CANCELLED:
            return pack
        if pack.status not in ("queued", "running"):
            told = "できあがっている" if pack.status == "ready" else "作成に失敗している"
            raise ConflictError(f"この資料は既に{told}ため、取り消せません。")
        pack.status, pack.error = "failed", CANCELLED
        audit.record("pack.cancel", f"pack/{pack_id}", actor)
    return pack


def get(pack_id: uuid.UUID, *, actor: Actor, lock: bool = False) -> Pack:
    """Return a build. Raises NotFoundError; ForbiddenError for an edition that is not theirs."""
    query = select(Pack).where(Pack.id == pack_id)
    pack = db.session.scalar(query.with_for_update() if lock else query)
    if pack is None:
        raise NotFoundError("この資料はありません。")
    _check_edition(pack.edition, actor)
    return pack


def _check_edition(edition: str, actor: Actor) -> None:
    """Let only those who prepare meetings have the secretariat's edition."""
    if edition == SECRETARIAT and not actor.may(PREPARE):
        raise ForbiddenError(f"役割「{actor.role}」は事務局用の資料を扱えません。")


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
