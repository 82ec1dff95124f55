"""Names of writers of uploads: who writes, told apart for good, and whether it can still live."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

_PID_NAMESPACE = Path("/proc/self/ns/pid")


def new_writer() -> str:
    """Return a name for one writer, never used before: `<place>/<process>/<random>`."""
    return f"{_place()}/{os.getpid()}/{secrets.token_hex(8)}"


def is_dead(writer: str) -> bool:
    """Tell whether a writer's process is certainly gone; that of another place never is."""
    place, process, _ = writer.rsplit("/", 2)
    if place != _place():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _place() -> str:
    """Return where process numbers are told apart: this host, and on it this container."""
    try:
        namespace = str(_PID_NAMESPACE.readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()[:60]}{namespace}"
