"""`packs build`."""

from __future__ import annotations

import uuid
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from inspection.cli.output import one_clear_line, progress_bar
from inspection.models import EDITIONS
from inspection.packs.images import PhotoMismatch
from inspection.services.build_pack import build_to_file

group = AppGroup("packs", help="Meeting packs.")


@group.command("build")
@click.argument("meeting_id", type=click.UUID)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--edition", type=click.Choice(EDITIONS), default="closed", show_default=True)
def build(meeting_id: uuid.UUID, output: Path, edition: str) -> None:
    """Build a meeting's pack to a file; needs neither server nor worker."""
    with one_clear_line(), progress_bar("cases") as progress:
        try:
            report = build_to_file(meeting_id, edition, output, progress)
        except PhotoMismatch as error:
            raise click.ClickException(str(error)) from error
    if report.missing_glyphs:
        click.echo(f"no font has: {' '.join(report.missing_glyphs)}", err=True)
    click.echo(f"{output}: {report.pages} pages, {report.bytes} bytes, sha256 {report.sha256}")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
