from __future__ import annotations

import csv
import io

import docx
import openpyxl
import pytest

from inspection.lists.columns import COLUMNS
from inspection.lists.minutes import to_docx
from inspection.lists.text_file import to_csv
from inspection.lists.workbook import HEADING_ROW, to_xlsx
from tests.lists.factories import a_list, a_listed_case

FORMULAS = ("=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1")
HEADINGS = [column.heading for column in COLUMNS]


def rows_of_csv(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet_of(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def text_of(data):
    document = docx.Document(io.BytesIO(data))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_text_file_gives_every_column_of_every_case():
    rows = rows_of_csv(to_csv(a_list(a_listed_case(), a_listed_case(code="R8-002"))))

    assert [row["番号"] for row in rows] == ["R8-001", "R8-002"]
    assert list(rows[0]) == HEADINGS
    assert rows[0]["評点"] == "105"
    assert rows[0]["調査日"] == "2026-11-02"
    assert rows[0]["延床面積(㎡)"] == "98.5"


def test_what_is_not_known_is_left_empty():
    case = a_listed_case(decision=None, reason=None, decided_on=None, built_year=None)

    [row] = rows_of_csv(to_csv(a_list(case)))

    assert (row["決定"], row["決定日"], row["建築年"]) == ("", "", "")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_client_runs_as_a_formula(text):
    listed = a_list(a_listed_case(proposal=text, code=text))

    sheet = sheet_of(to_xlsx(listed))
    [row] = rows_of_csv(to_csv(listed))

    cell = sheet.cell(HEADING_ROW + 1, HEADINGS.index("事務局案") + 1)
    assert (cell.data_type, cell.value) == ("s", text)
    assert row["事務局案"].startswith("'")


def test_lines_commas_and_quotes_survive_the_text_file():
    text = '一行目\n二行目, "引用"'

    [row] = rows_of_csv(to_csv(a_list(a_listed_case(reason=text))))

    assert row["理由・条件"] == text


def test_the_workbook_keeps_numbers_and_dates_as_such_and_is_set_up_for_print():
    sheet = sheet_of(to_xlsx(a_list(a_listed_case())))
    cells = {sheet.cell(HEADING_ROW, n).value: sheet.cell(HEADING_ROW + 1, n) for n in range(1, 23)}

    assert cells["評点"].value == 105
    assert cells["調査日"].value.date().isoformat() == "2026-11-02"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    [choice] = sheet.data_validations.dataValidation
    assert choice.formula1 == '"認定,不認定,保留"'


def test_characters_that_no_cell_can_hold_are_left_out():
    listed = a_list(a_listed_case(proposal="前\x0b後\x01"))

    assert sheet_of(to_xlsx(listed)).cell(
        HEADING_ROW + 1, HEADINGS.index("事務局案") + 1
    ).value == ("前後")
    assert "前後" in to_csv(listed).decode()
    to_docx(a_list(title="判定\x0b委員会"))


def test_the_minutes_fill_in_decisions_and_leave_room_for_what_was_said():
    open_case = a_listed_case(code="R8-009", decision=None, reason=None, low=80, high=120, total=80)

    text = text_of(to_docx(a_list(a_listed_case(), open_case)))

    assert "第3回 判定委員会　議事録(案)" in text
    assert "審議した案件 2件(認定 1件、未決定 1件)" in text
    assert "除却後の更地管理を条件とする" in text
    assert "80(80～120)点" in text
    assert "委員長 山田 一郎" in text
    assert "令和8年11月23日(月) 13:30" in text


def test_a_meeting_without_cases_has_lists_too():
    empty = a_list(number=None, place=None, agenda=(), members=())

    assert rows_of_csv(to_csv(empty)) == []
    assert sheet_of(to_xlsx(empty)).cell(HEADING_ROW, 1).value == "資料"
    assert "審議した案件はありません" in text_of(to_docx(empty))
