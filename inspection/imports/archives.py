"""Looking at an archive's table of contents before anything of it is unpacked.

What is unpacked later is cut off by the standard library at the size that was declared here.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from inspection.imports.model import ImportFileError

MOST_PARTS = 2_000
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,  # encrypted
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    ValueError,
    SyntaxError,  # xml.etree's ParseError is one
)
"""What the readers of archives and their XML raise for damaged ones."""


def sizes_of(path: Path) -> dict[str, int]:
    """Return the unpacked size of each part in bytes, by name.

    Raises ImportFileError for a damaged or encrypted archive, or one of too many parts.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except DAMAGED as error:
        raise ImportFileError(f"the archive is damaged ({error})") from None
    if len(parts) > MOST_PARTS:
        raise ImportFileError(f"{len(parts):,} files in the archive; {MOST_PARTS:,} at most")
    if any(part.flag_bits & 1 for part in parts):
        raise ImportFileError("the file is locked with a password")
    return {part.filename: part.file_size for part in parts}


def check_unpacked(size: int, most: int, what: str) -> None:
    """Raise ImportFileError when more would be unpacked than a list can need."""
    if size > most:
        raise ImportFileError(
            f"{what} would unpack to {size / 1e6:,.0f} MB; {most / 1e6:,.0f} MB at most"
        )
