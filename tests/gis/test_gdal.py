"""GDAL as a client, Debian's and the newer one in pyogrio: it copies what the database has."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess

import pytest
from sqlalchemy import func

from bench.gis_copies import faults, new_gdal, ogr2ogr, stored
from inspection.models import House
from tests.gis.world import HOUSES, PHOTOS, VISITS

pytestmark = pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="gdal-bin is not installed")
IN_REACH = func.ST_X(House.location).between(120, 150) | House.location.is_(None)
"""Houses that EPSG:6670 can hold: the city has three at the ends of the earth."""

REACH = ("-spat", "120", "20", "150", "50")


@pytest.fixture
def truth(world):
    """The city's houses as the database has them."""
    with world.app.app_context():
        return stored(IN_REACH)


def test_ogrinfo_lists_the_collections_with_counts_and_types(world):
    done = subprocess.run(
        ["ogrinfo", "-so", "-al", f"OAPIF:{world.address}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={
            **os.environ,
            "GDAL_HTTP_USERPWD": f"qgis:{world.tokens['gis']}",
            "GDAL_HTTP_AUTH": "BASIC",
        },
    )

    layers = done.stdout.split("Layer name: ")[1:]
    assert [layer.split("\n")[0] for layer in layers] == ["houses", "inspections", "photos"]
    counts = [int(layer.split("Feature Count: ")[1].split("\n")[0]) for layer in layers]
    assert counts[0] == HOUSES
    assert 0 < counts[1] < VISITS
    assert 0 < counts[2] < PHOTOS
    for typed in ("total: Real", "storeys: Integer", "inspected_at: DateTime", "code: String"):
        assert typed in layers[0]
    assert "direction_deg: Real" in layers[2]
    assert "taken_at: DateTime" in layers[2]


def test_ogr2ogr_copies_every_house_into_plane_coordinates(world, truth, tmp_path):
    """Reprojected by the client, page after page of 500."""
    target = tmp_path / "copy.gpkg"
    world.requests.clear()

    ogr2ogr(
        world.tokens["gis"], "-t_srs", "EPSG:6670", "-where", "code >= 'K-00005'",
        "-oo", "PAGE_SIZE=500", target, f"OAPIF:{world.address}", "houses",
    )  # fmt: skip

    first = {key for key, (properties, _) in truth.items() if properties["code"] < "K-00005"}
    kept = {key: row for key, row in truth.items() if key not in first}
    assert faults(target, kept) == []
    assert len(kept) == HOUSES - 4
    assert sum("cursor=" in asked for asked in world.requests) >= 5
    _spoil(target)
    assert len(faults(target, kept)) == 4


def _spoil(target):
    """Change two values, move a point, leave one house out: the comparison must see each."""
    with sqlite3.connect(target) as connection:
        triggers = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'houses'"
        )
        for (name,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE houses SET town = 'X' WHERE code = 'K-00005'")
        connection.execute("UPDATE houses SET ward_code = ward_code || '0' WHERE code = 'K-00006'")
        elsewhere = "(SELECT geom FROM houses WHERE code = 'K-00009')"
        connection.execute(f"UPDATE houses SET geom = {elsewhere} WHERE code = 'K-00008'")
        connection.execute("DELETE FROM houses WHERE code = 'K-00007'")


def test_the_newer_gdal_takes_plane_coordinates_from_the_server(world, truth, tmp_path):
    """Transformed by the server (`crs`), read in the axis order of the authority."""
    target = tmp_path / "copy.gpkg"
    world.requests.clear()

    printed = new_gdal(
        world.tokens["gis"], world.address, "houses", target,
        "CRS=EPSG:6670", "PAGE_SIZE=700", "--where", "code > 'K-00004'",
    )  # fmt: skip

    version, system, count = printed.split()
    assert tuple(map(int, version.split("."))) >= (3, 12)
    assert (system, count) == ("EPSG:6670", str(HOUSES - 4))
    first = {key for key, (properties, _) in truth.items() if properties["code"] <= "K-00004"}
    assert faults(target, {key: row for key, row in truth.items() if key not in first}) == []
    assert any("6670" in asked and "cursor=" in asked for asked in world.requests)


@pytest.mark.parametrize("layer", ["inspections", "photos"])
def test_a_copy_of_the_other_collections_has_every_value(world, city, tmp_path, layer):
    features = city.items(layer, {"limit": "1000"})["features"]
    target = tmp_path / "copy.gpkg"

    ogr2ogr(world.tokens["gis"], target, f"OAPIF:{world.address}", layer)

    with sqlite3.connect(target) as connection:
        connection.row_factory = sqlite3.Row
        rows = {row["id"]: row for row in connection.execute(f"SELECT * FROM {layer}")}
    assert list(rows) == [feature["id"] for feature in features]
    for feature in features:
        row = rows[feature["id"]]
        for name, value in feature["properties"].items():
            if name.endswith("_at") and value is not None:
                assert row[name].rstrip("Z0.") == value.rstrip("Z0.")
            else:
                assert row[name] == value, name


def test_attribute_filters_of_both_gdals_reach_the_server(world, city, tmp_path):
    """As parameters named by queryables, or as CQL2: either way few features travel."""
    expected = city.items("houses", {"ward_code": "401064"})["numberMatched"]
    where = "ward_code = '401064'"
    for number, newer in enumerate((False, True)):
        world.requests.clear()
        target = tmp_path / f"{number}.gpkg"

        if newer:
            new_gdal(
                world.tokens["gis"], world.address, "houses", target, "--where", where, debug=True
            )
        else:
            address = f"OAPIF:{world.address}"
            told = ogr2ogr(
                world.tokens["gis"], "-where", where, target, address, "houses", debug=True
            )
            assert "ward_code=401064" in told

        with sqlite3.connect(target) as connection:
            assert connection.execute("SELECT count(*) FROM houses").fetchone() == (expected,)
        assert any("ward_code" in asked and "401064" in asked for asked in world.requests)


def test_spatial_filters_of_both_gdals_reach_the_server_as_bbox(world, city, tmp_path):
    expected = city.items("houses", {"bbox": "130.85,33.8,130.9,33.85"})["numberMatched"]
    for number, copy in enumerate((_spat_old, _spat_new)):
        world.requests.clear()
        target = tmp_path / f"{number}.gpkg"

        copy(world, target)

        with sqlite3.connect(target) as connection:
            assert connection.execute("SELECT count(*) FROM houses").fetchone() == (expected,)
        assert any("bbox=130.8" in asked for asked in world.requests)


def _spat_old(world, target):
    box = ("-spat", "130.85", "33.8", "130.9", "33.85")
    ogr2ogr(world.tokens["gis"], *box, target, f"OAPIF:{world.address}", "houses")


def _spat_new(world, target):
    box = ("--bbox", "130.85,33.8,130.9,33.85")
    new_gdal(world.tokens["gis"], world.address, "houses", target, *box)
