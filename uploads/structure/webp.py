"""WebP (RFC 9649): the chunks of its RIFF container, and nothing behind."""

from __future__ import annotations

from uploads.errors import NotAnImageError
from uploads.structure.model import (
    DAMAGED,
    TRUNCATED,
    Reader,
    Structure,
    exif_orientation,
    strip_exif_header,
)

MAGIC = b"RIFF"
MAX_CHUNKS = 100_000


def walk(data: bytes) -> Structure:
    """Walk a whole WebP file."""
    reader = Reader(data)
    declared = reader.little(4, 4) + 8
    if declared > reader.size:
        raise NotAnImageError(TRUNCATED)
    if declared != reader.size:
        raise NotAnImageError("WebPの終わりの後に、写真ではないデータが付いています。")
    chunks = _chunks(reader)
    kinds = [kind for kind, _ in chunks]
    if not kinds or not {b"VP8 ", b"VP8L", b"ANMF"}.intersection(kinds):
        raise NotAnImageError("WebPに画像データがありません。")
    width, height = _SIZES.get(kinds[0], _refuse)(chunks[0][1])
    exif = next((strip_exif_header(content) for kind, content in chunks if kind == b"EXIF"), None)
    frames = max(1, kinds.count(b"ANMF"))
    return Structure("image/webp", width, height, exif_orientation(exif), frames, exif)


def _chunks(reader: Reader) -> list[tuple[bytes, bytes]]:
    """Kinds and contents; of picture data only the header is copied."""
    found: list[tuple[bytes, bytes]] = []
    at = 12
    while at < reader.size and len(found) < MAX_CHUNKS:
        kind, length = bytes(reader.take(at, 4)), reader.little(at + 4, 4)
        end = at + 8 + length + length % 2
        if end > reader.size:
            raise NotAnImageError(TRUNCATED)
        kept = length if kind == b"EXIF" else min(length, 10)
        found.append((kind, bytes(reader.take(at + 8, kept))))
        at = end
    return found


def _lossy(content: bytes) -> tuple[int, int]:
    """Read the size from a VP8 key frame's header (RFC 6386, 9.1)."""
    if len(content) < 10 or content[3:6] != b"\x9d\x01\x2a":
        raise NotAnImageError(DAMAGED)
    width, height = int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return width & 0x3FFF, height & 0x3FFF


def _lossless(content: bytes) -> tuple[int, int]:
    if len(content) < 5 or content[0] != 0x2F:
        raise NotAnImageError(DAMAGED)
    bits = int.from_bytes(content[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _extended(content: bytes) -> tuple[int, int]:
    if len(content) < 10:
        raise NotAnImageError(DAMAGED)
    return (
        int.from_bytes(content[4:7], "little") + 1,
        int.from_bytes(content[7:10], "little") + 1,
    )


def _refuse(content: bytes) -> tuple[int, int]:
    raise NotAnImageError(DAMAGED)


_SIZES = {b"VP8 ": _lossy, b"VP8L": _lossless, b"VP8X": _extended}
