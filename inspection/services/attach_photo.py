"""Taking a photo in: once acknowledged, its original is on disk and its row is committed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from inspection import audit, jobs
from inspection.auth import Actor
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from inspection.extensions import db
from inspection.models import CONFIRMED_STATUSES, Inspection, Photo
from inspection.services.photo_items import known_items
from inspection.services.submit_inspection import find as find_inspection
from uploads.errors import NotAnImageError
from uploads.images import Probe, probe
from uploads.storage import StoredObject, original_key

DERIVE = "photo.derive"
OTHER_BYTES = "この写真IDには別の画像が登録されています。"
NO_VISIT = "この調査はありません。"


class Received(Protocol):
    """A body that came whole, however it came: a file, its digest and its size."""

    @property
    def path(self) -> Path:
        """Where the bytes lie now."""
        ...

    @property
    def sha256(self) -> str:
        """Digest in lower-case hex."""
        ...

    @property
    def bytes(self) -> int:
        """Size."""
        ...

    def commit(self, key: str) -> StoredObject:
        """Put the bytes into the storage for good."""
        ...


@dataclass(frozen=True)
class PhotoLabel:
    """What the sender says of a photo: what it shows, and names that are only labels.

    taken_at: when, where the picture itself does not tell.
    """

    item: str
    caption: str | None = None
    filename: str | None = None
    taken_at: datetime | None = None


def check_target(
    inspection_id: uuid.UUID, photo_id: uuid.UUID, label: PhotoLabel, actor: Actor
) -> None:
    """Refuse early, before the bytes come, what cannot be accepted anyway.

    Raises NotFoundError (visit), InvalidError (item), ForbiddenError (confirmed record).
    A photo that is here already passes: it may be the same one sent again.
    """
    with read_transaction():
        inspection = find_inspection(inspection_id)
        if inspection is None:
            raise NotFoundError(NO_VISIT)
        allowed = known_items(inspection.rule_table)
        if label.item not in allowed:
            raise InvalidError.of(
                "item",
                f"{label.item!r} という項目はありません。{', '.join(allowed)} のいずれかです。",
            )
        if _find(photo_id) is None:
            _check_open(inspection, actor)


def _check_open(inspection: Inspection, actor: Actor) -> None:
    if inspection.status in CONFIRMED_STATUSES and not actor.may("inspection:review"):
        raise ForbiddenError("確定した調査には事務局だけが写真を追加できます。")


def _find(photo_id: uuid.UUID) -> Photo | None:
    return db.session.scalar(select(Photo).where(Photo.id == photo_id))


def attach_photo(
    received: Received,
    inspection_id: uuid.UUID,
    photo_id: uuid.UUID,
    label: PhotoLabel,
    *,
    actor: Actor,
    announced_sha256: str | None,
    also: Callable[[], object] | None = None,
) -> tuple[Photo, bool]:
    """Keep a received photo; return it and whether it is new.

    The original is durable before its row commits, and the row before this returns.
    also: what else shall be written in the transaction that adds the photo, or finds it.
    Raises BadRequestError (digest), InvalidError (no acceptable picture), ConflictError (other
    bytes under this id), ForbiddenError (confirmed meanwhile), NotFoundError (visit).
    """
    if announced_sha256 is not None and announced_sha256 != received.sha256:
        raise BadRequestError(
            "Content-Digest と受信した内容が一致しません。もう一度送ってください。"
        )
    with read_transaction():
        known = _find(photo_id) is not None
    if known:
        return _same(inspection_id, photo_id, received.sha256, also), False
    picture = _probe(received)
    received.commit(original_key(received.sha256))
    try:
        with write_transaction():
            photo = _insert(received, picture, inspection_id, photo_id, label, actor)
            if also is not None:
                also()
        return photo, True
    except IntegrityError:  # the same photo arrived twice at once
        return _same(inspection_id, photo_id, received.sha256, also), False


def _probe(received: Received) -> Probe:
    try:
        return probe(
            received.path,
            max_bytes=current_app.config["HANTEI_MAX_PHOTO_BYTES"],
            max_pixels=current_app.config["HANTEI_MAX_PHOTO_PIXELS"],
        )
    except NotAnImageError as error:
        raise InvalidError.of("body", error.reason) from None


def _same(
    inspection_id: uuid.UUID,
    photo_id: uuid.UUID,
    sha256: str,
    also: Callable[[], object] | None,
) -> Photo:
    """Return the photo that is here already, if it is the same one."""
    with write_transaction() if also is not None else read_transaction():
        photo = _find(photo_id)
        if photo is None or photo.sha256 != sha256 or photo.inspection.id != inspection_id:
            raise ConflictError(OTHER_BYTES)
        if also is not None:
            also()
    return photo


def _insert(
    received: Received,
    picture: Probe,
    inspection_id: uuid.UUID,
    photo_id: uuid.UUID,
    label: PhotoLabel,
    actor: Actor,
) -> Photo:
    inspection = find_inspection(inspection_id, lock=True)
    if inspection is None:
        raise NotFoundError(NO_VISIT)
    _check_open(inspection, actor)
    photo = Photo(
        id=photo_id,
        inspection=inspection,
        item=label.item,
        caption=label.caption,
        filename=label.filename,
        sha256=received.sha256,
        bytes=received.bytes,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        taken_at=label.taken_at,
        status="received",
        uploaded_by=actor.label,
        device_clock_at=actor.device_clock_at,
    )
    db.session.add(photo)
    db.session.flush()
    jobs.enqueue(DERIVE, {"photo_id": str(photo_id)}, key=f"{DERIVE}:{photo_id}")
    audit.record(
        "photo.attach",
        f"photo/{photo_id}",
        actor,
        after=received.sha256,
        inspection=str(inspection_id),
        item=label.item,
    )
    return photo
