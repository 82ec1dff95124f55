"""Workbooks for tests: a table's own, edited cell by cell as a clerk would."""

import io
from functools import cache

from openpyxl import load_workbook

from scoring.spreadsheet import SpreadsheetError, read_workbook, write_workbook
from tests.scoring.shipped import WOODEN, registry, shipped


@cache
def drawn(id):
    """The bytes of a shipped table's workbook, drawn once: it takes 0.2 s."""
    return write_workbook(shipped(id).document)


class Book:
    """A table's workbook; `cell(sheet, heading, row)` finds cells by what a clerk sees."""

    def __init__(self, data=None, id=WOODEN):
        data = data or drawn(id)
        self.book = load_workbook(io.BytesIO(data))

    def row(self, sheet, text, column=1):
        """The number of the first row whose cell in this column holds the text."""
        cells = self.book[sheet].iter_rows(min_col=column, max_col=column)
        return next(row[0].row for row in cells if row[0].value == text)

    def column(self, sheet, heading, row):
        return next(cell.column for cell in self.book[sheet][row] if str(cell.value) == heading)

    def set_cover(self, heading, value):
        self.book["表紙"].cell(self.row("表紙", heading), 2).value = value

    def put_line(self, sheet, head, row, values):
        """Write values by heading into a row below the headings of row `head`."""
        for heading, value in values.items():
            self.book[sheet].cell(row, self.column(sheet, heading, head)).value = value

    def add_to_block(self, sheet, title, values):
        """Write a line into a titled list, below what it holds already."""
        head = self.row(sheet, f"■ {title}") + 1
        row = head + 1
        while any(cell.value is not None for cell in self.book[sheet][row]):
            row += 1
        self.put_line(sheet, head, row, values)

    def add_grade(self, values):
        """Write a row below the last one of 評点表."""
        sheet = self.book["評点表"]
        last = max(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value is not None)
        self.put_line("評点表", 3, last + 1, values)
        return last + 1

    def add_case(self, values):
        """Write a worked case; headings that are not there yet are made."""
        sheet = self.book["確認例"]
        last = max(row[1].row for row in sheet.iter_rows(max_col=2) if row[1].value is not None)
        for heading in values:
            if heading not in [str(cell.value) for cell in sheet[3]]:
                sheet.cell(3, sheet.max_column + 1).value = heading
        self.put_line("確認例", 3, last + 1, values)

    def data(self):
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()

    def read(self):
        return read_workbook(self.data(), "city.xlsx", registry().get)

    def faults(self):
        """What is refused, as place -> message."""
        try:
            self.read()
        except SpreadsheetError as error:
            return {fault.place: f"{fault.found} → {fault.allowed}" for fault in error.faults}
        raise AssertionError("the workbook was accepted")


def a_city_book(version="2026-10-01", start=None):
    """The national wooden table as a city changes it: an item more, times 1.5 on a school route."""
    from datetime import date

    book = Book()
    for heading, value in {
        "評点表のID": "kitakyushu.substandard-dwelling.wooden",
        "版": version,
        "団体コード": "40100",
        "名称": "北九州市の評点表(木造等)",
        "適用開始日": start or date(2026, 4, 1),
        "出典": "試験のための要綱",
        "出典の箇所": "別表",
        "出典の確認": "未確認",
        "確認した日": None,
    }.items():
        book.set_cover(heading, value)
    book.add_to_block(
        "表紙",
        "条件",
        {"条件": "通学路に面する", "条件の符号": "school_route", "既定値": "いいえ"},
    )
    book.add_grade(
        {
            "区分": "9",
            "区分の名称": "周辺への影響",
            "項目": "9-1",
            "項目の名称": "道路への影響",
            "記号": "イ",
            "評定内容": "道路に倒れるおそれ",
            "評点": 50,
            "根拠": "要綱 別表 九(一)",
        }
    )
    book.add_to_block(
        "判定",
        "補正",
        {
            "補正": "通学路に面する場合の割増し",
            "計算": "倍する",
            "値": 1.5,
            "条件": "通学路に面する",
            "根拠": "要綱 第5条",
            "補正の符号": "school_route",
        },
    )
    cases = book.book["確認例"]
    head = {str(cell.value): cell.column for cell in cases[3]}
    for row in range(4, cases.max_row + 1):  # cases that leave items open reach 50 points higher
        if cases.cell(row, head["上限"]).value == 350:
            cases.cell(row, head["上限"]).value = 400
    book.add_case(
        {
            "説明": "道路への影響 50 の 1.5 倍で 75",
            "合計": 75,
            "判定": "不良住宅に該当しない",
            "ほかの項目": "該当なし",
            "9-1": "イ",
            "条件: 通学路に面する": "はい",
        }
    )
    return book
