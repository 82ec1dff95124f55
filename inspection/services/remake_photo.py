"""Making a photo's derivatives and checks anew from its original: mends what `verify` found."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy import select

from inspection import audit, jobs
from inspection.auth import SYSTEM
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import ConflictError, NotFoundError
from inspection.extensions import db
from inspection.models import Photo
from inspection.resources import storage
from inspection.services.attach_photo import DERIVE
from inspection.services.derive_photo import derive_photo, original_file
from inspection.services.photos import NO_PHOTO


def remake_photo(photo_id: uuid.UUID) -> None:
    """Replace a photo's derivatives and checks, whatever state they are in.

    Nothing is touched unless the original is whole. What is interrupted, the worker finishes.
    Raises NotFoundError (no such photo), ConflictError (damaged original), ObjectNotFoundError
    (missing original), StorageUnavailableError.
    """
    with read_transaction():
        photo = db.session.scalar(select(Photo).where(Photo.id == photo_id))
        if photo is None:
            raise NotFoundError(NO_PHOTO)
        sha256, keys = photo.sha256, (photo.report_key, photo.thumbnail_key)
    _check_original(photo_id, sha256)
    # Deleted first: a taken key keeps its bytes, so a worker that is quicker would keep the damage.
    for key in filter(None, keys):
        storage().delete(key)
    with write_transaction():
        photo = db.session.scalars(
            select(Photo).where(Photo.id == photo_id).with_for_update()
        ).one()
        photo.status, photo.reason = "received", None
        jobs.enqueue(DERIVE, {"photo_id": str(photo_id)}, key=f"{DERIVE}:{photo_id}")
        audit.record("photo.remake", f"photo/{photo_id}", SYSTEM)
    derive_photo(photo_id)


def _check_original(photo_id: uuid.UUID, sha256: str) -> None:
    with original_file(sha256) as path, path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise ConflictError(
            f"photo {photo_id}: its original is damaged (sha256 {found}, not {sha256}); "
            "nothing was changed"
        )
