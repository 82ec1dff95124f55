"""Rule tables as workbooks (.xlsx) that a clerk reads, prints, edits and sends back.

`write_workbook` and `read_workbook` are inverse: a table that was not changed keeps its sha256.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scoring.loader import no_other_tables
from scoring.loader_items import Resolve
from scoring.spreadsheet.faults import CellFault, NotExpressibleError, SpreadsheetError

if TYPE_CHECKING:
    from scoring.spreadsheet.reading import Imported

__all__ = [
    "CellFault",
    "NotExpressibleError",
    "SpreadsheetError",
    "read_workbook",
    "write_workbook",
]


# openpyxl is imported with the first workbook: it takes 0.2 s, and every process imports this.


def read_workbook(data: bytes, file: str, resolve: Resolve = no_other_tables) -> "Imported":
    """Read and check the rule table in a workbook's bytes; its worked cases are run.

    file: its name in messages; resolve: finds the tables that it borrows items from.
    Raises SpreadsheetError with every fault that can be told at once, by cell.
    """
    from scoring.spreadsheet import reading

    return reading.read_workbook(data, file, resolve)


def write_workbook(document: Mapping[str, Any]) -> bytes:
    """The workbook of a rule table's document, as the loader takes it.

    What was written is read back: Raises NotExpressibleError naming the first thing that the
    sheets have no place for, so that nothing is dropped in silence.
    """
    from scoring.spreadsheet import writing

    return writing.write_workbook(document)
