"""`audit verify`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from inspection import audit
from inspection.cli.output import one_clear_line, progress_bar

group = AppGroup("audit", help="The audit trail.")


@group.command("verify")
def verify() -> None:
    """Walk the chain; a missing or changed entry is named and the exit code is 1."""
    with one_clear_line(), progress_bar("audit") as progress:
        report = audit.verify(progress)
    for fault in report.faults:
        click.echo(fault, err=True)
    if report.faults:
        raise click.ClickException(f"{len(report.faults)} faults in {report.entries} entries")
    click.echo(f"{report.entries} entries, chain intact, head {report.head}")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
