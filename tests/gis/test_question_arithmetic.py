"""Meshes, hexagons, drawings and distances: the arithmetic, without a database."""

from __future__ import annotations

import itertools
import json
import math
import random
from fractions import Fraction

import numpy as np
import pytest
from pyproj import Geod

from inspection.errors import HanteiError
from inspection.gis.crs import from_lon_lat, parse_crs
from inspection.gis.questions.distance import Ruler, boxes_around
from inspection.gis.questions.drawing import MAX_BYTES, read_drawing
from inspection.gis.questions.hexagons import HexGrid
from inspection.gis.questions.mesh import LEVELS, MeshGrid, find_level, mesh_code

GEOD = Geod(ellps="GRS80")
ZONE_2 = parse_crs("EPSG:6670", "crs")


def by_the_standard(lon: str, lat: str) -> str:
    """The code of 1/8 cells as JIS X 0410 writes it out, from decimal text in fractions."""
    minutes = Fraction(lat) * 60
    p, a = divmod(minutes, 40)
    q, b = divmod(a, 5)
    r, c = divmod(b * 60, 30)
    u, f = math.floor(Fraction(lon)) - 100, Fraction(lon) % 1
    v, g = divmod(f * 60, Fraction(15, 2))
    w, h = divmod(g * 60, 45)
    code = f"{p:02}{u:02}{q}{v}{r}{w}"
    tall, wide = Fraction(30), Fraction(45)
    for _ in range(3):
        tall, wide = tall / 2, wide / 2
        north, c = divmod(c, tall)
        east, h = divmod(h, wide)
        code += str(north * 2 + east + 1)
    return code


def test_a_mesh_code_is_that_of_the_standard_on_edges_too():
    published = ("5030", "503067", "50306760", "503067601", "5030676011")
    assert [mesh_code(level, 130.8752, 33.8834) for level in LEVELS[:5]] == list(published)
    chance = random.Random(410)
    points = [
        (f"{chance.uniform(122, 154):.7f}", f"{chance.uniform(20, 46):.7f}") for _ in range(300)
    ]
    # Edges that have a finite decimal; as binary numbers some lie below, some above.
    points += [(f"{130 + n / 640}", f"{33 + n / 64 * 0.2:.10g}") for n in range(640)]
    points += [
        ("130.7", "33.8"),
        ("130.1", "33.1"),
        ("139.7", "35.7"),
        ("130", "33.3"),
        ("100", "0"),
    ]
    grid = MeshGrid(LEVELS[-1])

    keys = grid.keys([float(lon) for lon, _ in points], [float(lat) for _, lat in points])

    for key, (lon, lat) in zip(keys, points, strict=True):
        assert grid.code(key) == by_the_standard(lon, lat), (lon, lat)
        for level in LEVELS:
            longer = by_the_standard(lon, lat)
            assert mesh_code(level, float(lon), float(lat)) == longer[: 4 + 2 * min(
                len(level.factors), 2) + max(len(level.factors) - 2, 0)]  # fmt: skip


def test_a_mesh_covers_its_points_and_ends_where_the_standard_does():
    for level in LEVELS:
        grid = MeshGrid(level)
        key = grid.keys([130.8752], [33.8834])[0]
        (west, south), _, (east, north), *_ = grid.rings([key])[0]
        assert west <= 130.8752 < east
        assert south <= 33.8834 < north
        outside = grid.keys([99.99, 130.0, 130.0, -130.0], [33.0, -0.01, 200 / 3, 33.0])
        assert outside == [None] * 4
    assert (find_level("half"), find_level("4"), find_level("1/2")) == (LEVELS[3],) * 3
    assert find_level("7") is None


def test_a_hexagon_holds_the_points_that_are_nearest_to_its_centre():
    chance = random.Random(6)
    lons = [chance.uniform(130.6, 131.1) for _ in range(400)]
    lats = [chance.uniform(33.7, 34.0) for _ in range(400)]
    grid = HexGrid(ZONE_2, 500)
    keys = grid.keys(lons, lats)
    rings = grid.rings(keys)

    for lon, lat, key, ring in zip(lons, lats, keys, rings, strict=True):
        north, east = from_lon_lat(ZONE_2, [lon], [lat])
        centre = (500 * (key[0] + key[1] / 2), 500 * math.sqrt(3) / 2 * key[1])
        corners = np.array(from_lon_lat(ZONE_2, *zip(*ring, strict=True))).T[:, ::-1]
        steps = [(math.cos(math.radians(60 * n)), math.sin(math.radians(60 * n))) for n in range(6)]
        own = math.dist((east[0], north[0]), centre)
        assert all(
            own <= math.dist((east[0], north[0]), (centre[0] + 500 * x, centre[1] + 500 * y)) + 1e-6
            for x, y in steps
        )
        assert np.allclose(np.hypot(*(corners - centre).T), 500 / math.sqrt(3), atol=0.01)
    assert grid.keys([10.0], [33.0]) == [None]
    first, second = grid.rings([(0, 0), (1, 0)])
    assert len({tuple(p) for p in first} & {tuple(p) for p in second}) == 2


def geojson(value) -> bytes:
    return json.dumps(value).encode()


def sampled(line, points):
    """Metres from points to a line that is straight in degrees, sampled every four metres."""
    best = np.full(len(points), np.inf)
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        many = int(GEOD.inv(x0, y0, x1, y1)[2] / 4) + 2
        xs, ys = np.linspace(x0, x1, many), np.linspace(y0, y1, many)
        for n, (lon, lat) in enumerate(points):
            metres = GEOD.inv(np.full(many, lon), np.full(many, lat), xs, ys)[2]
            best[n] = min(best[n], metres.min())
    return best


def test_a_distance_is_the_geodesic_one_to_the_metre():
    line = [[130.80, 33.85], [130.95, 33.93], [130.95, 33.80], [131.4, 33.75]]
    chance = random.Random(7)
    points = [(chance.uniform(130.7, 131.5), chance.uniform(33.7, 34.0)) for _ in range(40)]
    truth = sampled(line, points)
    lons, lats = (np.array(axis) for axis in zip(*points, strict=True))

    drawing = read_drawing(geojson({"type": "LineString", "coordinates": line}))
    found = Ruler(drawing, 10_000).measure(lons, lats)

    near = truth <= 10_000
    assert np.allclose(found[near], truth[near], atol=0.5)
    assert np.isinf(found[truth > 10_001]).all()
    assert near.sum() > 20
    assert np.array_equal(np.isfinite(Ruler(drawing, 800).measure(lons, lats)), found <= 800)
    boxes = boxes_around(drawing, 5_000)
    for lon, lat, metres in zip(lons, lats, truth, strict=True):
        held = any(w <= lon <= e and s <= lat <= n for w, s, e, n in boxes)
        assert held or metres > 5_000


def test_every_kind_of_geojson_draws_the_same_point_line_or_area():
    square = [[130.0, 33.0], [130.1, 33.0], [130.1, 33.1], [130.0, 33.1], [130.0, 33.0]]
    hole = [[130.04, 33.04], [130.04, 33.06], [130.06, 33.06], [130.06, 33.04], [130.04, 33.04]]
    polygon = {"type": "Polygon", "coordinates": [square, hole]}
    point = {"type": "Point", "coordinates": [130.2, 33.05, 12.5]}
    feature = {"type": "Feature", "properties": {"名称": "校区"}, "geometry": polygon}
    nothing = {"type": "Feature", "properties": None, "geometry": None}
    documents = (
        {"type": "GeometryCollection", "geometries": [polygon, point]},
        {"type": "FeatureCollection", "features": [feature, nothing,
         {"type": "Feature", "properties": {}, "geometry": {
          "type": "MultiPoint", "coordinates": [point["coordinates"]]}}]},
        {"type": "GeometryCollection", "geometries": [
         {"type": "MultiPolygon", "coordinates": [[square, hole]]}, point]},
    )  # fmt: skip
    places = np.array([[130.02, 33.02], [130.05, 33.05], [130.2, 33.05], [130.19, 33.05]])
    expected = [
        0,
        GEOD.inv(130.05, 33.05, 130.04, 33.05)[2],
        0,
        GEOD.inv(130.2, 33.05, 130.19, 33.05)[2],
    ]

    for document in documents:
        found = Ruler(read_drawing(geojson(document)), 5_000).measure(places[:, 0], places[:, 1])
        assert np.allclose(found, expected, atol=0.05)


def test_a_drawing_in_plane_coordinates_means_the_same():
    line = [[130.86, 33.88], [130.88, 33.89]]
    north, east = from_lon_lat(ZONE_2, *zip(*line, strict=True))
    authority = {"type": "LineString", "coordinates": list(zip(north, east, strict=True))}
    written = {"type": "LineString", "coordinates": list(zip(east, north, strict=True)),
               "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6670"}}}  # fmt: skip
    lons, lats = np.array([130.87, 130.9]), np.array([33.88, 33.9])
    plain = read_drawing(geojson({"type": "LineString", "coordinates": line}))
    expected = Ruler(plain, 5_000).measure(lons, lats)

    for drawing in (
        read_drawing(geojson(authority), ZONE_2),
        read_drawing(geojson(written)),
    ):
        assert np.allclose(Ruler(drawing, 5_000).measure(lons, lats), expected, atol=0.05)


POINT = {"type": "Point", "coordinates": [130.0, 33.0]}
DEEP: dict = POINT
for _ in range(12):
    DEEP = {"type": "GeometryCollection", "geometries": [DEEP]}


@pytest.mark.parametrize(
    ("document", "status", "said"),
    [
        (b"", 400, "GeoJSON"),
        (b"{", 400, "GeoJSON"),
        (b"\xff\xfe", 400, "GeoJSON"),
        (b'{"type":"Point","coordinates":[NaN,1]}', 400, "GeoJSON"),
        (b"[" * 100_000, 400, "GeoJSON"),
        (b" " * (MAX_BYTES + 1), 413, "2 MB"),
        ([], 422, "種類"),
        ({"type": "Circle"}, 422, "'Circle'"),
        ({"type": "FeatureCollection", "features": []}, 422, "一つも"),
        ({"type": "FeatureCollection", "features": {}}, 422, "リスト"),
        ({"type": "Point", "coordinates": ["130", 33]}, 422, "数値"),
        ({"type": "Point", "coordinates": [True, 33]}, 422, "数値"),
        ({"type": "Point", "coordinates": [10**400, 33]}, 422, "数値"),
        ({"type": "Point", "coordinates": [33.0, 130.0]}, 422, "範囲外"),
        ({"type": "Point", "coordinates": [-11544.2, 97977.2]}, 422, "平面直角座標"),
        ({"type": "LineString", "coordinates": [[130, 33]]}, 422, "2 点以上"),
        ({"type": "LineString", "coordinates": [[-1e300, 0], [1e300, 0]]}, 422, "大きすぎます"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, 422, "同じ点"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, 422, "交差"),
        ({"type": "MultiPoint", "coordinates": [[130, 33]] * 10_001}, 422, "10,000"),
        (DEEP, 422, "入れ子"),
        ({**POINT, "crs": {"type": "name", "properties": {"name": "EPSG:2444"}}}, 422, "EPSG:2444"),
        ({**POINT, "crs": 5}, 422, "使えません"),
    ],
    ids=range(23),
)  # fmt: skip
def test_what_is_no_drawing_is_refused_with_its_place(document, status, said):
    data = document if isinstance(document, bytes) else geojson(document)

    with pytest.raises(HanteiError) as refused:
        read_drawing(data)

    assert refused.value.status == status
    assert said in refused.value.detail
