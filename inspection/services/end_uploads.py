"""The end of resumable uploads that become no photo: given up by the client, or forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from inspection.database.transactions import read_transaction, write_transaction
from inspection.extensions import db
from inspection.models import Upload
from inspection.models.types import now
from inspection.services.upload_ledger import EXPIRED, find, parts_folder
from uploads import parts, resumable

ORPHAN_AGE = timedelta(hours=1)
_AT_ONCE = 500


def terminate(upload_id: uuid.UUID) -> None:
    """End an upload at the client's wish; a finished one is a photo by now, which stays.

    Raises NotFoundError, GoneError.
    """
    upload = find(upload_id)
    with write_transaction():
        db.session.execute(
            update(Upload)
            .where(Upload.pk == upload.pk, Upload.state.in_(("open", "finished")))
            .values(state="terminated", writer=None, writer_seen_at=None)
        )
    parts.remove_parts(parts_folder(), str(upload_id))


def sweep() -> int:
    """End what expired, forget what ended long ago, and remove files without an upload.

    Returns how many uploads were ended or forgotten. Raises StorageUnavailableError.
    """
    count = 0
    for pks, ids in _batches(_expired()):
        with write_transaction():
            ended = db.session.execute(
                update(Upload)
                .where(Upload.pk.in_(pks), _expired())
                .values(state="terminated", reason=EXPIRED, writer=None, writer_seen_at=None)
            )
        count += ended.rowcount
        if not ended.rowcount:
            break
        _remove_closed(ids)
    for pks, _ in _batches(_old()):
        with write_transaction():
            count += db.session.execute(delete(Upload).where(Upload.pk.in_(pks))).rowcount
    _remove_closed([uuid.UUID(each) for each in _orphan_candidates()])
    return count


def _batches(condition: ColumnElement[bool]) -> Iterator[tuple[list[int], list[uuid.UUID]]]:
    while True:
        with read_transaction():
            rows = db.session.execute(
                select(Upload.pk, Upload.id).where(condition).limit(_AT_ONCE)
            ).all()
        if not rows:
            return
        yield [row.pk for row in rows], [row.id for row in rows]


def _expired() -> ColumnElement[bool]:
    """Open beyond its time, and nobody is writing."""
    silent = or_(Upload.writer_seen_at.is_(None), Upload.writer_seen_at < _ago(resumable.STALL_S))
    return and_(Upload.state == "open", Upload.expires_at <= now(), silent)


def _old() -> ColumnElement[bool]:
    """Ended, and for so long that no client asks any more."""
    ttl = current_app.config["HANTEI_UPLOAD_TTL_S"]
    return and_(Upload.state != "open", Upload.expires_at <= _ago(ttl))


def _ago(seconds: float) -> datetime:
    return now() - timedelta(seconds=seconds)


def _orphan_candidates() -> Iterator[str]:
    """Ids of uploads with files that rest for long; strange names are left alone."""
    for name in parts.old_uploads(parts_folder(), ORPHAN_AGE):
        try:
            yield str(uuid.UUID(name))
        except ValueError:
            continue


def _remove_closed(ids: list[uuid.UUID]) -> None:
    """Remove the parts of those uploads that are not open (any more)."""
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        with read_transaction():
            opened = set(
                db.session.scalars(
                    select(Upload.id).where(Upload.id.in_(some), Upload.state == "open")
                )
            )
        for each in some:
            if each not in opened:
                parts.remove_parts(parts_folder(), str(each))
