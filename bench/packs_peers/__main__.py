"""Build one pack with one engine in this process: `python -m bench.packs_peers ENGINE FOLDER OUT`.

FOLDER holds content.json and photos.txt. It imports nothing of Hantei's.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

from bench import packs_measure

READ_FOLDER = ("copy", "typst")  # they take the files themselves


def main(engine, folder, out):
    module, folder = import_module(f"bench.packs_peers.by_{engine}"), Path(folder)
    packs_measure.report(
        lambda: (
            json.loads((folder / "content.json").read_text())
            if engine not in READ_FOLDER
            else folder
        ),
        lambda content: module.build(content, Path(out)),
    )


main(*sys.argv[1:])
