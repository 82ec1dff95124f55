"""CQL2 (21-065r2): each operator of the declared classes, against Python on all features.

Named by operator, for the standard's own tests are bound to data sets of its own. Each case is
sent as text and, translated by another library, as JSON.
"""

from __future__ import annotations

import json
from datetime import datetime

import cql2
import pytest
import shapely

from tests.gis.conformance.abstract import CQL2, abstract_test
from tests.gis.conformance.service import ids

MAY = datetime.fromisoformat("2026-05-01T00:00:00+00:00")
JULY = datetime.fromisoformat("2026-07-01T00:00:00+00:00")
MAY_TEXT, JULY_TEXT = "2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z"
TRIANGLE = "POLYGON((130.75 33.8, 130.95 33.82, 130.85 33.95, 130.75 33.8))"
SQUARES = (
    "MULTIPOLYGON(((130.7 33.76,130.8 33.76,130.8 33.86,130.7 33.86,130.7 33.76),"
    "(130.72 33.78,130.78 33.78,130.78 33.84,130.72 33.84,130.72 33.78)),"
    "((130.9 33.9,130.95 33.9,130.95 33.95,130.9 33.95,130.9 33.9)))"
)


def has(name, test):
    """The value is there and passes: without a value no comparison holds, nor its negation."""
    return lambda p: p[name] is not None and test(p[name])


def at(test):
    return has("inspected_at", lambda text: test(datetime.fromisoformat(text)))


def placed(test):
    return lambda p: p["geometry"] is not None and test(p["geometry"])


def shape(predicate, wkt):
    other = shapely.from_wkt(wkt)
    shapely.prepare(other)
    return placed(lambda point: getattr(point, predicate)(other))


BASIC = {
    "ward_code = '401064'": has("ward_code", lambda v: v == "401064"),
    "ward_code <> '401064'": has("ward_code", lambda v: v != "401064"),
    "storeys > 1": has("storeys", lambda v: v > 1),
    "storeys >= 2": has("storeys", lambda v: v >= 2),
    "storeys < 2": has("storeys", lambda v: v < 2),
    "storeys <= 1": has("storeys", lambda v: v <= 1),
    "total = 47.5": has("total", lambda v: v == 47.5),
    "total > -1e3": has("total", lambda v: True),
    "code >= 'K-02990'": has("code", lambda v: v >= "K-02990"),
    "town = 'Ōmachi'": has("town", lambda v: v == "Ōmachi"),
    "address = '北九州市 ''引用\" 𠮷 97%_\\ 番'": has("code", lambda v: v == "K-00097"),
    "total IS NULL": lambda p: p["total"] is None,
    "total IS NOT NULL": lambda p: p["total"] is not None,
    "NOT total > 50": has("total", lambda v: not v > 50),
    "NOT (ward_code = '401064' OR storeys = 1)": lambda p: (
        p["ward_code"] != "401064" and p["storeys"] not in (None, 1)
    ),
    "ward_code = '401064' AND storeys = 2": lambda p: (
        p["ward_code"] == "401064" and p["storeys"] == 2
    ),
    "storeys = 1 OR storeys = 2 AND ward_code = '401013'": lambda p: (
        p["storeys"] == 1 or (p["storeys"] == 2 and p["ward_code"] == "401013")
    ),
    f"inspected_at > TIMESTAMP('{MAY_TEXT}')": at(lambda v: v > MAY),
    f"inspected_at <= TIMESTAMP('{MAY_TEXT}')": at(lambda v: v <= MAY),
}
ADVANCED = {
    "address LIKE '城内1%'": has("address", lambda v: v.startswith("城内1")),
    "address LIKE '城内_番'": has("address", lambda v: len(v) == 4 and v[2:3].isdigit()),
    "address NOT LIKE '城内%'": has("address", lambda v: not v.startswith("城内")),
    r"address LIKE '%\%\_%'": has("address", lambda v: "%_" in v),
    "address LIKE '城内'": lambda p: False,
    "total BETWEEN 47.5 AND 95": has("total", lambda v: 47.5 <= v <= 95),
    "total NOT BETWEEN 47.5 AND 95": has("total", lambda v: not 47.5 <= v <= 95),
    "storeys IN (1, 3)": has("storeys", lambda v: v in (1, 3)),
    "ward_code NOT IN ('401064', '401013')": has(
        "ward_code", lambda v: v not in ("401064", "401013")
    ),
}
CASELESS = {
    "CASEI(town) = CASEI('ŌMACHI')": has("town", lambda v: v == "Ōmachi"),
    "CASEI(code) LIKE CASEI('k-0001%')": has("code", lambda v: v.startswith("K-0001")),
    "CASEI(structure) IN (CASEI('WOODEN'), CASEI('Steel'))": has(
        "structure", lambda v: v in ("wooden", "steel")
    ),
}
PROPERTIES = {
    "low < total": has("low", lambda v: True),
    "low = high": lambda p: False,
    "90 < total": has("total", lambda v: v > 90),
    "'401064' = ward_code": has("ward_code", lambda v: v == "401064"),
}
BASIC_SPATIAL = {
    "S_INTERSECTS(geometry, POINT(130.8752 33.8834))": shape(
        "intersects", "POINT(130.8752 33.8834)"
    ),
    "S_INTERSECTS(geometry, BBOX(130.8, 33.8, 130.9, 33.9))": placed(
        lambda g: 130.8 <= g.x <= 130.9 and 33.8 <= g.y <= 33.9
    ),
    "NOT S_INTERSECTS(geometry, BBOX(130.8, 33.8, 130.9, 33.9))": placed(
        lambda g: not (130.8 <= g.x <= 130.9 and 33.8 <= g.y <= 33.9)
    ),
}
BASIC_SPATIAL_PLUS = {
    f"S_INTERSECTS(geometry, {TRIANGLE})": shape("intersects", TRIANGLE),
    f"S_INTERSECTS(geometry, {SQUARES})": shape("intersects", SQUARES),
    "S_INTERSECTS(geometry, MULTIPOINT((130.8752 33.8834), (0 0)))": shape(
        "intersects", "MULTIPOINT((130.8752 33.8834), (0 0))"
    ),
    "S_INTERSECTS(geometry, LINESTRING(130.8752 33.8834, 131 34))": shape(
        "intersects", "LINESTRING(130.8752 33.8834, 131 34)"
    ),
}
SPATIAL = {
    f"S_WITHIN(geometry, {TRIANGLE})": shape("within", TRIANGLE),
    f"S_DISJOINT(geometry, {SQUARES})": shape("disjoint", SQUARES),
    "S_EQUALS(geometry, POINT(130.8752 33.8834))": shape("equals", "POINT(130.8752 33.8834)"),
    "S_CONTAINS(geometry, POINT(130.8752 33.8834))": shape("contains", "POINT(130.8752 33.8834)"),
    f"S_TOUCHES(geometry, {TRIANGLE})": shape("touches", TRIANGLE),
    f"S_CROSSES(geometry, {TRIANGLE})": shape("crosses", TRIANGLE),
    "S_OVERLAPS(geometry, POINT(130.8752 33.8834))": shape("overlaps", "POINT(130.8752 33.8834)"),
    f"S_WITHIN(geometry, {TRIANGLE}) AND NOT S_WITHIN(geometry, BBOX(130.8, 33.8, 130.9, 33.9))": (
        lambda p: (
            shape("within", TRIANGLE)(p)
            and not (130.8 < p["geometry"].x < 130.9 and 33.8 < p["geometry"].y < 33.9)
        )
    ),
}
_SPAN = f"INTERVAL('{MAY_TEXT}', '{JULY_TEXT}')"
TEMPORAL = {
    f"T_AFTER(inspected_at, TIMESTAMP('{MAY_TEXT}'))": at(lambda v: v > MAY),
    f"T_BEFORE(inspected_at, TIMESTAMP('{MAY_TEXT}'))": at(lambda v: v < MAY),
    f"T_EQUALS(inspected_at, TIMESTAMP('{MAY_TEXT}'))": at(lambda v: v == MAY),
    f"T_DURING(inspected_at, {_SPAN})": at(lambda v: MAY < v < JULY),
    f"T_INTERSECTS(inspected_at, {_SPAN})": at(lambda v: MAY <= v <= JULY),
    f"T_DISJOINT(inspected_at, {_SPAN})": at(lambda v: not MAY <= v <= JULY),
    f"T_INTERSECTS(inspected_at, INTERVAL('{MAY_TEXT}', '..'))": at(lambda v: v >= MAY),
    f"T_AFTER(inspected_at, INTERVAL('..', '{MAY_TEXT}'))": at(lambda v: v > MAY),
}


@pytest.fixture
def holds(service):
    """Check that filters find what their predicates find, in text and in JSON."""
    rows = {
        key: {
            **feature["properties"],
            "geometry": feature["geometry"] and shapely.Point(feature["geometry"]["coordinates"]),
        }
        for key, feature in service.every("houses").items()
    }

    def check(cases):
        for text, predicate in cases.items():
            as_json = cql2.parse_text(text).to_json()

            page = service.items("houses", filter=text, limit=10_000)
            also = service.items(
                "houses", filter=_dumped(as_json), filter_lang="cql2-json", limit=10_000
            )

            expected = [key for key, row in rows.items() if predicate(row)]
            assert ids(page) == expected, text
            assert ids(also) == expected, as_json
            assert page["numberMatched"] == len(expected)

    return check


@abstract_test(f"{CQL2}/basic-cql2", "comparison", "is-null", "logical")
@abstract_test(f"{CQL2}/cql2-text", "validate", "escaping")
@abstract_test(f"{CQL2}/cql2-json", "validate")
def test_basic_cql2_comparison_is_null_logical(holds):
    holds(BASIC)


@abstract_test(f"{CQL2}/advanced-comparison-operators", "like", "between", "in")
def test_advanced_comparison_operators_like_between_in(holds):
    holds(ADVANCED)


@abstract_test(f"{CQL2}/case-insensitive-comparison", "casei")
def test_case_insensitive_comparison_casei(holds):
    holds(CASELESS)


@abstract_test(f"{CQL2}/property-property", "property-property")
def test_property_property(holds):
    holds(PROPERTIES)


@abstract_test(f"{CQL2}/basic-spatial-functions", "s_intersects-point-bbox")
@abstract_test(f"{CQL2}/basic-spatial-operators", "s_intersects-point-bbox")
def test_basic_spatial_functions_s_intersects(holds):
    holds(BASIC_SPATIAL)


@abstract_test(f"{CQL2}/basic-spatial-functions-plus", "s_intersects-every-geometry")
def test_basic_spatial_functions_plus_s_intersects(holds):
    holds(BASIC_SPATIAL_PLUS)


@abstract_test(
    f"{CQL2}/spatial-functions",
    *("s_within", "s_disjoint", "s_equals", "s_contains", "s_touches", "s_crosses", "s_overlaps"),
)
def test_spatial_functions(holds):
    holds(SPATIAL)


@abstract_test(
    f"{CQL2}/temporal-functions",
    *("t_after", "t_before", "t_equals", "t_during", "t_intersects", "t_disjoint"),
)
def test_temporal_functions(holds):
    holds(TEMPORAL)


@abstract_test(f"{CQL2}/cql2-text", "refuses-what-is-not-text")
@abstract_test(f"{CQL2}/cql2-json", "refuses-what-is-not-json")
def test_neither_language_is_taken_for_the_other(service):
    text, tree = "storeys = 1", '{"op":"=","args":[{"property":"storeys"},1]}'
    crossed = ((tree, "cql2-text"), (tree, None), (text, "cql2-json"), ("{", "cql2-json"))
    for wrong, language in crossed:
        query = {"filter": wrong, **({"filter_lang": language} if language else {})}
        assert service.refused("houses", **query)["parameter"] == "filter", query


def _dumped(tree):
    return tree if isinstance(tree, str) else json.dumps(tree)
