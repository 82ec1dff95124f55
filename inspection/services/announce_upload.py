"""Beginning a resumable upload: what it will be is checked before the first byte comes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from inspection.auth import Actor
from inspection.database.transactions import write_transaction
from inspection.errors import InvalidError, NotFoundError, TooLargeRequestError
from inspection.extensions import db
from inspection.models import Upload
from inspection.services.attach_photo import NO_VISIT, PhotoLabel, check_target
from inspection.services.upload_ledger import expiry
from uploads.parts import new_part_name

REQUIRED = ("photo_id", "inspection_id", "item")
LENGTHS = {"item": 40, "filename": 300, "filetype": 100, "caption": 300, "taken_at": 40}
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
YEARS = range(1900, 2201)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Announcement:
    """What a client says of an upload: the photo that it shall become.

    sha256: lower-case hex. taken_at: aware.
    """

    photo_id: uuid.UUID
    inspection_id: uuid.UUID
    label: PhotoLabel
    filetype: str | None
    sha256: str | None


def announce_upload(
    values: Mapping[str, bytes], announced: str, length_bytes: int, actor: Actor
) -> Upload:
    """Keep a new upload of a length, at offset 0, and return it.

    values: the metadata's values by key; unknown keys are ignored. announced: the metadata as it
    came, to be given back. Raises InvalidError, TooLargeRequestError, ForbiddenError.
    """
    limit = current_app.config["HANTEI_MAX_PHOTO_BYTES"]
    if length_bytes > limit:
        raise TooLargeRequestError(f"写真は {limit // 1_000_000} MB までです。")
    said = read_announcement(values)
    if length_bytes == 0:
        raise InvalidError.of("upload_length", "空のファイルは写真として受け付けられません。")
    try:
        check_target(said.inspection_id, said.photo_id, said.label, actor)
    except NotFoundError:  # in a body, an unknown id is the body's fault
        raise InvalidError.of("inspection_id", f"{NO_VISIT}先に調査を送ってください。") from None
    upload_id = uuid.uuid4()
    upload = Upload(
        id=upload_id,
        photo_id=said.photo_id,
        inspection_id=said.inspection_id,
        item=said.label.item,
        caption=said.label.caption,
        filename=said.label.filename,
        filetype=said.filetype,
        taken_at=said.label.taken_at,
        sha256=said.sha256,
        announced=announced,
        length_bytes=length_bytes,
        offset_bytes=0,
        part=new_part_name(str(upload_id)),
        actor=actor.label,
        role=actor.role,
        device_id=actor.device_id,
        device_clock_at=actor.device_clock_at,
        expires_at=expiry(),
    )
    with write_transaction():
        db.session.add(upload)
        db.session.flush()
        db.session.expunge(upload)
    return upload


def read_announcement(values: Mapping[str, bytes]) -> Announcement:
    """Check what a client says. Raises InvalidError with a message for every faulty key."""
    errors: dict[str, list[str]] = {}
    texts: dict[str, str | None] = {}
    for key in (*REQUIRED, "sha256", "filename", "filetype", "caption", "taken_at"):
        try:
            texts[key] = _text(key, values)
        except ValueError as error:
            errors[key] = [str(error)]
    moment = None
    if "taken_at" not in errors and texts["taken_at"]:
        try:
            moment = _moment(texts["taken_at"])
        except ValueError as error:
            errors["taken_at"] = [str(error)]
    if errors:
        field, messages = next(iter(errors.items()))
        raise InvalidError(f"{field}: {messages[0]}", errors=errors)
    label = PhotoLabel(
        texts["item"] or "", texts["caption"] or None, texts["filename"] or None, moment
    )
    sha256 = texts["sha256"]
    return Announcement(
        uuid.UUID(texts["photo_id"]),
        uuid.UUID(texts["inspection_id"]),
        label,
        texts["filetype"] or None,
        sha256.lower() if sha256 else None,
    )


def _text(key: str, values: Mapping[str, bytes]) -> str | None:
    """Return a value as text of its form, None when it was not given. Raises ValueError."""
    if key not in values:
        if key in REQUIRED:
            raise ValueError("必須の項目です。")
        return None
    try:
        text = values[key].decode()
    except UnicodeDecodeError:
        raise ValueError("UTF-8 の文字列にしてください。") from None
    if key.endswith("_id") and not UUID_FORM.fullmatch(text):
        raise ValueError("UUID で指定してください。")
    if key == "sha256" and not SHA256.fullmatch(text):
        raise ValueError("sha256 は16進数64桁で指定してください。")
    if key in REQUIRED and not text:
        raise ValueError("必須の項目です。")
    if len(text) > LENGTHS.get(key, 64):
        raise ValueError(f"{LENGTHS.get(key, 64)} 文字までです。")
    if _CONTROL.search(text) if key != "caption" else "\x00" in text:
        raise ValueError("制御文字は使えません。")
    return text


def _moment(text: str) -> datetime:
    """Return an RFC 3339 time with offset. Raises ValueError."""
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError("日時は 2026-11-24T10:00:00+09:00 の形で指定してください。") from None
    if moment.year not in YEARS:
        raise ValueError("日時の年は 1900 から 2200 までです。")
    return moment
