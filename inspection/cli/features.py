"""`features verify`, `features recount`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from inspection.cli.output import one_clear_line
from inspection.gis.stored_texts import wrong_texts
from inspection.services import feature_counts

group = AppGroup("features", help="What is kept of the GIS interface's features: counts and texts.")


@group.command("verify")
def verify() -> None:
    """Compare kept counts and texts with the rows; the exit code is 1 when one is wrong."""
    with one_clear_line():
        counts, texts = feature_counts.compare(), wrong_texts()
    wrong = _show(counts)
    if texts is not None:
        click.echo(f"texts of houses: {texts} wrong")
    if wrong:
        raise click.ClickException(f"{wrong} kept counts are wrong; `features recount` mends them")
    if texts:
        raise click.ClickException(f"{texts} texts are wrong; saving those houses mends them")


@group.command("recount")
def recount() -> None:
    """Set the kept counts to what the rows say; writers wait meanwhile."""
    with one_clear_line():
        counts = feature_counts.recount()
    click.echo(f"{_show(counts)} kept counts were wrong")


def _show(counts: list[feature_counts.Count]) -> int:
    """Print a line a count; return how many differ from the rows."""
    for count in counts:
        verdict = "right" if count.is_right else "WRONG"
        if count.wrong_parts:
            verdict += f" in {count.wrong_parts} parts"
        click.echo(f"{count.kind}: kept {count.kept}, rows {count.rows}, {verdict}")
    return sum(not count.is_right for count in counts)


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
