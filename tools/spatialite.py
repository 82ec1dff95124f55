"""SpatiaLite in three steps: what is there, Debian's package as root, the same without root."""

from __future__ import annotations

import ctypes
import os
import shutil

from tools import debian
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

PACKAGE = "libsqlite3-mod-spatialite"
LIBRARY = "mod_spatialite"
EXTRACTED = VAR / "spatialite"
RECORD = EXTRACTED / "library.txt"  # inspection/database/library.py reads it
_FINDER = ROOT / "inspection" / "database" / "library.py"
_STAMP = VAR / ".hantei-spatialite"
HELP = (
    "SpatiaLite is missing. Install it: apt-get install libsqlite3-mod-spatialite (Debian, Ubuntu), "
    "dnf install libspatialite (Fedora), brew install libspatialite (macOS); or set "
    "HANTEI_SPATIALITE_LIBRARY to the path of mod_spatialite"
)


def ensure_installed() -> None:
    """Fetch SpatiaLite where the system has none; needs no virtual environment yet."""
    if os.environ.get("HANTEI_SPATIALITE_LIBRARY") or _on_library_path() or RECORD.is_file():
        return
    try:
        if debian.can_install():
            with step("SpatiaLite (apt-get install)"):
                debian.install(PACKAGE)
        elif debian.can_download():
            with step("SpatiaLite (apt-get download, no root)"):
                _extract()
    except SetupError as error:
        raise SetupError(f"{HELP} ({error})") from None


def _on_library_path() -> bool:
    """Tell whether the dynamic linker finds the module; ensure_loads() is the real proof."""
    for name in (f"{LIBRARY}.so", f"{LIBRARY}.dylib"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def _extract() -> None:
    shutil.rmtree(EXTRACTED, ignore_errors=True)
    debian.unpack((PACKAGE,), EXTRACTED, with_dependencies=True)
    library = next(EXTRACTED.rglob(f"{LIBRARY}.so"), None)
    if library is None:
        raise SetupError(f"{PACKAGE} holds no {LIBRARY}.so")
    RECORD.write_text(f"{library.relative_to(EXTRACTED)}\n")


def ensure_loads() -> None:
    """Prove that the virtual environment's SQLite loads the module, once for each of its sources."""
    explicit = os.environ.get("HANTEI_SPATIALITE_LIBRARY", "")
    state = fingerprint(explicit, RECORD, _FINDER, ROOT / "requirements.txt")
    if is_fresh(_STAMP, state):
        return
    try:
        run([VENV_PYTHON, "-P", _FINDER])
    except SetupError as error:
        raise SetupError(f"{HELP} ({error})") from None
    write_stamp(_STAMP, state)
