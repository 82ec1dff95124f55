"""Build one pack with one engine in this process: `python -m bench.packs_peers ENGINE FOLDER OUT`.

FOLDER holds content.json and photos.txt. It imports nothing of Hantei's.
"""

import sys
from importlib import import_module
from pathlib import Path

from bench import packs_measure


def main(engine, folder, out):
    module = import_module(f"bench.packs_peers.by_{engine}")
    packs_measure.report(lambda: module.build(Path(folder), Path(out)))


main(*sys.argv[1:])
