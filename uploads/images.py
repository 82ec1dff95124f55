"""Is it an acceptable picture? Told by content and structure; no pixel is decoded.

Cheap enough for a request (a few milliseconds), and without a C decoder, so that a hostile
file has nothing to break. The pixels are met later, in `uploads.derivatives`.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from uploads.errors import NotAnImageError
from uploads.structure import heif, jpeg, png, webp
from uploads.structure.model import Structure

MAX_BYTES = 60_000_000
MAX_PIXELS = 100_000_000
_HEAD_BYTES = 256
_ZIP_TAIL_BYTES = 66_000

Walk = Callable[[bytes], Structure]


@dataclass(frozen=True, slots=True)
class Probe:
    """A picture as its headers describe it.

    media_type: image/jpeg, image/png, image/webp or image/heic, told by content.
    width, height: pixels as shown, turned by `orientation` (EXIF 1 to 8; 1 for HEIC, whose
    decoder turns by itself). frames: pictures in the file. trailer: see Structure.
    """

    media_type: str
    width: int
    height: int
    orientation: int
    frames: int
    bytes: int
    trailer: str


def probe(path: Path, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Probe:
    """Describe a picture file, or raise NotAnImageError with a Japanese reason.

    Refused: other formats, damage and truncation, foreign bodies (ZIP, HTML, PDF …) behind
    the picture, more than `max_bytes` or (from the header alone) `max_pixels`.
    """
    size = path.stat().st_size
    if size > max_bytes:
        raise NotAnImageError(f"ファイルが大きすぎます(上限 {max_bytes // 1_000_000} MB)。")
    found = read_structure(path)
    if not (found.width and found.height):
        raise NotAnImageError("画像の大きさ(画素数)が記録されていません。")
    if found.width * found.height > max_pixels:
        raise NotAnImageError(
            f"画素数が多すぎます({found.width} × {found.height}、"
            f"上限 {max_pixels // 1_000_000} メガピクセル)。"
        )
    width, height = found.width, found.height
    if found.orientation >= 5:
        width, height = height, width
    return Probe(
        found.media_type, width, height, found.orientation, found.frames, size, found.trailer
    )


def read_structure(path: Path) -> Structure:
    """Walk a picture file of whatever accepted format; NotAnImageError otherwise."""
    with path.open("rb") as file:
        if not file.read(1):
            raise NotAnImageError("ファイルが空です。")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            # A map reads, slices and searches like bytes; only the type checker minds.
            data: bytes = mapped  # type: ignore[assignment]
            found = _walker(bytes(data[:_HEAD_BYTES]))(data)
            if _ends_as_zip(data):
                raise NotAnImageError("画像の中に圧縮ファイル(ZIP)が隠れています。")
            return found


def _walker(head: bytes) -> Walk:
    if head.startswith(jpeg.MAGIC):
        return jpeg.walk
    if head.startswith(png.MAGIC):
        return png.walk
    if head.startswith(webp.MAGIC) and head[8:12] == b"WEBP":
        return webp.walk
    if heif.is_heif(head):
        return heif.walk
    raise NotAnImageError("使える画像はJPEG、PNG、WebP、HEICです。")


def _ends_as_zip(data: bytes) -> bool:
    """Tell whether an unzip program would find a ZIP directory at the end of the file.

    The end record alone could be chance (it is four bytes among compressed ones): it has to
    point back at a directory entry, or be an empty archive that ends with the file.
    """
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _ZIP_TAIL_BYTES))
    if at < 0 or at + 22 > len(data):
        return False
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    if size == 0:
        return at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") == len(data)
    return size <= at and data[at - size : at - size + 4] == b"PK\x01\x02"
