"""What a clerk drew: any GeoJSON, read strictly and cut into short straight pieces in degrees.

A line between two positions is straight in the drawing's own system (RFC 7946, 3.1.1); cut into
pieces of about a kilometre it stays there, within two centimetres, when the pieces are followed
on the ellipsoid.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from inspection.errors import BadRequestError, InvalidError, TooLargeRequestError
from inspection.gis.crs import CRS84, Crs, parse_crs, to_lon_lat
from inspection.gis.questions.geojson import Parts, read_parts

MAX_BYTES = 2_000_000
MAX_PIECES = 200_000
MAX_LAT = 85.0
PIECE_DEG, PIECE_M = 0.01, 1_000.0
_NAMED = re.compile(r"(?:urn:ogc:def:crs:)?(OGC|EPSG):[0-9.]*:?([A-Za-z0-9]{4,5})")


@dataclass(frozen=True)
class Drawing:
    """Pieces and areas in (lon, lat) degrees.

    pieces: array (n, 2, 2), start and end of each; a point is a piece of no length.
    areas: polygons, whose inside belongs to the drawing; their outlines are among the pieces.
    """

    pieces: np.ndarray
    areas: tuple[shapely.Polygon, ...]


def read_drawing(data: bytes, crs: Crs | None = None) -> Drawing:
    """Read a GeoJSON text.

    crs: the system of its coordinates in the authority's axis order; left out: the file's own
    `crs` member, in the order (east, north) in which GIS programs write it, else (lon, lat).
    Raises TooLargeRequestError, BadRequestError (no JSON), InvalidError naming the place.
    """
    document = _load(data)
    named = document.get("crs") if isinstance(document, dict) else None
    if crs is not None and named is not None:
        raise BadRequestError(
            "crs: ファイルの中にも crs があります。どちらか一つにしてください。",
            extra={"parameter": "crs"},
        )
    own = _named(named) if named is not None else None
    parts = read_parts(document)
    system, swapped = (own, True) if own else (crs or CRS84, False)
    return _cut(parts, system, swapped=swapped and system.kind in ("latlon", "plane"))


def _load(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise TooLargeRequestError(f"図形のファイルは {MAX_BYTES // 1_000_000} MB までです。")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, parse_int=float)
    except (ValueError, RecursionError):
        raise BadRequestError(
            "図形のファイルを読めません。GeoJSON(UTF-8)を送ってください。"
        ) from None


def _no_number(_: str) -> None:
    raise ValueError("no JSON")


def _named(member: Any) -> Crs:
    """Return the system of a file's `crs` member, such as urn:ogc:def:crs:EPSG::6670."""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    found = _NAMED.fullmatch(name) if isinstance(name, str) else None
    try:
        return parse_crs(f"{found[1]}:{found[2]}" if found else str(name)[:80], "crs")
    except BadRequestError as error:
        raise InvalidError.of("crs", error.detail.partition(": ")[2]) from None


def _cut(parts: Parts, system: Crs, *, swapped: bool) -> Drawing:
    lines = [_cut_line(line, system, swapped) for line in parts.lines]
    areas = [[_cut_line(ring, system, swapped) for ring in rings] for rings in parts.areas]
    paths = [*lines, *(ring for rings in areas for ring in rings)]
    pieces = [np.stack([path[:-1], path[1:]], axis=1) for path in paths]
    if parts.points:
        points = _degrees(np.asarray(parts.points), system, swapped)
        pieces.append(np.stack([points, points], axis=1))
    whole = np.concatenate(pieces)
    if len(whole) > MAX_PIECES:
        raise InvalidError.of("geometry", "図形が大きすぎます。線の長さを短くしてください。")
    _check_range(whole)
    return Drawing(whole, tuple(_area(rings) for rings in areas))


def _cut_line(positions: list[list[float]], system: Crs, swapped: bool) -> np.ndarray:
    """Return a line's positions and those between them, in degrees."""
    line = np.asarray(positions)
    steps = np.abs(np.diff(line, axis=0)).max(axis=1) / (
        PIECE_DEG if system.geographic else PIECE_M
    )
    if not np.isfinite(steps).all() or steps.sum() > MAX_PIECES:
        raise InvalidError.of("geometry", "図形が大きすぎます。線の長さを短くしてください。")
    counts = np.maximum(np.ceil(steps).astype(int), 1)
    places = np.concatenate([n + np.arange(many) / many for n, many in enumerate(counts)])
    places = np.append(places, len(line) - 1)
    whole = np.arange(len(line))
    between = np.stack([np.interp(places, whole, line[:, axis]) for axis in (0, 1)], axis=1)
    return _degrees(between, system, swapped)


def _degrees(positions: np.ndarray, system: Crs, swapped: bool) -> np.ndarray:
    """Return (lon, lat) of positions; swapped: they stand as (east, north), not as in the system."""
    first, second = positions[:, 0], positions[:, 1]
    if swapped:
        first, second = second, first
    lon, lat = to_lon_lat(system, first, second)  # type: ignore[arg-type]
    return np.stack([lon, lat], axis=1)


def _check_range(pieces: np.ndarray) -> None:
    lon, lat = np.abs(pieces[..., 0]), np.abs(pieces[..., 1])
    if not (np.isfinite(pieces).all() and lon.max() <= 180 and lat.max() <= MAX_LAT):
        raise InvalidError.of(
            "coordinates",
            f"座標が範囲外です。経度は -180 から 180、緯度は -{MAX_LAT:g} から {MAX_LAT:g}。"
            "平面直角座標のファイルなら crs を指定し、[経度, 緯度] の順も確かめてください。",
        )


def _area(rings: list[np.ndarray]) -> shapely.Polygon:
    area = shapely.Polygon(rings[0], rings[1:])
    if not shapely.is_valid(area):
        where = re.search(r"\[(.+)\]", shapely.is_valid_reason(area))
        raise InvalidError.of(
            "coordinates",
            f"多角形の輪郭が交差しているか、重なっています({where[1] if where else '位置は不明'})。",
        )
    return area
