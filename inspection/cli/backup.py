"""`backup` and `restore`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from inspection.cli.output import one_clear_line, progress_bar
from inspection.services.backup import make_backup
from inspection.services.restore import restore_backup
from uploads.errors import StorageError

SHOWN = 20


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Add a backup of database and storage to a folder, while the server runs."""
    try:
        with one_clear_line(), progress_bar("objects") as progress:
            report = make_backup(folder, progress)
    except StorageError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{report.folder.name}: database; {report.objects} objects, {report.bytes / 1e6:.1f} MB, "
        f"of these {report.copied} new, {report.copied_bytes / 1e6:.1f} MB"
    )
    _tell_damaged(report.damaged, "damaged in the storage: photos verify")


@click.command("restore")
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--backup", "name", metavar="NAME", help="Not the newest backup but this one.")
@with_appcontext
def restore(folder: Path, name: str | None) -> None:
    """Put a backup into a new, empty database and storage, and compare every digest."""
    try:
        with one_clear_line(), progress_bar("objects") as progress:
            report = restore_backup(folder, name, progress)
    except StorageError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{report.backup.name}: database; {report.objects} objects")
    if report.behind:
        click.echo("the database is of an earlier migration: `flask --app wsgi db upgrade`")
    _tell_damaged(report.damaged, "damaged in the backup and left out; all else is restored")


def _tell_damaged(keys: tuple[str, ...], words: str) -> None:
    if not keys:
        return
    for key in keys[:SHOWN]:
        click.echo(f"damaged: {key}")
    raise click.ClickException(f"{len(keys)} objects are {words}")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)
