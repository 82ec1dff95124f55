"""Every object of the storage that the database refers to, in the order of keys.

Read in pages with a short transaction each, so that neither memory nor a transaction grows with
the number of photos.
"""

from __future__ import annotations

import heapq
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select, tuple_

from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.models import House, Inspection, Pack, PackSnapshot, Photo
from inspection.services.redact_photo import burnt_key
from uploads.derivatives import REPORT_RECIPE, THUMBNAIL_RECIPE
from uploads.storage import original_key

PAGE_ROWS = 1000
ORIGINAL, REPORT, THUMBNAIL, REDACTED, PACK = (
    "original",
    "report",
    "thumbnail",
    "redacted picture",
    "pack",
)
CURRENT_RECIPES = (REPORT_RECIPE, THUMBNAIL_RECIPE)


@dataclass(frozen=True)
class Owner:
    """Whose an object is, for people: a photo with its house and visit, or a pack."""

    id: uuid.UUID
    house_code: str | None = None
    inspection_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Reference:
    """An object that ought to be there.

    bytes, sha256: what the database knows of it; None where it knows nothing.
    required: false for what is made anew when it is wanted (pictures with boxes burnt in).
    """

    key: str
    what: str
    owners: tuple[Owner, ...] = ()
    bytes: int | None = None
    sha256: str | None = None
    required: bool = True


def references() -> Iterator[Reference]:
    """Every reference, one a key, in the order of keys."""
    derivatives = heapq.merge(
        _by_photo(_derivatives_of), _drawn_in_packs(), key=lambda each: each.key
    )
    yield from _one_a_key(derivatives)
    yield from _one_a_key(_by_photo(_original_of))
    yield from _one_a_key(_packs())


def count() -> int:
    """Return about how many references there are, for a progress bar."""
    with read_transaction():
        photos = select(
            func.count(Photo.pk), func.count(Photo.report_key), func.count(Photo.thumbnail_key)
        )
        packs = select(func.count(Pack.storage_key))
        return sum(db.session.execute(photos).one()) + (db.session.scalar(packs) or 0)


def still_holds(reference: Reference) -> bool:
    """Tell whether the database refers to it now: a photo may be deleted while we look."""
    ids = [owner.id for owner in reference.owners]
    conditions = {
        ORIGINAL: (Photo, Photo.sha256 == reference.key.rpartition("/")[2]),
        REPORT: (Photo, Photo.report_key == reference.key),
        THUMBNAIL: (Photo, Photo.thumbnail_key == reference.key),
        PACK: (Pack, Pack.storage_key == reference.key),
    }
    if reference.what not in conditions:
        return True
    model, condition = conditions[reference.what]
    query = select(model.pk).where(model.id.in_(ids), condition)
    if reference.what == REPORT:
        query = query.where(Photo.report_sha256 == reference.sha256)
    with read_transaction():
        return db.session.scalar(query.limit(1)) is not None


def _one_a_key(found: Iterable[Reference]) -> Iterator[Reference]:
    """Join the references to one key; of what they know and demand, the strictest holds."""
    for key, group in groupby(found, key=lambda each: each.key):
        each = list(group)
        first = next((one for one in each if one.required), each[0])
        yield Reference(
            key=key,
            what=first.what,
            owners=tuple(owner for one in each for owner in one.owners),
            bytes=first.bytes,
            sha256=next((one.sha256 for one in [first, *each] if one.sha256), None),
            required=first.required,
        )


def _by_photo(references_of: Callable[[Row[Any]], list[Reference]]) -> Iterator[Reference]:
    """References of all photos: those of one original together, sorted."""
    for _, rows in groupby(_photos(), key=lambda row: row.sha256):
        found = [reference for row in rows for reference in references_of(row)]
        yield from sorted(found, key=lambda each: each.key)


def _photos() -> Iterator[Row[Any]]:
    """Every photo by its sha256: hexadecimal of one length, alike in every order of letters."""
    columns = (Photo.pk, Photo.id, Photo.sha256, Photo.bytes, Photo.report_key)
    columns += (Photo.thumbnail_key, Photo.report_sha256, Photo.boxes)
    query = (
        select(*columns, House.code, Inspection.id.label("inspection_id"))
        .join(Inspection, Inspection.pk == Photo.inspection_pk)
        .join(House, House.pk == Inspection.house_pk)
        .order_by(Photo.sha256, Photo.pk)
        .limit(PAGE_ROWS)
    )
    last = ("", 0)
    while True:
        with read_transaction():
            rows = db.session.execute(query.where(tuple_(Photo.sha256, Photo.pk) > last)).all()
        if not rows:
            return
        yield from rows
        last = (rows[-1].sha256, rows[-1].pk)


def _owner(row: Row[Any]) -> tuple[Owner, ...]:
    return (Owner(row.id, row.code, row.inspection_id),)


def _original_of(row: Row[Any]) -> list[Reference]:
    key = original_key(row.sha256)
    return [Reference(key, ORIGINAL, _owner(row), row.bytes, row.sha256)]


def _derivatives_of(row: Row[Any]) -> list[Reference]:
    found = []
    if row.report_key:
        found.append(Reference(row.report_key, REPORT, _owner(row), sha256=row.report_sha256))
    if row.thumbnail_key:
        found.append(Reference(row.thumbnail_key, THUMBNAIL, _owner(row)))
    if row.boxes:
        key = burnt_key(row.sha256, row.boxes)
        found.append(Reference(key, REDACTED, _owner(row), required=False))
    return found


def _drawn_in_packs() -> list[Reference]:
    """Pictures that only packs still refer to: with former boxes, or of a former recipe."""
    keys: dict[str, str] = {}
    last = 0
    query = select(PackSnapshot.pk, PackSnapshot.document).order_by(PackSnapshot.pk).limit(1)
    while True:
        with read_transaction():
            row = db.session.execute(query.where(PackSnapshot.pk > last)).first()
        if row is None:
            break
        last = row.pk
        keys.update(_pictures(json.loads(row.document)))
    return [Reference(key, REDACTED, (), None, keys[key], False) for key in sorted(keys)]


def _pictures(value: Any) -> Iterator[tuple[str, str]]:
    """(key, sha256) of every stored picture anywhere in a snapshot, but those of today's recipe."""
    if isinstance(value, dict):
        key, sha256 = value.get("key"), value.get("sha256")
        if isinstance(key, str) and isinstance(sha256, str) and key.startswith("derivatives/"):
            if key.rpartition("/")[2] not in CURRENT_RECIPES:
                yield key, sha256
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _pictures(each)


def _packs() -> list[Reference]:
    query = select(Pack.id, Pack.storage_key, Pack.bytes, Pack.sha256).where(
        Pack.storage_key.is_not(None)
    )
    with read_transaction():
        rows = db.session.execute(query).all()
    found = [Reference(row.storage_key, PACK, (Owner(row.id),), row.bytes, row.sha256)
             for row in rows]  # fmt: skip
    return sorted(found, key=lambda each: each.key)
