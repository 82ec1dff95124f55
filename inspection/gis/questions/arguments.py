"""The query parameters of the questions: each read strictly, each error a 400 that names it."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from werkzeug.datastructures import MultiDict

from inspection.errors import BadRequestError, InvalidError
from inspection.gis import parameters
from inspection.gis.collections import HOUSES
from inspection.gis.crs import Crs, parse_crs
from inspection.gis.errors import parameter_error
from inspection.gis.questions.distance import MAX_DISTANCE_M
from inspection.gis.questions.hexagons import LARGEST_M, SMALLEST_M, HexGrid
from inspection.gis.questions.mesh import ALLOWED, MeshGrid, find_level
from inspection.gis.timespan import parse_timespan
from inspection.paging import decode_cursor

Arguments = MultiDict[str, str]
DEFAULT_LIMIT, MAX_LIMIT = 1_000, 10_000
_DISTANCE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_WHOLE = re.compile(r"[0-9]{1,9}")


def selection(arguments: Arguments, *own: str) -> parameters.Selection:
    """Read which houses are asked for, after all names were checked.

    own: the question's own parameters beside those of the selection.
    """
    parameters.check_names(arguments, (*selection_names(), *own))
    zone = current_app.config["HANTEI_TIME_ZONE"]
    return parameters.parse_selection(arguments, HOUSES, zone)


def selection_names() -> tuple[str, ...]:
    """Return the parameters that say which houses are asked for, the same as below /ogc."""
    return parameters.selection_names(HOUSES)


def form(arguments: Arguments, allowed: tuple[str, ...]) -> str:
    """Return the form of the answer, `f`; the first of the allowed ones when it is left out."""
    value = arguments.get("f", allowed[0])
    if value not in allowed:
        raise parameter_error("f", f"{value[:40]!r} は使えません。使えるもの: {'、'.join(allowed)}")
    return value


def mesh_grid(arguments: Arguments) -> MeshGrid:
    """Return the grid of `level`, the third mesh when it is left out."""
    text = arguments.get("level", "3")
    level = find_level(text)
    if level is None:
        raise parameter_error("level", f"{text[:40]!r} は使えません。{ALLOWED}です。")
    return MeshGrid(level)


def hex_grid(arguments: Arguments) -> HexGrid:
    """Return the hexagons of `size_m`, 500 m wide when it is left out, in the city's zone."""
    text = arguments.get("size_m", "500")
    size = int(text) if _WHOLE.fullmatch(text) else 0
    if not SMALLEST_M <= size <= LARGEST_M:
        raise parameter_error(
            "size_m", f"{text[:40]!r} は使えません。{SMALLEST_M} から {LARGEST_M} の整数(m)です。"
        )
    return HexGrid(parse_crs(current_app.config["HANTEI_PLANE_CRS"], "HANTEI_PLANE_CRS"), size)


def distance_m(arguments: Arguments) -> float:
    """Return the required `distance_m`, 0 to 10,000 metres."""
    text = arguments.get("distance_m")
    allowed = f"0 から {MAX_DISTANCE_M:g} までの数(m)です。"
    if text is None:
        raise parameter_error("distance_m", f"指定してください。{allowed}")
    if not _DISTANCE.fullmatch(text) or float(text) > MAX_DISTANCE_M:
        raise parameter_error("distance_m", f"{text[:40]!r} は使えません。{allowed}")
    return float(text)


def drawing_crs(arguments: Arguments) -> Crs | None:
    """Return the system of a drawing's coordinates, None when `crs` is left out."""
    text = arguments.get("crs")
    return None if text is None else parse_crs(text, "crs")


def limit(arguments: Arguments) -> int:
    """Return `limit`, houses in a list; more than MAX_LIMIT is MAX_LIMIT, as below /ogc."""
    text = arguments.get("limit", str(DEFAULT_LIMIT))
    if not _WHOLE.fullmatch(text) or int(text) == 0:
        raise parameter_error("limit", f"{text[:40]!r} は使えません。1 から {MAX_LIMIT} の整数。")
    return min(int(text), MAX_LIMIT)


def cursor(arguments: Arguments) -> int | None:
    """Return the key after which a page begins."""
    text = arguments.get("cursor")
    if text is None:
        return None
    try:
        return decode_cursor(text)
    except InvalidError:
        raise parameter_error(
            "cursor", "前の答えの next_cursor をそのまま使ってください。"
        ) from None


def instant(arguments: Arguments, name: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Return the moment of a required date or time, and whether it is itself excluded.

    A date without time is the end of that day in `zone`: (the next midnight, True).
    """
    text = arguments.get(name)
    allowed = "2026-04-01 または 2026-04-01T12:00:00+09:00 の形で指定してください。"
    if text is None:
        raise parameter_error(name, f"日付を{allowed}")
    try:
        span = parse_timespan(text, zone) if "/" not in text and text else None
    except BadRequestError:
        span = None
    if span is None or span.end is None:
        raise parameter_error(name, f"{text[:80]!r} は使えません。{allowed}")
    return span.end, span.before_end
