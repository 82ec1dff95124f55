"""Boxes of ISO/IEC 14496-12, in which HEIF pictures and MP4 videos are packed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from uploads.errors import NotAnImageError
from uploads.structure.model import DAMAGED, TRUNCATED, Reader

# More boxes on one level than any camera writes; a walk must stay cheap.
MAX_BOXES = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four-letter kind, where its content starts and where it ends."""

    kind: bytes
    start: int
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Walk the boxes that fill `start` to `end` exactly, or raise NotAnImageError."""
    reader = Reader(data)
    for _ in range(MAX_BOXES):
        if start == end:
            return
        size, kind = reader.number(start, 4), bytes(reader.take(start + 4, 4))
        header = 8
        if size == 1:
            size, header = reader.number(start + 8, 8), 16
        elif size == 0:
            size = end - start
        if not all(0x20 <= letter < 0x7F for letter in kind) or size < header:
            raise NotAnImageError(DAMAGED)
        if start + size > end:
            raise NotAnImageError(TRUNCATED)
        yield Box(kind, start + header, start + size)
        start += size
    raise NotAnImageError(DAMAGED)


def versioned(data: bytes, box: Box) -> tuple[int, int, int]:
    """Return version, flags and where the content of a "full box" starts."""
    reader = Reader(data)
    if box.end - box.start < 4:
        raise NotAnImageError(DAMAGED)
    return reader.number(box.start, 1), reader.number(box.start + 1, 3), box.start + 4
