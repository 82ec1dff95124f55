"""Which encoding a text file is in: by its mark, else by what its bytes can be."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from inspection.imports.model import ImportFileError

CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff00-\uffef\u3000-\u303f]")
_ALLOWED = "save it as CSV UTF-8, or name the encoding (--encoding)"


def detect(path: Path, skip: int = 0) -> str:
    """Return the codec of a text file: UTF-8, UTF-16 or cp932 (Shift_JIS as Windows writes it).

    The whole file is looked through, for a wrong guess would show only far below. skip: bytes at
    the beginning that are no text. Raises ImportFileError when it can be none of them.
    """
    with path.open("rb") as file:
        file.seek(skip)
        head = file.read(4096)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    wide = _unmarked_utf16(head)
    if wide:
        return wide
    utf8, japanese = _decodes(path, "utf-8", skip)
    if utf8 and japanese is not False:
        return "utf-8"
    # Half-width katakana in Shift_JIS may form valid UTF-8 by chance, but then no Japanese one.
    if _decodes(path, "cp932", skip)[0]:
        return "cp932"
    if utf8:
        return "utf-8"
    raise ImportFileError(f"the text is neither UTF-8 nor Shift_JIS; {_ALLOWED}")


def _unmarked_utf16(head: bytes) -> str | None:
    """Tell UTF-16 without a mark by its NULs, which stand on every other place."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < 4 or min(even, odd):
        return None
    return "utf-16-le" if odd else "utf-16-be"


def _decodes(path: Path, codec: str, skip: int) -> tuple[bool, bool | None]:
    """Whether the text decodes, and whether Japanese is in it (None: nothing but ASCII)."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    japanese: bool | None = None
    with path.open("rb") as file:
        file.seek(skip)
        while chunk := file.read(CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return False, japanese
            if not japanese and not text.isascii():
                japanese = bool(_JAPANESE.search(text))
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False, japanese
    return True, japanese


def known_codec(name: str) -> str:
    """Return the codec of a name that a person gave; Shift_JIS means Windows' cp932.

    Raises ImportFileError for a name that Python does not know.
    """
    try:
        found = codecs.lookup(name).name
    except LookupError:
        raise ImportFileError(f"--encoding: {name!r} is unknown; utf-8, cp932, utf-16") from None
    plain = {"shift_jis": "cp932", "utf-8": "utf-8-sig"}
    return plain.get(found, found)
