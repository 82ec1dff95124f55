"""OGC API - Tiles Part 1 (20-057), Annex A: core, tilesets and their list, geodata tilesets, MVT."""

from __future__ import annotations

import math

import mapbox_vector_tile
import pytest

from tests.gis.conformance import shapes
from tests.gis.conformance.abstract import TILES_1, abstract_test
from tests.gis.conformance.service import links, the_link

CORE, TILESET, LIST, GEODATA, MVT_CLASS = (
    f"{TILES_1}/{name}" for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
)
NAMES = ("houses", "inspections", "photos")
REL = "http://www.opengis.net/def/rel/ogc/1.0"
MVT = "application/vnd.mapbox-vector-tile"
QUAD = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"


def tileset_of(service, name):
    """The metadata of a collection's first tileset, through the list of its tilesets."""
    (link,) = links(service.collections[name], f"{REL}/tilesets-vector")
    (entry, *_) = service.json(link["href"])["tilesets"]
    return service.json(the_link(entry, "self")["href"])


def address_of(tileset, z, y, x):
    template = the_link(tileset, "item", MVT)["href"]
    filled = template.replace("{tileMatrix}", str(z)).replace("{tileRow}", str(y))
    return filled.replace("{tileCol}", str(x))


def tile_at(lon, lat, z):
    """Row and column, by the formulas of the two-dimensional tile matrix set standard."""
    reach, tiles = math.pi * 6378137, 2**z
    east = math.radians(lon) * 6378137
    north = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * 6378137
    side = 2 * reach / tiles
    return int((reach - north) / side), int((east + reach) / side)


@abstract_test(LIST, "conformance-success", "tileset-links")
@abstract_test(GEODATA, "conformance-success", "desc-links", "operation")
@pytest.mark.parametrize("name", NAMES)
def test_tileset_links_desc_links(visitor, name):
    (link,) = links(visitor.collections[name], f"{REL}/tilesets-vector")
    listed = visitor.json(link["href"])

    assert {LIST, GEODATA} <= set(visitor.classes)
    for entry in listed["tilesets"]:
        assert entry["dataType"] == "vector"
        assert entry["crs"].endswith("/EPSG/0/3857")
        assert entry["tileMatrixSetURI"] == QUAD
        alone = visitor.json(the_link(entry, "self")["href"])
        for member in ("dataType", "crs", "tileMatrixSetURI"):
            assert alone[member] == entry[member]


@abstract_test(TILESET, "conformance-success", "tileset-description")
@pytest.mark.parametrize("name", NAMES)
def test_tileset_description(visitor, name):
    tileset = tileset_of(visitor, name)

    shapes.check(shapes.LANDING, tileset)
    (item,) = links(tileset, "item")
    assert item["templated"] is True
    for place in ("{tileMatrix}", "{tileRow}", "{tileCol}"):
        assert place in item["href"]
    scheme = visitor.json(the_link(tileset, f"{REL}/tiling-scheme")["href"])
    assert (scheme["id"], scheme["uri"]) == ("WebMercatorQuad", QUAD)
    assert visitor.json(the_link(tileset, f"{REL}/geodata")["href"])["id"] == name
    matrices = {matrix["id"]: matrix for matrix in scheme["tileMatrices"]}
    assert matrices["0"]["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-9)
    for limit in tileset["tileMatrixSetLimits"]:
        matrix = matrices[limit["tileMatrix"]]
        assert 0 <= limit["minTileRow"] <= limit["maxTileRow"] < matrix["matrixHeight"]
        assert 0 <= limit["minTileCol"] <= limit["maxTileCol"] < matrix["matrixWidth"]
    assert [layer["id"] for layer in tileset["layers"]] == [name]


@abstract_test(CORE, "conformance-success", "tc-op", "tc-success")
@abstract_test(MVT_CLASS, "content")
@pytest.mark.parametrize("name", NAMES)
def test_tc_op_tc_success_mvt_content(service, name):
    """Every placed feature is in the one tile of each zoom where the formulas put it."""
    tileset = tileset_of(service, name)
    places = [f["geometry"]["coordinates"] for f in service.every(name).values() if f["geometry"]]
    for z in (0, 5, 10):
        expected: dict[tuple[int, int], int] = {}
        for lon, lat in places:
            if abs(lat) < 85:
                tile = tile_at(lon, lat, z)
                expected[tile] = expected.get(tile, 0) + 1

        for tile, count in expected.items():
            reply = service.get(address_of(tileset, z, *tile))

            assert reply.headers["Content-Type"] == MVT
            (layer,) = mapbox_vector_tile.decode(reply.content).items()
            assert layer[0] == name
            inside = [
                feature for feature in layer[1]["features"]
                if all(0 <= part < 4096 for part in feature["geometry"]["coordinates"])
            ]  # fmt: skip
            counted = sum(feature["properties"].get("count", 1) for feature in inside)
            polar = sum(abs(lat) >= 85 for _, lat in places) if tile[0] == 0 else 0
            assert counted in (count, count + polar), (z, tile)
            assert set(layer[1]["features"][0]["properties"]) - {"count"}


@abstract_test(CORE, "tc-error")
@pytest.mark.parametrize("name", NAMES)
def test_tc_error_and_the_tile_without_content(service, name):
    tileset = tileset_of(service, name)

    for wrong in ((0, 0, 1), (0, 1, 0), (3, -1, 0), (23, 0, 0), ("x", 0, 0), (1, "0.5", 0)):
        reply = service.get(address_of(tileset, *wrong), expect=404)
        assert reply.headers["Content-Type"] == "application/problem+json"
    empty = service.get(address_of(tileset, 10, 100, 100), expect=204)
    assert empty.content == b""
    for wrong, named in (({"nonsense": 1}, "nonsense"), ({"datetime": "x"}, "datetime")):
        refused = service.get(address_of(tileset, 0, 0, 0), wrong, expect=400).json()
        assert refused["parameter"] == named


@abstract_test(CORE, "tc-tilematrix-definition", "tc-tilerow-definition", "tc-tilecol-definition")
def test_tc_tilematrix_definition_tc_tilerow_definition_tc_tilecol_definition(visitor):
    operations = {address: operation for _, address, operation in visitor.operations()}
    for name in NAMES:
        template = the_link(tileset_of(visitor, name), "item", MVT)["href"]

        (declared,) = [
            {p["name"]: p for p in operation["parameters"] if p["in"] == "path"}
            for address, operation in operations.items()
            if address.endswith("/{tileMatrix}/{tileRow}/{tileCol}")
            and f"/{name}/tiles/" in address
        ]
        assert template.endswith("/{tileMatrix}/{tileRow}/{tileCol}")
        for place, kind in (
            ("tileMatrix", "string"),
            ("tileRow", "integer"),
            ("tileCol", "integer"),
        ):
            assert declared[place]["required"] is True
            assert declared[place]["schema"]["type"] == kind
