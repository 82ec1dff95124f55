"""Reading a received photo: derivatives, what its EXIF says, the checks. Run by the worker.

HEIC is decoded in full, at 4 to 10 times the cost of a JPEG: few at once on one host. One that
finds no place is put back into the queue, so that JPEGs need not wait behind it.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from inspection import audit
from inspection.auth import SYSTEM
from inspection.database.transactions import read_transaction, write_transaction
from inspection.extensions import db
from inspection.geometry import lon_lat, to_database
from inspection.models import Photo, Upload
from inspection.resources import storage
from inspection.services import photo_twins
from inspection.services.photo_thresholds import photo_thresholds
from uploads.checks import PhotoFacts, Twin, distance_m, run_checks
from uploads.derivatives import (
    REPORT_RECIPE,
    THUMBNAIL_RECIPE,
    Derivatives,
    Limits,
    make_derivatives,
)
from uploads.errors import NotAnImageError
from uploads.exif import PhotoMetadata, read_metadata
from uploads.looks import Looks
from uploads.slots import slot
from uploads.storage import derivative_key, original_key

HEIC = "image/heic"
_COME_AGAIN = timedelta(seconds=2)


class NoPlaceError(Exception):
    """All places for costly pictures are taken; the photo is as it was."""


def derive_photo(photo_id: uuid.UUID, patience_s: float = 600.0) -> None:
    """Make a photo ready, or reject it with the reason; doing it twice changes nothing.

    patience_s: how long a HEIC may wait for its place; then NoPlaceError.
    Raises PictureWorkerError or StorageUnavailableError when another attempt may succeed.
    """
    with read_transaction():
        photo = db.session.scalar(select(Photo).where(Photo.id == photo_id))
        if photo is None or photo.status != "received":
            return
        sha256, costly = photo.sha256, photo.media_type == HEIC
    with _place(costly, patience_s), original_file(sha256) as path:
        try:
            made = make_derivatives(path, _limits())
        except NotAnImageError as error:
            _reject(photo_id, error.reason)
            return
        metadata = read_metadata(path, current_app.config["HANTEI_TIME_ZONE"])
    stored = _store(sha256, made)
    photo_twins.read_ahead()
    _make_ready(photo_id, made, metadata, stored)


def derive_queued(photo_id: uuid.UUID) -> timedelta | None:
    """Run a job of the queue: like derive_photo, but a HEIC does not wait for its place.

    Returns None, or after how long to come again: meanwhile this worker does something else.
    """
    try:
        derive_photo(photo_id, patience_s=0.0)
    except NoPlaceError:
        return _COME_AGAIN
    return None


@contextmanager
def _place(costly: bool, patience_s: float) -> Iterator[None]:
    """Hold one of the host's places for costly pictures, if this is one."""
    if not costly:
        yield
        return
    folder = current_app.config["HANTEI_VAR_DIR"] / "locks"
    places = current_app.config["HANTEI_HEIC_WORKERS"]
    with slot(folder, "heic", places, patience_s) as got:
        if not got:
            raise NoPlaceError("all places for HEIC photos of this host are taken")
        yield


@contextmanager
def original_file(sha256: str) -> Iterator[Path]:
    """Give an original as a local file for as long as the block runs."""
    folder = storage().spool_folder
    # .part: what a kill leaves here is swept with other unfinished files.
    with tempfile.NamedTemporaryFile(dir=folder, prefix="derive-", suffix=".part") as copy:
        with storage().open_range(original_key(sha256)) as source:
            shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        yield Path(copy.name)


def _limits() -> Limits:
    return Limits(
        max_pixels=current_app.config["HANTEI_MAX_PHOTO_PIXELS"],
        max_bytes=current_app.config["HANTEI_MAX_PHOTO_BYTES"],
    )


def _store(sha256: str, made: Derivatives) -> dict[str, Any]:
    keys = {}
    for name, recipe, data in (
        ("report", REPORT_RECIPE, made.report),
        ("thumbnail", THUMBNAIL_RECIPE, made.thumbnail),
    ):
        key = derivative_key(sha256, recipe)
        storage().put_new(key, io.BytesIO(data), hashlib.sha256(data).hexdigest())
        keys[f"{name}_key"] = key
    width, height = jpeg_size(made.report)
    return {
        **keys,
        "report_sha256": hashlib.sha256(made.report).hexdigest(),
        "report_width": width,
        "report_height": height,
    }


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Return (width, height) of a JPEG that we made ourselves, from its frame header."""
    at = 2
    while data[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
    return int.from_bytes(width, "big"), int.from_bytes(height, "big")


def _reject(photo_id: uuid.UUID, reason: str) -> None:
    with write_transaction():
        photo = db.session.scalars(
            select(Photo).where(Photo.id == photo_id).with_for_update()
        ).one()
        if photo.status != "received":
            return
        photo.status = "rejected"
        photo.reason = reason
        audit.record("photo.reject", f"photo/{photo_id}", SYSTEM, reason=reason)


def _make_ready(
    photo_id: uuid.UUID, made: Derivatives, metadata: PhotoMetadata, stored: dict[str, Any]
) -> None:
    with write_transaction():
        photo = db.session.scalars(
            select(Photo).where(Photo.id == photo_id).with_for_update()
        ).one()
        if photo.status != "received":
            return
        limits = photo_thresholds()
        photo.perceptual_hash = made.looks.perceptual_hash
        photo.sharpness = made.looks.sharpness
        same_files = photo_twins.same_files(photo)
        alike = photo_twins.alike(photo, limits)
        facts = _facts(photo, metadata, made.looks, same_files, alike)
        for name, value in stored.items():
            setattr(photo, name, value)
        photo.width, photo.height = made.width, made.height
        # What the device announced stays where the picture itself tells nothing.
        photo.taken_at = metadata.taken_at or photo.taken_at
        photo.taken_at_assumed_zone = metadata.taken_at_assumed_zone
        if metadata.lon is not None and metadata.lat is not None:
            photo.position = to_database(metadata.lon, metadata.lat)
        photo.accuracy_m = metadata.accuracy_m
        photo.altitude_m = metadata.altitude_m
        photo.direction_deg = metadata.direction_deg
        photo.distance_m = _distance(facts)
        photo.checks = [asdict(check) for check in run_checks(facts, limits)]
        photo.status = "ready"


def _facts(
    photo: Photo,
    metadata: PhotoMetadata,
    looks: Looks,
    same_files: tuple[Twin, ...],
    alike: tuple[Twin, ...],
) -> PhotoFacts:
    house = lon_lat(photo.inspection.house.location)
    return PhotoFacts(
        lon=metadata.lon,
        lat=metadata.lat,
        accuracy_m=metadata.accuracy_m,
        position_problem=metadata.position_problem,
        house_lon=house[0] if house else None,
        house_lat=house[1] if house else None,
        taken_at=metadata.taken_at,
        taken_at_assumed_zone=metadata.taken_at_assumed_zone,
        gps_time=metadata.gps_time,
        visited_at=photo.inspection.inspected_at,
        received_at=photo.received_at,
        device_clock_at=_clock_on_arrival(photo),
        same_files=same_files,
        alike=alike,
        has_structure=looks.perceptual_hash is not None,
        sharpness=looks.sharpness,
        contrast=looks.contrast,
    )


def _clock_on_arrival(photo: Photo) -> datetime | None:
    """Return what the device's clock showed when the last byte came.

    A resumable upload tells the clock when it is announced, perhaps a night before its end:
    the hours between are no skew.
    """
    told = photo.device_clock_at
    if told is None:
        return None
    announced_at = db.session.scalar(
        select(Upload.created_at)
        .where(Upload.photo_id == photo.id, Upload.device_clock_at == told)
        .order_by(Upload.created_at.desc())
        .limit(1)
    )
    return told + (photo.received_at - announced_at) if announced_at else told


def _distance(facts: PhotoFacts) -> float | None:
    points = (facts.lon, facts.lat, facts.house_lon, facts.house_lat)
    if any(number is None for number in points):
        return None
    return round(distance_m(*points), 1)  # type: ignore[arg-type]
