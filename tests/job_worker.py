"""Workers of their own processes for tests: `python tests/job_worker.py LOG SECONDS [options]`.

Runs jobs of the kind `test.note`: each writes "start PID N", sleeps, and writes "end PID N".
--drain: end when nothing is due. --grace S: how long the job at hand may run after SIGTERM.
--crew N: fork N workers that run `test.effect` (a row's `times` goes from 0 to 1, as a photo goes
from received to ready) and fork anew whoever dies: even ones under the same name, odd ones under
a new one.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inspection import create_app, processes, worker
from inspection.database.transactions import write_transaction
from inspection.extensions import db
from inspection.worker import JobKind, Worker

parser = argparse.ArgumentParser()
parser.add_argument("log", type=Path)
parser.add_argument("seconds", type=float)
parser.add_argument("--drain", action="store_true")
parser.add_argument("--grace", type=float, default=6.0)
parser.add_argument("--crew", type=int)
asked = parser.parse_args()


def note(word, number):
    with asked.log.open("a") as log:
        log.write(f"{word} {os.getpid()} {number}\n")
        log.flush()


def run(payload):
    note("start", payload["number"])
    time.sleep(asked.seconds)
    note("end", payload["number"])


def take_effect(payload):
    from sqlalchemy import text

    time.sleep(random.uniform(0, asked.seconds))
    with write_transaction():
        db.session.execute(
            text("update test_effects set times = times + 1 where number = :number and times = 0"),
            {"number": payload["number"]},
        )
    time.sleep(random.uniform(0, asked.seconds))


def fork(app, place):
    name = f"place-{place}" if place % 2 == 0 else f"place-{place}-{uuid.uuid4().hex[:6]}"
    parent, child = os.getpid(), os.fork()
    if child == 0:
        processes.die_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        random.seed()
        Worker(app, {"test.effect": JobKind(run=take_effect)}, name=name).run()
        os._exit(0)
    return child


def look_after_crew(app):
    places = {fork(app, place): place for place in range(asked.crew)}
    while True:
        dead, _ = os.wait()
        place = places.pop(dead)
        places[fork(app, place)] = place


if __name__ == "__main__":
    app = create_app()
    worker.GRACE_S = asked.grace
    if asked.crew:
        look_after_crew(app)
    alone = Worker(app, {"test.note": JobKind(run=run)})
    alone.drain() if asked.drain else alone.run()
