"""Files that mean harm, or are no workbook: refused before anything is built from them."""

import io
import time
import tracemalloc
import zipfile

import pytest

from scoring.spreadsheet import SpreadsheetError, read_workbook
from scoring.spreadsheet.guard import MOST_BYTES, MOST_CELLS, inspect
from tests.scoring.workbooks import Book

SHEET = "xl/worksheets/sheet2.xml"  # 評点表


@pytest.fixture(scope="module")
def sound():
    return Book().data()


def rewritten(data, change=None, **added):
    """The archive with parts changed by `change(name, content)`, and parts added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(part.filename, content) if change else content)
        for name, content in added.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def in_sheet(before, after):
    return lambda name, content: content.replace(before, after, 1) if name == SHEET else content


def refusal(data):
    with pytest.raises(SpreadsheetError) as refused:
        read_workbook(data, "x.xlsx")
    assert refused.value.faults[0].allowed
    return str(refused.value)


def test_the_workbook_itself_is_harmless(sound):
    assert inspect(sound).merged == {}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Excelのファイル(.xlsx)ではありません"),
        (b"id,version\n1,2\n", "Excelのファイル(.xlsx)ではありません"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "古い形式(.xls)か、パスワード"),
        (b"PK\x03\x04" + b"\0" * 200, "ファイルが壊れています"),
        (b"PK\x03\x04" + b"\0" * MOST_BYTES, "ファイルが大きすぎます"),
    ],
)
def test_what_is_no_workbook_is_refused(data, message):
    assert message in refusal(data)


def test_a_truncated_or_damaged_file_is_refused(sound):
    assert "壊れています" in refusal(sound[: len(sound) // 2])
    damaged = bytearray(sound)
    damaged[200:400] = b"\xff" * 200
    assert "壊れています" in refusal(bytes(damaged))


def test_a_zip_that_is_no_workbook_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "ブックが入っていません" in refusal(stream.getvalue())


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("xl__vbaProject_dot_bin", "マクロ"),
        ("xl__externalLinks__externalLink1_dot_xml", "ほかのファイルへのリンク"),
        ("xl__embeddings__oleObject1_dot_bin", "埋め込みオブジェクト"),
        ("xl__activeX__activeX1_dot_xml", "ActiveX"),
        ("xl__connections_dot_xml", "外部データの接続"),
    ],
)
def test_macros_links_and_objects_are_refused(sound, part, message):
    assert message in refusal(rewritten(sound, **{part: "<x/>"}))


def test_a_macro_workbook_is_refused_by_its_type(sound):
    def declare(name, content):
        if name != "[Content_Types].xml":
            return content
        return content.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    assert "マクロ有効ブック" in refusal(rewritten(sound, declare))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_external_files_in_xml_are_refused(sound, encoding):
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&b;&f;</x>'
    ).encode(encoding)

    data = rewritten(sound, lambda name, content: bomb if name == SHEET else content)

    assert "文書型宣言" in refusal(data)


def test_a_zip_bomb_is_refused_at_once_and_without_memory(sound):
    data = rewritten(sound, xl__media__zeros_dot_xml=b"\0" * 60_000_000)
    assert len(data) < MOST_BYTES
    tracemalloc.start()
    begun = time.perf_counter()

    message = refusal(data)

    assert "展開すると大きすぎます" in message
    assert time.perf_counter() - begun < 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_too_many_parts_and_a_part_twice_are_refused(sound):
    many = {f"xl__p{number}_dot_xml": "<x/>" for number in range(300)}
    assert "中のファイルが多すぎます" in refusal(rewritten(sound, **many))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = rewritten(sound, xl__workbook_dot_xml="<x/>")
    assert "同じ名前の部品が二つ" in refusal(twice)


def test_a_value_in_the_last_row_or_column_of_excel_is_refused(sound):
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    wide = b'<row r="900"><c r="XFD900"><v>1</v></c></row></sheetData>'

    assert "A1048576 に値があります" in refusal(rewritten(sound, in_sheet(b"</sheetData>", far)))
    assert "XFD900 に値があります" in refusal(rewritten(sound, in_sheet(b"</sheetData>", wide)))


def test_a_huge_dimension_without_cells_costs_nothing(sound):
    import re

    def widen(name, content):
        if name != SHEET:
            return content
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content)

    begun = time.perf_counter()
    from tests.scoring.shipped import registry

    assert read_workbook(rewritten(sound, widen), "x.xlsx", registry().get).table
    assert time.perf_counter() - begun < 5


def test_too_many_cells_are_refused(sound):
    rows = b"".join(
        b'<row r="%d">%s</row>' % (row, b"<c/>" * 500)
        for row in range(200, 200 + MOST_CELLS // 500 + 1)
    )
    data = rewritten(sound, in_sheet(b"</sheetData>", rows + b"</sheetData>"))
    assert "セルが多すぎます" in refusal(data)


def test_xml_nested_without_end_is_refused(sound):
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    data = rewritten(sound, lambda name, content: deep if name == SHEET else content)
    assert "入れ子が深すぎます" in refusal(data)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", SHEET])
@pytest.mark.parametrize("content", [b"<a/>", b"", b"not xml", b"<a>"])
def test_parts_that_are_something_else_are_refused_not_crashed_on(sound, part, content):
    data = rewritten(sound, lambda name, old: content if name == part else old)

    with pytest.raises(SpreadsheetError):
        read_workbook(data, "x.xlsx")


def test_shared_strings_that_are_not_there_are_refused(sound):
    import re

    def point_beyond(name, content):
        pattern = rb'<c r="A3"([^>]*) t="inlineStr"><is>.*?</is></c>'
        replaced = rb'<c r="A3"\1 t="s"><v>99999</v></c>'
        return re.sub(pattern, replaced, content, count=1) if name == SHEET else content

    data = rewritten(sound, point_beyond)

    assert data != rewritten(sound)
    with pytest.raises(SpreadsheetError, match="ブックとして読めません"):
        read_workbook(data, "x.xlsx")
