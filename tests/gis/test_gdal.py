"""GDAL as a client: it lists, counts, types and copies every feature as the server has it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import threading
from contextlib import contextmanager
from datetime import datetime

import pytest
from pyproj import Transformer
from werkzeug.serving import make_server

from tests.gis import factories as make

pytestmark = pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="gdal-bin is not installed")
COLLECTIONS = ("houses", "inspections", "photos")


@pytest.fixture
def address(app):
    """The OGC API on a port of its own, for programs outside this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ogc"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def town(app):
    """More rows than one page of GDAL's, the first of them without any result."""
    with make.rows(app):
        for number in range(15):
            make.a_house(lon=None if number % 5 == 0 else 130.7 + number / 100, storeys=None)
        for number in range(18):
            house = make.a_house(
                lon=130.8 + number * 0.0123456789, lat=33.8 + number * 0.00987654321
            )
            total = 100.0 if number < 12 else 42.5
            fix = (130.9, 33.9 + number / 1000) if number % 2 else None
            visit = make.a_visit(house, total=total, position=fix)
            make.a_photo(visit, direction_deg=None if number < 11 else 271.5)


def run(*command, token):
    environment = {**os.environ, "GDAL_HTTP_HEADERS": f"Authorization: Bearer {token}"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=120, env=environment
    )
    assert "ERROR" not in done.stderr
    return done.stdout


def test_ogrinfo_lists_the_collections_with_counts_and_types(address, town, tokens):
    told = run("ogrinfo", "-so", "-al", f"OAPIF:{address}", token=tokens("gis"))

    layers = told.split("Layer name: ")[1:]
    assert [layer.split("\n")[0] for layer in layers] == list(COLLECTIONS)
    assert ["Feature Count: 33" in layers[0], "Feature Count: 18" in layers[1]] == [True, True]
    for typed in ("total: Real", "storeys: Integer", "inspected_at: DateTime", "code: String"):
        assert typed in layers[0]
    assert "direction_deg: Real" in layers[2]
    assert "taken_at: DateTime" in layers[2]


def test_the_token_as_password_of_basic_serves_too(address, town, tokens):
    done = subprocess.run(
        ["ogrinfo", "-so", f"OAPIF:{address}", "houses"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "GDAL_HTTP_USERPWD": f"qgis:{tokens('gis')}", "GDAL_HTTP_AUTH": "BASIC"},
    )

    assert "Feature Count: 33" in done.stdout


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_copy_has_every_feature_and_every_attribute(
    address, town, tokens, reader, tmp_path, collection
):
    served = {f["id"]: f for f in reader.items(collection, {"limit": "1000"})["features"]}
    target = tmp_path / "copy.gpkg"

    run("ogr2ogr", target, f"OAPIF:{address}", collection, token=tokens("secretariat"))

    with _rows(target, collection) as rows:
        copied = {row["id"]: dict(row) for row in rows}
    assert set(copied) == set(served)
    for key, feature in served.items():
        for name, value in feature["properties"].items():
            assert _same(copied[key][name], value), (name, copied[key][name], value)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_copy_in_plane_coordinates_lies_where_pyproj_says(
    address, town, tokens, reader, tmp_path, collection
):
    to_plane = Transformer.from_crs("OGC:CRS84", "EPSG:6670")
    served = {f["id"]: f for f in reader.items(collection, {"limit": "1000"})["features"]}
    target = tmp_path / "copy.json"

    run(
        "ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:6670", "-lco", "COORDINATE_PRECISION=6",
        target, f"OAPIF:{address}", collection, token=tokens("secretariat"),
    )  # fmt: skip

    features = json.loads(target.read_text())["features"]
    assert len(features) == len(served)
    for feature in features:
        original = served[feature["properties"]["id"]]["geometry"]
        if original is None:
            assert feature["geometry"] is None
            continue
        northing, easting = to_plane.transform(*original["coordinates"])
        assert feature["geometry"]["coordinates"] == pytest.approx([easting, northing], abs=1e-3)


def test_a_spatial_filter_of_gdal_selects_what_a_box_selects(address, town, tokens, reader):
    box = ("130.85", "33.8", "130.95", "33.9")
    expected = reader.items("houses", {"bbox": ",".join(box)})["numberMatched"]

    told = run(
        "ogrinfo", "-al", "-q", "-spat", *box, f"OAPIF:{address}", "houses", token=tokens("gis")
    )

    assert told.count("OGRFeature(") == expected > 0


@contextmanager
def _rows(path, table):
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        yield connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


def _same(copied, served):
    if isinstance(copied, str) and isinstance(served, str) and "T" in served and "Z" in served:
        # A GeoPackage keeps milliseconds.
        apart = datetime.fromisoformat(copied) - datetime.fromisoformat(served)
        return abs(apart.total_seconds()) <= 0.001
    return copied == served
