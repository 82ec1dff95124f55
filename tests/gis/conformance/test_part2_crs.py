"""OGC API - Features Part 2 (18-058r1), Annex A: conformance class CRS."""

from __future__ import annotations

import pytest
from pyproj import Transformer

from tests.gis.conformance.abstract import FEATURES_2, abstract_test
from tests.gis.conformance.service import ids
from tests.gis.world import CHECK_POINT

CRS = f"{FEATURES_2}/crs"
BASE = "http://www.opengis.net/def/crs"
CRS84 = f"{BASE}/OGC/1.3/CRS84"
NAMES = ("houses", "inspections", "photos")
CHECKED = (
    (CRS84, CHECK_POINT, 0),
    (f"{BASE}/EPSG/0/4326", (33.8834, 130.8752), 0),
    (f"{BASE}/EPSG/0/6668", (33.8834, 130.8752), 0),
    (f"{BASE}/EPSG/0/6670", (97977.183, -11544.200), 0.0005),
    (f"{BASE}/EPSG/0/3857", (14568960.6215, 4013156.2199), 0.0005),
)
"""URI, the coordinates of CHECK_POINT in the order of the system's authority, tolerance."""


@abstract_test(CRS, "crs-uri", "default-crs", "storageCrs")
@pytest.mark.parametrize("name", NAMES)
def test_crs_uri_default_crs_storage_crs(visitor, name):
    described = visitor.collections[name]

    codes = (4326, 6668, *range(6669, 6688), 3857)
    assert described["crs"] == [CRS84, *(f"{BASE}/EPSG/0/{code}" for code in codes)]
    assert described["storageCrs"] in described["crs"]


@abstract_test(CRS, "crs-parameter", "crs-parameter-default")
def test_crs_parameter_crs_parameter_default(service):
    """On features and on one feature, `Content-Crs` and coordinates; CRS84 when left out."""
    first = next(iter(service.every("houses")))
    addresses = (service.items_address("houses"), f"{service.items_address('houses')}/{first}")
    for address in addresses:
        for uri, expected, tolerance in ((None, CHECK_POINT, 0), *CHECKED):
            reply = service.get(address, {} if uri is None else {"crs": uri})

            document = reply.json()
            feature = document.get("features", [document])[0]
            assert reply.headers["Content-Crs"] == f"<{uri or CRS84}>"
            found = feature["geometry"]["coordinates"]
            assert found == pytest.approx(expected, abs=tolerance or 1e-15)
            if uri and uri != CRS84:
                short = service.get(address, {"crs": f"EPSG:{uri.rsplit('/', 1)[1]}"})
                assert short.headers["Content-Crs"] == f"<{uri}>"


@abstract_test(CRS, "crs-parameter-transform")
@pytest.mark.parametrize("name", NAMES)
def test_crs_parameter_transform(service, name):
    """Features in a system of each kind lie where pyproj puts them."""
    for code in (4326, 6670, 6671, 3857):
        query = {"crs": f"{BASE}/EPSG/0/{code}", "limit": 500}
        reply = service.get(service.items_address(name), query)
        transformer = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}")

        for feature in reply.json()["features"]:
            stored = service.every(name)[feature["id"]]["geometry"]
            if stored is None:
                assert feature["geometry"] is None
            elif 120 < stored["coordinates"][0] < 150:
                expected = transformer.transform(*stored["coordinates"])
                found = feature["geometry"]["coordinates"]
                assert found == pytest.approx(expected, abs=1e-5, rel=1e-12)


@abstract_test(CRS, "crs-parameter-invalid", "bbox-crs-parameter-invalid")
@pytest.mark.parametrize("name", NAMES)
def test_crs_parameter_invalid_bbox_crs_parameter_invalid(service, name):
    address = service.items_address(name)
    for wrong in ("1", f"{BASE}/EPSG/0/2443", f"{BASE}/EPSG/0/0", "EPSG:9999", "http://x.test/y"):
        for parameter in ("crs", "bbox-crs"):
            query = {parameter: wrong, "bbox": "130,33,131,34"}
            refused = service.get(address, query, expect=400).json()
            assert refused["parameter"] == parameter
    one = f"{address}/{next(iter(service.every(name)))}"
    assert service.get(one, {"crs": "EPSG:9999"}, expect=400).json()["parameter"] == "crs"


@abstract_test(CRS, "bbox-crs-parameter", "bbox-crs-parameter-default")
@pytest.mark.parametrize("name", NAMES)
def test_bbox_crs_parameter_bbox_crs_parameter_default(service, name):
    """The same box in every system finds the features whose own coordinates lie in it."""
    box = "130.85,33.85,130.9,33.92"
    default = ids(service.items(name, bbox=box, limit=10_000))
    explicit = service.items(name, bbox=box, bbox_crs=CRS84, crs="EPSG:4326", limit=10_000)
    swapped = service.items(
        name, bbox="33.85,130.85,33.92,130.9", bbox_crs="EPSG:4326", limit=10_000
    )

    assert default == ids(explicit) == ids(swapped) != []
    for uri in (f"{BASE}/EPSG/0/6670", f"{BASE}/EPSG/0/3857"):
        page = service.items(name, crs=uri, limit=10_000)["features"]
        places = [(f["id"], f["geometry"]["coordinates"]) for f in page if f["geometry"]]
        firsts, seconds = (sorted(place[axis] for _, place in places) for axis in (0, 1))
        low = [values[len(values) // 3] - 1e-3 for values in (firsts, seconds)]
        high = [values[-len(values) // 4] + 1e-3 for values in (firsts, seconds)]

        found = ids(
            service.items(name, bbox=",".join(map(repr, (*low, *high))), bbox_crs=uri, limit=10_000)
        )

        inside = [
            key for key, place in places
            if low[0] <= place[0] <= high[0] and low[1] <= place[1] <= high[1]
        ]  # fmt: skip
        assert found == inside
        assert inside
