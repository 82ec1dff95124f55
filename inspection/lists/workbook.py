"""The list of cases as a workbook, set up for print: A4 landscape, one page wide."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from inspection.lists.columns import COLUMNS, Column, Value
from inspection.lists.model import MeetingList
from inspection.lists.safe_text import printable
from inspection.packs import words

HEADING_ROW = 4
FONT = "BIZ UDPゴシック"
NAVY, PALE = "1F3A5F", "F3F6FA"
FORMATS = {"whole": "0", "points": "0.##;-0.##;0", "area": "#,##0.00", "date": "yyyy/mm/dd"}
_HAIR = Side(style="hair", color="8A94A6")
_GRID = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)


def to_xlsx(listed: MeetingList) -> bytes:
    """Return the list as .xlsx; the same list gives the same cells."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = "案件一覧"
    _head(sheet, listed)
    _headings(sheet)
    for place, case in enumerate(listed.cases):
        for at, column in enumerate(COLUMNS, 1):
            _fill(sheet.cell(HEADING_ROW + 1 + place, at), column, column.value(case), place)
    _set_up(sheet, len(listed.cases))
    _print(sheet, listed)
    moment = listed.held_at.astimezone(UTC).replace(tzinfo=None)
    book.properties.creator = f"{listed.city} {listed.secretariat}"
    book.properties.title = f"{listed.name} 案件一覧"
    book.properties.created = book.properties.modified = moment
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _head(sheet: Worksheet, listed: MeetingList) -> None:
    _text(sheet["A1"], f"{listed.name}　案件一覧").font = Font(FONT, size=14, bold=True)
    held = words.era_time(listed.held_at.isoformat(), weekday=True)
    where = f"　{listed.place}" if listed.place else ""
    line = f"{held}{where}　{listed.city} {listed.secretariat}　案件数 {len(listed.cases)}件"
    _text(sheet["A2"], line).font = Font(FONT, size=9)


def _text(cell: Any, text: str) -> Any:
    """Write text as text, also where it begins like a formula."""
    cell.value = printable(text)
    cell.data_type = "s"
    return cell


def _headings(sheet: Worksheet) -> None:
    for at, column in enumerate(COLUMNS, 1):
        cell = _text(sheet.cell(HEADING_ROW, at), column.heading)
        cell.font = Font(FONT, size=9, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=NAVY)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _GRID
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.row_dimensions[HEADING_ROW].height = 28


def _fill(cell: Cell, column: Column, value: Value, place: int) -> None:
    if isinstance(value, str):
        _text(cell, value)
    else:
        cell.value = value
    cell.font = Font(FONT, size=9)
    text = column.kind == "text"
    cell.alignment = Alignment(vertical="top", wrap_text=text, horizontal=None if text else "right")
    cell.number_format = FORMATS.get(column.kind, "General")
    cell.border = _GRID
    if place % 2:
        cell.fill = PatternFill("solid", fgColor=PALE)


def _set_up(sheet: Worksheet, cases: int) -> None:
    """Let the reader scroll, filter, and choose a decision from the three there are."""
    last = HEADING_ROW + max(cases, 1)
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, 3)
    sheet.auto_filter.ref = f"A{HEADING_ROW}:{get_column_letter(len(COLUMNS))}{last}"
    allowed = DataValidation(
        type="list",
        formula1=f'"{",".join(words.DECISIONS.values())}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="決定",
        error="認定、不認定、保留のいずれかです。",
    )
    at = next(n for n, column in enumerate(COLUMNS, 1) if column.heading == "決定")
    letter = get_column_letter(at)
    allowed.add(f"{letter}{HEADING_ROW + 1}:{letter}{last}")
    sheet.add_data_validation(allowed)


def _print(sheet: Worksheet, listed: MeetingList) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.6, 0.6
    sheet.oddFooter.left.text = listed.name.replace("&", "&&")[:80]
    sheet.oddFooter.right.text = "&P / &N"
    sheet.oddHeader.right.text = "取扱注意"
