"""`photos derive`, `photos verify`: make what is not made yet; see whether all is there."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from inspection.cli.output import one_clear_line, progress_bar
from inspection.extensions import db
from inspection.models import Photo
from inspection.services import verify_photos
from inspection.services.derive_photo import derive_photo
from inspection.services.remake_photo import remake_photo
from inspection.services.verify_photos import Finding
from uploads.errors import StorageError

group = AppGroup("photos", help="Photos.")
DERIVATIVES = ("report", "thumbnail")


@contextmanager
def clear_storage_line() -> Iterator[None]:
    """Like one_clear_line, for what the storage says too."""
    try:
        with one_clear_line():
            yield
    except StorageError as error:
        raise click.ClickException(str(error)) from error


@group.command("derive")
@click.option(
    "--again",
    type=click.UUID,
    multiple=True,
    metavar="PHOTO_ID",
    help="Make this photo's derivatives and checks anew from its original; may be repeated.",
)
def derive(again: tuple[uuid.UUID, ...]) -> None:
    """Make derivatives and checks of every photo that waits for them, or of some again."""
    with clear_storage_line(), progress_bar("photos") as progress:
        waiting = again or list(
            db.session.scalars(select(Photo.id).where(Photo.status == "received"))
        )
        for done, photo_id in enumerate(waiting, 1):
            (remake_photo if again else derive_photo)(photo_id)
            progress(done, len(waiting))
    click.echo(f"{len(waiting)} photos")


@group.command("verify")
@click.option("--quick", is_flag=True, help="Look whether objects are there and have their size.")
@click.option("--readers", type=click.IntRange(1, 64), default=4, help="Objects read at once.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
def verify(quick: bool, readers: int, as_json: bool) -> None:
    """See that every photo and pack is in the storage, whole, and what else lies there."""
    counts: Counter[str] = Counter()
    read_bytes = 0
    with clear_storage_line(), progress_bar("objects") as progress:
        for finding in verify_photos.verify(quick=quick, readers=readers, progress=progress):
            counts[finding.kind] += 1
            read_bytes += finding.bytes
            if finding.kind not in (verify_photos.OK, verify_photos.IN_FLIGHT):
                for line in _lines(finding, as_json):
                    click.echo(line)
    faulty = sum(counts[kind] for kind in verify_photos.FAULTS)
    if as_json:
        click.echo(json.dumps({"summary": counts, "bytes": read_bytes, "quick": quick}))
    else:
        click.echo(_summary(counts, read_bytes))
    if faulty:
        missing, damaged = counts[verify_photos.MISSING], counts[verify_photos.DAMAGED]
        raise click.ClickException(f"{missing} objects missing, {damaged} damaged")


def _lines(finding: Finding, as_json: bool) -> Iterator[str]:
    reference = finding.reference
    for owner in (reference.owners if reference else None) or (None,):
        told = {
            "kind": finding.kind,
            "what": reference.what if reference else None,
            "photo" if owner is None or owner.house_code else "pack": owner and str(owner.id),
            "house": owner and owner.house_code,
            "visit": owner and owner.inspection_id and str(owner.inspection_id),
            "key": finding.key,
            "detail": finding.detail or None,
        }
        told = {name: value for name, value in told.items() if value is not None}
        if as_json:
            yield json.dumps(told, ensure_ascii=False)
            continue
        words = [f"{told.pop('kind')} {told.pop('what', '')}".strip() + ":"]
        detail = told.pop("detail", None)
        words += [f"{name} {value}" for name, value in told.items()]
        yield " ".join(words) + (f": {detail}" if detail else "") + _advice(finding)


def _advice(finding: Finding) -> str:
    reference = finding.reference
    if finding.kind not in verify_photos.FAULTS or reference is None:
        return ""
    if reference.what not in DERIVATIVES:
        return ""
    return f" (mend: photos derive --again {reference.owners[0].id})"


def _summary(counts: Counter[str], read_bytes: int) -> str:
    parts = [f"{counts['ok']} objects whole, {read_bytes / 1e6:.1f} MB"]
    notes = {
        verify_photos.UNREFERENCED: "unreferenced",
        verify_photos.IN_FLIGHT: "without a row but younger than a day",
        verify_photos.LEFTOVER: "unfinished files left, to be swept at the next start",
    }
    parts += [f"{counts[kind]} {words}" for kind, words in notes.items() if counts[kind]]
    return "; ".join(parts)


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
