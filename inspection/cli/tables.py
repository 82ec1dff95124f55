"""Rule tables as commands name them: ID@VERSION, or a TOML file."""

from __future__ import annotations

from pathlib import Path

import click

from inspection.resources import registry
from scoring.errors import ScoringError
from scoring.loader import load_table
from scoring.model import RuleTable


def find_table(reference: str) -> RuleTable:
    """Return the rule table named ID@VERSION, or read from a path that ends in .toml.

    Raises ClickException in one line when there is none, or the file is refused.
    """
    path = Path(reference)
    try:
        if path.suffix == ".toml" and path.is_file():
            return load_table(path, registry().get)
        table_id, at, version = reference.partition("@")
        if at and version:
            return registry().get(table_id, version)
    except ScoringError as error:
        raise click.ClickException(str(error)) from error
    raise click.ClickException(f"{reference}: neither ID@VERSION nor a .toml file that is there")
