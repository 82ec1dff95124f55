"""A resumable upload that came whole becomes a photo, in one transaction with its job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from inspection.auth import Actor
from inspection.errors import ConflictError, HanteiError, InvalidError, NotFoundError
from inspection.models import Upload
from inspection.resources import storage
from inspection.services.attach_photo import PhotoLabel, attach_photo
from inspection.services.upload_ledger import Claim
from uploads.errors import LostUploadError
from uploads.storage import StoredObject

OTHER_SHA256 = "受信した内容の sha256 が、予告された値と一致しません。"


@dataclass(frozen=True)
class Whole:
    """A part that came whole."""

    path: Path
    sha256: str
    bytes: int

    def commit(self, key: str) -> StoredObject:
        """Put the bytes into the storage; on disk a link, not a second copy."""
        return storage().adopt(key, self.path, self.sha256)


def finish_upload(claim: Claim, path: Path, sha256: str) -> None:
    """Make the photo of an upload whose every byte lies in a file; the file stays.

    Doing it twice makes one photo. Raises InvalidError when it can never become a photo (then the
    upload is closed with the reason), ForbiddenError for a record confirmed meanwhile,
    LostUploadError when another writer took over, StorageUnavailableError.
    """
    upload = claim.upload
    if upload.sha256 is not None and upload.sha256 != sha256:
        _refuse(claim, InvalidError.of("sha256", OTHER_SHA256))
    try:
        attach_photo(
            Whole(path, sha256, upload.length_bytes),
            upload.inspection_id,
            upload.photo_id,
            PhotoLabel(upload.item, upload.caption, upload.filename, upload.taken_at),
            actor=announcer(upload),
            announced_sha256=None,
            also=lambda: _end(claim, "finished"),
        )
    except InvalidError as error:
        _refuse(claim, error)
    except ConflictError as error:
        # Not 409: to a tus client that means another offset, and it would send all again.
        _refuse(claim, InvalidError.of("photo_id", error.detail))
    except NotFoundError as error:
        _refuse(claim, InvalidError.of("inspection_id", error.detail))


def announcer(upload: Upload) -> Actor:
    """Return who announced the upload: whose photo it is, whoever sends the last byte."""
    return Actor(
        label=upload.actor,
        role=upload.role,
        device_id=upload.device_id,
        device_clock_at=upload.device_clock_at,
    )


def _end(claim: Claim, state: str, reason: str | None = None) -> None:
    if not claim.end(state, reason):
        raise LostUploadError(str(claim.upload.id))


def _refuse(claim: Claim, error: HanteiError) -> NoReturn:
    _end(claim, "rejected", error.detail)
    raise error
