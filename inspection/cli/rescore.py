"""`rescore`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from inspection.cli.output import one_clear_line, progress_bar
from inspection.cli.tables import find_table
from inspection.services.rescore import MOST_NAMED, RescoreReport, rescore


@click.command("rescore")
@click.option("--table", "reference", metavar="ID@VERSION", help="Only what this table touches.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@with_appcontext
def command(reference: str | None, dry_run: bool) -> None:
    """Recompute the results that a changed rule table touches; decided visits are left alone.

    A run that was stopped is continued by the next one.
    """
    with one_clear_line(), progress_bar("rescore") as progress:
        only = find_table(reference) if reference else None
        report = rescore(only=only, dry_run=dry_run, progress=progress)
    for line in lines_of(report, dry_run):
        click.echo(line)


def lines_of(report: RescoreReport, dry_run: bool) -> list[str]:
    """Return the report as lines."""
    verb = "would change" if dry_run else "changed"
    lines = [f"{report.seen} visits, {report.changed} {verb}"]
    for move, number in sorted(report.moves.items()):
        lines.append(f"{move[0]} -> {move[1]}: {number} ({_named(report, move, number)})")
    if report.filled:
        lines.append(f"{report.filled} packed")
    if report.decided:
        lines.append(f"{report.decided} decided, out of date and left alone")
    for reason, number in sorted(report.refused.items()):
        lines.append(f"{number} not scored: {reason} ({_named(report, reason, number)})")
    return lines


def _named(report: RescoreReport, kind: tuple[str, str] | str, number: int) -> str:
    more = ", …" if number > MOST_NAMED else ""
    return ", ".join(report.named[kind]) + more


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(command)
