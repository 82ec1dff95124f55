"""`rules check`, `rules show`, `rules list`; the proposals' commands are in `rule_proposals`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from inspection import published_tables
from inspection.cli import rule_proposals
from inspection.cli.output import one_clear_line
from inspection.extensions import db
from inspection.resources import registry
from scoring.errors import ScoringError
from scoring.loader import load_table
from scoring.model import RuleTable
from scoring.registry import Registry
from scoring.rendering import table_to_json
from scoring.spreadsheet import read_workbook

group = AppGroup("rules", help="Rule tables.")


def tables_at_hand() -> Registry:
    """Return every rule table; the shipped ones alone, and a word on it, without a database."""
    try:
        return registry()
    except DBAPIError:
        db.session.rollback()
        click.echo("the database cannot be read: only the shipped rule tables are known", err=True)
        return published_tables.shipped()


@group.command("list")
def list_tables() -> None:
    """List the rule tables with version and digest."""
    for table in tables_at_hand().tables():
        click.echo(f"{table.id}@{table.version}  {table.sha256[:12]}  {table.label.ja}")


@group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Load a rule table (TOML or .xlsx) and run its examples; faults are told with their place."""
    try:
        table = _load(file)
    except ScoringError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{table.id}@{table.version}: fine, sha256 {table.sha256}")


def _load(file: Path) -> RuleTable:
    resolve = tables_at_hand().get
    if file.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        return read_workbook(file.read_bytes(), file.name, resolve).table
    return load_table(file, resolve)


@group.command("show")
@click.argument("reference", metavar="ID[@VERSION]")
def show(reference: str) -> None:
    """Print a rule table as JSON: a version, or the newest."""
    with one_clear_line():
        table = rule_proposals.newest(reference, tables_at_hand())
    click.echo(json.dumps(table_to_json(table), ensure_ascii=False, indent=2))


def register(app: Flask) -> None:
    """Add the commands."""
    rule_proposals.add_to(group)
    app.cli.add_command(group)
