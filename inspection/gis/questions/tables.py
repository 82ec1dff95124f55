"""Answers as CSV (UTF-8 with BOM, CRLF, headings in Japanese) and as GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from inspection.gis.collections import HOUSES
from inspection.gis.questions import changes
from inspection.gis.questions.cells import CellCounts
from inspection.gis.questions.houses import NAMES, as_json
from inspection.gis.questions.near import NearHouses
from inspection.gis.questions.tally import Tally
from inspection.gis.questions.wards import WardCounts
from inspection.labels import STATUS_LABELS
from inspection.lists.safe_text import printable, unformulated

BOM = "\ufeff"
JUDGEMENTS = {
    "substandard": "不良住宅",
    "not_substandard": "不良住宅に該当しない",
    "undetermined": "判定が定まらない",
}
_COUNTED = ("家屋数", "調査済み", "平均評点", "最高評点")
_CHANGED = {
    "id": "ID", "code": "案件番号", "address": "所在地", "ward_code": "区コード",
    "change": "変化", "judgement_changed": "判定の変更", "total_from": "評点(前)",
    "total_to": "評点(後)", "judgement_from": "判定(前)", "judgement_to": "判定(後)",
    "inspected_at_from": "調査日時(前)", "inspected_at_to": "調査日時(後)",
}  # fmt: skip


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield CSV text row by row, the BOM before the first."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    stream.write(BOM)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield stream.getvalue()
        stream.seek(0)
        stream.truncate()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return unformulated(printable(value))
    if isinstance(value, float):
        return repr(value).removesuffix(".0")  # every digit of a coordinate
    if isinstance(value, datetime):
        return str(as_json(value))
    return "" if value is None else str(value)


def ward_rows(counts: WardCounts) -> Iterator[Sequence[Any]]:
    """Yield the headings, a row for each ward, and the sum."""
    rows = [(code or "", name or ("区の記載なし" if code is None else ""), tally)
            for code, name, tally in counts.in_order()]  # fmt: skip
    yield from _counted(("区コード", "区"), [*rows, ("", "計", counts.total)])


def cell_rows(counts: CellCounts) -> Iterator[Sequence[Any]]:
    """Yield the headings and a row for each cell."""
    yield from _counted(("区画コード",), [(code, tally) for code, _, tally in counts.in_order()])


def _counted(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """Yield rows of names and a tally, with a column for each judgement and status there is."""
    tallies: list[Tally] = [row[-1] for row in rows]
    judgements = sorted({code for tally in tallies for code in tally.judgements})
    statuses = [s for s in STATUS_LABELS if any(s in tally.statuses for tally in tallies)]
    yield [
        *names,
        *_COUNTED,
        *(f"判定:{JUDGEMENTS.get(code, code)}" for code in judgements),
        *(f"状態:{STATUS_LABELS[code]}" for code in statuses),
    ]
    for *named, tally in rows:
        yield [
            *named, tally.houses, tally.inspected, tally.mean_total, tally.max_total,
            *(tally.judgements[code] for code in judgements),
            *(tally.statuses[code] for code in statuses),
        ]  # fmt: skip


def near_rows(near: NearHouses) -> Iterator[Sequence[Any]]:
    """Yield the headings and a row for each house, the nearest first."""
    titles = [item.title for item in HOUSES.properties]
    yield ["ID", "距離(m)", "経度", "緯度", *titles]
    for each in near.nearest:
        house = each.house
        values = [house.properties[name] for name in NAMES]
        yield [
            str(house.id),
            round(each.distance_m, 1),
            house.lon,
            house.lat,
            *values,
        ]


def change_rows(rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """Yield the headings and a row for each house."""
    yield [*_CHANGED.values(), "経度", "緯度"]
    for _, lon, lat, *values in rows:
        named = change_properties(values)
        named["change"] = changes.LABELS[named["change"]]
        named["judgement_changed"] = "あり" if named["judgement_changed"] else ""
        yield [*named.values(), lon, lat]


def change_properties(values: Sequence[Any]) -> dict[str, Any]:
    """Return a row's values under their names, as JSON has them."""
    named = {n: as_json(v) for n, v in zip(changes.COLUMNS, values, strict=True)}
    named["judgement_changed"] = bool(named["judgement_changed"])
    return named


def feature(identifier: Any, geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:
    """Return one GeoJSON feature."""
    return {"type": "Feature", "id": identifier, "properties": properties, "geometry": geometry}


def point(lon: float | None, lat: float | None) -> dict[str, Any] | None:
    """Return a GeoJSON point, None for no place."""
    return None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}


def cell_features(counts: CellCounts) -> dict[str, Any]:
    """Return the cells as a FeatureCollection of polygons."""
    features = [
        feature(code, {"type": "Polygon", "coordinates": [ring]}, {"code": code, **tally.to_json()})
        for code, ring, tally in counts.in_order()
    ]
    return _collection(
        features, grid=counts.grid.title, counts=counts.total.to_json(),
        unplaced=counts.unplaced.houses,
    )  # fmt: skip


def near_features(near: NearHouses) -> dict[str, Any]:
    """Return the houses as a FeatureCollection of points, the nearest first."""
    features = []
    for each in near.nearest:
        house = each.house
        properties = {name: as_json(value) for name, value in house.properties.items()}
        properties["distance_m"] = round(each.distance_m, 1)
        features.append(feature(str(house.id), point(house.lon, house.lat), properties))
    total = near.counts.total
    return _collection(features, numberMatched=total.houses, counts=total.to_json())


def _collection(features: list[dict[str, Any]], **members: Any) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "numberReturned": len(features),
        **members,
        "features": features,
    }


def ward_items(counts: WardCounts) -> dict[str, Any]:
    """Return the wards and their sum as JSON."""
    items = [
        {"ward_code": code, "ward_name": name, **tally.to_json()}
        for code, name, tally in counts.in_order()
    ]
    return {"items": items, "total": counts.total.to_json()}


def to_json(document: Any) -> str:
    """Return a document as JSON text; Japanese stays readable."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
