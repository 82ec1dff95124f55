"""`demo load`, `demo info`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from inspection.cli.output import one_clear_line, progress_bar

group = AppGroup("demo", help="Demonstration data.")


@group.command("load")
def load() -> None:
    """Load houses, visits, photos and meetings; what is there already stays as it is."""
    from inspection.demo.load import load_demo

    with one_clear_line(), progress_bar("demo") as progress:
        report = load_demo(progress)
    click.echo(report)


@group.command("info")
def info() -> None:
    """Print how to come in: address, sign-in, enrolment link, a token for each role."""
    from inspection.demo.info import sign_in_help

    with one_clear_line():
        click.echo(sign_in_help())


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
