"""`worker`."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from inspection.cli.output import one_clear_line
from inspection.jobs import Worker
from inspection.services.background import KINDS


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what is due now and end.")
@with_appcontext
def work(once: bool) -> None:
    """Run background jobs until SIGTERM; the job at hand is finished first."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = Worker(app, KINDS)
    if once:
        with one_clear_line():
            click.echo(f"{worker.drain()} jobs")
    else:
        worker.run()


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(work)
