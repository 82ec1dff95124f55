"""Heat tiles, decoded and counted: every house in one cell, every cell whole wherever it shows."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import urlencode

import mapbox_vector_tile
import pytest
from sqlalchemy import delete, select, update

from inspection.extensions import db
from inspection.gis.crs import parse_crs
from inspection.gis.questions.hexagons import HexGrid
from inspection.gis.questions.mesh import find_level, mesh_code
from inspection.models import House
from tests.gis import factories as make
from tests.gis.test_tiles import unit_of

HEAT = "/collections/houses/heat/{}/tiles/WebMercatorQuad"
JUDGEMENTS = ("substandard", "not_substandard", "undetermined", None)
LEVELS = {0: "1", 7: "2", 10: "3", 12: "half", 13: "quarter", 14: "eighth"}
WIDTHS_M = {0: 50000, 7: 20000, 10: 2500, 12: 500, 13: 250, 14: 125}


def places():
    """A city, a village far off, the same place twice, edges of cells and of tiles."""
    rng = random.Random(66)
    fixed = [(130.8752, 33.8834)] * 2 + [
        (131.0, 33.8), (130.875, 33.87500), (443 / 512 * 360 - 180, 33.88), (141.35, 43.06),
        (130.8752, 33.8834 + 1e-9),
    ]  # fmt: skip
    return fixed + [(rng.gauss(130.87, 0.02), rng.gauss(33.88, 0.02)) for _ in range(40)]


def hexagon_code(width_m, lon, lat):
    grid = HexGrid(parse_crs("EPSG:6670", "crs"), width_m)
    return grid.code(grid.keys([lon], [lat])[0])


def name_of(shape, z, place):
    """The cell of a place, by the code that the questions are tested with."""
    if shape == "mesh":
        return mesh_code(find_level(LEVELS[z]), *place)
    return hexagon_code(WIDTHS_M[z], *place)


def cells_of(reader, shape, z, y, x, query=""):
    """The features of a tile by code; units counted from the world's north-west corner."""
    reply = reader.get(f"{HEAT.format(shape)}/{z}/{y}/{x}", query, expect=(200, 204))
    if reply.status_code == 204:
        return {}
    layer = mapbox_vector_tile.decode(reply.data, default_options={"y_coord_down": True})["heat"]
    assert layer["extent"] == 4096
    found = {}
    for each in layer["features"]:
        (ring,) = each["geometry"]["coordinates"]
        ring = tuple((a + 4096 * x, b + 4096 * y) for a, b in ring)
        code = each["properties"]["code"]
        assert code not in found
        found[code] = (each["id"], ring, each["properties"])
    return found


def zoom(reader, shape, z, where, query=""):
    """All cells of the tiles round some places, and the tiles in which each was found."""
    tiles = set()
    for place in where:
        (x, y), _ = unit_of(*place, z)
        tiles |= {(x + a, y + b) for a in (-1, 0, 1) for b in (-1, 0, 1)}
    cells, shown = {}, defaultdict(set)
    tiles = {(x, y) for x, y in tiles if 0 <= x < 2**z and 0 <= y < 2**z}
    for x, y in tiles:
        for code, cell in cells_of(reader, shape, z, y, x, query).items():
            assert cells.setdefault(code, cell) == cell  # the same wherever it shows
            shown[code].add((x, y))
    return cells, shown, tiles


def overlaps(ring, tile):
    return all(
        min(p[axis] for p in ring) < (tile[axis] + 1) * 4096
        and max(p[axis] for p in ring) > tile[axis] * 4096
        for axis in (0, 1)
    )


def inside(ring, point):
    """Whether a point lies in a convex ring, or less than two units out of it."""
    for (ax, ay), (bx, by) in pairwise(ring):
        cross = (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
        if cross < -2 * ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5:
            return False
    return True


@pytest.fixture
def houses(app):
    made = []
    with make.rows(app):
        for number, place in enumerate(places()):
            judgement = JUDGEMENTS[number % 4]
            total = None if judgement is None else 1.25 * number
            make.a_house(*place, total=total, judgement=judgement)
            made.append((place, total, judgement))
        make.a_house(None)
    return made


@pytest.mark.parametrize("shape", ["mesh", "hexagon"])
def test_cells_add_up_to_the_houses_at_every_zoom(houses, reader_of, shape):
    reader = reader_of("gis")
    where = [place for place, *_ in houses]
    for z in LEVELS:
        expected = defaultdict(list)
        for each in houses:
            expected[name_of(shape, z, each[0])].append(each)

        cells, shown, tiles = zoom(reader, shape, z, where)

        assert cells.keys() == expected.keys(), z
        assert sum(props["count"] for _, _, props in cells.values()) == len(houses)
        assert len({number for number, *_ in cells.values()}) == len(cells)
        for code, (number, ring, props) in cells.items():
            check(props, expected[code])
            assert shape == "hexagon" or number == int(code)
            assert shown[code] == {tile for tile in tiles if overlaps(ring, tile)}
            assert ring[0] == ring[-1]
            assert len(set(ring)) == {"mesh": 4, "hexagon": 6}[shape]
            for place, *_ in expected[code]:
                tile, units = unit_of(*place, z)
                assert inside(ring, [tile[n] * 4096 + units[n] for n in (0, 1)]), (z, code)


def check(props, members):
    """A cell's numbers are those of its houses."""
    totals = [total for _, total, _ in members if total is not None]
    wanted = {"code": props["code"], "count": len(members), "inspected": len(totals)}
    for judgement in {judgement for *_, judgement in members}:
        wanted[f"count_{judgement or 'none'}"] = sum(1 for *_, j in members if j == judgement)
    if totals:
        assert props["mean_total"] == pytest.approx(sum(totals) / len(totals), abs=0.00501)
        wanted |= {"mean_total": props["mean_total"], "max_total": max(totals)}
    assert props == wanted


def test_cells_are_those_of_the_questions(houses, client, reader_of, tokens):
    headers = {"Authorization": f"Bearer {tokens('gis')}"}
    where = [place for place, *_ in houses]
    for shape, question in (("mesh", "meshes?level=half"), ("hexagon", "hexagons?size_m=500")):
        answer = client.get(f"/api/v1/counts/{question}", headers=headers).get_json(force=True)

        cells, *_ = zoom(reader_of("gis"), shape, 12, where)

        assert {f["properties"]["code"]: f["properties"]["houses"] for f in answer["features"]} == {
            code: props["count"] for code, (_, _, props) in cells.items()
        }


def test_heat_shows_what_the_role_sees_and_the_selection_asks(app, reader_of):
    with make.rows(app):
        make.a_case(make.a_visit(make.a_house(130.8752, 33.8834)))
        make.a_house(130.8752, 33.8834, ward_code="401013", judgement="substandard", total=120.0)

    def counted(role, z, query=""):
        (x, y), _ = unit_of(130.8752, 33.8834, z)
        cells = cells_of(reader_of(role), "mesh", z, y, x, query)
        return sum(props["count"] for _, _, props in cells.values())

    for z in (5, 13):
        assert counted("gis", z) == 2
        assert counted("committee", z) == 1
        assert counted("gis", z, "ward_code=401013") == 1
        assert counted("gis", z, urlencode({"filter": "total>=121"})) == 0
        assert counted("gis", z, "datetime=2001-01-01") == 0


def test_a_heat_tile_is_kept_until_a_house_changes(app, reader_of):
    with make.rows(app):
        pk = make.a_house(total=40.0, judgement="not_substandard").pk
    with app.app_context():
        db.session.execute(update(House).values(updated_at=datetime(2026, 1, 5, tzinfo=UTC)))
        db.session.commit()
    reader = reader_of("gis")
    for z in (10, 14):
        (x, y), _ = unit_of(130.8752, 33.8834, z)
        path = f"{HEAT.format('hexagon')}/{z}/{y}/{x}"
        first = reader.get(path, headers={"Accept-Encoding": "gzip"})
        assert first.headers["Content-Encoding"] == "gzip"
        assert first.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
        assert "private" in first.headers["Cache-Control"]
        tag = {"If-None-Match": first.headers["ETag"]}
        reader.get(path, headers=tag, expect=304)
        headers = {**reader._headers, "Accept-Encoding": "gzip"}
        head = reader._client.head(f"/ogc{path}", headers=headers)
        assert (head.data, head.headers["ETag"]) == (b"", first.headers["ETag"])
        other = f"{HEAT.format('mesh')}/{z}/{y}/{x}"
        assert reader.get(other, headers=tag).headers["ETag"] != first.headers["ETag"]
        (before,) = cells_of(reader, "hexagon", z, y, x).values()

        with app.app_context():
            house = db.session.scalar(select(House).where(House.pk == pk))
            house.total = house.total + 60
            db.session.commit()

        reader.get(path, headers=tag)
        (now,) = cells_of(reader, "hexagon", z, y, x).values()
        assert now[2]["max_total"] == before[2]["max_total"] + 60
        with app.app_context():
            moment = datetime(2026, 1, 5 + z, tzinfo=UTC)
            db.session.execute(update(House).where(House.pk == pk).values(updated_at=moment))
            db.session.commit()


def test_descriptions_lead_to_the_heat_tiles(app, reader_of):
    with make.rows(app):
        make.a_house()
    anyone, reader = reader_of(None), reader_of("gis")
    (x, y), _ = unit_of(130.8752, 33.8834, 12)
    entries = anyone.json("/collections/houses/tiles")["tilesets"][1:]
    assert len(entries) == 2
    for shape, entry in zip(("mesh", "hexagon"), entries, strict=True):
        assert anyone.json(f"/collections/houses/heat/{shape}/tiles")["tilesets"] == [entry]
        own = next(each for each in entry["links"] if each["rel"] == "self")
        tileset = anyone.follow(own).get_json(force=True)
        assert [each["tileMatrix"] for each in tileset["tileMatrixSetLimits"]][-1] == "14"
        (layer,) = tileset["layers"]
        assert (layer["id"], layer["geometryDimension"]) == ("heat", 2)
        links = {each["rel"]: each for each in tileset["links"]}
        filled = links["item"]["href"].format(tileMatrix=12, tileRow=y, tileCol=x)
        assert reader.follow({"href": filled}).data
        tilejson = anyone.json(f"{HEAT.format(shape)}/tilejson.json", "ward_code=401064")
        assert (tilejson["maxzoom"], tilejson["vector_layers"][0]["id"]) == (14, "heat")
        assert reader.follow({"href": tilejson["tiles"][0].format(z=12, y=y, x=x)}).data
        (cell,) = cells_of(reader, shape, 12, y, x).values()
        assert cell[2].keys() <= tilejson["vector_layers"][0]["fields"].keys()
        for fill in ("count", "mean_total"):
            style = anyone.json(f"{HEAT.format(shape)}/style.json", f"fill={fill}&ward_code=401064")
            assert ["has", fill] in style["layers"][1]["paint"]["fill-color"]
            source = style["sources"]["heat"]["url"]
            assert source.endswith("/tilejson.json?ward_code=401064")
        assert "集計" in anyone.get(HEAT.format(shape), "f=html").text


@pytest.mark.browser
@pytest.mark.parametrize("database_kind", ["spatialite"])  # the page is the same on both
def test_the_page_switches_its_map_to_cells_with_a_legend(app, tokens, server, chromium_gl):
    with make.rows(app):
        for number in range(40):
            judged = JUDGEMENTS[number % 4]
            total = judged and number * 3.0
            make.a_house(130.87 + number / 400, 33.88, judgement=judged, total=total)
    faults = []
    context = chromium_gl.new_context(
        viewport={"width": 390, "height": 844},
        http_credentials={"username": "", "password": tokens("gis")},
    )
    page = context.new_page()
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{server}/ogc/collections/houses?f=html")
    page.click("#ogc-map-start")
    page.wait_for_selector("#ogc-map[data-drawn]", timeout=30_000)
    pictures = []

    for label in ("六角形", "評点の平均", "メッシュ"):
        page.get_by_label(label, exact=True).check()
        page.wait_for_selector("#ogc-map[data-cells]", timeout=30_000)
        assert int(page.get_attribute("#ogc-map", "data-cells")) > 3
        pictures.append(page.locator("#ogc-map canvas").screenshot())

    assert len(set(pictures)) == 3
    assert page.locator("[data-legend]:visible").inner_text().split()[-1] == "評点なし"
    page.get_by_label("家屋", exact=True).check()
    assert "不良住宅" in page.locator("[data-legend]:visible").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with make.rows(app):
        db.session.execute(delete(House))
    page.reload()
    if page.locator("#ogc-map-start").count():
        page.click("#ogc-map-start")
    page.wait_for_selector("#ogc-map[data-drawn='0']", timeout=30_000)
    page.get_by_label("メッシュ", exact=True).check()
    page.wait_for_selector("#ogc-map[data-cells='0']", timeout=30_000)
    assert "家屋のある区画はありません" in page.inner_text("#ogc-map-said")
    context.close()
    assert faults == []
