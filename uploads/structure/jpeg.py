"""JPEG (ITU-T T.81): markers from SOI to EOI, then the little that may follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

from uploads.errors import NotAnImageError
from uploads.structure.model import (
    DAMAGED,
    TRUNCATED,
    Reader,
    Structure,
    exif_orientation,
    strip_exif_header,
)
from uploads.structure.trailer import trailer_kind

MAGIC = b"\xff\xd8\xff"
SOI, EOI, SOS, APP1, APP2 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2
# Baseline, extended and progressive Huffman: what cameras write and the decoder reads.
FRAMES = (0xC0, 0xC1, 0xC2)
OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
# Every scan of a progressive picture passes over the whole of it: hundreds are an attack.
MAX_SCANS = 100
# Limits that no camera reaches, so that the walk stays cheap.
MAX_SEGMENTS = 10_000
MAX_PICTURES = 100
# The end of coded data: a marker that is neither a stuffed FF nor a restart. It starts with a
# letter to be fast, and tries only the first FF of a run so that long runs cost no more.
_SCAN_END = re.compile(rb"\xff(?<!\xff\xff)\xff*+[^\x00\xff\xd0-\xd7]")


@dataclass(slots=True)
class _Walk:
    """What the segments said so far."""

    width: int = 0
    height: int = 0
    scans: int = 0
    exif: bytes | None = None
    has_index: bool = False
    end: int = 0


def walk(data: bytes) -> Structure:
    """Walk a whole JPEG file; NotAnImageError for damage or a foreign body after its end."""
    found = walk_picture(data, 0)
    trailer, pictures = _follow(data, found)
    return Structure(
        "image/jpeg",
        found.width,
        found.height,
        orientation=exif_orientation(found.exif),
        frames=1 + pictures,
        exif=found.exif,
        trailer=trailer,
    )


def walk_picture(data: bytes, start: int) -> _Walk:
    """Walk one picture from its SOI to its EOI."""
    reader = Reader(data)
    if reader.take(start, 2) != MAGIC[:2]:
        raise NotAnImageError(DAMAGED)
    found = _Walk()
    at = start + 2
    for _ in range(MAX_SEGMENTS):
        marker, at = _marker(reader, at)
        if marker == EOI:
            break
        if marker == SOI or marker < 0xC0:
            raise NotAnImageError(DAMAGED)
        length = reader.number(at, 2)
        if length < 2:
            raise NotAnImageError(DAMAGED)
        _segment(found, marker, reader.take(at + 2, length - 2))
        at += length
        if marker == SOS:
            at = _scan_end(data, at)
    else:
        raise NotAnImageError(DAMAGED)
    if not (found.width and found.scans):
        raise NotAnImageError("JPEGに画像データがありません。")
    found.end = at
    return found


def _marker(reader: Reader, at: int) -> tuple[int, int]:
    """Return the marker at a place and where its content starts; FF may be repeated before it."""
    if reader.number(at, 1) != 0xFF:
        raise NotAnImageError(DAMAGED)
    while (marker := reader.number(at, 1)) == 0xFF:
        at += 1
    return marker, at + 1


def _scan_end(data: bytes, at: int) -> int:
    match = _SCAN_END.search(data, at)
    if match is None:
        raise NotAnImageError(TRUNCATED)
    return match.start()


def _segment(found: _Walk, marker: int, content: bytes) -> None:
    if marker in FRAMES:
        _frame(found, content)
    elif marker in OTHER_FRAMES:
        raise NotAnImageError(
            "特殊な方式のJPEGのため使えません。カメラで撮影したままの写真を送ってください。"
        )
    elif marker == SOS:
        found.scans += 1
        if not found.width:
            raise NotAnImageError(DAMAGED)
        if found.scans > MAX_SCANS:
            raise NotAnImageError(
                "不自然なJPEGのため使えません。カメラで撮影したままの写真を送ってください。"
            )
    elif marker == APP1 and content[:4] == b"Exif" and found.exif is None:
        found.exif = strip_exif_header(content)
    elif marker == APP2 and content[:4] == b"MPF\0":
        found.has_index = True


def _frame(found: _Walk, content: bytes) -> None:
    """Read SOF: precision, height, width, components (T.81 B.2.2)."""
    if found.width or len(content) < 6 or len(content) != 6 + 3 * content[5]:
        raise NotAnImageError(DAMAGED)
    if content[0] != 8 or content[5] not in (1, 3, 4):
        raise NotAnImageError(
            "特殊な方式のJPEGのため使えません。カメラで撮影したままの写真を送ってください。"
        )
    found.height = int.from_bytes(content[1:3], "big")
    found.width = int.from_bytes(content[3:5], "big")
    # Height 0 means "told after the scan" (DNL), which no camera writes.
    if not (found.width and found.height):
        raise NotAnImageError("画像の大きさ(画素数)が記録されていません。")


def _follow(data: bytes, found: _Walk) -> tuple[str, int]:
    """Walk what lies behind the first picture; its kind and the number of further pictures."""
    at, pictures = found.end, 0
    # Only a file that announces further pictures (CIPA DC-007, MPF) may have them.
    while found.has_index and pictures < MAX_PICTURES:
        start = data.find(MAGIC, at)
        if start < 0 or bytes(data[at:start]).strip(b"\0\xff"):
            break
        at = walk_picture(data, start).end
        pictures += 1
    kind = trailer_kind(bytes(data[at:])) if at < len(data) else ""
    return ("pictures" if pictures and kind in ("", "padding") else kind), pictures
