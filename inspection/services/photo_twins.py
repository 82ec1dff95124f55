"""Other photos that are, or look, the same: by sha256 in the database, by hash in memory.

Hashes are numbered in the order of their commits: whoever gives the next number holds the head's
row until then. So every worker needs only to read what comes after the last number it knows, and
of two alike photos read at once by two workers the second always finds the first. What the memory
finds is looked up in the database before anybody is told: deleted photos are gone there, moved
ones stand where they are now.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from inspection.database.transactions import read_transaction
from inspection.extensions import db
from inspection.models import Inspection, Photo, PhotoHashHead
from uploads.checks import Thresholds, Twin
from uploads.near import HashIndex

_THE_HEAD = 1
_AT_ONCE = 50_000
_MOST = 200
_INDEX = "hantei_photo_hashes"
_lock = threading.Lock()


def same_files(photo: Photo) -> tuple[Twin, ...]:
    """Return the other photos of the same bytes."""
    query = select(Photo).where(Photo.sha256 == photo.sha256, Photo.pk != photo.pk)
    return tuple(_twin(photo, other, 0) for other in _with_house(query))


def alike(photo: Photo, thresholds: Thresholds) -> tuple[Twin, ...]:
    """Give a photo's hash its number and return the other photos that look alike.

    Inside the write transaction that keeps the hash. Photos of the same bytes are left out.
    """
    if photo.perceptual_hash is None:
        return ()
    number = _next_number()
    within = max(thresholds.copy_bits, thresholds.likeness_bits)
    with _lock:
        index = _read_new()
        near = index.near(photo.perceptual_hash, within, _MOST)
    photo.hash_number = number
    distances = {each.number: each.distance for each in near}
    query = select(Photo).where(
        Photo.hash_number.in_(distances), Photo.pk != photo.pk, Photo.sha256 != photo.sha256
    )
    return tuple(
        _twin(photo, other, distances[other.hash_number or 0]) for other in _with_house(query)
    )


def read_ahead() -> None:
    """Read the hashes that are new, so that nobody has to wait for it in a write transaction."""
    with read_transaction(), _lock:
        _read_new()


def _next_number() -> int:
    """Return the next number, holding the head until the transaction ends."""
    highest = select(func.coalesce(func.max(Photo.hash_number), 0) + 1).scalar_subquery()
    dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(PhotoHashHead).values(pk=_THE_HEAD, number=highest)
    given = first.on_conflict_do_update(
        index_elements=[PhotoHashHead.pk], set_={"number": PhotoHashHead.number + 1}
    ).returning(PhotoHashHead.number)
    return int(db.session.execute(given).scalar_one())


def _read_new() -> HashIndex:
    """Return the index after reading what was committed since the last time."""
    index: HashIndex = current_app.extensions.setdefault(_INDEX, HashIndex())
    head = db.session.scalar(select(PhotoHashHead.number)) or 0
    if head < index.last:  # another database under the same application: a restored backup
        index = current_app.extensions[_INDEX] = HashIndex()
    while rows := _rows_after(index.last):
        numbers, hashes = zip(*rows, strict=True)
        index.extend(numbers, hashes)
    return index


def _rows_after(number: int) -> Sequence[Any]:
    return db.session.execute(
        select(Photo.hash_number, Photo.perceptual_hash)
        .where(Photo.hash_number > number)
        .order_by(Photo.hash_number)
        .limit(_AT_ONCE)
    ).all()


def _with_house(query: Any) -> Sequence[Photo]:
    house = joinedload(Photo.inspection).joinedload(Inspection.house)
    kept = query.where(Photo.status != "rejected").order_by(Photo.pk).limit(_MOST)
    return db.session.scalars(kept.options(house)).all()


def _twin(photo: Photo, other: Photo, distance: int) -> Twin:
    visit = other.inspection
    day = visit.inspected_at.astimezone(current_app.config["HANTEI_TIME_ZONE"])
    return Twin(
        where=f"整理番号 {visit.house.code}、{day.year}年{day.month}月{day.day}日の調査",
        same_house=visit.house_pk == photo.inspection.house_pk,
        same_visit=visit.pk == photo.inspection_pk,
        distance=distance,
    )
