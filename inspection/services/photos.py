"""Photos as the API shows them, their bytes, and their release for the public edition."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from inspection import audit
from inspection.auth import Actor
from inspection.canonical import digest
from inspection.database.transactions import write_transaction
from inspection.errors import ConflictError, NotFoundError
from inspection.extensions import db
from inspection.geometry import lon_lat
from inspection.models import Photo
from uploads.storage import original_key

SIZES = ("thumbnail", "report", "original")
NO_PHOTO = "この写真はありません。"
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}


@dataclass(frozen=True)
class PhotoFile:
    """Where the bytes of one size of a photo lie, and how they are called."""

    key: str
    media_type: str
    name: str
    etag: str


def find(photo_id: uuid.UUID) -> Photo | None:
    """Return a photo by its id."""
    return db.session.scalar(select(Photo).where(Photo.id == photo_id))


def must_exist(photo_id: uuid.UUID, **_: object) -> None:
    """Raise NotFoundError when there is no such photo."""
    if find(photo_id) is None:
        raise NotFoundError(NO_PHOTO)


def file_of(photo: Photo, size: str, *, actor: Actor) -> PhotoFile:
    """Return where one size of a photo lies; handing out an original is audited.

    Raises ConflictError while derivatives are not made yet, or never will be.
    """
    if size == "original":
        with write_transaction():
            audit.record("photo.original", f"photo/{photo.id}", actor, after=photo.sha256)
        extension = EXTENSIONS.get(photo.media_type, "bin")
        name = f"{photo.id}.{extension}"
        return PhotoFile(original_key(photo.sha256), photo.media_type, name, photo.sha256)
    key = photo.report_key if size == "report" else photo.thumbnail_key
    if key is None:
        raise ConflictError(
            photo.reason or "表示用の画像を作成中です。数秒後にもう一度お試しください。"
        )
    return PhotoFile(key, "image/jpeg", f"{photo.id}-{size}.jpg", digest(key))


def release(
    photo_id: uuid.UUID, released: bool, boxes: list[dict[str, float]], *, actor: Actor
) -> Photo:
    """Let a photo appear in the public edition, with these boxes burnt in; or no longer.

    boxes: fractions of the picture as shown. Raises NotFoundError.
    """
    with write_transaction():
        photo = db.session.scalar(select(Photo).where(Photo.id == photo_id).with_for_update())
        if photo is None:
            raise NotFoundError(NO_PHOTO)
        before = digest({"released": photo.released, "boxes": photo.boxes})
        after = digest({"released": released, "boxes": boxes})
        if before != after:
            photo.released, photo.boxes = released, boxes
            subject = f"photo/{photo_id}"
            audit.record(
                "photo.release", subject, actor, before=before, after=after, released=released
            )
    return photo


def to_json(photo: Photo) -> dict[str, Any]:
    """Return one photo in JSON form."""
    where = lon_lat(photo.position)
    position = None
    if where is not None:
        position = {
            "lon": where[0],
            "lat": where[1],
            "accuracy_m": photo.accuracy_m,
            "altitude_m": photo.altitude_m,
        }
    return {
        "id": str(photo.id),
        "inspection_id": str(photo.inspection.id),
        "item": photo.item,
        "caption": photo.caption,
        "filename": photo.filename,
        "sha256": photo.sha256,
        "bytes": photo.bytes,
        "media_type": photo.media_type,
        "width": photo.width,
        "height": photo.height,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
        "taken_at_assumed_zone": photo.taken_at_assumed_zone,
        "position": position,
        "direction_deg": photo.direction_deg,
        "distance_m": photo.distance_m,
        "checks": photo.checks,
        "status": photo.status,
        "reason": photo.reason,
        "released": photo.released,
        "boxes": photo.boxes,
        "received_at": photo.received_at.isoformat(),
    }
