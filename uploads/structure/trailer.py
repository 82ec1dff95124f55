"""What may follow a JPEG's end: padding or a motion photo's video, and nothing else.

A phone's video comes bare (Google: an MP4 directly behind the picture) or inside Samsung's
SEF block, with which every Galaxy also writes small notes of its own behind each photo.
"""

from __future__ import annotations

from contextlib import suppress

from uploads.errors import NotAnImageError
from uploads.structure.boxes import boxes
from uploads.structure.model import Reader

FOREIGN = "JPEGの終わりの後に、写真ではないデータが付いています。"
# Video boxes of ISO/IEC 14496-12, and what phones add at the top level.
VIDEO_BOXES = frozenset(
    b"ftyp moov mdat free skip wide uuid udta meta moof mfra sidx styp emsg pdin".split()
)
_PADDING = b"\0\xff\r\n\t "
_SEF_NOTE_BYTES = 4096
_SEF_MAX_BLOCKS = 64


def trailer_kind(tail: bytes) -> str:
    """Name the bytes behind a JPEG's end: "padding", "video" or "notes".

    Raises NotAnImageError for anything else, such as a ZIP, HTML or PDF file.
    """
    body = tail.lstrip(_PADDING)
    if not body:
        return "padding"
    # A box starts with its size, whose leading zeros look like padding.
    start = tail.find(b"ftyp") - 4
    if start >= 0 and not tail[:start].strip(_PADDING) and _is_video(tail[start:]):
        return "video"
    if tail.rstrip(b"\0").endswith(b"SEFT"):
        return _sef_kind(tail.rstrip(b"\0"))
    raise NotAnImageError(FOREIGN)


def _is_video(data: bytes) -> bool:
    """Tell whether boxes of a video, and then zeros at most, fill the data."""
    kinds, end = set[bytes](), 0
    with suppress(NotAnImageError):
        for box in boxes(data, 0, len(data)):
            kinds.add(box.kind)
            end = box.end
    known = kinds <= VIDEO_BOXES and kinds >= {b"ftyp", b"mdat"}
    return known and not data[end:].strip(b"\0")


def _sef_kind(tail: bytes) -> str:
    """Check that Samsung's blocks fill the space up to their directory exactly.

    Layout: blocks (two zero bytes, type, length of name, name, content), then "SEFH",
    version, count, per block (zero, type, distance back from SEFH, size), directory length,
    "SEFT"; all little-endian.
    """
    reader = Reader(tail)
    directory = len(tail) - 8 - reader.little(len(tail) - 8, 4)
    count = reader.little(directory + 8, 4)
    if reader.take(directory, 4) != b"SEFH" or not 0 < count <= _SEF_MAX_BLOCKS:
        raise NotAnImageError(FOREIGN)
    if directory + 12 + 12 * count + 8 != len(tail):
        raise NotAnImageError(FOREIGN)
    entries = range(directory + 12, len(tail) - 8, 12)
    spans = sorted(
        (directory - reader.little(at + 4, 4), reader.little(at + 8, 4)) for at in entries
    )
    kind, expected = "notes", 0
    for start, size in spans:
        if start != expected and tail[expected:start].strip(b"\0"):
            raise NotAnImageError(FOREIGN)
        kind = "video" if _sef_block_is_video(reader, start, size) else kind
        expected = start + size
    if expected != directory:
        raise NotAnImageError(FOREIGN)
    return kind


def _sef_block_is_video(reader: Reader, start: int, size: int) -> bool:
    """Check one block: True for the video, False for a small note, else NotAnImageError."""
    name_length = reader.little(start + 4, 4)
    if reader.take(start, 2) != b"\0\0" or name_length > 64 or 8 + name_length > size:
        raise NotAnImageError(FOREIGN)
    content = reader.take(start + 8 + name_length, size - 8 - name_length)
    if reader.take(start + 8, name_length) == b"MotionPhoto_Data" and _is_video(content):
        return True
    if len(content) > _SEF_NOTE_BYTES:
        raise NotAnImageError(FOREIGN)
    return False
