"""Building a pack: photos ready, meeting frozen, pages drawn, file kept. Worker and command."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from flask import current_app
from sqlalchemy import select, update

from inspection import audit
from inspection.auth import SYSTEM
from inspection.database.transactions import read_transaction, write_transaction
from inspection.errors import HanteiError
from inspection.extensions import db
from inspection.jobs import PermanentJobError
from inspection.models import Case, Meeting, Pack, PackSnapshot, Photo
from inspection.packs.document import BuildReport, build_document
from inspection.packs.images import PhotoMismatch
from inspection.packs.model import Snapshot
from inspection.packs.snapshot import CaseRows, Freezer
from inspection.resources import storage
from inspection.services import case_context, meetings, order_pack
from inspection.services.derive_photo import derive_photo
from inspection.services.redact_photo import picture_for

Progress = Callable[[int, int], None]
REPORT_EVERY_S = 0.5


def build_ordered(pack_id: uuid.UUID) -> None:
    """Build an ordered pack. Run by the worker; doing it twice gives the same file.

    Raises PermanentJobError when no further attempt can help, with the reason on the pack.
    """
    with read_transaction():
        pack = db.session.scalar(select(Pack).where(Pack.id == pack_id))
        if pack is None or pack.status == "ready":
            return
        meeting_id, edition = pack.meeting.id, pack.edition
    _update(pack_id, status="running", done=0, error=None)
    try:
        snapshot = freeze(meeting_id, edition)
        report, key = _draw_and_keep(snapshot, _reporter(pack_id))
    except (HanteiError, PhotoMismatch) as error:
        raise PermanentJobError(getattr(error, "detail", str(error))) from error
    _keep(pack_id, snapshot, report, key)


def mark_failed(pack_id: uuid.UUID, error: str) -> None:
    """Say on the pack that its build was given up, and why."""
    _update(pack_id, status="failed", error=error[-2000:])


def build_to_file(
    meeting_id: uuid.UUID, edition: str, out: Path, progress: Progress
) -> BuildReport:
    """Build a pack straight to a file, with neither server nor worker.

    Raises NotFoundError, ConflictError, PhotoMismatch.
    """
    snapshot = freeze(meeting_id, edition)
    return build_document(snapshot, storage().open_range, out, progress)


def freeze(meeting_id: uuid.UUID, edition: str) -> Snapshot:
    """Make the photos of a meeting's cases ready and freeze everything its pack shows."""
    for photo_id in _unfinished_photos(meeting_id):
        derive_photo(photo_id)
    with read_transaction():
        meeting = meetings.get(meeting_id)
        order_pack.check_buildable(meeting)
        photos = case_context.photos_by_visit(meeting)
        cases = [_rows(case, photos[case.inspection_pk]) for case in meeting.cases]
        freezer = Freezer(edition, current_app.config, lambda photo: picture_for(photo, edition))
        return freezer.snapshot(meeting, cases)


def _unfinished_photos(meeting_id: uuid.UUID) -> list[uuid.UUID]:
    with read_transaction():
        return list(
            db.session.scalars(
                select(Photo.id)
                .join(Case, Case.inspection_pk == Photo.inspection_pk)
                .join(Meeting, Meeting.pk == Case.meeting_pk)
                .where(Meeting.id == meeting_id, Photo.status == "received")
                .order_by(Photo.pk)
            )
        )


def _rows(case: Case, photos: list[Photo]) -> CaseRows:
    return CaseRows(
        case=case,
        photos=photos,
        history=case_context.history(case),
        neighbours=case_context.neighbours(case.inspection.house),
    )


def _draw_and_keep(snapshot: Snapshot, progress: Progress) -> tuple[BuildReport, str]:
    # .part: what a kill leaves here is swept with other unfinished files.
    out = storage().spool_folder / f"pack-{uuid.uuid4()}.part"
    try:
        report = build_document(snapshot, storage().open_range, out, progress)
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
    with write_transaction():
        db.session.execute(
            update(Pack).where(Pack.id == pack_id, Pack.status != "ready").values(**values)
        )


def _keep(pack_id: uuid.UUID, snapshot: Snapshot, report: BuildReport, key: str) -> None:
    document = snapshot.to_json().decode()
    with write_transaction():
        pack = db.session.scalars(select(Pack).where(Pack.id == pack_id).with_for_update()).one()
        if pack.status == "ready":
            return
        sha256 = snapshot.digest()
        known = select(PackSnapshot.pk).where(PackSnapshot.sha256 == sha256)
        if db.session.scalar(known) is None:
            db.session.add(PackSnapshot(sha256=sha256, document=document))
        pack.status, pack.error = "ready", None
        pack.done = pack.cases_total = len(snapshot.cases)
        pack.sha256, pack.bytes, pack.pages = report.sha256, report.bytes, report.pages
        pack.snapshot_sha256, pack.storage_key = sha256, key
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
