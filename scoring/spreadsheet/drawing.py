"""How the sheets look: headings, widths, lists to choose from, notes, print set-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from scoring.spreadsheet import columns as everything
from scoring.spreadsheet.cells import Choice, Day, Named, Number
from scoring.spreadsheet.columns import Column
from scoring.spreadsheet.layout import BLOCK, COVER_BLOCKS, GUIDE, JUDGE_BLOCKS, Block
from scoring.spreadsheet.names import Names

FONT = "游ゴシック"
_PLAIN = Font(name=FONT, size=10)
_STRONG = Font(name=FONT, size=10, bold=True)
_TITLE = Font(name=FONT, size=14, bold=True)
_HINT = Font(name=FONT, size=9, color="595959")
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_NEEDED = PatternFill("solid", fgColor="FFF2CC")
_LINE = Side(style="thin", color="A6A6A6")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TEXT_FORMAT, _DATE_FORMAT, _GENERAL = "@", "yyyy-mm-dd", "General"
_CASE_WIDTH, _BLOCK_WIDTHS = 4.8, (22, 34, 22, 22, 16, 20, 24, 22, 20, 12, 20, 20, 20, 24)
_LONGEST_LIST = 250  # characters of a list that Excel keeps


@dataclass
class Drawing:
    """Draws a rule table into a workbook, sheet after sheet."""

    book: Workbook
    names: Names
    title: str
    subtitle: str

    def cover(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        """The cover: heading, value and note a line."""
        sheet = self._sheet(name, "記入する欄は2列目です。黄色の欄は必ず書いてください。")
        first = sheet.max_row + 1
        for number, row in enumerate(rows, start=first):
            for at, value in enumerate(row, start=1):
                _set(sheet.cell(number, at), value)
        for place, column in enumerate(everything.COVER, start=first + 1):
            head, value, note = (sheet.cell(place, at) for at in (1, 2, 3))
            _dress(head, _STRONG, fill=_HEAD)
            _dress(value, _PLAIN, column=column, fill=_NEEDED if column.required else None)
            _dress(note, _HINT)
            self._offer(sheet, column, value.coordinate)
        for at in (1, 2, 3):
            _dress(sheet.cell(first, at), _STRONG, fill=_HEAD)
        _set_widths(sheet, _BLOCK_WIDTHS[:3])
        for letter, width in (("B", 40), ("C", 46), ("D", 26)):
            sheet.column_dimensions[letter].width = width
        _set_heights(sheet, first)
        sheet.freeze_panes = sheet.cell(first + 1, 1).coordinate
        _print(sheet, landscape=False)

    def block(self, name: str, block: Block, rows: Sequence[Sequence[Any]]) -> None:
        """A titled list below what the sheet holds already, with empty lines for more."""
        if name not in self.book.sheetnames:
            sheet = self._sheet(name, "表の題(■の行)と見出しは変えないでください。")
            _set_widths(sheet, _BLOCK_WIDTHS)
            _print(sheet, landscape=True)
        sheet = self.book[name]
        title = sheet.cell(sheet.max_row + 2, 1, f"{BLOCK} {block.title}")
        title.font = _STRONG
        head = title.row + 1
        for at, column in enumerate(block.columns, start=1):
            _heading(sheet.cell(head, at), column)
        for number in range(len(rows) + block.spare):
            values = rows[number] if number < len(rows) else [None] * len(block.columns)
            for at, (column, value) in enumerate(zip(block.columns, values, strict=True), start=1):
                cell = sheet.cell(head + 1 + number, at)
                _set(cell, value)
                _dress(cell, _PLAIN, column=column)
        _set_heights(sheet, title.row)
        for at, column in enumerate(block.columns, start=1):
            letter, last = get_column_letter(at), head + len(rows) + block.spare
            self._offer(sheet, column, f"{letter}{head + 1}:{letter}{last}")

    def table(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Any]],
        *,
        more: Sequence[str] = (),
        spare: int,
    ) -> None:
        """A sheet that is one list; `more`: headings beside those of the columns."""
        sheet = self._sheet(name, "見出しの行は変えないでください。見出しに説明が付いています。")
        head = sheet.max_row + 1
        for at, column in enumerate(columns, start=1):
            _heading(sheet.cell(head, at), column)
            dimension = sheet.column_dimensions[get_column_letter(at)]
            dimension.width = column.width
            if column.side:
                dimension.outlineLevel, dimension.hidden = 1, False
        for at, text in enumerate(more, start=len(columns) + 1):
            cell = sheet.cell(head, at)
            _set(cell, text)
            _dress(cell, _STRONG, fill=_HEAD)
            cell.number_format = _TEXT_FORMAT
            long = len(text) > 8
            sheet.column_dimensions[get_column_letter(at)].width = 14 if long else _CASE_WIDTH
        last = head + len(rows) + spare
        for number in range(len(rows) + spare):
            values = rows[number] if number < len(rows) else [None] * (len(columns) + len(more))
            for at, value in enumerate(values, start=1):
                cell = sheet.cell(head + 1 + number, at)
                _set(cell, value)
                _dress(cell, _PLAIN, column=columns[at - 1] if at <= len(columns) else None)
        for at, column in enumerate(columns, start=1):
            letter = get_column_letter(at)
            self._offer(sheet, column, f"{letter}{head + 1}:{letter}{last}")
        _set_heights(sheet, head)
        sheet.freeze_panes = sheet.cell(head + 1, _frozen(columns)).coordinate
        sheet.print_title_rows = f"{head}:{head}"
        visible = [at for at, column in enumerate(columns, start=1) if not column.side]
        width = len(columns) + len(more) if more else max(visible)
        printed = head + len(rows) + min(spare, 10)  # a few lines that are added print too
        sheet.print_area = f"A1:{get_column_letter(width)}{printed}"
        _print(sheet, landscape=True, large=bool(more))

    def guide(self) -> None:
        """What every column is for; this sheet is not read."""
        sheet = self._sheet(GUIDE, "このシートは読み取られません。")
        sheet.append(["シート", "欄", "書き方"])
        for at in (1, 2, 3):
            _dress(sheet.cell(sheet.max_row, at), _STRONG, fill=_HEAD)
        for where, columns in _ALL_COLUMNS:
            for column in columns:
                needed = "必須。" if column.required else ""
                sheet.append([where, column.heading, needed + column.note])
                for at in (1, 2, 3):
                    _dress(sheet.cell(sheet.max_row, at), _PLAIN)
        _set_widths(sheet, (20, 22, 80))
        _set_heights(sheet, 3)
        _print(sheet, landscape=False)

    def _sheet(self, name: str, hint: str) -> Worksheet:
        sheet: Worksheet = self.book.create_sheet(name)
        _set(sheet.cell(1, 1), self.title)
        sheet.cell(1, 1).font = _TITLE
        _set(sheet.cell(2, 1), hint)
        sheet.cell(2, 1).font = _HINT
        _foot(sheet, f"{self.subtitle} {name}")
        return sheet

    def _offer(self, sheet: Worksheet, column: Column, cells: str) -> None:
        """A list to choose from, where the kind of cell has one."""
        words: Sequence[str] = ()
        if isinstance(column.codec, Choice):
            words = list(column.codec.words.values())
        elif isinstance(column.codec, Named):
            kind = column.codec.kind
            words = [self.names.name(kind, code) for code in self.names.words.get(kind, {})]
            words += list(self.names.extra.get(kind, {}).values())
        text = ",".join(words)
        if not words or len(text) > _LONGEST_LIST or '"' in text:
            return
        validation = DataValidation(type="list", formula1=f'"{text}"', allow_blank=True)
        # Names may be added on the other sheets, so that these lists only help.
        validation.showErrorMessage = isinstance(column.codec, Choice)
        validation.error, validation.errorTitle = f"選べるのは {text} です", column.heading
        validation.add(cells)
        sheet.add_data_validation(validation)


_ALL_COLUMNS: tuple[tuple[str, Sequence[Column]], ...] = (
    ("表紙", everything.COVER),
    *((f"表紙 {BLOCK} {block.title}", block.columns) for block in COVER_BLOCKS),
    ("評点表", everything.POINTS),
    *((f"判定 {BLOCK} {block.title}", block.columns) for block in JUDGE_BLOCKS),
    ("確認例", everything.CASES),
    ("計算式", everything.FORMULAS),
    ("読替え", everything.REPLACEMENTS),
)


def _foot(sheet: Worksheet, text: str) -> None:
    """Table and page number below every printed page."""
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=text), right=_HeaderFooterPart(text="&P / &N")
    )


def _set_heights(sheet: Worksheet, first: int) -> None:
    """Make rows high enough for their wrapped text: not every program does so by itself."""
    for number, row in enumerate(sheet.iter_rows(min_row=first), start=first):
        lines = 1
        for cell in row:
            if isinstance(cell.value, str):
                dimension = sheet.column_dimensions[cell.column_letter]
                if not dimension.outlineLevel:  # folded columns may be cut
                    lines = max(lines, _lines(cell.value, dimension.width))
        sheet.row_dimensions[number].height = 4 + 13 * lines


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; width: in half-width characters."""
    room = max(width * 1.1, 2)
    return sum(
        max(1, ceil(sum(2 if east_asian_width(c) in "FWA" else 1 for c in line) / room))
        for line in text.split("\n")
    )


def _set(cell: Any, value: Any) -> None:
    """Set a value; text that begins with = stays text."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _heading(cell: Any, column: Column) -> None:
    _set(cell, column.heading)
    _dress(cell, _STRONG, fill=_HEAD)
    needed = "必須。" if column.required else ""
    note = Comment(needed + column.note, "判定", width=260, height=90)
    cell.comment = note


def _dress(
    cell: Any, font: Font, *, column: Column | None = None, fill: PatternFill | None = None
) -> None:
    cell.font, cell.border = font, _BOX
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if fill is not None:
        cell.fill = fill
    if column is None:
        return
    if isinstance(column.codec, Number):
        cell.number_format = _GENERAL
    elif isinstance(column.codec, Day):
        cell.number_format = _DATE_FORMAT
        cell.alignment = Alignment(horizontal="left", vertical="top")
    else:
        cell.number_format = _TEXT_FORMAT


def _frozen(columns: Sequence[Column]) -> int:
    """The first column that moves: the codes of category and item stay in sight."""
    return 5 if columns is everything.POINTS else 2


def _set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width


def _print(sheet: Worksheet, *, landscape: bool, large: bool = False) -> None:
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 8 if large else 9  # A3, A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.6, 0.7, 0.3
