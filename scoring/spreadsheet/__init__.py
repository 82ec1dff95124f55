"""Rule tables as workbooks (.xlsx) that a clerk reads, prints, edits and sends back.

`write_workbook` and `read_workbook` are inverse: a table that was not changed keeps its sha256.
"""

from scoring.spreadsheet.faults import CellFault, NotExpressibleError, SpreadsheetError
from scoring.spreadsheet.reading import Imported, read_workbook
from scoring.spreadsheet.writing import write_workbook

__all__ = [
    "CellFault",
    "Imported",
    "NotExpressibleError",
    "SpreadsheetError",
    "read_workbook",
    "write_workbook",
]
