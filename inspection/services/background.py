"""What the worker can do: each kind of job, its lane, and who is told when one is given up."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import update

from inspection.database.transactions import write_transaction
from inspection.extensions import db
from inspection.jobs import Payload
from inspection.lanes import PACKS, PICTURES
from inspection.models import Pack, Photo
from inspection.services.attach_photo import DERIVE
from inspection.services.build_pack import build_ordered, mark_failed
from inspection.services.derive_photo import derive_queued
from inspection.services.housekeeping import HOUSEKEEPING, do_chore
from inspection.services.order_pack import BUILD
from inspection.worker import JobKind
from uploads.errors import StorageUnavailableError


def _derive(payload: Payload) -> timedelta | None:
    return derive_queued(uuid.UUID(payload["photo_id"]))


def _derive_failed(payload: Payload, reason: str) -> None:
    """Tell on the photo that nobody need wait: it stays received, for its original is kept."""
    _set_reason(uuid.UUID(payload["photo_id"]), f"表示用の画像を作成できません。{reason}")


def _derive_revived(payload: Payload) -> None:
    _set_reason(uuid.UUID(payload["photo_id"]), None)


def _set_reason(photo_id: uuid.UUID, reason: str | None) -> None:
    with write_transaction():
        db.session.execute(
            update(Photo)
            .where(Photo.id == photo_id, Photo.status == "received")
            .where(Photo.reason.is_distinct_from(reason))
            .values(reason=reason)
        )


def _build(payload: Payload) -> None:
    build_ordered(uuid.UUID(payload["pack_id"]))


def _build_failed(payload: Payload, reason: str) -> None:
    mark_failed(uuid.UUID(payload["pack_id"]), reason)


def _build_revived(payload: Payload) -> None:
    with write_transaction():
        db.session.execute(
            update(Pack)
            .where(Pack.id == uuid.UUID(payload["pack_id"]), Pack.status == "failed")
            .values(status="queued", error=None, done=0)
        )


def _housekeeping(payload: Payload) -> timedelta | None:
    return do_chore(payload["chore"])


AWAY = (StorageUnavailableError,)
KINDS = {
    DERIVE: JobKind(
        _derive, _derive_failed, _derive_revived, lane=PICTURES, outages=AWAY, limit_s=900
    ),
    BUILD: JobKind(_build, _build_failed, _build_revived, lane=PACKS, outages=AWAY),
    HOUSEKEEPING: JobKind(_housekeeping, lane=PACKS, outages=AWAY),
}
