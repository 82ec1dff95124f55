"""Lanes: pictures and packs each have processes of their own, so neither waits for the other.

A kind of job names its lane (services/background.py). `serve` and `flask worker` start one
process a lane; a host may run more of one with `flask worker --lane NAME`.
"""

from __future__ import annotations

import socket
import sys
import uuid
from collections.abc import Callable, Mapping

from inspection import processes

PICTURES = "pictures"
PACKS = "packs"
LANES = (PICTURES, PACKS)

GRACE_S = 6.0
"""How long the job at hand may still run once its worker is told to stop."""

STOP_S = 8.0
"""How long a worker may take in all to end; then it is killed."""


def crew(report: Callable[[str], None], env: Mapping[str, str] | None = None) -> processes.Crew:
    """Start one process a lane; each is started again under the same name when it dies.

    report: told in a sentence when one died.
    """
    return processes.Crew([_start(lane, report, env) for lane in LANES])


def _start(
    lane: str, report: Callable[[str], None], env: Mapping[str, str] | None
) -> processes.Restarted:
    # The same name for every successor: it takes over what the dead one held, at once.
    name = f"{socket.gethostname()[:60]}:{lane}:{uuid.uuid4().hex[:8]}"
    options = ["--lane", lane, "--name", name]
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", *options]
    return processes.Restarted(
        lambda: processes.spawn(command, env),
        lambda what: report(f"the worker for {lane} {what}"),
    )
