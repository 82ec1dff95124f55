"""From a workbook to a rule table's document and to the checked table, or to faults by cell."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scoring.errors import RuleTableError
from scoring.loader import build_table, no_other_tables
from scoring.loader_items import Resolve
from scoring.model import UNDETERMINED, RuleTable
from scoring.spreadsheet import cases, cover, extras, points
from scoring.spreadsheet.faults import CellFault, SpreadsheetError
from scoring.spreadsheet.grid import open_grid
from scoring.spreadsheet.names import Record
from scoring.spreadsheet.records import Places, Reading

UNDECIDED = "判定できません"


@dataclass(frozen=True)
class Imported:
    """What a workbook holds: the document as a TOML file would give it, and the table of it."""

    document: Record
    table: RuleTable
    places: Places

    def at_cell(self, error: RuleTableError) -> SpreadsheetError:
        """A fault that is found later, such as a date in conflict, at the cell it is about."""
        return SpreadsheetError([_at_cell(error, self.places)])


def read_workbook(data: bytes, file: str, resolve: Resolve = no_other_tables) -> Imported:
    """Read and check the rule table in a workbook's bytes; its worked cases are run.

    file: its name in messages; resolve: finds the tables that it borrows items from.
    Raises SpreadsheetError with every fault that can be told at once, by cell.
    """
    document, places = read_document(data)
    try:
        return Imported(document, build_table(document, file, resolve), places)
    except RuleTableError as error:
        faults = [_at_cell(error, places)]
        if error.place.startswith("examples["):
            faults = _failing_cases(document, file, resolve, places) or faults
        raise SpreadsheetError(faults) from error


def read_document(data: bytes) -> tuple[Record, Places]:
    """A workbook's document, and where its parts stand. Raises SpreadsheetError."""
    grid = open_grid(data)
    into = Reading(grid.faults)
    document = cover.read_cover(grid, into)
    document["categories"] = points.read(grid, into)
    extras.read_formulas(grid, into)
    extras.read_replacements(grid, into)
    document |= cover.read_judge(grid, into)
    into.names.extra["outcomes"] = {UNDETERMINED: UNDECIDED}
    document["examples"] = cases.read(grid, into)
    grid.faults.check()
    return document, into.places


def _failing_cases(
    document: Mapping[str, Any], file: str, resolve: Resolve, places: Places
) -> list[CellFault]:
    """The first fault of every worked case, each tried alone."""
    faults = []
    for number, case in enumerate(document["examples"], start=1):
        try:
            build_table({**document, "examples": [case]}, file, resolve)
        except RuleTableError as error:
            place = error.place.replace("examples[1]", f"examples[{number}]", 1)
            moved = RuleTableError(error.file, place, error.found, error.allowed)
            faults.append(_at_cell(moved, places))
    return faults


def _at_cell(error: RuleTableError, places: Places) -> CellFault:
    """A fault of the loader at the cell that it is about, or at the nearest one."""
    place = error.place
    while place and place not in places:
        place = place.rpartition(".")[0] if "." in place else place.rpartition("[")[0]
    fault = CellFault(places.get(place, ""), error.found, error.allowed)
    return fault if fault.place else replace(fault, place=error.place)
