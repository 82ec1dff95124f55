"""Reference systems: boxes in each, and places that a system cannot hold."""

from __future__ import annotations

import pytest
from pyproj import CRS, Transformer

from inspection.gis import crs as systems
from tests.gis import factories as make

BASE = "http://www.opengis.net/def/crs"
CRS84 = f"{BASE}/OGC/1.3/CRS84"


def epsg(code):
    return f"{BASE}/EPSG/0/{code}"


EVERY = [CRS84, epsg(4326), epsg(6668), *map(epsg, range(6669, 6688)), epsg(3857)]


@pytest.fixture
def castle(app):
    """A house at the place with the check values: Kokura castle's neighbourhood."""
    with make.rows(app):
        return str(make.a_house(lon=130.8752, lat=33.8834).id)


def test_a_box_around_a_feature_in_a_system_finds_it_there_and_nowhere_else(reader, castle):
    for uri in EVERY:
        query = {"crs": uri, "bbox-crs": uri}
        reply = reader.get("/collections/houses/items", query)
        (feature,) = reply.get_json(force=True)["features"]
        first, second = feature["geometry"]["coordinates"]
        step = 1e-7 if abs(first) < 400 else 0.01

        def boxed(shift, low=(first, second), step=step, query=query):
            corners = [low[0] + shift, low[1] + shift, low[0] + shift + step, low[1] + shift + step]
            return reader.ids("houses", {**query, "bbox": ",".join(map(repr, corners))})

        assert reply.headers["Content-Crs"] == f"<{uri}>"
        assert boxed(-step / 2) == [castle]
        assert boxed(step / 2) == []
        assert boxed(-step * 1.5) == []


def test_the_zones_have_the_meridians_of_the_public_notice():
    for system in systems.ALL:
        if system.kind == "plane":
            projection = CRS.from_epsg(system.epsg).coordinate_operation
            by_name = {parameter.name: parameter.value for parameter in projection.params}
            meridian = by_name["Longitude of natural origin"]
            assert meridian == pytest.approx(system.meridian, abs=1e-9)


def test_a_place_far_from_a_zone_gives_no_broken_json(app, reader):
    with make.rows(app):
        for lon, lat in ((-49.0, 0.0), (-49.0, 90.0), (180.0, -90.0), (0.0, 90.0), (41.0, 0.0)):
            make.a_house(lon=lon, lat=lat)

    for uri in EVERY:
        text = reader.get("/collections/houses/items", {"crs": uri}).text
        assert "Infinity" not in text
        assert "inf" not in text
        wide = {"bbox": "-1e9,-1e9,1e9,1e9", "bbox-crs": uri}
        reader.get("/collections/houses/items", wide)


def test_a_plane_box_agrees_with_the_arithmetic_of_pyproj(app, reader):
    """Not with the database's index: points on a line that crosses a tilted edge."""
    inside = set()
    low, high = (97000.0, -12000.0), (98000.0, -11000.0)
    to_plane = Transformer.from_crs("OGC:CRS84", "EPSG:6670")
    with make.rows(app):
        for step in range(60):
            lon, lat = 130.86 + step * 0.0006, 33.87 + step * 0.0004
            house = make.a_house(lon=lon, lat=lat)
            x, y = to_plane.transform(lon, lat)
            if low[0] <= x <= high[0] and low[1] <= y <= high[1]:
                inside.add(str(house.id))
    box = ",".join(map(str, (*low, *high)))

    found = reader.ids("houses", {"bbox": box, "bbox-crs": "EPSG:6670"})

    assert set(found) == inside
    assert 0 < len(inside) < 60
