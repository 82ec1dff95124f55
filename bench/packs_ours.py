"""Build one pack with our own code in this process: `python -m bench.packs_ours FOLDER OUT [KEPT]`.

FOLDER holds snapshot.json and photos.txt; KEPT is a folder of kept sheets, without it all is drawn.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench import packs_measure
from inspection.packs import Snapshot, build_document
from inspection.packs.sheet_cache import SheetCache

CACHE_BYTES = 1_000_000_000


def main(folder: str, out: str, kept: str = "") -> None:
    def build() -> None:
        snapshot = Snapshot.from_json((Path(folder) / "snapshot.json").read_bytes())
        photos = Path((Path(folder) / "photos.txt").read_text().split("\n", 1)[0]).parent
        cache = SheetCache(Path(kept), CACHE_BYTES) if kept else None
        build_document(snapshot, lambda key: (photos / key).open("rb"), Path(out), cache=cache)

    packs_measure.report(build)


main(*sys.argv[1:])
