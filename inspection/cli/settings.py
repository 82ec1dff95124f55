"""`settings`: every setting with its value, default and help."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from inspection.config import SETTINGS

SECRET = ("HANTEI_SECRET_KEY", "HANTEI_DATABASE_URL", "HANTEI_S3_SECRET_ACCESS_KEY",
          "HANTEI_PACK_SIGNING_PASSWORD")  # fmt: skip


@click.command("settings")
@with_appcontext
def show() -> None:
    """List every setting: name, unit, default, what it is for. Secrets are not shown."""
    for setting in SETTINGS:
        value = current_app.config[setting.name]
        shown = "(not shown)" if setting.name in SECRET else value
        click.echo(f"{setting.name} [{setting.unit}] = {shown}\n    {setting.help}")


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(show)
