"""What a walk through a picture file finds, and the errors it stops with."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from uploads.errors import NotAnImageError

TRUNCATED = "画像ファイルが途中で切れています。もう一度送ってください。"
DAMAGED = "画像ファイルが壊れています。端末で開けるか確認し、送り直すか撮り直してください。"


@dataclass(frozen=True, slots=True)
class Structure:
    """One picture file as its own headers describe it.

    width, height: pixels as coded; for HEIF as shown, for its decoder turns the picture itself.
    orientation: EXIF 1 to 8, how the coded picture has to be turned to be shown.
    frames: pictures in the file (animation, burst); the first is the photo.
    exif: the TIFF block of the camera's notes, without its "Exif" header; None when missing.
    trailer: what follows a JPEG's end: "" or "padding", "pictures", "video", "notes".
    """

    media_type: str
    width: int
    height: int
    orientation: int = 1
    frames: int = 1
    exif: bytes | None = None
    trailer: str = ""


class Reader:
    """Bounds-checked big-endian reads from a file in memory (bytes or a memory map)."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def take(self, start: int, length: int) -> bytes:
        """Return exactly `length` bytes from `start`, or raise NotAnImageError (truncated)."""
        if start < 0 or length < 0 or start + length > self.size:
            raise NotAnImageError(TRUNCATED)
        return self.data[start : start + length]

    def number(self, start: int, length: int) -> int:
        """Return an unsigned big-endian number of `length` bytes."""
        return int.from_bytes(self.take(start, length), "big")

    def little(self, start: int, length: int) -> int:
        """Return an unsigned little-endian number of `length` bytes."""
        return int.from_bytes(self.take(start, length), "little")


def strip_exif_header(payload: bytes) -> bytes:
    """Drop the "Exif" header that JPEG needs and others sometimes carry."""
    return payload[6:] if payload[:6] in (b"Exif\0\0", b"Exif\0\xff") else payload


def exif_orientation(exif: bytes | None) -> int:
    """Return orientation 1 to 8 from IFD0 of a TIFF block; 1 when missing or impossible."""
    if exif is None or len(exif) < 14 or exif[:2] not in (b"II", b"MM"):
        return 1
    order = "<" if exif[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for entry in range(start + 2, min(start + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == 0x0112:
            if kind == 4:  # as four bytes, which some writers do
                (value,) = struct.unpack_from(f"{order}I", exif, entry + 8)
            return int(value) if kind in (3, 4) and 1 <= value <= 8 else 1
    return 1
