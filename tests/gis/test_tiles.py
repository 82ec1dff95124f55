"""Vector tiles, decoded and counted: nothing is left out, nothing is there twice."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import mapbox_vector_tile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from inspection.extensions import db
from inspection.gis.tiles.encoder import encode_points
from inspection.models import House
from tests.gis import factories as make

TILES = "/collections/{}/tiles/WebMercatorQuad"
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
JUDGEMENTS = ("substandard", "not_substandard", "undetermined", None)


def unit_of(lon, lat, z):
    """The tile (x, y) of a point and its unit in it, by the formula of the map projection."""
    tiles = 2**z
    x = (lon + 180) / 360 * tiles
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * tiles
    x, y = (min(max(v, 0), tiles - 1e-9) for v in (x, y))
    return (int(x), int(y)), ((x % 1) * 4096, (y % 1) * 4096)


def features_of(reader, collection, z, y, x, query=""):
    """The features of one tile; coordinates as stored, row 0 at the top."""
    reply = reader.client_get(f"{TILES.format(collection)}/{z}/{y}/{x}", query)
    if reply.status_code == 204:
        return []
    assert reply.status_code == 200, reply.text
    decoded = mapbox_vector_tile.decode(reply.data, default_options={"y_coord_down": True})
    assert list(decoded) == [collection]
    assert decoded[collection]["extent"] == 4096
    return decoded[collection]["features"]


class TileReader:
    def __init__(self, client, token):
        self._client, self._headers = client, {"Authorization": f"Bearer {token}"}

    def client_get(self, path, query="", headers=None):
        return self._client.get(
            f"/ogc{path}", query_string=query, headers={**self._headers, **(headers or {})}
        )

    def zoom(self, collection, z, places, query=""):
        """Features of all tiles of a zoom that hold one of the places or border on one."""
        tiles = set()
        for lon, lat in places:
            (x, y), _ = unit_of(lon, lat, z)
            tiles |= {(x, y), (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)}
        found = []
        for x, y in sorted(tiles):
            if 0 <= x < 2**z and 0 <= y < 2**z:
                found += [((x, y), each) for each in features_of(self, collection, z, y, x, query)]
        return found


@pytest.fixture
def tiles_for(client, tokens):
    return lambda role: TileReader(client, tokens(role))


def places(count):
    """Places in a small city, among them the same one twice, tile edges, and the world's corners."""
    rng = random.Random(6)
    edge = 131 / 512 * 360  # on the border of tiles from zoom 9 on
    fixed = [(130.8752, 33.8834)] * 2 + [(edge, 33.88), (180.0, 90.0), (-180.0, -90.0), (0.0, 0.0)]
    return fixed + [
        (rng.gauss(130.87, 0.02), rng.gauss(33.88, 0.02)) for _ in range(count - len(fixed))
    ]


def settle(app):
    """Let all changes lie back, so that tiles are kept."""
    with app.app_context():
        db.session.execute(update(House).values(updated_at=LONG_AGO))
        db.session.commit()


def test_every_house_is_counted_once_at_every_zoom_and_drawn_once_at_high_ones(app, tiles_for):
    where, total = places(24), {}
    with make.rows(app):
        for number, place in enumerate(where):
            judgement = JUDGEMENTS[number % 4]
            score = None if judgement is None else number + 0.5
            house = make.a_house(*place, total=score, judgement=judgement, status="confirmed")
            total[str(house.id)] = (place, house.code, score, judgement)
        make.a_house(None)
    reader = tiles_for("gis")

    for z in (0, 5, 9, 13):
        found = reader.zoom("houses", z, where)
        props = [each["properties"] for _, each in found]
        assert sum(p["count"] for p in props) == len(where)
        for judgement in JUDGEMENTS:
            expected = sum(1 for *_, each in total.values() if each == judgement)
            assert sum(p.get(f"count_{judgement or 'none'}", 0) for p in props) == expected
        assert max(p.get("total", 0) for p in props) == max(s or 0 for _, _, s, _ in total.values())
        for tile, each in found:
            if each["properties"]["count"] == 1:
                check(tile, each, total, z)
    for z in (14, 22):
        found = reader.zoom("houses", z, where)
        assert sorted(each["properties"]["id"] for _, each in found) == sorted(total)
        for tile, each in found:
            check(tile, each, total, z)


def check(tile, feature, expected, z):
    """A feature's attributes are its own, and it lies within one unit of its place."""
    props = feature["properties"]
    place, code, score, judgement = expected[props["id"]]
    assert (props["code"], props.get("total"), props.get("judgement")) == (code, score, judgement)
    assert props["ward_code"] == "401064"
    at, units = unit_of(*place, z)
    drawn = feature["geometry"]["coordinates"]
    offset = [(tile[n] - at[n]) * 4096 + drawn[n] - units[n] for n in (0, 1)]
    assert max(map(abs, offset)) <= 1.001, (z, place, offset)


def test_tiles_show_what_the_role_sees_and_the_selection_asks(app, tiles_for):
    with make.rows(app):
        house = make.a_house()
        confirmed = make.a_visit(house, position=(130.9, 33.9), at=LONG_AGO)
        draft = make.a_visit(house, "draft", position=(130.8, 33.8))
        photo = make.a_photo(draft)
        make.a_photo(draft, status="rejected")
        make.a_photo(confirmed, direction_deg=None)
        make.a_case(confirmed)
        other = make.a_house(130.8, 33.8)
        ids = {"confirmed": str(confirmed.id), "draft": str(draft.id), "photo": str(photo.id)}
        houses = {str(house.id), str(other.id)}
        on_meeting = str(house.id)
    near = [(130.8, 33.8), (130.9, 33.9), (130.8752, 33.8834)]

    def seen(role, collection, z, query=""):
        found = tiles_for(role).zoom(collection, z, near, query)
        return {each["properties"].get("id") for _, each in found}

    for z in (12, 15):
        assert seen("gis", "inspections", z) == {ids["confirmed"]}
        assert seen("secretariat", "inspections", z) == {ids["confirmed"], ids["draft"]}
        assert seen("committee", "inspections", z) == {ids["confirmed"]}
        assert seen("committee", "houses", z) == {on_meeting}
        assert seen("gis", "houses", z) == houses
        assert len(seen("gis", "photos", z)) == 1
        assert ids["photo"] in seen("inspector", "photos", z)
        assert seen("inspector", "inspections", z, "datetime=2026-05-01") == {ids["draft"]}
        assert seen("inspector", "inspections", z, "status=draft") == {ids["draft"]}
        for asked in ("status='confirmed'", "S_INTERSECTS(geometry,BBOX(130.89,33.89,131,34))"):
            query = urlencode({"filter": asked})
            assert seen("inspector", "inspections", z, query) == {ids["confirmed"]}, asked
        assert seen("inspector", "inspections", z, "datetime=..%2F2026-02-01") == {ids["confirmed"]}


def test_a_tile_is_kept_until_anything_changes(app, client, tiles_for):
    with make.rows(app):
        pk = make.a_house(total=40.0, judgement="not_substandard").pk
        make.a_house(130.8753, 33.8835)
    settle(app)
    gis, committee = tiles_for("gis"), tiles_for("committee")
    for z in (10, 15):
        (x, y), _ = unit_of(130.8752, 33.8834, z)
        path = f"{TILES.format('houses')}/{z}/{y}/{x}"
        first = gis.client_get(path, headers={"Accept-Encoding": "gzip"})
        tag = first.headers["ETag"]
        assert first.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
        assert first.headers["Content-Encoding"] == "gzip"
        assert "private" in first.headers["Cache-Control"]
        again = gis.client_get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert committee.client_get(path, headers={"If-None-Match": tag}).status_code == 204
        total_before = [f["properties"].get("total") for f in features_of(gis, "houses", z, y, x)]

        with app.app_context():
            house = db.session.scalar(select(House).where(House.pk == pk))
            house.total = house.total + 60
            db.session.commit()

        changed = gis.client_get(path, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        now = [f["properties"].get("total") for f in features_of(gis, "houses", z, y, x)]
        assert max(filter(None, now)) == max(filter(None, total_before)) + 60
        # The same once the change lies back: the tile is kept anew.
        with app.app_context():
            moment = LONG_AGO + timedelta(days=z)
            db.session.execute(update(House).where(House.pk == pk).values(updated_at=moment))
            db.session.commit()
        kept = gis.client_get(path)
        assert (
            gis.client_get(path, headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304
        )


@pytest.mark.parametrize("database_kind", ["postgis"])  # SQLite has one writer at a time
def test_a_change_that_is_committed_late_is_shown(app, tiles_for):
    with make.rows(app):
        pk = make.a_house(total=40.0).pk
        make.a_house(130.8753, 33.8835, total=10.0)
    settle(app)
    reader = tiles_for("gis")

    def highest():
        found = [reader.zoom("houses", z, [(130.8752, 33.8834)]) for z in (10, 15)]
        return [max(each["properties"]["total"] for _, each in part) for part in found]

    with app.app_context():
        other = db.engine.connect()
    # Older than the newest change that others see: neither that nor the count tells of it.
    other.execute(update(House).where(House.pk == pk).values(total=90.0, updated_at=LONG_AGO))
    under_way = [highest(), highest()]
    other.commit()
    other.close()

    assert under_way == [[40.0, 40.0], [40.0, 40.0]]
    assert highest() == [90.0, 90.0]


def test_other_addresses_and_parameters_are_refused(reader_of):
    reader = reader_of("gis")
    tiles = TILES.format("houses")
    for path in (
        f"{tiles}/23/0/0", f"{tiles}/1/2/0", f"{tiles}/1/0/2", f"{tiles}/1/-1/0", f"{tiles}/a/0/0",
        f"{tiles}/1/0/00", f"{tiles}/1/0/{'9' * 40}", f"{tiles}/1/0/1.5", f"{tiles}/１/0/0",
        "/collections/houses/tiles/Other/0/0/0", "/collections/none/tiles/WebMercatorQuad/0/0/0",
        "/collections/houses/tiles/Other", "/collections/none/tiles", "/tileMatrixSets/Other",
    ):  # fmt: skip
        reader.get(path, expect=404)
    for query in (
        "bbox=130,33,131,34", "bbox-crs=EPSG:4326", "limit=5", "crs=EPSG:3857", "f=json", "f=png",
        "colour=red", "datetime=yesterday", "filter=(", "total=x", "datetime=2026-01-01&datetime=2026-01-02",
    ):  # fmt: skip
        problem = reader.get(f"{tiles}/10/409/884", query, expect=400).get_json(force=True)
        assert query.partition("=")[0] in str(problem)
    reader.get(tiles, "f=xml", expect=400)
    reader.get(f"{tiles}/tilejson.json", "bbox=1,2,3,4", expect=400)
    reader.get(f"{tiles}/style.json", "datetime=x", expect=400)
    reader_of(None).get(f"{tiles}/0/0/0", expect=401)


def test_descriptions_lead_from_the_collection_to_the_tiles(app, reader_of):
    with make.rows(app):
        make.a_house()
    anyone, reader = reader_of(None), reader_of("gis")
    sets = anyone.json("/tileMatrixSets")["tileMatrixSets"]
    assert [each["id"] for each in sets] == ["WebMercatorQuad"]
    matrix = anyone.follow(sets[0]["links"][0]).get_json(force=True)["tileMatrices"][10]
    assert (matrix["matrixWidth"], round(matrix["scaleDenominator"], 3)) == (1024, 545978.773)
    entry, *_ = anyone.json("/collections/houses/tiles")["tilesets"]
    assert (entry["dataType"], entry["crs"][-4:]) == ("vector", "3857")
    tileset = anyone.follow(next(li for li in entry["links"] if li["rel"] == "self")).get_json()
    template = next(link for link in tileset["links"] if link["rel"] == "item")
    assert template["templated"] is True
    limits = tileset["tileMatrixSetLimits"][12]
    (x, y), _ = unit_of(130.8752, 33.8834, 12)
    assert limits["minTileRow"] <= y <= limits["maxTileRow"]
    assert limits["minTileCol"] <= x <= limits["maxTileCol"]
    address = template["href"].format(tileMatrix=12, tileRow=y, tileCol=x)
    assert reader.follow({"href": address}).data

    tilejson = anyone.json(f"{TILES.format('houses')}/tilejson.json", "datetime=2026-05-01")
    assert tilejson["tilejson"] == "3.0.0"
    assert tilejson["vector_layers"][0]["id"] == "houses"
    assert {"id", "code", "ward_code", "total", "judgement"} <= set(
        tilejson["vector_layers"][0]["fields"]
    )
    asked = tilejson["tiles"][0].format(z=12, y=y, x=x)
    assert "datetime=2026-05-01" in asked
    assert reader.get(asked.removeprefix("http://localhost/ogc").partition("?")[0]).status_code
    style = anyone.json(f"{TILES.format('houses')}/style.json")
    assert "glyphs" not in style
    assert "sprite" not in style
    assert style["sources"]["houses"]["url"].endswith("/tilejson.json")
    assert {layer.get("source-layer", "houses") for layer in style["layers"]} == {"houses"}
    for path in ("/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad", "/collections/houses/tiles",
                 TILES.format("houses")):  # fmt: skip
        assert "タイル" in anyone.get(path, "f=html").text


values = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8)
values |= st.floats(allow_nan=False)
features = st.tuples(
    st.integers(-(2**20), 2**20), st.integers(-(2**20), 2**20), st.tuples(values, values, values)
)


@settings(deadline=None, max_examples=60)
@given(points=st.lists(features, min_size=1, max_size=200))
def test_what_is_encoded_is_decoded(points):
    names = ("一", "b", "c")
    columns = {name: [each[2][n] for each in points] for n, name in enumerate(names)}

    tile = encode_points("層", [p[0] for p in points], [p[1] for p in points], columns)

    layer = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})["層"]
    assert (layer["version"], layer["extent"]) == (2, 4096)
    assert len(layer["features"]) == len(points)
    for feature, (x, y, row) in zip(layer["features"], points, strict=True):
        assert feature["geometry"] == {"type": "Point", "coordinates": [x, y]}
        wanted = {n: v for n, v in zip(names, row, strict=True) if v is not None}
        assert feature["properties"] == wanted
        assert {n: type(v) for n, v in feature["properties"].items()} == {
            n: type(v) for n, v in wanted.items()
        }


def test_no_points_are_no_bytes():
    assert encode_points("houses", [], [], {"id": []}) == b""


@pytest.mark.browser
def test_the_pages_draw_their_maps_without_any_other_host(app, tokens, server, chromium_gl):
    with make.rows(app):
        for number in range(40):
            judgement = JUDGEMENTS[number % 4]
            house = make.a_house(130.87 + number / 400, 33.88, judgement=judgement)
        visit = str(make.a_visit(house).id)
    token, outside, faults = tokens("gis"), [], []
    login = {"username": "", "password": token}
    context = chromium_gl.new_context(
        viewport={"width": 390, "height": 844}, http_credentials=login
    )
    page = context.new_page()
    page.on(
        "request",
        lambda r: None if r.url.startswith((server, "blob:", "data:")) else outside.append(r.url),
    )
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))

    def drawn(path):
        page.goto(f"{server}/ogc{path}")
        if page.locator("#ogc-map-start").count():
            page.click("#ogc-map-start")
        page.wait_for_selector("#ogc-map[data-drawn]", timeout=30_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        return int(page.get_attribute("#ogc-map", "data-drawn"))

    assert 5 < drawn("/collections/houses?f=html") < 40  # clusters
    picture = page.locator("#ogc-map canvas").screenshot()
    assert len(set(colours(picture))) > 20
    assert drawn("/collections/houses/items?f=html") == 50  # 10 of them are drawn by two circles
    assert drawn(f"/collections/inspections/items/{visit}?f=html") == 1
    box = page.locator("#ogc-map canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = page.locator(".ogc-card").inner_text()
    assert "不良住宅" in card
    assert "全項目調査" in card
    page.goto(f"{server}/ogc/collections/houses/items?f=html&judgement=nothing")
    assert "この条件に合うものはありません。" in page.inner_text("main")
    context.close()
    assert (outside, faults) == ([], [])


def colours(picture):
    from io import BytesIO

    from PIL import Image

    return Image.open(BytesIO(picture)).convert("RGB").get_flattened_data()
