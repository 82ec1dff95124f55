"""Requests that break the rules, each with the parameter that the refusal names; and strange good ones."""

from __future__ import annotations

MALFORMED = [
    *(
        (f"limit={value}", "limit")
        for value in (
            "0", "00", "-1", "-0", "%2B5", "1.0", "1e3", "ten", "", "%20", "5%20", "0x10", "１０",
            "1,2", "NaN", "9" * 401, "%00", "null", "10%0a",
        )
    ),
    *(
        (f"bbox={value}", "bbox")
        for value in (
            "", "1", "1,2", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "1,2,3,x",
            "1;2;3;4", "1 2 3 4", "1,2,3,", ",,,", "nan,0,1,1", "0,0,inf,1", "0,0,Infinity,1",
            "1e400,0,1,1", "0,10,1,5", "0,0,0,1,-1,0", "1_0,0,20,1", "0x1,0,2,2", "0,0,1,1%00",
            "[0,0,1,1]", "0, 0, 1, 1", "１,0,2,2", "--1,0,1,1", "1e,0,2,2", ".,0,1,1",
            "9" * 61 + ",0,1,1",
        )
    ),
    *(
        (f"datetime={value}", "datetime")
        for value in (
            "", "yesterday", "2026", "2026-01", "2026-1-1", "20260101", "2026-02-30", "2026-13-01",
            "0000-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-01-01 00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:61:00Z", "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00%2B25:00", "2026-01-01T00:00:00%2B9", "2026-01-02/2026-01-01",
            "2026-01-01/2026-01-02/2026-01-03", "2026-01-01/x", "x/2026-01-01", "P1M", "P1M/P1M",
            "P1M/..", "../P1M", "2026-01-01/P", "2026-01-01/PT", "2026-01-01/P1X",
            "2026-01-01/P1.5D", "2026-01-01/-P1D", "2026-01-01/P9999Y",
            "P2026Y/2026-01-01", "..", "...", "null", "2026-01-01%00",
        )
    ),
    *(
        (f"{name}={value}", name)
        for name in ("crs", "bbox-crs")
        for value in (
            "", "4326", "EPSG:4301", "EPSG:", "EPSG:99999", "EPSG:6688", "CRS84", "WGS84",
            "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/EPSG/0/2443",
            "http://www.opengis.net/def/crs/EPSG/9.9/4326",
            "https://example.org/def/crs/EPSG/0/4326", "EPSG:4326,EPSG:6670", "EPSG:4326%00",
        )
    ),
    *((f"f={value}", "f") for value in ("", "xml", "JSON", "geojson", "json,html", "html%00")),
    *(
        (f"cursor={value}", "cursor")
        for value in ("", "1", "x", "%20", "ay0x", "azk5OTk5OTk5OTk5OTk", "k1", "%00")
    ),
    *((f"{name}=1", name) for name in ("offset", "Limit", "BBOX", "q", "token", "resultType")),
    *((f"filter-lang={v}", "filter-lang") for v in ("", "CQL2-TEXT", "cql2", "ecql", "cql-text")),
    *((f"filter-crs={v}&filter=code%3D'1'", "filter-crs") for v in ("", "4326", "EPSG:9999")),
    *(
        (f"filter={value}", "filter")
        for value in (
            "", "%20", "1", "code", "code%3D", "nothing%3D1", "notes%20LIKE%20'%25'", "code%3D1",
            "code%3D'1'%00", "%ff", "code%3D'1';DROP%20TABLE%20houses",
            "S_INTERSECTS(geometry,BBOX(1e6,1e6,2e6,2e6))", "{%22op%22:%22%3D%22}", "(" * 5000,
            "code%3D'" + "x" * 70_000 + "'",
        )
    ),
    ("filter=%5B%5D&filter-lang=cql2-json", "filter"),
    ("filter=code%3D'1'&filter-lang=cql2-json", "filter"),
    ("filter=code%3D'1'&filter=code%3D'2'", "filter"),
    ("code=a&code=b", "code"),
    ("code=%00", "code"),
    *((f"id={value}", "id") for value in ("", "1", "x" * 36, "%ff", "null")),
    ("limit=1&limit=2", "limit"),
    ("limit=%", "limit"),
    ("limit=%zz", "limit"),
    ("limit=%ff", "limit"),
    ("bbox=%c3%28,0,1,1", "bbox"),
    ("datetime=%e3%81", "datetime"),
    ("datetime=" + "9" * 5000, "datetime"),
    ("f=" + "j" * 5000, "f"),
    ("cursor=" + "A" * 5000, "cursor"),
    ("crs=" + "EPSG:" * 2000, "crs"),
    ("%ff=1", "%FF"),
    ("x" * 500 + "=1", "x" * 80),
    ("%00=1", "\0"),
    ("bbox=0,0,1,1&bbox=0,0,1,1", "bbox"),
    ("f=json&f=html", "f"),
    ("=1", ""),
    ("bbox=1e9,1e9,-1e9,-1e9&bbox-crs=EPSG:6670", "bbox"),
    ("bbox=10,0,-10,10&bbox-crs=EPSG:3857", "bbox"),
    ("bbox=10,170,-10,-170&bbox-crs=EPSG:4326", "bbox"),
]  # fmt: skip
STRANGE_BUT_GOOD = [
    "limit=1", "limit=0010", "limit=10000", "limit=10001", "limit=99999999999999999999",
    "bbox=-180,-90,180,90", "bbox=170,-10,-170,10", "bbox=179.9,-90,-179.9,-89.9",
    "bbox=-180,90,180,90", "bbox=-180,-90,180,-90", "bbox=180,0,-180,0", "bbox=0,0,0,0",
    "bbox=-1e308,-1e308,1e308,1e308", "bbox=-400,-100,400,100", "bbox=170,-10,190,10",
    "bbox=-190,-10,-170,10", "bbox=0,91,10,95", "bbox=1,2,3,4,5,6", "bbox=0,0,9,1,1,-9",
    "bbox=%2B1,.5,2.,1e0", "bbox=-0,-0,0,0", "bbox=1e-300,0,1,1",
    "bbox=-10,170,10,-170&bbox-crs=EPSG:4326", "bbox=-90,-180,-90,180&bbox-crs=EPSG:6668",
    "bbox=-1e300,-1e300,1e300,1e300&bbox-crs=EPSG:6670", "bbox=0,0,0,0&bbox-crs=EPSG:6687",
    "bbox=-1e300,-1e300,1e300,1e300&bbox-crs=EPSG:3857", "bbox=3e7,0,4e7,1&bbox-crs=EPSG:3857",
    "bbox=1999999,1999999,2000000,2000000&bbox-crs=EPSG:6684", "bbox-crs=EPSG:6670",
    "datetime=2026-01-01", "datetime=2026-01-01/..", "datetime=../2026-01-01", "datetime=../..",
    "datetime=/2026-01-01", "datetime=2026-01-01/", "datetime=/", "datetime=2026-01-01/P1M",
    "datetime=P1W/2026-01-01", "datetime=2026-01-01T00:00:00Z/PT36H", "datetime=0001-01-01/..",
    "datetime=2016-12-31t23:59:60z", "datetime=2026-01-01T00:00:00.123456789%2B09:00",
    "datetime=1000-01-01/9999-12-31",
    "datetime=9999-12-31", "datetime=0001-01-01T00:00:00%2B23:59", "datetime=9999-12-31/..",
    "datetime=2026-01-01/P999999D",
]  # fmt: skip
OF_ONE_COLLECTION = [
    *(
        (f"houses?{name}={value}", name)
        for name, values in {
            "storeys": ("", "two", "1.5", "1e2", "0x1", "１", "9" * 30, "null"),
            "built_year": ("-", "1961.0", "%ff"),
            "total": ("", "many", "NaN", "inf", "1e999", "1,5"),
            "inspected_at": ("", "yesterday", "2026-13-01", "2026-05-01T00:00:00"),
        }.items()
        for value in values
    ),
    *((f"houses?{name}=1", name) for name in ("house_id", "notes", "lot_number", "pk", "geometry")),
    ("inspections?house_id=1", "house_id"),
    ("inspections?revision=first", "revision"),
    ("inspections?address=x", "address"),
    ("photos?inspection_id=%00", "inspection_id"),
    ("photos?direction_deg=north", "direction_deg"),
    ("photos?filename=x", "filename"),
]  # fmt: skip
"""Items of one collection: what its queryables refuse."""

TILE = "/collections/houses/tiles/WebMercatorQuad"
HEAT = "/collections/houses/heat/mesh/tiles/WebMercatorQuad"
ELSEWHERE = [
    *(
        (f"/ogc{path}", query, name)
        for path in (
            "", "/conformance", "/api", "/collections", "/collections/houses",
            "/collections/houses/queryables", "/collections/houses/schema", "/tileMatrixSets",
            "/tileMatrixSets/WebMercatorQuad", "/collections/houses/tiles",
            "/collections/houses/heat/hexagon/tiles", "/collections/houses/heat/mesh/tiles",
        )
        for query, name in (("limit=1", "limit"), ("f=pdf", "f"), ("f=json&f=json", "f"))
    ),
    ("/ogc/collections/houses/feature-schema", "f=json", "f"),
    ("/ogc/collections/houses/items/{id}", "crs=x", "crs"),
    ("/ogc/collections/houses/items/{id}", "bbox=0,0,1,1", "bbox"),
    ("/ogc/collections/houses/items/{id}", "f=%00", "f"),
    *(
        (f"/ogc{tiles}{path}", query, query.partition("=")[0])
        for tiles in (TILE, HEAT)
        for path in ("/0/0/0", "", "/tilejson.json", "/style.json")
        for query in (
            "datetime=x", "filter=x", "filter-lang=x", "filter-crs=x", "storeys=x", "limit=1",
            "bbox=0,0,1,1", "crs=EPSG:3857", "f=png", "cursor=x", "nonsense=1",
        )
    ),
    (f"/ogc{HEAT}/0/0/0", "fill=count", "fill"),
    (f"/ogc{HEAT}/style.json", "fill=total", "fill"),
    (f"/ogc{HEAT}/style.json", "fill=%00", "fill"),
    (f"/ogc{HEAT}/0/0/0", "level=3", "level"),
    *(
        (f"/api/v1/exports/houses.{kind}", query, query.partition("=")[0])
        for kind in ("geojson", "gpkg", "csv", "xlsx", "kml")
        for query in (
            "bbox=1,2", "datetime=x", "filter=x", "filter-lang=x", "bbox-crs=x", "crs=EPSG:9999",
            "storeys=x", "limit=1", "cursor=x", "nonsense=1", "filter-crs=1", "bbox=%00",
        )
    ),
    ("/api/v1/exports/houses.kml", "crs=EPSG:6670", "crs"),
    ("/api/v1/exports/houses.csv", "headings=x", "headings"),
    ("/api/v1/exports/houses.geojson", "headings=ja", "headings"),
]  # fmt: skip
"""Other addresses: path, query, parameter."""

MISSING = [
    *(f"{TILE}/{tile}" for tile in (
        "0/0/1", "0/1/0", "23/0/0", "-1/0/0", "x/0/0", "0/x/0", "0/0/x", "00/0/0", "1/0/01",
        "1/0.5/0", "1/+1/0", "1/%201/0", "１/0/0", "0/0/0%00", "99999999999/0/0", "5/32/0", "%ff/0/0",
    )),
    *(f"{HEAT}/{tile}" for tile in ("15/0/0", "22/0/0", "23/0/0", "1/2/0", "1/0/00", "x/0/0")),
    "/collections/houses/heat/square/tiles", "/collections/houses/heat/square/tiles/WebMercatorQuad",
    "/collections/houses/heat/square/tiles/WebMercatorQuad/0/0/0",
    "/collections/houses/heat/mesh/tiles/WorldCRS84Quad/style.json",
    "/collections/houses/heat/mesh/tiles/WorldCRS84Quad/0/0/0",
    "/collections/inspections/heat/mesh/tiles/WebMercatorQuad/0/0/0",
    "/collections/houses/tiles/WorldCRS84Quad/0/0/0",
    "/collections/houses/tiles/WorldCRS84Quad",
    "/collections/owners/tiles",
    "/collections/owners/tiles/WebMercatorQuad/0/0/0",
    "/tileMatrixSets/x",
    "/collections/owners/items",
    "/collections/HOUSES/items",
    "/collections/houses%00/items",
    "/collections/houses/items/x",
    "/collections/houses/item",
]  # fmt: skip
"""Paths below /ogc of what is not there."""
