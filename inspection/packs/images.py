"""Stored JPEGs into the file: checked against the snapshot, each once, untouched."""

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from inspection.packs.ink import PlacedImage
from inspection.packs.pdf.jpeg import JpegError, image_entries, read_frame
from inspection.packs.pdf.objects import Ref
from inspection.packs.pdf.writer import PdfFile

OpenPhoto = Callable[[str], BinaryIO | bytes]


class PhotoMismatch(RuntimeError):
    """A photo's bytes are not there or not those of the snapshot; the message says which photo."""


class ImageStore:
    """The images of one document. Memory is a reference an image: bytes pass through."""

    def __init__(self, file: PdfFile, open_photo: OpenPhoto) -> None:
        self._file = file
        self._open_photo = open_photo
        self._refs: dict[str, Ref] = {}

    def put(self, placed: PlacedImage) -> Ref:
        """Write a JPEG as it is, once; raises PhotoMismatch with the case and photo number."""
        wanted = placed.image.sha256
        if wanted not in self._refs:
            data = self._fetch(placed)
            try:
                entries = image_entries(read_frame(data))
            except JpegError as error:
                raise PhotoMismatch(f"{placed.place}: JPEGとして読めない ({error})") from error
            self._refs[wanted] = self._file.put_stream(entries, data, compress=False)
        return self._refs[wanted]

    def _fetch(self, placed: PlacedImage) -> bytes:
        try:
            data = _read(self._open_photo(placed.image.key))
        except (OSError, LookupError) as error:
            raise PhotoMismatch(f"{placed.place}: 画像がない ({placed.image.key})") from error
        found = hashlib.sha256(data).hexdigest()
        if found != placed.image.sha256:
            raise PhotoMismatch(
                f"{placed.place}: 画像が記録と異なる "
                f"(sha256 {found}、スナップショットでは {placed.image.sha256})"
            )
        return data


def _read(source: BinaryIO | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    with source:
        return source.read()
