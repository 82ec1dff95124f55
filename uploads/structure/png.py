"""PNG (ISO/IEC 15948): chunks from IHDR to IEND, and nothing behind."""

from __future__ import annotations

import zlib

from uploads.errors import NotAnImageError
from uploads.structure.model import (
    DAMAGED,
    Reader,
    Structure,
    exif_orientation,
    strip_exif_header,
)

MAGIC = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 100_000
# Colour type -> allowed bit depths.
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def walk(data: bytes) -> Structure:
    """Walk a whole PNG file, checking every chunk's CRC."""
    reader = Reader(data)
    at, kinds, frames = len(MAGIC), set[bytes](), 1
    width = height = 0
    exif: bytes | None = None
    for _ in range(MAX_CHUNKS):
        length, kind = reader.number(at, 4), bytes(reader.take(at + 4, 4))
        content = reader.take(at + 8, length)
        if zlib.crc32(content, zlib.crc32(kind)) != reader.number(at + 8 + length, 4):
            raise NotAnImageError(DAMAGED)
        if (kind == b"IHDR") != (not kinds):
            raise NotAnImageError(DAMAGED)
        if kind == b"IHDR":
            width, height = _header(content)
        elif kind == b"eXIf":
            exif = strip_exif_header(content)
        elif kind == b"acTL" and length == 8:
            frames = max(1, int.from_bytes(content[:4], "big"))
        kinds.add(kind)
        at += 12 + length
        if kind == b"IEND":
            break
    if not {b"IDAT", b"IEND"}.issubset(kinds):
        raise NotAnImageError("PNGに画像データがありません。")
    if at != reader.size:
        raise NotAnImageError("PNGの終わりの後に、写真ではないデータが付いています。")
    return Structure("image/png", width, height, exif_orientation(exif), frames, exif)


def _header(content: bytes) -> tuple[int, int]:
    if len(content) != 13 or content[8] not in _DEPTHS.get(content[9], ()):
        raise NotAnImageError(DAMAGED)
    return int.from_bytes(content[:4], "big"), int.from_bytes(content[4:8], "big")
