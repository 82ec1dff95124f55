"""What every set-up step shares: one printed line, a log, stamps, errors in one line."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOG = VAR / "setup.log"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"

_log_lock = threading.Lock()


class SetupError(Exception):
    """Set-up cannot go on; the message is one line that says what to install or do."""


class CommandFailed(SetupError):
    """A command ended with an error; `output` is all that it printed."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print one line with the seconds taken when the block has succeeded."""
    started = time.monotonic()
    yield
    print(f"  {title:<44}{time.monotonic() - started:6.1f} s", flush=True)


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> str:
    """Run a command quietly, log its output and return it.

    Raises CommandFailed with the last line of the output when it exits non-zero, SetupError when
    there is no such program.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        raise SetupError(f"{words[0]} is not installed") from None
    _log(words, done.stdout, done.returncode)
    if done.returncode != 0:
        raise CommandFailed(f"{_short(words)} failed: {_reason(done.stdout)}", done.stdout)
    return done.stdout


def _log(words: list[str], output: str, code: int) -> None:
    VAR.mkdir(exist_ok=True)
    with _log_lock, LOG.open("a", encoding="utf-8") as log:
        log.write(f"--- {time.strftime('%F %T')} exit {code}: {' '.join(words)}\n{output}\n")


def _short(words: list[str]) -> str:
    return " ".join([Path(words[0]).name, *words[1:3]])


def _reason(output: str) -> str:
    """Return the line that tells most: the last one that speaks of an error, else the last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()]
    last = (telling or lines or ["no output"])[-1]
    return f"{last[:300]} (details: {LOG.relative_to(ROOT)})"


def fingerprint(*parts: Path | str) -> str:
    """Return a hash of the contents of files and of plain words; a missing file counts as empty."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else _content(part)
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def is_fresh(stamp: Path, print_of_inputs: str) -> bool:
    """Tell whether the stamp was written for these inputs; it lies in what it vouches for."""
    return stamp.is_file() and stamp.read_text() == print_of_inputs


def write_stamp(stamp: Path, print_of_inputs: str) -> None:
    """Record that what lies beside the stamp was made from these inputs."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(print_of_inputs)
