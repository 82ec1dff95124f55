"""Receiving the bytes of a resumable upload: claim it, append, commit, make the photo at the end.

Killed between any two steps, it can go on: an offset is committed only when its bytes are
durable, and a client is told that the upload is whole only when the photo is there.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from inspection.errors import (
    ChecksumMismatchError,
    GoneError,
    InvalidError,
    LockedError,
    TooLargeRequestError,
)
from inspection.extensions import db
from inspection.models import Upload
from inspection.services import upload_ledger as ledger
from inspection.services.finish_upload import finish_upload
from uploads import parts, resumable
from uploads.errors import (
    ChecksumError,
    DamagedPartError,
    LostUploadError,
    StorageUnavailableError,
    TruncatedError,
)

log = structlog.get_logger(__name__)
DEPARTURE_S = 2.0
"""So long HEAD waits for a writer that is about to leave: its client is asking, after all."""
Checksum = tuple[str, bytes]
TOO_MUCH = "Upload-Length を超えるデータが送られました。"
OTHER_CHECKSUM = "受信した内容が Upload-Checksum と一致しません。もう一度送ってください。"


@dataclass(frozen=True)
class Standing:
    """How far an upload is. announced: its metadata as it came."""

    offset: int
    length: int
    announced: str
    expires_at: datetime


def standing(upload_id: uuid.UUID) -> Standing:
    """Return how far an upload is; one that lacks nothing but its photo is finished first.

    So that the full offset always means that the photo is there. Raises NotFoundError, GoneError,
    and what `receive` raises while finishing.
    """
    upload = ledger.find(upload_id)
    deadline = time.monotonic() + DEPARTURE_S
    while ledger.has_living_writer(upload) and time.monotonic() < deadline:
        time.sleep(DEPARTURE_S / 80)
        upload = ledger.find(upload_id)
    upload = ledger.commit_what_came(upload)
    if upload.state == "open" and upload.offset_bytes == upload.length_bytes:
        return receive(upload_id, upload.offset_bytes, ())
    return _standing(upload, upload.offset_bytes)


def receive(
    upload_id: uuid.UUID,
    offset: int,
    pieces: Iterable[bytes],
    *,
    announced_bytes: int | None = None,
    checksum: Checksum | None = None,
) -> Standing:
    """Append pieces to an upload at an offset; with the last byte it becomes a photo.

    pieces: an empty one says that nothing came for a while; TruncatedError that the body was cut.
    announced_bytes: how many bytes they will be, where that is known. checksum: (algorithm,
    digest) of all of them. Raises what `ledger.claim` and `finish_upload` raise, and
    TooLargeRequestError, ChecksumMismatchError, TruncatedError (what came before is kept),
    LockedError (another took over), GoneError (damage), StorageUnavailableError.
    """
    claim = ledger.claim(upload_id, offset)
    if claim is None:  # finished before; only "no more bytes" is a repetition of that
        if announced_bytes:
            raise TooLargeRequestError(TOO_MUCH)
        return _standing(ledger.find(upload_id), offset)
    try:
        path = _part_of(claim)
        with resumable.PartWriter(path, offset, claim, claim.writer, checksum) as part:
            _fill(claim, part, pieces, announced_bytes)
            position = part.position
    except LostUploadError:
        raise LockedError(ledger.BUSY) from None
    except DamagedPartError as error:
        log.error("upload damaged", upload=str(upload_id), reason=str(error))
        claim.end("terminated", ledger.DAMAGED)
        raise GoneError(ledger.DAMAGED) from None
    if position == claim.upload.length_bytes:
        with suppress(StorageUnavailableError):  # the sweep finds what stays
            parts.remove_parts(path.parent, str(upload_id))
    return _standing(claim.upload, position)


def _standing(upload: Upload, offset: int) -> Standing:
    return Standing(offset, upload.length_bytes, upload.announced, upload.expires_at)


def _part_of(claim: ledger.Claim) -> Path:
    """Return the file to append to: after a takeover one of our own, with what was committed."""
    folder, upload = ledger.parts_folder(), claim.upload
    if not claim.taken_over:
        return folder / upload.part
    part = parts.new_part_name(str(upload.id))
    try:
        parts.take_over(folder, upload.part, part, upload.offset_bytes)
        if not claim.move(part):
            raise LostUploadError(upload.part)
    except (StorageUnavailableError, SQLAlchemyError):
        _quietly(claim.abandon)
        raise
    (folder / upload.part).unlink(missing_ok=True)
    return folder / part


def _fill(
    claim: ledger.Claim,
    part: resumable.PartWriter,
    pieces: Iterable[bytes],
    announced_bytes: int | None,
) -> None:
    """Write the pieces; whatever happens, leave in good order with what may be kept."""
    length = claim.upload.length_bytes
    try:
        if part.position + (announced_bytes or 0) > length:
            raise TooLargeRequestError(TOO_MUCH)
        for piece in pieces:
            if part.position + len(piece) > length:
                raise TooLargeRequestError(TOO_MUCH)
            part.append(piece) if piece else part.checkpoint()
        if part.position < length:
            part.settle()
        else:
            _finish(claim, part)
    except ChecksumError:
        claim.leave(part.committed)
        raise ChecksumMismatchError(OTHER_CHECKSUM) from None
    except TruncatedError:
        _quietly(part.break_off)
        raise
    except (LostUploadError, DamagedPartError):
        raise
    except BaseException:
        _quietly(lambda: claim.leave(part.committed))
        raise


def _finish(claim: ledger.Claim, part: resumable.PartWriter) -> None:
    part.verify()
    try:
        finish_upload(claim, part.path, part.sha256())
    except FileNotFoundError:  # removed by who took over, or by somebody who should not
        if claim.keep(part.committed):
            raise DamagedPartError(f"{part.path.name} is gone") from None
        raise LostUploadError(part.path.name) from None
    except InvalidError:  # refused for good
        _quietly(lambda: parts.remove_parts(part.path.parent, str(claim.upload.id)))
        raise
    except BaseException:  # refused for now: what came is kept
        _quietly(part.settle)
        raise


def _quietly(act: Callable[[], object]) -> None:
    """Do what may fail for the same reason as what failed before; silence ends the claim too."""
    with suppress(
        ChecksumError, LostUploadError, StorageUnavailableError, SQLAlchemyError, OSError
    ):
        db.session.rollback()
        act()
