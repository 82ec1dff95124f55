"""Where resumable uploads stand: who writes, how far, and what became of it, in the database.

The right to write is a name in the row. It is taken and given back in transactions, and every
commit of an offset asks for it, so that a writer that was replaced commits nothing more.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import case, select, update
from sqlalchemy.sql.elements import ColumnElement

from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import ConflictError as OffsetError
from inspection.errors import GoneError, InvalidError, LockedError, NotFoundError
from inspection.extensions import db
from inspection.models import Upload
from inspection.models.types import now
from inspection.resources import storage
from inspection.services.upload_writers import is_dead, new_writer
from uploads import parts, resumable

NO_UPLOAD = "このアップロードはありません。"
ENDED = "このアップロードは終了しています。最初から送り直してください。"
EXPIRED = "このアップロードは期限が過ぎました。最初から送り直してください。"
DAMAGED = "受信途中のファイルが失われました。最初から送り直してください。"
BUSY = "同じアップロードを受信中です。少し待ってからもう一度送ってください。"
OTHER_OFFSET = "Upload-Offset が受信済みのバイト数と一致しません。HEAD で確かめてください。"


@dataclass(frozen=True)
class Claim:
    """The right to append to one upload: the upload as it stood, and the writer's own name.

    taken_over: the writer before did not give its right back and may wake up.
    """

    upload: Upload
    writer: str
    taken_over: bool

    def keep(self, offset: int) -> bool:
        """Commit an offset; see `uploads.resumable.Ledger`."""
        return self._change(offset_bytes=_at_least(offset), writer_seen_at=now())

    def leave(self, offset: int) -> bool:
        """Commit an offset and let the next writer go on in the same part."""
        return self._change(offset_bytes=_at_least(offset), writer=None, writer_seen_at=None)

    def move(self, part: str) -> bool:
        """Say that the committed bytes lie in another part now."""
        return self._change(part=part, writer_seen_at=now())

    def abandon(self) -> bool:
        """Let the next writer take over at once, from a part that another may still write to."""
        return self._change(writer_seen_at=None)

    def end(self, state: str, reason: str | None = None) -> bool:
        """Close the upload for good; inside a write transaction it joins that."""
        values = {"offset_bytes": self.upload.length_bytes} if state == "finished" else {}
        return self._change(state=state, reason=reason, writer=None, writer_seen_at=None, **values)

    def _change(self, **values: Any) -> bool:
        mine = (Upload.pk == self.upload.pk, Upload.writer == self.writer, Upload.state == "open")
        with write_transaction():
            changed = db.session.execute(update(Upload).where(*mine).values(**values))
        return bool(changed.rowcount == 1)


def _at_least(offset: int) -> ColumnElement[int]:
    """Return an offset that never goes back: more may have been committed on a writer's behalf."""
    return case((Upload.offset_bytes > offset, Upload.offset_bytes), else_=offset)


def commit_what_came(upload: Upload) -> Upload:
    """Commit what a writer that does not (or cannot) do so itself has received; the new standing.

    For its client, who is asking how far it came.
    """
    if upload.writer is None or upload.state != "open":
        return upload
    size = parts.durable_size(parts_folder() / upload.part, upload.writer)
    if size is None or not upload.offset_bytes < size <= upload.length_bytes:
        return upload
    same = (Upload.pk == upload.pk, Upload.writer == upload.writer, Upload.part == upload.part)
    with write_transaction():
        db.session.execute(
            update(Upload)
            .where(*same, Upload.state == "open", Upload.offset_bytes < size)
            .values(offset_bytes=size)
        )
    return find(upload.id)


def parts_folder() -> Path:
    """Return the folder for parts of the current application."""
    return parts.parts_folder(storage().spool_folder)


def expiry() -> datetime:
    """Return when an upload expires that is touched now."""
    return now() + timedelta(seconds=current_app.config["HANTEI_UPLOAD_TTL_S"])


def find(upload_id: uuid.UUID) -> Upload:
    """Return an upload that may go on or is finished.

    Raises NotFoundError for an unknown one, GoneError for one that ended without a photo.
    """
    with read_transaction():
        upload = db.session.scalar(select(Upload).where(Upload.id == upload_id))
    if upload is None:
        raise NotFoundError(NO_UPLOAD)
    db.session.expunge(upload)  # as it was: later transactions must not read it anew
    _check_alive(upload)
    return upload


def _check_alive(upload: Upload) -> None:
    if upload.state in ("terminated", "rejected"):
        raise GoneError(upload.reason or ENDED)
    if upload.expires_at <= now() and not has_living_writer(upload):
        raise GoneError(EXPIRED)


def has_living_writer(upload: Upload) -> bool:
    """Tell whether somebody appends now, as far as can be known."""
    if upload.writer is None or upload.writer_seen_at is None or is_dead(upload.writer):
        return False
    return now() - upload.writer_seen_at < timedelta(seconds=resumable.STALL_S)


def claim(upload_id: uuid.UUID, offset: int) -> Claim | None:
    """Take the right to append at an offset; None when the upload is finished at that offset.

    Raises NotFoundError, GoneError, InvalidError (refused before, with the reason), LockedError
    (another appends now), OffsetError (another offset is committed).
    """
    with write_transaction():
        upload = db.session.scalar(select(Upload).where(Upload.id == upload_id).with_for_update())
        if upload is None:
            raise NotFoundError(NO_UPLOAD)
        if upload.state == "rejected":  # the first answer may have been lost on the way
            raise InvalidError.of("upload", upload.reason or ENDED)
        _check_alive(upload)
        if has_living_writer(upload):
            raise LockedError(BUSY)
        if upload.offset_bytes != offset:
            raise OffsetError(OTHER_OFFSET)
        if upload.state == "finished":
            return None
        taken_over = upload.writer is not None and not is_dead(upload.writer)
        upload.writer, upload.writer_seen_at = new_writer(), now()
        upload.expires_at = expiry()
        db.session.flush()
        db.session.expunge(upload)
    return Claim(upload, upload.writer, taken_over)
