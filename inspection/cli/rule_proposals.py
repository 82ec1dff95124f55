"""`rules export`, `rules import`, `rules proposals`, `rules approve`, `rules reject`."""

from __future__ import annotations

import getpass
import platform
import uuid
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from inspection.auth import Actor
from inspection.cli.output import one_clear_line, progress_bar
from inspection.errors import InvalidError
from inspection.models import RuleTableProposal
from inspection.models.rule_table import PROPOSAL_STATUSES
from inspection.resources import registry
from inspection.services import rule_tables
from scoring.model import RuleTable
from scoring.registry import Registry
from scoring.spreadsheet import NotExpressibleError, write_workbook

LARGEST_FILE = 4_000_000
NAME = click.option("--as", "name", metavar="NAME", help="Who does this; default: the login name.")


def named_actor(name: str | None) -> Actor:
    """Return who acts on the command line: a name as given, with the login it came from."""
    login = f"{getpass.getuser()}@{platform.node()}"
    label = (name or login).strip()[:200]
    if not label:
        raise click.ClickException("--as: the name is empty")
    return Actor(label=label, role=rule_tables.COMMAND, address=login[:64])


def newest(reference: str, tables: Registry) -> RuleTable:
    """Return the table of ID@VERSION, or the newest version of an id."""
    table_id, _, version = reference.partition("@")
    if version:
        return tables.get(table_id, version)
    found = [table for table in tables.tables() if table.id == table_id]
    if not found:
        raise click.ClickException(f"no rule table {table_id}; `rules list` shows them")
    return max(found, key=lambda each: each.effective.start)


@click.command("export")
@click.argument("reference", metavar="ID[@VERSION]")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export(reference: str, output: Path) -> None:
    """Write a rule table as a workbook (.xlsx) to edit and import again."""
    with one_clear_line():
        table = newest(reference, registry())
        try:
            output.write_bytes(write_workbook(rule_tables.own_document(table)))
        except NotExpressibleError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{output}: {table.id}@{table.version}")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--note", help="Why; kept with the proposal.")
@NAME
@with_appcontext
def import_file(file: Path, note: str | None, name: str | None) -> None:
    """Check a rule table (.xlsx or .toml), say what it changes, and keep it as a proposal."""
    if file.stat().st_size > LARGEST_FILE:
        raise click.ClickException(f"{file}: more than {LARGEST_FILE:,} bytes")
    actor = named_actor(name)
    with one_clear_line(), progress_bar("houses") as progress:
        try:
            proposal = rule_tables.propose(
                file.read_bytes(), file.name, actor=actor, note=note, progress=progress
            )
        except InvalidError as error:
            raise click.ClickException(_faults(file, error)) from error
    for line in report_lines(proposal):
        click.echo(line)
    click.echo(f"提案者: {proposal.proposed_by}")
    click.echo(f"承認: flask --app wsgi rules approve {proposal.id} --as 別の人の名前")
    click.echo(str(proposal.id))


def _faults(file: Path, error: InvalidError) -> str:
    """Every fault in a line of its own, and how many at the end: nothing was kept."""
    lines = [
        message if place == "_" else f"{place}: {message}"
        for place, messages in (error.errors or {}).items()
        for message in messages
    ]
    return "\n  ".join(
        [f"{file.name}: {len(lines)} 件の誤りがあります。取り込みませんでした。", *lines]
    )


def report_lines(proposal: RuleTableProposal) -> list[str]:
    """Return what the check found, for a Japanese reader."""
    report: dict[str, Any] = proposal.report
    lines = [f"確認: {proposal.table_id} の版 {proposal.version} に誤りはありません"]
    lines += [f"注意: {warning}" for warning in report["warnings"]]
    current = report["current"]
    if current is None:
        lines.append("比べる評点表はありません")
    else:
        lines.append(f"{current['id']} の版 {current['version']} との違い:")
        lines += [f"  {line}" for line in report["difference"]] or ["  違いはありません"]
    effect = report["effect"]
    lines.append(f"判定が変わる家屋: {effect['houses']} 戸のうち {effect['crossing']} 戸")
    for move in effect["moves"]:
        named = "、".join(move["codes"])
        more = "…" if move["houses"] > len(move["codes"]) else ""
        lines.append(
            f"  {move['from_label']} → {move['to_label']}: {move['houses']} 戸({named}{more})"
        )
    if effect["unfit"]:
        lines.append(f"  この評点表では採点できない家屋: {effect['unfit']} 戸")
    return lines


@click.command("proposals")
@click.option("--status", type=click.Choice(PROPOSAL_STATUSES), help="Only these.")
@with_appcontext
def list_proposals(status: str | None) -> None:
    """List the proposals of rule tables and what became of them."""
    with one_clear_line():
        cursor: str | None = None
        while True:
            page = rule_tables.proposals(status=status, cursor=cursor)
            for proposal in page.items:
                reviewed = f" / {proposal.reviewed_by}" if proposal.reviewed_by else ""
                click.echo(
                    f"{proposal.id}  {rule_tables.STATUS_LABELS[proposal.status]}  "
                    f"{proposal.table_id}@{proposal.version}  {proposal.proposed_by}{reviewed}"
                )
            cursor = page.next_cursor
            if cursor is None:
                break


@click.command("approve")
@click.argument("proposal", type=click.UUID)
@click.option("--as", "name", metavar="NAME", required=True, help="The second person.")
@click.option("--comment", help="Kept with the approval.")
@with_appcontext
def approve(proposal: uuid.UUID, name: str, comment: str | None) -> None:
    """Publish a proposed table; the second person must not be the proposer.

    A command cannot prove who types it: the name is kept as given, with the login. Where proof
    matters, approve over HTTP with the second person's own token.
    """
    _review(proposal, "approve", name, comment)


@click.command("reject")
@click.argument("proposal", type=click.UUID)
@click.option("--as", "name", metavar="NAME", required=True, help="Who rejects it.")
@click.option("--comment", help="Why.")
@with_appcontext
def reject(proposal: uuid.UUID, name: str, comment: str | None) -> None:
    """Reject a proposed table; it stays in the record."""
    _review(proposal, "reject", name, comment)


def _review(proposal_id: uuid.UUID, action: str, name: str, comment: str | None) -> None:
    actor = named_actor(name)
    with one_clear_line():
        proposal = rule_tables.review(proposal_id, action, comment, actor=actor)
    status = rule_tables.STATUS_LABELS[proposal.status]
    click.echo(f"{proposal.table_id}@{proposal.version}: {status} ({proposal.reviewed_by})")


def add_to(group: AppGroup) -> None:
    """Add these commands to the group `rules`."""
    for command in (export, import_file, list_proposals, approve, reject):
        group.add_command(command)
