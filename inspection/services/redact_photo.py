"""The picture of a photo that an edition may show; boxes are burnt into the pixels."""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw

from inspection.canonical import digest
from inspection.models import Photo
from inspection.packs.model import PUBLIC, StoredImage
from inspection.resources import storage
from uploads.storage import derivative_key

QUALITY = 85


def picture_for(photo: Photo, edition: str) -> StoredImage:
    """Return the stored report picture of a ready photo for an edition.

    The public edition gets a picture of its own when the photo has boxes: black in the pixels,
    so that nothing lies beneath.
    """
    key, sha256 = photo.report_key or "", photo.report_sha256 or ""
    if edition == PUBLIC and photo.boxes:
        key, sha256 = _burnt(photo)
    return StoredImage(
        key=key, sha256=sha256, width=photo.report_width or 0, height=photo.report_height or 0
    )


def burnt_key(sha256: str, boxes: list[dict[str, float]]) -> str:
    """Return the key of the report picture of an original with these boxes burnt in."""
    return derivative_key(sha256, f"report-1-boxes-{digest(boxes)[:16]}.jpg")


def _burnt(photo: Photo) -> tuple[str, str]:
    with storage().open_range(photo.report_key or "") as source:
        data = burn(source.read(), photo.boxes)
    sha256 = hashlib.sha256(data).hexdigest()
    key = burnt_key(photo.sha256, photo.boxes)
    stored = storage().put_new(key, io.BytesIO(data), sha256)
    return key, stored.sha256


def burn(jpeg: bytes, boxes: list[dict[str, float]]) -> bytes:
    """Return a JPEG with black rectangles in place of the boxes (fractions of the picture).

    Pixels only: comments, EXIF, XMP and profile of the picture stay behind.
    """
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as source:
        picture = source.convert("L" if source.mode == "L" else "RGB")
        picture.info.clear()  # Pillow would write a comment or XMP of the source again
        draw = ImageDraw.Draw(picture)
        for box in boxes:
            left, top = box["x"] * picture.width, box["y"] * picture.height
            right = left + box["width"] * picture.width
            bottom = top + box["height"] * picture.height
            draw.rectangle((int(left), int(top), round(right + 0.5), round(bottom + 0.5)), fill=0)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
