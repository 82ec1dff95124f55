"""`houses import` and `inspections import`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from inspection.cli.output import one_clear_line, progress_bar
from inspection.cli.rule_proposals import named_actor
from inspection.imports.checks import HouseCheck, VisitCheck
from inspection.imports.house_columns import house_columns
from inspection.imports.model import ImportFileError, Options, Table
from inspection.imports.opening import READERS, TABLES, Reader, open_table
from inspection.imports.report import ImportReport, RowsFile
from inspection.imports.visit_columns import visit_columns
from inspection.resources import registry
from inspection.services.correct_inspection import Operator, correct_inspection
from inspection.services.import_houses import import_houses
from inspection.services.import_inspections import import_inspections

houses = AppGroup("houses", help="Houses.")
visits = AppGroup("inspections", help="Visits to houses.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COMMON = (
    click.argument("file", type=FILE),
    click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing."),
    click.option(
        "--report",
        "report_file",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        help="Write refused rows with their reasons to this CSV, to mend and import again.",
    ),
    click.option("--ignore-unknown", is_flag=True, help="Leave out columns of unknown headings."),
    click.option("--encoding", help="Of a CSV's or Shapefile's text, where it is told wrongly."),
    click.option("--layer", help="Which sheet, or layer, of a file that holds several."),
    click.option(
        "--show", default=20, show_default=True, type=click.IntRange(0), help="Lines printed."
    ),
    click.option("--as", "name", metavar="NAME", help="Who does this; default: the login name."),
)


def common(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that both imports have."""
    for option in reversed(COMMON):
        command = option(command)
    return command


@houses.command("import")
@common
@click.option("--crs", help="Of a layer that does not name its own, such as EPSG:6670.")
@click.option(
    "--replace", is_flag=True, help="A row is the whole house: empty cells clear what is known."
)
def import_houses_command(crs: str | None, replace: bool, **given: Any) -> None:
    """Import houses from CSV, XLSX, GeoJSON, GeoPackage or Shapefile (docs/import.md).

    A row with a known id or case number changes that house; others are new. Refused rows are
    listed, the others imported, and the exit code is then 1.
    """
    with _opened(given, READERS, crs) as (table, report, progress):
        columns = house_columns(
            table,
            wards=current_app.config["HANTEI_WARDS"],
            extras=current_app.config["HANTEI_EXTRA_FIELDS"],
            ignore_unknown=given["ignore_unknown"],
        )
        tell_left_out(columns.ignored)
        import_houses(
            map(columns.read, table.rows()),
            report,
            check=HouseCheck(),
            actor=named_actor(given["name"]),
            replace=replace,
            dry_run=given["dry_run"],
            progress=progress,
        )


@visits.command("import")
@common
@click.option(
    "--blank",
    default="unknown",
    show_default=True,
    type=click.Choice(("unknown", "none")),
    help="What an empty cell under an item means: not observed, or looked and nothing found.",
)
@click.option("--update", is_flag=True, help="Store what differs as a correction (new revision).")
def import_inspections_command(blank: str, update: bool, **given: Any) -> None:
    """Import past visits from CSV or XLSX, each scored under its day's table (docs/import.md).

    Refused rows are listed, the others imported, and the exit code is then 1.
    """
    who = named_actor(given["name"])
    actor = Operator(label=who.label, role=who.role, address=who.address)
    comment = f"過去の記録の取込み({given['file'].name[:200]})"
    with _opened(given, TABLES) as (table, report, progress):
        columns = visit_columns(
            table,
            tables=registry().tables(),
            zone=current_app.config["HANTEI_TIME_ZONE"],
            ignore_unknown=given["ignore_unknown"],
        )
        tell_left_out(columns.ignored)
        import_inspections(
            map(columns.read, table.rows()),
            report,
            check=VisitCheck(),
            actor=actor,
            correct=partial(correct_inspection, actor=actor, comment=comment) if update else None,
            blank=blank,
            comment=comment,
            dry_run=given["dry_run"],
            expected=table.count,
            progress=progress,
        )


@contextmanager
def _opened(
    given: dict[str, Any], readers: tuple[Reader, ...], crs: str | None = None
) -> Iterator[tuple[Table, ImportReport, Callable[[int], None]]]:
    """Open the file and the report, and tell at the end what became of the rows."""
    path: Path = given["file"]
    with one_clear_line():
        table = open_table(path, Options(given["encoding"], crs, given["layer"]), readers)
        for note in table.notes:
            click.echo(f"{path.name}: {note}")
        report_file: Path | None = given["report_file"]
        if report_file is not None and report_file.exists() and report_file.samefile(path):
            raise click.ClickException("--report is the list itself; name another file")
        file = RowsFile(report_file, table.headings) if report_file else None
        with ImportReport(given["show"], file) as report:
            try:
                with progress_bar(path.name) as bar:
                    yield table, report, lambda done: bar(done, max(done, table.count))
            except ImportFileError as error:
                _tell(report, given)
                raise click.ClickException(f"{path.name}: {error}") from error
    _tell(report, given)
    if report.refused:
        raise click.ClickException(f"{report.refused:,} of {report.rows:,} rows were refused")


def _tell(report: ImportReport, given: dict[str, Any]) -> None:
    for line in report.lines:
        click.echo(line)
    if report.more:
        where = given["report_file"] or "--report FILE writes all"
        click.echo(f"and {report.more:,} more ({where})")
    verb = "would be " if given["dry_run"] else ""
    click.echo(
        f"{report.rows:,} rows: {report.created:,} {verb}created, {report.changed:,} "
        f"{verb}changed, {report.unchanged:,} unchanged, {report.refused:,} refused"
    )


def tell_left_out(headings: list[str]) -> None:
    """Warn in one line of columns that are not imported."""
    if headings:
        click.echo(f"warning: columns left out: {', '.join(headings)}")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(houses)
    app.cli.add_command(visits)
