"""`worker`."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from inspection import lanes
from inspection.cli.output import one_clear_line
from inspection.services.background import KINDS
from inspection.services.housekeeping import schedule
from inspection.worker import Worker, kinds_of_lane

NICENESS = 10
"""Workers yield to the web server on the same machine."""


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what is due now and end.")
@click.option("--lane", type=click.Choice(lanes.LANES), help="Only these jobs, in this process.")
@click.option("--name", hidden=True, help="Take over what a dead worker of this name held.")
@with_appcontext
def work(once: bool, lane: str | None, name: str | None) -> None:
    """Run background jobs until SIGTERM, a process for each lane."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not once and lane is None:
        _supervise()
        return
    kinds = KINDS if lane is None else kinds_of_lane(KINDS, lane)
    worker = Worker(app, kinds, name=name, schedule=schedule if lane == lanes.PACKS else None)
    if once:
        with one_clear_line():
            click.echo(f"{worker.drain()} jobs")
    else:
        with suppress(OSError):
            os.nice(NICENESS)
        worker.run()


def _supervise() -> None:
    """Look after one process a lane until told to stop."""
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: told.append(1))
    crew = lanes.crew(lambda line: click.echo(f"hantei: {line}", err=True))
    while not told:
        crew.tend()
        time.sleep(0.2)
    crew.stop(lanes.STOP_S, hurry=lambda: len(told) > 1)


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(work)
