"""Find SpatiaLite's loadable module on this machine.

Run as a file (`python -P inspection/database/library.py`) it prints the library, or says why there
is none and exits with 1: set-up asks that way, before the application can be imported.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2

EXTRACTED = Path(__file__).resolve().parents[2] / "var" / "spatialite"
"""Where set-up unpacks SpatiaLite when it may not install packages."""

_RECORD = EXTRACTED / "library.txt"
_SYSTEM_NAMES = (
    "mod_spatialite",
    "/opt/homebrew/lib/mod_spatialite",
    "/usr/local/lib/mod_spatialite",
)


class LibraryMissing(Exception):
    """SpatiaLite cannot be loaded; the message names what was tried."""


def find_library(explicit: str = "") -> str:
    """Return the name or path under which SQLite loads SpatiaLite.

    explicit: the setting HANTEI_SPATIALITE_LIBRARY; when given nothing else is tried.
    Raises LibraryMissing when no candidate loads.
    """
    failures = []
    for library in _candidates(explicit):
        try:
            load(dbapi2.connect(":memory:"), library)
        except dbapi2.Error as error:
            failures.append(f"{library}: {error}")
        else:
            return library
    raise LibraryMissing("; ".join(failures))


def _candidates(explicit: str) -> Iterator[str]:
    if explicit:
        yield explicit
        return
    yield from _SYSTEM_NAMES
    if _RECORD.is_file():
        yield str(EXTRACTED / _RECORD.read_text().strip())


def load(connection: Any, library: str) -> None:
    """Load SpatiaLite into one pysqlite3 connection.

    Raises pysqlite3's Error when it does not load.
    """
    unpacked = EXTRACTED in Path(library).parents
    if unpacked:
        _load_unpacked_dependencies()
    connection.enable_load_extension(True)
    try:
        connection.load_extension(library)
    finally:
        connection.enable_load_extension(False)
    if unpacked:
        _use_unpacked_projections(connection)


def _load_unpacked_dependencies() -> None:
    """Load the unpacked shared libraries, for the dynamic linker does not search that folder.

    A library loads once those that it needs are there: go round until no more does.
    """
    pending = sorted(EXTRACTED.rglob("*.so.*"))
    while pending:
        left = [path for path in pending if not _loads(path)]
        if len(left) == len(pending):
            return
        pending = left


def _loads(path: Path) -> bool:
    try:
        ctypes.CDLL(str(path))
    except OSError:
        return False
    return True


def _use_unpacked_projections(connection: Any) -> None:
    """Tell PROJ where its database lies: it was built to look in /usr/share."""
    database = EXTRACTED / "usr" / "share" / "proj" / "proj.db"
    if database.is_file():
        connection.execute("SELECT PROJ_SetDatabasePath(?)", (str(database),))


if __name__ == "__main__":
    try:
        print(find_library(os.environ.get("HANTEI_SPATIALITE_LIBRARY", "")))
    except LibraryMissing as problem:
        sys.exit(f"error: {problem}")
