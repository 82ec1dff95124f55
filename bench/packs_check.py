"""What a built pack must hold whoever drew it: every case's texts, every photo byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from inspection.packs.model import Snapshot


def pages_of(path: Path, content: dict[str, Any], snapshot: Snapshot) -> int:
    """Return the number of pages; ends the run if a text, a page number or a photo is missing."""
    document = pdfium.PdfDocument(path)
    texts, photos, count = [], set(), len(document)
    for number, page in enumerate(document, 1):
        text = "".join(page.get_textpage().get_text_range().split())
        if number > 1 and f"p.{number}/{count}" not in text:
            raise SystemExit(f"{path.name}: page {number} has no number")
        texts.append(text)
        photos |= {hashlib.sha256(data).hexdigest() for data in _photos(page)}
        page.close()
    document.close()
    whole = "".join(texts)
    for case in content["cases"]:
        missing = [text for text in _texts(case) if "".join(text.split()) not in whole]
        if missing:
            raise SystemExit(f"{path.name}: {case['code']} lacks {missing}")
    lost = {photo.image.sha256 for case in snapshot.cases for photo in case.photos} - photos
    if lost:
        raise SystemExit(f"{path.name}: {len(lost)} photos are not in it as they were")
    return count


def _texts(case: dict[str, Any]) -> Iterator[str]:
    """Give the texts of a case that are short enough to stand on one page."""
    yield from (case["code"], case["address"], case["judgement"], case["total_note"])
    for category in case["table"]:
        yield from (item["cells"][1] for item in category["items"])
    yield from (photo["head"] for photo in case["photos"])
    yield from (text for _, text in case["owner"][:3])
    yield from (event for _, event, _ in case["history"])


def _photos(page: pdfium.PdfPage) -> Iterator[bytes]:
    for image in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        yield bytes(image.get_data(decode_simple=False))
