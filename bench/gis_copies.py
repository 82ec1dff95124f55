"""Copies of houses made by GDAL, compared value by value with the database and with pyproj."""

from __future__ import annotations

import math
import os
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pyproj import Transformer
from sqlalchemy import func, select

from bench.environment import ROOT
from inspection.extensions import db
from inspection.models import House

PROPERTIES = (
    "code", "address", "town", "ward_code", "structure", "storeys", "built_year", "total", "low",
    "high", "judgement", "status", "inspected_at", "updated_at",
)  # fmt: skip
TOLERANCE_M = 1e-4
"""A tenth of a millimetre: metres are served with five decimals."""

_CODE = "6670"
_TIMEOUT_S = 600
_HEADER_BYTES = 8
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
Row = tuple[dict[str, Any], tuple[float, float] | None]


def ogr2ogr(token: str, *arguments: str | Path, debug: bool = False) -> str:
    """Run Debian's ogr2ogr with a token as bearer; return what it printed on stderr."""
    settings = {"GDAL_HTTP_HEADERS": f"Authorization: Bearer {token}"}
    return _run(["ogr2ogr", *map(str, arguments)], settings, debug=debug).stderr


def new_gdal(token: str, *arguments: str | Path, debug: bool = False) -> str:
    """Copy with pyogrio's GDAL, the token as password of Basic; return what it printed on stdout."""
    settings = {"GDAL_HTTP_USERPWD": f"qgis:{token}", "GDAL_HTTP_AUTH": "BASIC"}
    command = [sys.executable, "-m", "bench.gis_new_gdal", *map(str, arguments)]
    return _run(command, settings, debug=debug).stdout


def _run(
    command: list[str], settings: Mapping[str, str], *, debug: bool
) -> subprocess.CompletedProcess[str]:
    debugging = {"CPL_DEBUG": "ON"} if debug else {}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **settings, **debugging},
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT_S,
    )
    if done.returncode or "ERROR" in done.stderr:
        raise AssertionError(f"{' '.join(command)}\n{done.stderr[-3000:]}")
    return done


def stored(*conditions: Any) -> dict[str, Row]:
    """Return the houses of the database by id: properties and (lon, lat); needs an app context."""
    columns = [getattr(House, name) for name in PROPERTIES]
    place = (func.ST_X(House.location), func.ST_Y(House.location))
    rows = db.session.execute(select(House.id, *place, *columns).where(*conditions))
    return {
        str(key): (dict(zip(PROPERTIES, values, strict=True)), None if lon is None else (lon, lat))
        for key, lon, lat, *values in rows
    }


def copied(path: Path, layer: str = "houses") -> Iterator[tuple[str, Row]]:
    """Yield id, properties and point of each row of a GeoPackage."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        for row in connection.execute(f'SELECT * FROM "{layer}"'):
            yield row["id"], ({name: row[name] for name in PROPERTIES}, _point(row["geom"]))
    finally:
        connection.close()


def system_of(path: Path, layer: str = "houses") -> str:
    """Return the code of the reference system of a GeoPackage's layer."""
    connection = sqlite3.connect(path)
    try:
        asked = "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
        return str(connection.execute(asked, (layer,)).fetchone()[0])
    finally:
        connection.close()


def _point(blob: bytes | None) -> tuple[float, float] | None:
    """Return the point of a GeoPackage's geometry: header, envelope, then WKB."""
    if blob is None:
        return None
    start = _HEADER_BYTES + _ENVELOPE_BYTES[(blob[3] >> 1) & 7]
    x, y = struct.unpack_from("<dd" if blob[start] else ">dd", blob, start + 5)
    return None if math.isnan(x) else (x, y)


def faults(path: Path, expected: Mapping[str, Row]) -> list[str]:
    """Compare a copy in EPSG:6670 with the database; return what differs, nothing when all is right.

    Every feature once, every value equal, every point within TOLERANCE_M of pyproj's, as (easting,
    northing), which is how a GeoPackage keeps them.
    """
    to_plane = Transformer.from_crs("OGC:CRS84", f"EPSG:{_CODE}")
    found = [] if system_of(path) == _CODE else [f"the layer is in {system_of(path)}"]
    seen = set()
    for key, (properties, point) in copied(path):
        if key in seen or key not in expected:
            found.append(f"{key} twice or unknown")
            continue
        seen.add(key)
        truth, place = expected[key]
        found += [
            f"{key} {name}: {properties[name]!r} for {truth[name]!r}"
            for name in PROPERTIES
            if not _same(properties[name], truth[name])
        ]
        if not _near(point, place, to_plane):
            found.append(f"{key}: {point} for {place}")
    return found + [f"{key} is missing" for key in expected.keys() - seen]


def _same(value: Any, truth: Any) -> bool:
    if isinstance(truth, datetime):
        # A GeoPackage keeps milliseconds.
        return value is not None and abs((_instant(value) - truth).total_seconds()) <= 0.001
    return type(value) is type(truth) and value == truth  # type: ignore[no-any-return]


def _instant(text: str) -> datetime:
    """Read a time of a copy; GDAL rounds 59.9997 seconds to 60 and writes that."""
    if ":60" in text:
        return datetime.fromisoformat(text.replace(":60", ":59")) + timedelta(seconds=1)
    return datetime.fromisoformat(text)


def _near(
    point: tuple[float, float] | None, place: tuple[float, float] | None, to_plane: Transformer
) -> bool:
    if place is None or point is None:
        return place is point
    northing, easting = to_plane.transform(*place)
    return math.hypot(point[0] - easting, point[1] - northing) <= TOLERANCE_M
