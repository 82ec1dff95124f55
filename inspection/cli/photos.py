"""`photos derive`: make what the worker has not made yet."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from inspection.cli.output import one_clear_line, progress_bar
from inspection.extensions import db
from inspection.models import Photo
from inspection.services.derive_photo import derive_photo

group = AppGroup("photos", help="Photos.")


@group.command("derive")
def derive() -> None:
    """Make derivatives and checks of every photo that waits for them."""
    with one_clear_line(), progress_bar("photos") as progress:
        waiting = list(db.session.scalars(select(Photo.id).where(Photo.status == "received")))
        for done, photo_id in enumerate(waiting, 1):
            derive_photo(photo_id)
            progress(done, len(waiting))
    click.echo(f"{len(waiting)} photos")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
