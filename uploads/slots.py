"""A few places for costly work, shared by all processes of one host."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_POLL_S = 0.1


@contextmanager
def slot(folder: Path, name: str, places: int, wait_s: float) -> Iterator[bool]:
    """Hold one of `places` places of a name for as long as the block runs; False if all are taken.

    A place is a locked file in `folder`: it is free again at once when its process dies, however
    it dies. wait_s: how long to wait for one; 0 looks once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_s
    with ExitStack() as held:
        while not (got := any(_locked(folder / f"{name}-{n}.lock", held) for n in range(places))):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(_POLL_S, left))
        yield got


def _locked(path: Path, held: ExitStack) -> bool:
    # Not inherited: the drawing process must not hold a place after its caller died.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    held.callback(os.close, descriptor)
    return True
