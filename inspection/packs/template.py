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


@lru_cache(maxsize=4)
def template_version(fonts_folder: Path | None = None) -> str:
    """Return the hex sha256 of all that decides how a snapshot is drawn. Raises FontsMissing."""
    digest = hashlib.sha256()
    for text in (zlib.ZLIB_RUNTIME_VERSION, hb.__version__, hb.version_string()):
        digest.update(text.encode("ascii") + b"\0")
    for path in sorted(HERE.rglob("*.py")):
        _add(digest, str(path.relative_to(HERE)), path)
    for key, path in sorted(font_files(fonts_folder).items()):
        _add(digest, key, path)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", name: str, path: Path) -> None:
    digest.update(name.encode("utf-8") + b"\0")
    with path.open("rb") as stream:
        digest.update(hashlib.file_digest(stream, "sha256").digest())
