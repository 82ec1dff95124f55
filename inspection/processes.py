"""Child processes that never outlive their parent: starting, restarting, stopping them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import IO

from inspection.config import PROJECT_ROOT

LONGEST_PAUSE_S = 30.0
"""Longest pause before a process that keeps dying is started again."""

STEADY_AFTER_S = 60.0
"""A process that ran so long starts with the shortest pause again."""

_POLL_S = 0.05
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Ask the kernel to send this process SIGTERM when its parent dies, even by SIGKILL.

    Linux only; elsewhere nothing happens.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in the project's folder, in a process group of its own.

    Its own group: Ctrl-C in the terminal reaches the supervisor alone, which stops its children
    once and in order. output: where stdout and stderr go; default the supervisor's.
    """
    parent = os.getpid()

    def before_exec() -> None:
        die_with_parent()
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        process_group=0,
        preexec_fn=before_exec,
    )


def stop(
    children: Iterable[subprocess.Popen[bytes]],
    patience_s: float,
    hurry: Callable[[], bool] = lambda: False,
) -> None:
    """End children and their groups: SIGTERM at once, SIGKILL to what is left after patience_s.

    hurry: asked again and again; once true, nothing is waited for any longer.
    """
    children = list(children)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + patience_s
    for child in children:
        while child.poll() is None and time.monotonic() < deadline and not hurry():
            time.sleep(_POLL_S)
        _end_group(child)


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's process group: itself, or children that it left behind."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def exit_code(returned: int) -> int:
    """Turn Popen's return code into a shell's: death by signal N is 128 + N."""
    return 128 - returned if returned < 0 else returned


class Restarted:
    """A child that is started again when it dies, after 1, 2, 4 … LONGEST_PAUSE_S seconds."""

    def __init__(
        self, start: Callable[[], subprocess.Popen[bytes]], report: Callable[[str], None]
    ) -> None:
        self._start = start
        self._report = report
        self._pause_s = 1.0
        self._start_at: float | None = None
        self._launch()

    def _launch(self) -> None:
        self.child = self._start()
        self._started = time.monotonic()
        self._start_at = None

    def tend(self) -> None:
        """Look after the child; call often."""
        now = time.monotonic()
        if self._start_at is not None:
            if now >= self._start_at:
                self._launch()
        elif (returned := self.child.poll()) is not None:
            if now - self._started > STEADY_AFTER_S:
                self._pause_s = 1.0
            _end_group(self.child)
            self._report(f"ended with code {exit_code(returned)}; again in {self._pause_s:g} s")
            self._start_at = now + self._pause_s
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)


class Crew:
    """Several children that are started again when they die, and stopped together."""

    def __init__(self, members: Iterable[Restarted]) -> None:
        self._members = list(members)

    @property
    def children(self) -> list[subprocess.Popen[bytes]]:
        """The process of each member, dead ones that wait for their restart among them."""
        return [member.child for member in self._members]

    def tend(self) -> None:
        """Look after every child; call often."""
        for member in self._members:
            member.tend()

    def stop(self, patience_s: float, hurry: Callable[[], bool] = lambda: False) -> None:
        """Stop every child; see stop()."""
        stop(self.children, patience_s, hurry)
