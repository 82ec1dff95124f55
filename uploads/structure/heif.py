"""HEIF (ISO/IEC 23008-12) as phones write it: HEVC pictures, items and properties."""

from __future__ import annotations

from dataclasses import dataclass, field

from uploads.errors import NotAnImageError
from uploads.structure.boxes import Box, boxes, versioned
from uploads.structure.model import DAMAGED, TRUNCATED, Reader, Structure

BRANDS = frozenset(b"heic heix heim heis hevc hevx mif1 msf1".split())
# A picture inside mif1 may be AV1: its own brand says so, and it is not in the allow-list.
OTHER_CODECS = frozenset(b"avif avis".split())
MAX_ITEMS = 10_000
MAX_EXIF_BYTES = 1_000_000
# A catalogue of some 50 tiles takes a few kilobytes; the walk must stay cheap.
MAX_META_BYTES = 1_000_000


@dataclass(slots=True)
class _Meta:
    """What the meta box says of its items."""

    primary: int | None = None
    kinds: dict[int, bytes] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    properties: list[Box] = field(default_factory=list)
    associations: dict[int, list[int]] = field(default_factory=dict)


def is_heif(head: bytes) -> bool:
    """Tell from the first bytes of a file (the ftyp box) whether it is HEIF and not AVIF."""
    if head[4:8] != b"ftyp":
        return False
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[at : at + 4] for at in (8, *range(16, length - 3, 4))}
    return bool(brands & BRANDS) and not brands & OTHER_CODECS


def walk(data: bytes) -> Structure:
    """Walk the boxes of a whole HEIF file; width and height are as shown."""
    top = list(boxes(data, 0, len(data)))
    meta_box = next((box for box in top if box.kind == b"meta"), None)
    if meta_box is None:
        raise NotAnImageError("HEICファイルの中に写真が見つかりません。")
    if meta_box.end - meta_box.start > MAX_META_BYTES:
        raise NotAnImageError(DAMAGED)
    meta = _read_meta(data, meta_box)
    if meta.primary is None or meta.primary not in meta.kinds:
        raise NotAnImageError("HEICファイルの中に写真が見つかりません。")
    width, height = _shown_size(data, meta)
    pictures = sum(kind in (b"hvc1", b"grid", b"iden") for kind in meta.kinds.values())
    tiles = sum(kind == b"grid" for kind in meta.kinds.values())
    return Structure(
        "image/heic", width, height, frames=1 if tiles else max(1, pictures), exif=_exif(data, meta)
    )


def _read_meta(data: bytes, box: Box) -> _Meta:
    meta = _Meta()
    _, _, start = versioned(data, box)
    readers = {b"pitm": _read_primary, b"iinf": _read_kinds, b"iloc": _read_extents}
    for child in boxes(data, start, box.end):
        if child.kind in readers:
            readers[child.kind](data, child, meta)
        elif child.kind == b"iprp":
            _read_properties(data, child, meta)
    return meta


def _read_primary(data: bytes, box: Box, meta: _Meta) -> None:
    version, _, at = versioned(data, box)
    meta.primary = Reader(data).number(at, 2 if version == 0 else 4)


def _read_kinds(data: bytes, box: Box, meta: _Meta) -> None:
    version, _, at = versioned(data, box)
    reader = Reader(data)
    for child in boxes(data, at + (2 if version == 0 else 4), box.end):
        if child.kind != b"infe":
            continue
        version, _, at = versioned(data, child)
        wide = 4 if version == 3 else 2
        if version in (2, 3):
            meta.kinds[reader.number(at, wide)] = bytes(reader.take(at + wide + 2, 4))


def _read_extents(data: bytes, box: Box, meta: _Meta) -> None:
    """Where each item's bytes lie. Items outside the file (method 1, 2) get no extents."""
    version, _, at = versioned(data, box)
    reader = Reader(data)
    sizes = reader.number(at, 2)
    offset_size, length_size, base_size, index_size = (
        sizes >> shift & 15 for shift in (12, 8, 4, 0)
    )
    wide = 4 if version == 2 else 2
    count, at = reader.number(at + 2, wide), at + 2 + wide
    if version > 2 or count > MAX_ITEMS:
        raise NotAnImageError(DAMAGED)
    for _ in range(count):
        item, at = reader.number(at, wide), at + wide
        method = 0
        if version:
            method, at = reader.number(at, 2) & 15, at + 2
        base, at = reader.number(at + 2, base_size), at + 2 + base_size
        extents, at = reader.number(at, 2), at + 2
        step = (index_size if version else 0) + offset_size + length_size
        for place in range(at, at + extents * step, step or 1):
            end = place + step
            offset = reader.number(end - length_size - offset_size, offset_size)
            length = reader.number(end - length_size, length_size)
            if method == 0:
                _check_inside(reader, base + offset, length)
                meta.extents.setdefault(item, []).append((base + offset, length))
        at += extents * step


def _check_inside(reader: Reader, start: int, length: int) -> None:
    if start + length > reader.size:
        raise NotAnImageError(TRUNCATED)


def _read_properties(data: bytes, box: Box, meta: _Meta) -> None:
    for child in boxes(data, box.start, box.end):
        if child.kind == b"ipco":
            meta.properties = list(boxes(data, child.start, child.end))
        elif child.kind == b"ipma":
            _read_associations(data, child, meta)


def _read_associations(data: bytes, box: Box, meta: _Meta) -> None:
    version, flags, at = versioned(data, box)
    reader = Reader(data)
    wide, index = (4 if version else 2), (2 if flags & 1 else 1)
    count, at = reader.number(at, 4), at + 4
    if count > MAX_ITEMS:
        raise NotAnImageError(DAMAGED)
    for _ in range(count):
        item, used = reader.number(at, wide), reader.number(at + wide, 1)
        at += wide + 1
        mask = 0x7FFF if index == 2 else 0x7F
        places = range(at, at + used * index, index)
        meta.associations[item] = [reader.number(place, index) & mask for place in places]
        at += used * index


def _shown_size(data: bytes, meta: _Meta) -> tuple[int, int]:
    """Return the primary picture's size after its crop and turn, in the order they are listed."""
    reader = Reader(data)
    size: tuple[int, int] | None = None
    for index in meta.associations.get(meta.primary or 0, []):
        if not 0 < index <= len(meta.properties):
            continue
        box = meta.properties[index - 1]
        if box.kind == b"ispe":
            size = reader.number(box.start + 4, 4), reader.number(box.start + 8, 4)
        elif box.kind == b"clap" and size:
            size = _cropped(reader, box, size)
        elif box.kind == b"irot" and size and reader.number(box.start, 1) & 1:
            size = size[::-1]
    if size is None:
        raise NotAnImageError("画像の大きさ(画素数)が記録されていません。")
    return size


def _cropped(reader: Reader, box: Box, size: tuple[int, int]) -> tuple[int, int]:
    values = [reader.number(box.start + 4 * place, 4) for place in range(4)]
    if not (values[1] and values[3]):
        raise NotAnImageError(DAMAGED)
    return min(size[0], values[0] // values[1]), min(size[1], values[2] // values[3])


def _exif(data: bytes, meta: _Meta) -> bytes | None:
    """Return the TIFF block of the Exif item: four bytes say how far into the item it starts."""
    item = next((item for item, kind in meta.kinds.items() if kind == b"Exif"), None)
    extents = meta.extents.get(item, []) if item is not None else []
    if not extents or sum(length for _, length in extents) > MAX_EXIF_BYTES:
        return None
    content = b"".join(data[start : start + length] for start, length in extents)
    return content[4 + int.from_bytes(content[:4], "big") :]
