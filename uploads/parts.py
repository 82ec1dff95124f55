"""The files of uploads on their way: where they lie, who wrote them, and how they go on.

A part is the file that one writer appends to; `uploads.resumable` says why an upload may get
another part on its way.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from uploads.errors import DamagedPartError
from uploads.local import fsync_folder, unavailable_on_os_error, write_all

PARTS_FOLDER = ".uploads"
_COPY_BYTES = 1024 * 1024
_WRITER = "user.hantei.writer"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def parts_folder(spool_folder: Path) -> Path:
    """Return the folder for parts, next to a storage's spool folder, made if need be.

    Not inside it: what lies there is swept after hours, and a part may wait for days. All hosts
    that receive uploads must see the same folder.
    """
    folder = spool_folder.with_name(PARTS_FOLDER)
    if not folder.is_dir():
        with unavailable_on_os_error(f"folder {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
            fsync_folder(folder.parent)
    return folder


def new_part_name(upload_id: str) -> str:
    """Return a name for a part that nobody has written to."""
    return f"{upload_id}.{secrets.token_hex(8)}"


def take_over(folder: Path, old: str, new: str, offset: int) -> None:
    """Copy the first `offset` bytes of a part to a new part, durably.

    Raises DamagedPartError when the old part is shorter, StorageUnavailableError.
    """
    with unavailable_on_os_error("cannot copy what was received"):
        with open(folder / new, "xb", opener=_private) as target:
            if offset:
                _copy(folder / old, target.fileno(), offset)
            os.fdatasync(target.fileno())
        fsync_folder(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o640)


def _copy(source: Path, target: int, length: int) -> None:
    with _opened(source, length) as file:
        while length:
            piece = file.read(min(_COPY_BYTES, length))
            if not piece:
                raise DamagedPartError(f"{source.name} became shorter while it was read")
            write_all(target, piece)
            length -= len(piece)


def _opened(path: Path, least_bytes: int) -> BinaryIO:
    """Open a part for reading; DamagedPartError when it lacks committed bytes."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise DamagedPartError(f"{path.name} is gone, {least_bytes} bytes were committed") from None
    size = os.fstat(file.fileno()).st_size
    if size < least_bytes:
        file.close()
        raise DamagedPartError(f"{path.name} has {size} bytes, {least_bytes} were committed")
    return file


def remove_parts(folder: Path, upload_id: str) -> int:
    """Remove every part of an upload; how many there were."""
    removed = 0
    with unavailable_on_os_error("cannot remove what was received"):
        for path in folder.glob(f"{upload_id}.*"):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def old_uploads(folder: Path, untouched_for: timedelta) -> set[str]:
    """Return the ids of uploads that have a part which nobody has written to for so long."""
    horizon = time.time() - untouched_for.total_seconds()
    found = set()
    with unavailable_on_os_error("cannot list what was received"):
        for entry in os.scandir(folder):
            try:
                if entry.stat().st_mtime < horizon:
                    found.add(entry.name.partition(".")[0])
            except FileNotFoundError:
                continue  # finished or swept by another this moment
    return found


def sign(descriptor: int, writer: str) -> bool:
    """Say in a part that what is appended to it from now on is this writer's.

    False where that cannot be kept: on a file system without attributes, or not on Linux.
    """
    try:
        os.setxattr(descriptor, _WRITER, _signature(writer))
    except (OSError, AttributeError):
        return False
    return True


def durable_size(path: Path, writer: str) -> int | None:
    """Make durable what a writer has appended to its part so far; the part's size.

    None when that cannot be told: another wrote last, the machine was started anew since, the
    writer has a checksum to keep, or the file system keeps no attributes.
    """
    try:
        with path.open("rb") as file:
            if os.getxattr(file.fileno(), _WRITER) != _signature(writer):
                return None
            size = os.fstat(file.fileno()).st_size
            os.fdatasync(file.fileno())
        fsync_folder(path.parent)
    except (OSError, AttributeError):  # AttributeError: only Linux has them
        return None
    return size


def _signature(writer: str) -> bytes:
    """Name a writer so that the name is worth nothing after the machine was started anew."""
    return f"{_BOOT_ID.read_text().strip()} {writer}".encode()


def digest_of(path: Path, length: int) -> hashlib._Hash:
    """Return the sha256, to be updated further, of the first `length` bytes of a part."""
    digest = hashlib.sha256()
    with _opened(path, length) as file:
        while length and (piece := file.read(min(_COPY_BYTES, length))):
            digest.update(piece)
            length -= len(piece)
    if length:
        raise DamagedPartError(f"{path.name} became shorter while it was read")
    return digest
