"""The version of the drawing: what made a page, so that nothing older is ever shown for it.

Nobody sets it by hand. It is the digest of this package's code, the fonts and the libraries that
shape and pack what is drawn; any change of them makes every kept sheet a stranger.
"""

import hashlib
import zlib
from functools import lru_cache
from pathlib import Path

import uharfbuzz as hb

from inspection.packs.fonts import font_files

HERE = Path(__file__).resolve().parent


def source_digest(folder: Path) -> bytes:
    """Return the sha256 of every module below a folder, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = str(path.relative_to(folder)).encode("utf-8")
        digest.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


# Taken when the process loads the code: files may be replaced below a worker that still runs.
SOURCE = source_digest(HERE)


@lru_cache(maxsize=4)
def template_version(fonts_folder: Path | None = None) -> str:
    """Return the hex sha256 of all that decides how a snapshot is drawn. Raises FontsMissing."""
    digest = hashlib.sha256(SOURCE)
    for text in (zlib.ZLIB_RUNTIME_VERSION, hb.__version__, hb.version_string()):
        digest.update(text.encode("ascii") + b"\0")
    for key, path in sorted(font_files(fonts_folder).items()):
        with path.open("rb") as stream:
            digest.update(key.encode("ascii") + hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
