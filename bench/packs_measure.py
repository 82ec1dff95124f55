"""What building one file takes a process of its own: CPU and memory beyond its bare imports.

Imported by our builder and by the peers' alike, so it uses nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")


def report(load: Callable[[], Any], build: Callable[[Any], object]) -> None:
    """Run `build` on what `load` gives; print cpu_s, wall_s, own_mb, base_mb as one line of JSON.

    The content is in memory when the clock starts, as it is where an application builds a pack;
    its memory counts. own_mb: the peak beyond base_mb, which the process held when its imports were
    done. The peak is that of ru_maxrss, read as VmHWM: ru_maxrss itself outlives exec and so may
    be the parent's.
    """
    Path("/proc/self/clear_refs").write_text("5")  # the imports' own peak does not count
    base = _kilobytes("VmRSS")
    content = load()
    cpu, begun = _cpu_s(), time.perf_counter()
    build(content)
    found = {
        "cpu_s": _cpu_s() - cpu,
        "wall_s": time.perf_counter() - begun,
        "own_mb": (_kilobytes("VmHWM") - base) / 1000,
        "base_mb": base / 1000,
    }
    print(json.dumps(found), flush=True)
    os._exit(0)  # taking gigabytes of objects apart is no part of building


def _cpu_s() -> float:
    """Return user and system time of this process, all its threads and ended children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _kilobytes(name: str) -> float:
    lines = _STATUS.read_text().splitlines()
    line = next(line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1.024
