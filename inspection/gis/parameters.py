"""Query parameters of the OGC API: each read strictly, each error a 400 that names it."""

from __future__ import annotations

import re
from collections.abc import Collection as Names
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict

from inspection.errors import InvalidError
from inspection.gis.bbox import BoundingBox, parse_bbox
from inspection.gis.collections import Collection
from inspection.gis.cql2 import TEXT, check_language, parse_filter
from inspection.gis.crs import CRS84, Crs, parse_crs
from inspection.gis.errors import parameter_error
from inspection.gis.queryables import parse_queryable
from inspection.gis.timespan import Timespan, parse_timespan
from inspection.paging import decode_cursor

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
FORMATS = ("json", "html")
SELECTION = ("bbox", "bbox-crs", "datetime", "filter", "filter-crs", "filter-lang")
ITEMS = (*SELECTION, "crs", "cursor", "f", "limit")
ITEM = ("crs", "f")
DOCUMENT = ("f",)
_LIMIT = re.compile(r"[0-9]{1,400}")
_LARGEST_KEY = 2**31 - 1


@dataclass(frozen=True)
class Selection:
    """Which features of a collection a client asks for: the box, the time, and further conditions.

    conditions: finished SQL conditions of filters, all of which must hold.
    """

    bbox: BoundingBox | None = None
    timespan: Timespan | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True)
class ItemsQuery:
    """One page of a selection: how many features, after which key, in which CRS."""

    selection: Selection
    limit: int
    after: int | None
    crs: Crs


def selection_names(collection: Collection) -> tuple[str, ...]:
    """Return the parameters that select features of a collection: the general, its queryables."""
    return (*SELECTION, *(item.name for item in collection.queryables))


def items_names(collection: Collection) -> tuple[str, ...]:
    """Return all parameters of an items request."""
    return (*ITEMS, *(item.name for item in collection.queryables))


def check_names(arguments: MultiDict[str, str], known: Names[str]) -> None:
    """Raise BadRequestError for a parameter that is not among the known ones, or given twice."""
    for name in arguments:
        if name not in known:
            raise parameter_error(
                name[:80], f"このパラメータはありません。使えるもの: {', '.join(sorted(known))}"
            )
        if len(arguments.getlist(name)) > 1:
            raise parameter_error(name, "一度だけ指定してください。")
        if "\x00" in arguments[name]:
            raise parameter_error(name, "NUL 文字は使えません。")


def parse_format(arguments: MultiDict[str, str]) -> str | None:
    """Return the `f` parameter: `json`, `html`, or None when it is left out."""
    value = arguments.get("f")
    if value is not None and value not in FORMATS:
        raise parameter_error("f", f"{value[:40]!r} は使えません。json か html です。")
    return value


def parse_items_query(
    arguments: MultiDict[str, str], collection: Collection, zone: ZoneInfo
) -> ItemsQuery:
    """Read the parameters of an items request; names are checked before.

    zone: the site's time zone. Raises BadRequestError naming the parameter.
    """
    return ItemsQuery(
        selection=parse_selection(arguments, collection, zone),
        limit=parse_limit(arguments.get("limit")),
        after=parse_cursor(arguments.get("cursor")),
        crs=_crs(arguments, "crs"),
    )


def parse_selection(
    arguments: MultiDict[str, str], collection: Collection, zone: ZoneInfo
) -> Selection:
    """Read which features are asked for: by items, exports, tiles and counts alike.

    Raises BadRequestError naming the parameter.
    """
    bbox_crs = _crs(arguments, "bbox-crs")
    bbox, moment = arguments.get("bbox"), arguments.get("datetime")
    return Selection(
        bbox=None if bbox is None else parse_bbox(bbox, bbox_crs),
        timespan=None if moment is None else parse_timespan(moment, zone),
        conditions=(
            *_filter(arguments, collection, zone),
            *(
                parse_queryable(item, arguments[item.name], zone)
                for item in collection.queryables
                if item.name in arguments
            ),
        ),
    )


def _filter(
    arguments: MultiDict[str, str], collection: Collection, zone: ZoneInfo
) -> list[ColumnElement[bool]]:
    language = check_language(arguments.get("filter-lang", TEXT))
    crs = _crs(arguments, "filter-crs")
    text = arguments.get("filter")
    return [] if text is None else [parse_filter(text, language, crs, collection, zone)]


def parse_item_crs(arguments: MultiDict[str, str]) -> Crs:
    """Return the `crs` parameter of a request for one feature."""
    return _crs(arguments, "crs")


def _crs(arguments: MultiDict[str, str], name: str) -> Crs:
    text = arguments.get(name)
    return CRS84 if text is None else parse_crs(text, name)


def parse_limit(text: str | None) -> int:
    """Return the `limit` parameter: clamped to the most, DEFAULT_LIMIT when it is left out."""
    if text is None:
        return DEFAULT_LIMIT
    if not _LIMIT.fullmatch(text) or int(text) == 0:
        raise parameter_error("limit", f"{text[:40]!r} は使えません。1 から {MAX_LIMIT} の整数。")
    return min(int(text), MAX_LIMIT)


def parse_cursor(text: str | None) -> int | None:
    """Return the key after which a page begins; None for the first."""
    if text is None:
        return None
    try:
        key = decode_cursor(text)
    except InvalidError:
        key = -1
    if not 0 <= key <= _LARGEST_KEY:
        raise parameter_error("cursor", "前のページの next リンクをそのまま使ってください。")
    return key
