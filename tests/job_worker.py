"""A worker of its own process for tests: `python tests/job_worker.py LOG SECONDS [--drain]`.

Runs jobs of the kind `test.note`: each writes "start PID N", sleeps, and writes "end PID N".
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inspection import create_app
from inspection.worker import JobKind, Worker

LOG, SECONDS = Path(sys.argv[1]), float(sys.argv[2])


def note(word, number):
    with LOG.open("a") as log:
        log.write(f"{word} {os.getpid()} {number}\n")
        log.flush()


def run(payload):
    note("start", payload["number"])
    time.sleep(SECONDS)
    note("end", payload["number"])


if __name__ == "__main__":
    worker = Worker(create_app(), {"test.note": JobKind(run=run)})
    worker.drain() if "--drain" in sys.argv else worker.run()
