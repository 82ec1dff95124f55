"""Exports, read back by other software: every row, attribute and coordinate, in every format."""

from __future__ import annotations

import csv
import io
import json
import math
import sqlite3
import time
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow.parquet as pq
import pytest
from pyogrio.raw import read as read_layer
from pyproj import CRS
from shapely import from_wkb
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from inspection.auth import Actor
from inspection.extensions import db
from inspection.gis.collections import COLLECTIONS
from inspection.gis.exporting import start_export
from inspection.gis.formats import FORMATS, offered
from inspection.models import AuditEntry
from inspection.resources import storage
from tests.gis import factories as make

JST = ZoneInfo("Asia/Tokyo")
HYPHENED = {"bbox_crs": "bbox-crs"}
KOKURA = (130.8752, 33.8834)
PLANE = (-11544.200, 97977.183)
MERCATOR = (
    6378137 * math.radians(KOKURA[0]),
    6378137 * math.log(math.tan(math.pi / 4 + math.radians(KOKURA[1]) / 2)),
)
SECRETS = ("判定 太郎", "秘密の所見", "隣家の犬", "123番地4", "5番6号", "IMG_0001", "撮影者")
AWKWARD = '=SUM(A1:A9)"<&>,髙﨑\n𠮷野家'


@pytest.fixture
def export(app, client, tokens):
    """Get an export: `export("houses.csv", crs="EPSG:6670")`; expect: the status."""

    def get(name, expect=200, role="secretariat", **query):
        reply = client.get(
            f"/api/v1/exports/{name}",
            query_string={HYPHENED.get(key, key): value for key, value in query.items()},
            headers={"Authorization": f"Bearer {tokens(role)}"},
        )
        assert reply.status_code == expect, (name, query, reply.text[:500])
        return reply

    return get


@pytest.fixture
def town(app):
    """Houses with and without point, result and attributes; visits of all kinds, photos."""
    with make.rows(app):
        make.a_house(*KOKURA, address=AWKWARD)
        make.a_house(lon=None, town=None, ward_code=None, storeys=None, built_year=None)
        for number in range(4):
            house = make.a_house(lon=130.8 + number / 7, lat=33.8 + number / 70)
            moment = datetime(2026, 5, number + 1, 3, 0, 0, 250_000 * number, tzinfo=UTC)
            status = ("confirmed", "decided", "submitted", "draft")[number]
            visit = make.a_visit(house, status=status, at=moment, total=42.5 + number)
            make.a_photo(visit, direction_deg=None, position=(130.9, 33.9) if number else None)


def features(export, collection, **query):
    return json.loads(export(f"{collection}.geojson", **query).text)["features"]


def expected(export, collection, **query):
    """Rows as plain dictionaries, from the GeoJSON, whose text is that of the OGC API."""
    return [
        {"id": each["id"], **each["properties"], "point": _pair(each["geometry"])}
        for each in features(export, collection, **query)
    ]


def _pair(geometry):
    return None if geometry is None else tuple(geometry["coordinates"])


def moment(text):
    return None if text is None else datetime.fromisoformat(text)


def by_gdal(reply, path, **options):
    """Rows as GDAL reads them, and what it says of the file."""
    path.write_bytes(reply.data)
    meta, _, wkbs, columns = read_layer(path, datetime_as_string=True, **options)
    rows = []
    for place, wkb in enumerate(wkbs):
        point = None if wkb is None else from_wkb(wkb)
        row = {str(name): columns[n][place] for n, name in enumerate(meta["fields"])}
        row["id"] = row.pop("feature_id", row.get("id"))  # as KML calls it
        row["point"] = None if point is None else (point.x, point.y)
        rows.append(row)
    return rows, meta


def same(found, wanted, kinds):
    """Compare rows attribute for attribute; missing numbers are NaN, instants may be cut to ms."""
    assert len(found) == len(wanted) > 0
    for one, other in zip(found, wanted, strict=True):
        assert (
            one["point"] == pytest.approx(other["point"], abs=1e-9)
            if other["point"]
            else (one["point"] is None)
        )
        for name, kind in kinds.items():
            value, truth = one[name], other[name]
            if kind == "instant":
                value = moment(value) if isinstance(value, str) else value
                truth = moment(truth)
                assert (
                    value == truth
                    if truth is None
                    else abs((value - truth).total_seconds()) <= 0.001
                ), (name, value, truth)
            elif truth is None:
                assert value is None or value != value or value == "", (name, value)
            else:
                assert value == truth, (name, value, truth)


def kinds_of(collection):
    return {"id": "uuid", **{p.name: p.kind for p in COLLECTIONS[collection].properties}}


def test_geojson_is_what_the_ogc_api_serves_with_one_feature_a_line(export, town, reader):
    for collection in COLLECTIONS:
        reply = export(f"{collection}.geojson")
        served = reader.items(collection, {"limit": 1000})["features"]

        assert json.loads(reply.text)["features"] == served
        assert len(reply.text.splitlines()) == len(served) + 2
        assert reply.headers["Content-Type"] == "application/geo+json"
        assert "crs" not in json.loads(reply.text)


def test_gdal_reads_every_row_attribute_and_point(export, town, tmp_path):
    for collection in COLLECTIONS:
        wanted, kinds = expected(export, collection), kinds_of(collection)
        for extension in ("gpkg", "fgb", "kml"):
            path = tmp_path / f"{collection}.{extension}"

            rows, meta = by_gdal(export(path.name), path)

            order = [each["id"] for each in wanted]
            rows.sort(key=lambda row: order.index(row["id"]))  # FlatGeobuf packs by place
            if extension == "kml":  # GDAL's reader takes typed instants for text
                kinds = {name: kind for name, kind in kinds.items() if kind != "instant"}
            same(rows, wanted, kinds)
            assert meta["geometry_type"] in ("Point", "Unknown")
        with closing(sqlite3.connect(tmp_path / f"{collection}.gpkg")) as package:
            titles = dict(package.execute("SELECT column_name, name FROM gpkg_data_columns"))
            assert titles["code"] == "案件番号"
            assert set(titles) == set(kinds_of(collection))
            assert package.execute("SELECT count(*) FROM gpkg_extensions WHERE extension_name = "
                                   "'gpkg_rtree_index'").fetchone() == (1,)  # fmt: skip
        assert "所在地" in (tmp_path / "houses.fgb").read_bytes().decode("utf-8", "replace")
        assert "<displayName>案件番号</displayName>" in (tmp_path / f"{collection}.kml").read_text()


def test_geoparquet_has_every_row_attribute_and_point(export, town):
    for collection in COLLECTIONS:
        wanted = expected(export, collection)

        file = pq.ParquetFile(io.BytesIO(export(f"{collection}.parquet").data))

        table = file.read()
        rows = table.to_pylist()
        for row in rows:
            point = None if row["geometry"] is None else from_wkb(row["geometry"])
            row["point"] = None if point is None else (point.x, point.y)
            box = row["bbox"]
            assert (box is None) if point is None else (box["xmin"], box["ymax"]) == row["point"]
        same(rows, wanted, kinds_of(collection))
        geo = json.loads(file.metadata.metadata[b"geo"])
        assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
        xs, ys = zip(*(row["point"] for row in wanted if row["point"]), strict=True)
        assert geo["columns"]["geometry"]["bbox"] == [min(xs), min(ys), max(xs), max(ys)]
        assert table.schema.field("code").metadata[b"description"].decode() == "案件番号"


def test_csv_and_xlsx_hold_every_value_and_no_formula(export, town):
    for collection, found in COLLECTIONS.items():
        wanted = expected(export, collection)
        text = export(f"{collection}.csv").data
        book = openpyxl.load_workbook(
            io.BytesIO(export(f"{collection}.xlsx", headings="names").data)
        )

        assert text.startswith(b"\xef\xbb\xbf")
        lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
        heads, *cells = book.active.iter_rows(values_only=True)
        sheet = [dict(zip(heads, row, strict=True)) for row in cells]
        assert len(lines) == len(sheet) == len(wanted)
        for line, row, truth in zip(lines, sheet, wanted, strict=True):
            for name, kind in kinds_of(collection).items():
                _same_cells(kind, line[name], row[name], truth[name])
            point = truth["point"] or (None, None)
            assert [float(line[n]) if line[n] else None for n in ("lon", "lat")] == list(point)
            assert (row["lon"], row["lat"]) == tuple(point)
        assert book.active.freeze_panes == "A2"
        assert book.active.auto_filter.ref.startswith("A1:")
        assert book.active.title == found.title


def _same_cells(kind, text, cell, truth):
    if truth is None:
        assert (text, cell) == ("", None)
    elif kind == "instant":
        assert moment(text) == moment(truth)
        assert text.endswith("+09:00")
        local = moment(truth).astimezone(JST).replace(tzinfo=None)
        assert abs((cell - local).total_seconds()) <= 0.001
    elif kind in ("integer", "number"):
        assert float(text) == cell == truth
    else:
        assert text == (f"'{truth}" if truth.startswith("=") else truth)
        assert cell == truth


def test_tables_speak_japanese_and_tell_what_codes_mean(export, town):
    book = openpyxl.load_workbook(io.BytesIO(export("houses.xlsx").data))
    heads, first, _, scored_cells = list(book.active.iter_rows(values_only=True, max_row=4))
    row, scored = dict(zip(heads, first, strict=True)), dict(zip(heads, scored_cells, strict=True))

    assert heads[:4] == ("ID", "案件番号", "所在地", "町名")
    assert heads[-2:] == ("経度", "緯度")
    assert (row["構造コード"], row["構造"]) == ("wooden", "木造")
    assert (row["区コード"], row["区"]) == ("401064", "小倉北区")
    assert scored["判定"] == "不良住宅"
    assert book.active["C2"].data_type == "s"
    japanese = export("houses.csv", headings="ja").data.decode("utf-8-sig").splitlines()[0]
    assert japanese.startswith("ID,案件番号,所在地,")
    assert japanese.endswith(",経度,緯度")
    photo = export("photos.csv", headings="ja").data.decode("utf-8-sig").splitlines()[0]
    assert "撮影方向(度),家屋までの距離(m)" in photo


def test_the_plane_system_stands_in_every_format_with_easting_first(export, app, tmp_path):
    with make.rows(app):
        make.a_house(*KOKURA)
    plane = {"crs": "EPSG:6670"}

    for extension in ("geojson", "gpkg", "fgb"):
        path = tmp_path / f"houses.{extension}"
        (row,), meta = by_gdal(export(path.name, **plane), path)
        assert row["point"] == pytest.approx(PLANE, abs=1e-3)
        assert CRS.from_user_input(meta["crs"]) == CRS.from_epsg(6670)
    file = pq.ParquetFile(io.BytesIO(export("houses.parquet", **plane).data))
    table = file.read()
    point = from_wkb(table["geometry"][0].as_py())
    assert (point.x, point.y) == pytest.approx(PLANE, abs=1e-3)
    geo = json.loads(file.metadata.metadata[b"geo"])["columns"]["geometry"]
    assert CRS.from_json_dict(geo["crs"]) == CRS.from_epsg(6670)
    (line,) = csv.DictReader(io.StringIO(export("houses.csv", **plane).data.decode("utf-8-sig")))
    assert float(line["x_north_epsg6670"]) == pytest.approx(PLANE[1], abs=1e-3)
    assert float(line["y_east_epsg6670"]) == pytest.approx(PLANE[0], abs=1e-3)
    sheet = openpyxl.load_workbook(io.BytesIO(export("houses.xlsx", **plane).data)).active
    heads, cells = list(sheet.iter_rows(values_only=True))
    assert heads[-2:] == ("X座標(北、2系、m)", "Y座標(東、2系、m)")
    assert cells[-2:] == pytest.approx(PLANE[::-1], abs=1e-3)
    assert export("houses.kml", expect=400, **plane).json["parameter"] == "crs"
    for code in ("EPSG:4326", "EPSG:6668", "EPSG:3857"):
        (row,), meta = by_gdal(export("houses.gpkg", crs=code), tmp_path / f"{code[5:]}.gpkg")
        assert meta["crs"] == code
        wanted = MERCATOR if code == "EPSG:3857" else KOKURA
        assert row["point"] == pytest.approx(wanted, abs=1e-3)


def test_no_rows_are_a_valid_file_too(export, app, tmp_path):
    for extension in ("geojson", "gpkg", "fgb"):
        path = tmp_path / f"photos.{extension}"
        rows, meta = by_gdal(export(path.name), path)
        assert rows == []
        assert extension == "geojson" or set(meta["fields"]) == set(kinds_of("photos"))
    kml = ElementTree.fromstring(export("photos.kml").data)
    assert len(kml.findall(".//{*}SimpleField")) == len(kinds_of("photos"))
    assert kml.findall(".//{*}Placemark") == []
    assert pq.read_table(io.BytesIO(export("photos.parquet").data)).num_rows == 0
    assert len(export("photos.csv").data.decode("utf-8-sig").splitlines()) == 1
    sheet = openpyxl.load_workbook(io.BytesIO(export("photos.xlsx").data)).active
    assert sheet.max_row == 1


def test_filters_and_roles_select_as_they_do_under_ogc(export, town, reader_of):
    asked = (
        {"bbox": "130.7,33.7,130.9,33.9"},
        {"datetime": "2026-05-02/.."},
        {"filter": "total > 43 AND judgement = 'substandard'"},
        {"bbox": "97000,-12000,98000,-11000", "bbox_crs": "EPSG:6670"},
        {},
    )
    for role in ("gis", "committee", "inspector"):
        for query in asked:
            for collection in ("houses", "inspections"):
                wanted = reader_of(role).ids(
                    collection, {HYPHENED.get(key, key): value for key, value in query.items()}
                )
                lines = csv.DictReader(
                    io.StringIO(export(f"{collection}.csv", role=role, **query).text[1:])
                )
                assert [line["id"] for line in lines] == wanted, (role, query, collection)
    assert len(features(export, "houses", town="城内", ward_code="401064")) == 5


def test_nothing_personal_leaves_in_any_format(export, town, tmp_path):
    for collection in COLLECTIONS:
        for extension in FORMATS:
            data = export(f"{collection}.{extension}", role="gis").data
            if extension == "xlsx":
                with zipfile.ZipFile(io.BytesIO(data)) as book:
                    data = b"".join(book.read(name) for name in book.namelist())
            elif extension == "parquet":
                data = str(pq.read_table(io.BytesIO(data)).to_pylist()).encode()
            for secret in SECRETS:
                assert secret.encode() not in data, (collection, extension, secret)


def test_what_cannot_be_answered_is_refused_before_the_first_byte(export, client, town):
    refused = [
        ("houses.csv", {"colour": "red"}, "colour"),
        ("houses.geojson", {"headings": "ja"}, "headings"),
        ("houses.csv", {"headings": "en"}, "headings"),
        ("houses.gpkg", {"crs": "EPSG:2443"}, "crs"),
        ("houses.fgb", {"bbox": "1,2,3"}, "bbox"),
        ("houses.parquet", {"datetime": "soon"}, "datetime"),
        ("houses.xlsx", {"limit": "10"}, "limit"),
        ("houses.kml", {"filter": "total >"}, "filter"),
        ("open-data.csv", {"bbox": "1,2,3,4"}, "bbox"),
        ("hantei.qgs", {"f": "json"}, "f"),
    ]
    for name, query, parameter in refused:
        reply = export(name, expect=400, **query)
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json["parameter"] == parameter, name
        assert parameter in reply.json["detail"]
    for name in ("houses.shp", "owners.csv", "houses.", "houses.CSV"):
        export(name, expect=404)
    assert client.get("/api/v1/exports/houses.csv").status_code == 401


def test_a_reply_has_a_japanese_name_and_its_type_also_for_head(client, tokens, town):
    header = {"Authorization": f"Bearer {tokens('gis')}"}

    for call in (client.get, client.head):
        reply = call("/api/v1/exports/houses.gpkg?crs=EPSG:6670", headers=header)
        assert reply.status_code == 200
        assert (
            "filename*=UTF-8''%E5%AE%B6%E5%B1%8B_houses.gpkg"
            in (reply.headers["Content-Disposition"])
        )
        assert reply.headers["Content-Type"] == "application/geopackage+sqlite3"
        assert reply.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/EPSG/0/6670>"
    assert reply.data == b""
    assert "Content-Length" not in reply.headers


def test_an_export_is_in_the_audit_and_in_the_api_document(app, client, export, town):
    export("houses.csv", role="gis", bbox="130,33,131,34")

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert (entry.act, entry.subject) == ("gis.export", "collection/houses")
        assert entry.detail == {"file": "csv", "parameters": {"bbox": "130,33,131,34"}}
    paths = client.get("/api/v1/openapi.json").json["paths"]
    operation = paths["/api/v1/exports/{collection}.{extension}"]
    named = {each["name"]: each for each in operation.get("parameters", []) +
             operation["get"].get("parameters", [])}  # fmt: skip
    assert set(named["extension"]["schema"]["enum"]) == set(FORMATS)
    assert {"bbox", "datetime", "filter", "crs", "headings"} <= set(named)
    kinds = {kind.media_type for kind in FORMATS.values()}
    assert set(operation["get"]["responses"]["200"]["content"]) == kinds
    assert {"400", "401", "403", "404"} <= set(operation["get"]["responses"])


def test_a_reader_that_stalls_holds_no_connection_and_no_writer_up(app, town):
    with app.test_request_context():
        export = start_export("houses", "csv", MultiDict(), Actor("x", "admin"))
        try:
            deadline = time.monotonic() + 10
            while export.body.length is None and time.monotonic() < deadline:
                time.sleep(0.01)
            db.session.remove()

            assert db.engine.pool.checkedout() == 0
            with make.rows(app):
                make.a_house()
            assert len(b"".join(export.body).splitlines()) >= 7
        finally:
            export.body.close()
        assert list(storage().spool_folder.glob("export-*")) == []


def test_every_format_is_offered_for_every_collection():
    for collection in COLLECTIONS:
        paths = [offer.path for offer in offered(collection)]
        assert paths == [f"/api/v1/exports/{collection}.{extension}" for extension in FORMATS]


def test_a_collection_links_to_its_files_and_a_browser_is_asked_for_the_token(
    reader, client, tokens, town
):
    described = reader.json("/collections/houses")
    files = {
        each["href"]: each["type"] for each in described["links"] if each["rel"] == "enclosure"
    }

    assert len(files) == len(FORMATS)
    for href, media_type in files.items():
        path = href.partition("://")[2].partition("/")[2]
        refused = client.get(f"/{path}")
        assert refused.status_code == 401
        assert any(line.startswith("Basic") for line in refused.headers.getlist("WWW-Authenticate"))
        told = client.head(f"/{path}", headers={"Authorization": f"Bearer {tokens('gis')}"})
        assert told.status_code == 200, path
        assert told.headers["Content-Type"].partition(";")[0] == media_type.partition(";")[0]
