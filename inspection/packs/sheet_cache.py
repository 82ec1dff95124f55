"""Drawn sheets, kept on the local disk: a pack in which two cases changed draws two cases.

An entry's name is the digest of everything its drawing looked at (the template version, the case
with its photos' hashes, the office's words, the document number), so a change of any of them is
simply another name. Nothing has to be invalidated, only old entries swept.

Entries hold what the sheets show, names of owners included: the folder is for its owner only, and
`evict` removes what was not used for a month.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspection.packs import canonical
from inspection.packs.ink import Link, PlacedImage, Usage
from inspection.packs.model import Snapshot, StoredImage
from inspection.packs.sheets import DrawnPage, case_number

MAGIC = b"HANTEI-SHEET 1\n"
UNUSED_S = 30 * 86_400
ABANDONED_S = 3_600
FILL_AFTER_EVICTION = 0.8


@dataclass(frozen=True)
class Sheet:
    """One drawn case: its pages, and the glyphs and missing characters that they use."""

    pages: list[DrawnPage]
    usage: Usage


def sheet_key(snapshot: Snapshot, index: int, template: str) -> str:
    """Return the digest of all that the drawing of case `index` looks at."""
    parts = (
        template,
        snapshot.edition,
        case_number(index),
        canonical.sha256(snapshot.office),
        canonical.sha256(snapshot.cases[index]),
    )
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


class SheetCache:
    """Sheets below a folder, at most `limit_bytes` of them after `evict`.

    A kill never leaves a half entry: each is written aside, renamed, and carries its own digest.
    A folder that cannot be written makes packs slower, never wrong.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes

    def get(self, key: str) -> Sheet | None:
        """Return a kept sheet; None when there is none or its bytes are damaged."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        sheet = _unpack(data)
        if sheet is None:
            path.unlink(missing_ok=True)
        return sheet

    def put(self, key: str, sheet: Sheet) -> None:
        """Keep a sheet."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(_pack(sheet))
                Path(part).replace(path)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise

    def evict(self) -> int:
        """Remove what was not used for a month, then the longest unused until the rest fits.

        Returns how many entries went.
        """
        now, kept, gone = time.time(), [], 0
        for path, status in self._files():
            age = now - status.st_mtime
            if age > (ABANDONED_S if path.suffix == ".part" else UNUSED_S):
                gone += _removed(path)
            elif path.suffix != ".part":
                kept.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in kept)
        if total > self.limit_bytes:
            for _, size, path in sorted(kept):
                if total <= self.limit_bytes * FILL_AFTER_EVICTION:
                    break
                gone += _removed(path)
                total -= size
        return gone

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                yield path, path.stat()


def _removed(path: Path) -> int:
    try:
        path.unlink()
    except OSError:
        return 0
    return 1


def _pack(sheet: Sheet) -> bytes:
    head = {
        "pages": [
            {
                "bytes": len(page.content),
                "images": [_image_fields(each) for each in page.images],
                "links": [[list(each.box), each.target] for each in page.links],
            }
            for page in sheet.pages
        ],
        "glyphs": {face: sorted(gids) for face, gids in sorted(sheet.usage.glyphs.items())},
        "missing": sorted(sheet.usage.missing),
    }
    text = json.dumps(head, ensure_ascii=False).encode("utf-8")
    body = b"".join([len(text).to_bytes(4), text, *(page.content for page in sheet.pages)])
    return MAGIC + hashlib.sha256(body).digest() + body


def _image_fields(placed: PlacedImage) -> list[Any]:
    image = placed.image
    return [placed.name, placed.place, image.key, image.sha256, image.width, image.height]


def _unpack(data: bytes) -> Sheet | None:
    start = len(MAGIC) + 32
    body = data[start:]
    if data[: len(MAGIC)] != MAGIC or hashlib.sha256(body).digest() != data[len(MAGIC) : start]:
        return None
    at = 4 + int.from_bytes(body[:4])
    head = json.loads(body[4:at])
    pages = []
    for page in head["pages"]:
        content = body[at : at + page["bytes"]]
        at += page["bytes"]
        images = tuple(
            PlacedImage(name, StoredImage(key, sha256, width, height), place)
            for name, place, key, sha256, width, height in page["images"]
        )
        links = tuple(Link(tuple(box), target) for box, target in page["links"])
        pages.append(DrawnPage(content, images, links))
    glyphs = {face: set(gids) for face, gids in head["glyphs"].items()}
    return Sheet(pages, Usage(glyphs, set(head["missing"])))
