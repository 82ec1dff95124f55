"""From query parameters to an answer in the form that `f` asks for: one function a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app

from inspection.auth import Actor
from inspection.gis.crs import Crs
from inspection.gis.errors import parameter_error
from inspection.gis.questions import arguments as read
from inspection.gis.questions import changes, tables
from inspection.gis.questions.cells import CellCounts, count_cells
from inspection.gis.questions.drawing import read_drawing
from inspection.gis.questions.near import NearHouses, find_near
from inspection.gis.questions.wards import WardCounts, count_wards
from inspection.paging import encode_cursor

CSV, JSON, GEOJSON = "text/csv; charset=utf-8", "application/json", "application/geo+json"
FORMS = {
    "wards": ("json", "csv"),
    "meshes": ("geojson", "csv"),
    "hexagons": ("geojson", "csv"),
    "near": ("geojson", "csv", "counts"),
    "changes": ("json", "geojson", "csv", "counts"),
}
OWN = {
    "wards": ("f",),
    "meshes": ("level", "f"),
    "hexagons": ("size_m", "f"),
    "near": ("distance_m", "crs", "limit", "f"),
    "changes": ("from", "to", "change", "limit", "cursor", "f"),
}
LARGEST_PAGE = read.MAX_LIMIT
_CSV_PAGE = 5_000


@dataclass(frozen=True)
class Answer:
    """What is sent: its media type, its text in pieces, and a name for saving it."""

    media_type: str
    text: Iterable[str]
    name: str


def ask_wards(given: read.Arguments, actor: Actor) -> WardCounts:
    """Count by ward."""
    return count_wards(read.selection(given, *OWN["wards"]), actor)


def ask_meshes(given: read.Arguments, actor: Actor) -> CellCounts:
    """Count by the cells of JIS X 0410."""
    selection = read.selection(given, *OWN["meshes"])
    return count_cells(read.mesh_grid(given), selection, actor, "level")


def ask_hexagons(given: read.Arguments, actor: Actor) -> CellCounts:
    """Count by hexagons."""
    selection = read.selection(given, *OWN["hexagons"])
    return count_cells(read.hex_grid(given), selection, actor, "size_m")


def ask_near(given: read.Arguments, drawn: bytes, actor: Actor) -> NearHouses:
    """Find the houses within a distance of a drawing (GeoJSON text)."""
    selection = read.selection(given, *OWN["near"])
    metres, limit = read.distance_m(given), read.limit(given)
    drawing = read_drawing(drawn, read.drawing_crs(given))
    return find_near(drawing, metres, selection, actor, limit)


def ask_changes(given: read.Arguments, actor: Actor) -> changes.ChangeQuestion:
    """Prepare the question what changed between two dates."""
    selection = read.selection(given, *OWN["changes"])
    zone = current_app.config["HANTEI_TIME_ZONE"]
    start, end = read.instant(given, "from", zone), read.instant(given, "to", zone)
    if start[0] > end[0]:
        raise parameter_error("to", "from と同じか、それより後にしてください。")
    period = changes.Period(*start, *end)
    return changes.ChangeQuestion(period, selection, actor, _classes(given.get("change")))


def drawing_crs(given: read.Arguments) -> Crs | None:
    """Return the system of a drawing's coordinates, None when it is left out."""
    return read.drawing_crs(given)


def _classes(text: str | None) -> tuple[str, ...]:
    chosen = tuple(text.split(",")) if text is not None else ()
    for each in chosen:
        if each not in changes.CLASSES:
            allowed = "、".join(changes.CLASSES)
            raise parameter_error("change", f"{each[:40]!r} は使えません。使えるもの: {allowed}")
    return chosen


def answer_wards(given: read.Arguments, actor: Actor) -> Answer:
    """Answer with the counts by ward."""
    form, counts = read.form(given, FORMS["wards"]), ask_wards(given, actor)
    if form == "csv":
        return _csv(tables.ward_rows(counts), "区別集計")
    return _json(tables.ward_items(counts), "区別集計")


def answer_meshes(given: read.Arguments, actor: Actor) -> Answer:
    """Answer with the counts by mesh."""
    return _cells(read.form(given, FORMS["meshes"]), ask_meshes(given, actor), "メッシュ集計")


def answer_hexagons(given: read.Arguments, actor: Actor) -> Answer:
    """Answer with the counts by hexagon."""
    return _cells(read.form(given, FORMS["hexagons"]), ask_hexagons(given, actor), "六角形集計")


def _cells(form: str, counts: CellCounts, name: str) -> Answer:
    if form == "csv":
        return _csv(tables.cell_rows(counts), name)
    return _geojson(tables.cell_features(counts), name)


def answer_near(given: read.Arguments, drawn: bytes, actor: Actor) -> Answer:
    """Answer with the houses near a drawing, or with their counts by ward."""
    form, near = read.form(given, FORMS["near"]), ask_near(given, drawn, actor)
    if form == "csv":
        return _csv(tables.near_rows(near), "距離内の家屋")
    if form == "counts":
        return _json(tables.ward_items(near.counts), "距離内の家屋")
    return _geojson(tables.near_features(near), "距離内の家屋")


def answer_changes(given: read.Arguments, actor: Actor) -> Answer:
    """Answer with what changed: a page of houses, all of them as CSV, or counts by ward."""
    form, question = read.form(given, FORMS["changes"]), ask_changes(given, actor)
    limit, after, name = read.limit(given), read.cursor(given), "期間の変化"
    if form == "csv":
        return _csv(tables.change_rows(question.all_rows(_CSV_PAGE)), name)
    if form == "counts":
        return _json(change_counts(question), name)
    rows, last = question.page(limit, after)
    next_cursor = None if last is None else encode_cursor(last)
    if form == "geojson":
        return _geojson(_change_features(rows, next_cursor), name)
    items = [
        {**tables.change_properties(values), "location": tables.point(lon, lat)}
        for _, lon, lat, *values in rows
    ]
    return _json({"items": items, "next_cursor": next_cursor}, name)


def _change_features(rows: list[Any], next_cursor: str | None) -> dict[str, Any]:
    features = []
    for _, lon, lat, *values in rows:
        named = tables.change_properties(values)
        features.append(tables.feature(named.pop("id"), tables.point(lon, lat), named))
    return {"type": "FeatureCollection", "numberReturned": len(features),
            "next_cursor": next_cursor, "features": features}  # fmt: skip


def change_counts(question: changes.ChangeQuestion) -> dict[str, Any]:
    """Return the counts by ward and their sum as JSON; wards without a name last."""
    counted, total = question.counts(), changes.ChangeCounts()
    names = current_app.config["HANTEI_WARDS"]
    items = []
    for code in sorted({*names, *counted}, key=lambda code: (code is None, code or "")):
        counts = counted.get(code, changes.ChangeCounts())
        total.merge(counts)
        items.append({"ward_code": code, "ward_name": names.get(code), **counts.to_json()})
    return {"items": items, "total": total.to_json()}


def _csv(rows: Iterable[Any], name: str) -> Answer:
    return Answer(CSV, tables.csv_lines(rows), f"{name}.csv")


def _json(document: Any, name: str) -> Answer:
    return Answer(JSON, [tables.to_json(document)], f"{name}.json")


def _geojson(document: Any, name: str) -> Answer:
    return Answer(GEOJSON, [tables.to_json(document)], f"{name}.geojson")


def joined(lines: Iterable[str], size: int = 1 << 16) -> Iterator[bytes]:
    """Join text to pieces of about 64 kB."""
    held: list[str] = []
    length = 0
    for line in lines:
        held.append(line)
        length += len(line)
        if length >= size:
            yield "".join(held).encode()
            held, length = [], 0
    yield "".join(held).encode()
