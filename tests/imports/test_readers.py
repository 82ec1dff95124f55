"""Every format to the same rows; and files that are damaged, hostile or not what they seem."""

from __future__ import annotations

import resource
import struct
import zipfile
from pathlib import Path

import pytest

from inspection.imports.model import BadCell, ImportFileError, Options
from inspection.imports.opening import READERS, open_table
from tests.imports import lists
from tests.test_architecture import DATABASE, breaches

OPTIONS = Options()


def rows_of(path, **options):
    return [list(row.cells) for row in open_table(path, Options(**options)).rows()]


def test_readers_know_no_database():
    but = ("inspection.imports.checks",)

    assert breaches("inspection/imports", *DATABASE, "flask", "marshmallow", but=but) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_every_encoding_and_with_every_separator(tmp_path, encoding, delimiter):
    path = lists.csv_file(tmp_path / "a.csv", encoding=encoding, delimiter=delimiter)

    table = open_table(path, OPTIONS)

    assert (table.headings, table.count) == (lists.HEADINGS, 2)
    assert rows_of(path) == lists.ROWS


def test_half_width_katakana_is_shift_jis_though_it_would_be_utf_8_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"code,use\nK-1,\xc3\xb1\xc3\xbd\n")  # valid UTF-8: ñý

    assert rows_of(path) == [["K-1", "ﾃｱﾃｽ"]]
    assert rows_of(path, encoding="utf-8") == [["K-1", "ñý"]]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('code,notes\nK-1,"two\nlines"\n\nK-2,x\n')

    assert [row.number for row in open_table(path, OPTIONS).rows()] == [2, 4]


def test_a_row_with_a_comma_too_many_is_a_fault_of_that_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("code,use\nK-1,a,b\nK-2,c\nK-3,d,,\n")

    assert [bool(row.fault) for row in open_table(path, OPTIONS).rows()] == [True, False, False]


def test_a_workbook_gives_numbers_dates_and_padded_codes(tmp_path):
    def change(sheet):
        sheet["A2"] = 123
        sheet["A2"].number_format = "0000"
        sheet["A3"] = "=1+1"

    path = lists.workbook(tmp_path / "a.xlsx", change=change)
    first, second = rows_of(path)

    assert open_table(path, OPTIONS).count == 2
    assert first[0] == "0123"
    assert isinstance(second[0], BadCell)
    assert "A3" in second[0]


@pytest.mark.parametrize("driver", ["a.gpkg", "a.shp", "a.zip"])
def test_layers_in_a_plane_zone_come_as_longitude_and_latitude(tmp_path, driver):
    made = tmp_path / ("a.shp" if driver == "a.zip" else driver)
    columns = {"code": ["K-1"], "所在地": ["北九州市小倉北区"]}
    options = {"encoding": "CP932"} if made.suffix == ".shp" else {}
    lists.layer(made, [lists.KOKURA_6670], columns, "EPSG:6670", **options)
    if made.suffix == ".shp":
        made.with_suffix(".cpg").unlink()
    if driver == "a.zip":
        lists.zipped(tmp_path / "a.zip", *(p for p in tmp_path.iterdir() if p.suffix != ".cpg"))

    (row,) = rows_of(tmp_path / driver)

    assert row[:2] == ["K-1", "北九州市小倉北区"]
    assert row[2:] == pytest.approx(lists.KOKURA, abs=2e-8)


def test_jgd2011_degrees_are_taken_in_the_order_of_files(tmp_path):
    path = lists.layer(tmp_path / "a.gpkg", [lists.KOKURA], {"code": ["K-1"]}, "EPSG:6668")

    assert rows_of(path)[0][1:] == pytest.approx(lists.KOKURA, abs=1e-8)


def test_a_shapefile_without_prj_needs_to_be_told(tmp_path):
    path = lists.layer(tmp_path / "a.shp", [lists.KOKURA_6670], {"code": ["K-1"]}, "EPSG:6670")
    path.with_suffix(".prj").unlink()

    with pytest.raises(ImportFileError, match=r"no \.prj.*--crs EPSG:6670"):
        open_table(path, OPTIONS)
    assert rows_of(path, crs="EPSG:6670")[0][1:] == pytest.approx(lists.KOKURA, abs=2e-8)
    with pytest.raises(ImportFileError, match="unknown"):
        open_table(path, Options(crs="EPSG:99"))


def test_a_crs_that_contradicts_the_file_is_refused(tmp_path):
    path = lists.layer(tmp_path / "a.gpkg", [lists.KOKURA_6670], {"code": ["K-1"]}, "EPSG:6670")

    with pytest.raises(ImportFileError, match="which is right"):
        open_table(path, Options(crs="EPSG:6669"))


def test_geojson_without_a_point_takes_the_columns_and_lines_are_refused(tmp_path):
    line = {"type": "LineString", "coordinates": [[130, 33], [131, 34]]}
    path = lists.geojson(
        tmp_path / "a.geojson",
        ({"code": "K-1", "lon": 130.5, "lat": 33.5}, None),
        ({"code": "K-2"}, line),
    )

    first, second = open_table(path, OPTIONS).rows()

    assert first.cells[-2:] == [130.5, 33.5]
    assert "点でも面でも" in second.fault


def write(path, data):
    path.write_bytes(data)
    return path


def entity_bomb(path):
    lists.workbook(path)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{entities}]>'
    sheet += '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    sheet += '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    parts["xl/worksheets/sheet1.xml"] = f"{sheet}</sheetData></worksheet>".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


def far_corner(path):
    """One cell far off: laid out as a whole it would take gigabytes."""
    return lists.workbook(path, rows=[], change=lambda sheet: sheet.cell(150_000, 900, "x"))


HOSTILE = {
    "empty.csv": (lambda p: write(p, b""), "empty"),
    "blank.csv": (lambda p: write(p, b"\n\n \n"), "empty|no headings"),
    "headings.csv": (lambda p: write(p, b"code,structure\n"), "headings only"),
    "headings.xlsx": (lambda p: lists.workbook(p, rows=[]), "headings only"),
    "long.csv": (lambda p: write(p, b"code\n" + b"x" * 100_000_000), "characters"),
    "quote.csv": (lambda p: write(p, b'code\n"' + b"x\n" * 200_000), "not closed"),
    "bytes.csv": (lambda p: write(p, b"code\n\x81\xff\xfe\x80\n"), "neither UTF-8 nor Shift_JIS"),
    "book.csv": (lists.workbook, "not CSV but XLSX"),
    "text.xlsx": (lists.csv_file, "not XLSX"),
    "old.xlsx": (lambda p: write(p, b"\xd0\xcf\x11\xe0" + bytes(600)), "old .xls"),
    "bomb.xlsx": (lists.bomb, "would unpack to"),
    "entities.xlsx": (entity_bomb, "damaged"),
    "cut.xlsx": (lambda p: write(p, lists.workbook(p).read_bytes()[:3000]), "damaged"),
    "list.pdf": (lambda p: write(p, b"%PDF-1.7"), r"read are .*\.xlsx"),
    "text.gpkg": (lists.csv_file, "not GeoPackage"),
    "cut.gpkg": (lambda p: write(p, b"SQLite format 3\x00" + bytes(3000)), "cannot be read"),
    "other.geojson": (lambda p: write(p, b"<OGRVRTDataSource/>"), "not GeoJSON"),
    "cut.geojson": (lambda p: write(p, b'{"type": "FeatureCollection", "feat'), "cannot be read"),
    "alone.shp": (lambda p: write(p, struct.pack(">I", 9994) + bytes(96)), "dbf is not beside"),
    "none.zip": (lambda p: lists.zipped(p, Path(__file__)), "0 Shapefiles"),
    "columns.csv": (lambda p: write(p, b"," .join([b"a"] * 2000) + b"\n1"), "columns"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_list_is_refused_in_one_line(tmp_path, name):
    make, message = HOSTILE[name]
    path = tmp_path / name
    make(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(ImportFileError, match=message) as refused:
        list(open_table(path, OPTIONS).rows())

    assert "\n" not in str(refused.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


def test_a_cell_far_off_costs_no_memory(tmp_path):
    path = far_corner(tmp_path / "a.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    rows = open_table(path, OPTIONS).rows()
    faults = [row.number for row in rows if row.fault]

    assert faults == [150_000]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


def test_nul_and_formula_text_in_csv_are_only_text(tmp_path):
    path = write(tmp_path / "a.csv", b"code,notes\n=1+1,a\x00b\n")

    assert rows_of(path) == [["=1+1", "a\x00b"]]


def test_each_format_is_listed_once():
    suffixes = [suffix for reader in READERS for suffix in reader.suffixes]

    assert len(suffixes) == len(set(suffixes))
