"""`rules diff`, `rules what-if`."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import with_appcontext

from inspection.cli.output import one_clear_line
from inspection.cli.rules import group
from inspection.cli.tables import find_table
from inspection.services.what_if import Answered, what_if_houses
from inspection.services.what_if_view import to_json
from scoring.compare import compare
from scoring.model import RuleTable
from scoring.ranges import plain


@click.command("diff")
@click.argument("one", metavar="A")
@click.argument("two", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="As data.")
@with_appcontext
def diff(one: str, two: str, as_json: bool) -> None:
    """Tell what sets rule table B apart from A; each is ID@VERSION or a TOML file."""
    changes = compare(find_table(one), find_table(two))
    if as_json:
        data = [
            {"kind": one.kind, "path": one.path(), "before": one.before, "after": one.after}
            for one in changes
        ]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for change in changes:
        click.echo(change.line())
    if not changes:
        click.echo("違いはありません")


@click.command("what-if")
@click.argument("one", metavar="A")
@click.argument("two", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="As data.")
@with_appcontext
def what_if(one: str, two: str, as_json: bool) -> None:
    """Tell how many houses would cross if B were in force instead of A; ID@VERSION or TOML files."""
    before, after = find_table(one), find_table(two)
    with one_clear_line():
        answered = what_if_houses(before, after)
    if as_json:
        click.echo(json.dumps(to_json(before, after, answered), ensure_ascii=False, indent=2))
        return
    for line in lines_of(answered, after):
        click.echo(line)


def lines_of(answered: Answered, two: RuleTable) -> list[str]:
    """Return the answer as lines."""
    lines = [
        f"{answered.houses} houses: {answered.graver} cross to a graver outcome, "
        f"{answered.lighter} to a lighter one"
    ]
    for move, houses in answered.totals.crossings().items():
        codes = answered.codes.get(move, [])
        named = ", ".join(codes[:20]) + (", …" if houses > 20 else "")
        lines.append(f"{move[0]} -> {move[1]}: {houses} ({named})")
    if answered.unscored:
        lines.append(f"{answered.unscored} could not be scored under {two.id}@{two.version}")
    if answered.houses:
        lines.append("total: houses before, houses after")
    totals = sorted({*answered.totals.before, *answered.totals.after})
    for total in totals:
        before, after = (
            counts.get(total, 0) for counts in (answered.totals.before, answered.totals.after)
        )
        lines.append(f"{plain(total):>8}: {before}, {after}")
    return lines


def register(app: Flask) -> None:
    """Add the commands to the group of rule tables."""
    group.add_command(diff)
    group.add_command(what_if)
