"""One pack by our own code in this process: `python -m bench.packs_ours FOLDER OUT [KEPT|again]`.

FOLDER holds snapshot.json and photos.txt. KEPT is a folder of kept sheets; without it all is drawn.
With `again` nothing is built: the pack at OUT is found to be the one that would come out, as it is
when an office orders a pack anew and nothing has changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench import packs_measure
from inspection.packs import Snapshot, build_document
from inspection.packs.sheet_cache import SheetCache
from inspection.packs.template import template_version
from uploads.local import LocalStorage

CACHE_BYTES = 1_000_000_000


def main(folder: str, out: str, way: str = "") -> None:
    """Measure one way."""
    content = Path(folder)
    storage = LocalStorage(Path((content / "photos.txt").read_text().split("\n", 1)[0]).parent)

    def build(snapshot: Snapshot) -> None:
        cache = SheetCache(Path(way), CACHE_BYTES) if way else None
        build_document(snapshot, storage.open_range, Path(out), cache=cache)

    def find(snapshot: Snapshot) -> None:
        identity = (snapshot.digest(), template_version())
        stored = [storage.stat(photo.image.key) for case in snapshot.cases for photo in case.photos]
        if not all(identity) or not all(one.bytes for one in stored):
            raise SystemExit("a photo is gone")

    packs_measure.report(
        lambda: Snapshot.from_json((content / "snapshot.json").read_bytes()),
        find if way == "again" else build,
    )


main(*sys.argv[1:])
