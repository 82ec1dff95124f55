"""What the worker can do: each kind of job, and what is told when one is given up."""

from __future__ import annotations

import uuid
from typing import Any

from inspection.jobs import JobKind
from inspection.services.attach_photo import DERIVE
from inspection.services.build_pack import build_ordered, mark_failed
from inspection.services.derive_photo import derive_photo
from inspection.services.order_pack import BUILD


def _derive(payload: dict[str, Any]) -> None:
    derive_photo(uuid.UUID(payload["photo_id"]))


def _build(payload: dict[str, Any]) -> None:
    build_ordered(uuid.UUID(payload["pack_id"]))


def _build_failed(payload: dict[str, Any], error: str) -> None:
    mark_failed(uuid.UUID(payload["pack_id"]), error)


KINDS = {
    DERIVE: JobKind(run=_derive),
    BUILD: JobKind(run=_build, given_up=_build_failed),
}
