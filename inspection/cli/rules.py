"""`rules check`, `rules show`, `rules list`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from inspection.cli.output import one_clear_line
from inspection.resources import registry
from scoring.errors import ScoringError
from scoring.loader import load_table
from scoring.rendering import table_to_json

group = AppGroup("rules", help="Rule tables.")


@group.command("list")
def list_tables() -> None:
    """List the rule tables with version and digest."""
    for table in registry().tables():
        click.echo(f"{table.id}@{table.version}  {table.sha256[:12]}  {table.label.ja}")


@group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Load a rule table and run its examples; the first fault is told with its place."""
    try:
        table = load_table(file, registry().get)
    except ScoringError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{table.id}@{table.version}: fine, sha256 {table.sha256}")


@group.command("show")
@click.argument("reference", metavar="ID[@VERSION]")
def show(reference: str) -> None:
    """Print a rule table as JSON: a version, or the newest."""
    table_id, _, version = reference.partition("@")
    with one_clear_line():
        if version:
            table = registry().get(table_id, version)
        else:
            found = [table for table in registry().tables() if table.id == table_id]
            if not found:
                raise click.ClickException(f"no rule table {table_id}; `rules list` shows them")
            table = max(found, key=lambda each: each.effective.start)
    click.echo(json.dumps(table_to_json(table), ensure_ascii=False, indent=2))


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
