"""Building a pack: meeting frozen, pages drawn, file kept. Run by the worker and the command."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import and_, or_, select, update

from inspection import audit
from inspection.auth import SYSTEM
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import ConflictError, HanteiError
from inspection.extensions import db
from inspection.jobs import PermanentJobError
from inspection.models import Pack, PackSnapshot
from inspection.packs.document import BuildReport, build_document
from inspection.packs.images import PhotoMismatch
from inspection.packs.model import Snapshot
from inspection.packs.sheet_cache import SheetCache
from inspection.packs.signing import SigningError, load_signer, sign_file
from inspection.packs.template import template_version
from inspection.resources import storage
from inspection.services.freeze_pack import freeze
from inspection.services.order_pack import CANCELLED

Progress = Callable[[int, int], None]
REPORT_EVERY_S = 0.5
UNDER_WAY = ("queued", "running")


class BuildStoppedError(Exception):
    """The pack was cancelled, or finished by another worker, while this one drew it."""


def build_ordered(pack_id: uuid.UUID) -> None:
    """Build an ordered pack. Run by the worker; doing it twice gives the same file.

    A pack that was cancelled, now or meanwhile, is left as it is, between two cases; one that
    failed is built when its job is retried.
    Raises PermanentJobError when no further attempt can help, with the reason on the pack.
    """
    with read_transaction():
        pack = db.session.scalar(select(Pack).where(Pack.id == pack_id))
        if pack is None:
            return
        meeting_id, edition = pack.meeting.id, pack.edition
    if not _begin(pack_id):
        return
    try:
        snapshot = freeze(meeting_id, edition)
        report, key = _draw_and_keep(snapshot, _reporter(pack_id))
    except BuildStoppedError:
        return
    except (HanteiError, PhotoMismatch) as error:
        raise PermanentJobError(getattr(error, "detail", str(error))) from error
    _keep(pack_id, snapshot, report, key)


def _begin(pack_id: uuid.UUID) -> bool:
    """Mark a pack as running; False for one that is ready or was cancelled."""
    failed = and_(Pack.status == "failed", Pack.error.is_distinct_from(CANCELLED))
    with write_transaction():
        changed: Any = db.session.execute(
            update(Pack)
            .where(Pack.id == pack_id, or_(Pack.status.in_(UNDER_WAY), failed))
            .values(status="running", done=0, error=None)
        )
    return bool(changed.rowcount)


def mark_failed(pack_id: uuid.UUID, error: str) -> None:
    """Say on the pack that its build was given up, and why; one that is over stays as it is."""
    with write_transaction():
        _set(pack_id, status="failed", error=error[-2000:])


def build_to_file(
    meeting_id: uuid.UUID, edition: str, out: Path, progress: Progress
) -> BuildReport:
    """Build a pack straight to a file, with neither server nor worker.

    Raises NotFoundError, ConflictError, PhotoMismatch.
    """
    return _draw(freeze(meeting_id, edition), out, progress)


def _draw(snapshot: Snapshot, out: Path, progress: Progress) -> BuildReport:
    """Draw a pack to a file, signed where a key is configured; a failure leaves `out` alone."""
    cache = _sheet_cache()
    try:
        if not current_app.config["HANTEI_PACK_SIGNING_KEY"]:
            return build_document(snapshot, storage().open_range, out, progress, cache=cache)
        return _draw_and_sign(snapshot, out, progress, cache)
    finally:
        if cache is not None:
            cache.evict()


def _draw_and_sign(
    snapshot: Snapshot, out: Path, progress: Progress, cache: SheetCache | None
) -> BuildReport:
    unsigned = out.with_name(f".{out.name}.unsigned.part")
    try:
        signer = load_signer(
            current_app.config["HANTEI_PACK_SIGNING_KEY"],
            current_app.config["HANTEI_PACK_SIGNING_PASSWORD"],
        )
        report = build_document(snapshot, storage().open_range, unsigned, progress, cache=cache)
        sign_file(unsigned, signer, snapshot.office.wording.document_title)
        with unsigned.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        unsigned.replace(out)
    except SigningError as error:
        raise ConflictError(f"資料に署名できません:{error}") from error
    finally:
        unsigned.unlink(missing_ok=True)
    return replace(report, sha256=sha256, bytes=out.stat().st_size)


def _sheet_cache() -> SheetCache | None:
    megabytes = current_app.config["HANTEI_SHEET_CACHE_MB"]
    if not megabytes:
        return None
    folder = current_app.config["HANTEI_VAR_DIR"] / "cache" / "sheets"
    return SheetCache(folder, megabytes * 1_000_000)


def _draw_and_keep(snapshot: Snapshot, progress: Progress) -> tuple[BuildReport, str]:
    # .part: what a kill leaves here is swept with other unfinished files.
    out = storage().spool_folder / f"pack-{uuid.uuid4()}.part"
    try:
        report = _draw(snapshot, out, progress)
        key = f"packs/{report.sha256[:2]}/{report.sha256}"
        storage().adopt(key, out, report.sha256)
    finally:
        out.unlink(missing_ok=True)
    return report, key


def _reporter(pack_id: uuid.UUID) -> Progress:
    last = 0.0

    def report(done: int, total: int) -> None:
        nonlocal last
        if done == total or time.monotonic() - last > REPORT_EVERY_S:
            last = time.monotonic()
            _update(pack_id, done=done, cases_total=total)

    return report


def _update(pack_id: uuid.UUID, **values: object) -> None:
    """Set values on a pack under way. Raises BuildStoppedError when it is no more under way."""
    with write_transaction():
        if not _set(pack_id, **values):
            raise BuildStoppedError


def _set(pack_id: uuid.UUID, **values: object) -> bool:
    changed: Any = db.session.execute(
        update(Pack).where(Pack.id == pack_id, Pack.status.in_(UNDER_WAY)).values(**values)
    )
    return bool(changed.rowcount)


def _keep(pack_id: uuid.UUID, snapshot: Snapshot, report: BuildReport, key: str) -> None:
    document = snapshot.to_json().decode()
    with write_transaction():
        pack = db.session.scalars(select(Pack).where(Pack.id == pack_id).with_for_update()).one()
        if pack.status not in UNDER_WAY:
            return
        sha256 = snapshot.digest()
        known = select(PackSnapshot.pk).where(PackSnapshot.sha256 == sha256)
        if db.session.scalar(known) is None:
            db.session.add(PackSnapshot(sha256=sha256, document=document))
        pack.status, pack.error = "ready", None
        pack.done = pack.cases_total = len(snapshot.cases)
        pack.sha256, pack.bytes, pack.pages = report.sha256, report.bytes, report.pages
        pack.snapshot_sha256, pack.storage_key = sha256, key
        pack.template = template_version()
        pack.missing_glyphs = list(report.missing_glyphs)
        owners = [case.house.code for case in snapshot.cases if case.owner is not None]
        audit.record(
            "pack.build",
            f"pack/{pack_id}",
            SYSTEM,
            after=report.sha256,
            snapshot=sha256,
            requested_by=pack.requested_by,
            owner_data_of=owners,
        )
