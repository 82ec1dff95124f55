"""The columns of a list of houses: their headings, and what a cell of each means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from inspection.imports import values
from inspection.imports.headings import KEPT, match, plain, refuse_unknown
from inspection.imports.model import Cell, ImportFileError, RawRow, Table
from inspection.labels import STRUCTURE_LABELS

Parse = Callable[[Cell], Any]
Extras = Mapping[str, tuple[str, str]]  # name -> label, type

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("uuid",),
    "code": ("案件番号", "整理番号", "管理番号", "物件番号", "案件no", "整理no", "管理no"),
    "address": ("所在地", "所在", "住所", "所在場所"),
    "town": ("町名", "町丁目", "町丁", "町字", "町丁字"),
    "lot_number": ("地番",),
    "residence_number": ("住居表示", "住居表示番号", "住居番号"),
    "ward_code": ("区コード", "行政区コード", "区", "区名", "行政区", "行政区名"),
    "structure": ("構造", "建物構造", "家屋構造"),
    "storeys": ("階数", "地上階数", "階層"),
    "floor_area_m2": ("延床面積", "延べ床面積", "延べ面積", "延面積", "床面積"),
    "built_year": ("建築年", "建築年次", "建築年月", "建築年月日", "建築時期", "築年"),
    "use": ("用途", "建物用途", "種類"),
    "notes": ("備考", "摘要", "メモ"),
    "lon": ("経度", "longitude", "lng"),
    "lat": ("緯度", "latitude"),
}
_STRUCTURES = {
    "wooden": ("木", "w", "w造", "木造平屋", "在来木造"),
    "light_steel": ("軽量鉄骨", "軽鉄", "軽量s", "軽量s造", "ls", "lgs", "lgs造"),
    "steel": ("鉄骨", "s", "s造", "重量鉄骨", "重量鉄骨造"),
    "reinforced_concrete": ("鉄筋コンクリート", "rc", "rc造"),
    "concrete_block": (
        "コンクリートブロック",
        "cb",
        "cb造",
        "ブロック造",
        "補強コンクリートブロック造",
    ),
    "other": ("他", "その他造"),
}
STRUCTURES = {
    **{code: code for code in STRUCTURE_LABELS},
    **{label["ja"].lower(): code for code, label in STRUCTURE_LABELS.items()},
    **{label["en"].lower().replace(" ", ""): code for code, label in STRUCTURE_LABELS.items()},
    **{word: code for code, words in _STRUCTURES.items() for word in words},
}
_STRUCTURES_ALLOWED = "、".join(label["ja"] for label in STRUCTURE_LABELS.values())
RESULTS = KEPT | {"total", "status", "inspected_at"}


@dataclass(frozen=True, slots=True)
class HouseRow:
    """One row as far as it can be read without the database.

    fields: values by field name, only of columns that the file has; None for an empty cell.
    extra: the city's own fields likewise. id: as the file gives it. faults: why not, in Japanese.
    """

    raw: RawRow
    id: str | None
    fields: dict[str, Any]
    extra: dict[str, Any]
    faults: list[str]
    number_code: bool = False


@dataclass(frozen=True)
class HouseColumns:
    """Which column holds which field, and how its cells are read."""

    parsers: list[tuple[str, int, Parse]]
    extras: list[tuple[str, int, Parse]]
    ignored: list[str] = field(default_factory=list)
    code_at: int = 0

    def read(self, raw: RawRow) -> HouseRow:
        """Read one row; every fault of it is told, not the first alone."""
        if raw.fault:
            return HouseRow(raw, None, {}, {}, [raw.fault])
        faults: list[str] = []
        fields = _read(raw, self.parsers, faults)
        extra = _read(raw, self.extras, faults)
        if {"lon", "lat"} & fields.keys():
            fields["location"] = _location(fields.pop("lon", None), fields.pop("lat", None), faults)
        given = raw.cells[self.code_at]
        numeric = isinstance(given, int | float) and not isinstance(given, bool)
        return HouseRow(raw, fields.pop("id", None), fields, extra, faults, numeric)


def house_columns(
    table: Table, *, wards: Mapping[str, str], extras: Extras, ignore_unknown: bool
) -> HouseColumns:
    """Find the fields of a list's columns.

    wards: code -> name; extras: the city's own fields. Raises ImportFileError for no column of
    case numbers, half a location, two columns of one field, or an unknown one.
    """
    known = _known(extras)
    places, unknown = match(table.headings, known, short=table.short_headings, passed_over=RESULTS)
    if not ignore_unknown:
        refuse_unknown(unknown, known)
    if "code" not in places:
        raise ImportFileError("no column for the case number (code, 案件番号, 整理番号)")
    if ("lon" in places) != ("lat" in places):
        raise ImportFileError("`lon` and `lat` come together; only one of them is there")
    parse = _parsers(wards)
    return HouseColumns(
        [(name, places[name], parse[name]) for name in HEADINGS if name in places],
        [(n, places[f"extra.{n}"], _EXTRA[k]) for n, (_, k) in extras.items()
         if f"extra.{n}" in places],
        unknown,
        places["code"],
    )  # fmt: skip


def _known(extras: Extras) -> dict[str, str]:
    known = {
        **{plain(name): f"extra.{name}" for name in extras},
        **{plain(f"extra.{name}"): f"extra.{name}" for name in extras},
        **{plain(label): f"extra.{name}" for name, (label, _) in extras.items()},
    }
    for name, aliases in HEADINGS.items():
        known |= {plain(heading): name for heading in (name, *aliases)}
    return known


def _parsers(wards: Mapping[str, str]) -> dict[str, Parse]:
    return {
        "id": values.identifier_of,
        "code": values.identifier_of,
        "address": values.text_of,
        "town": values.text_of,
        "lot_number": values.text_of,
        "residence_number": values.text_of,
        "ward_code": _ward_parser(wards),
        "structure": partial(values.one_of, known=STRUCTURES, allowed=_STRUCTURES_ALLOWED),
        "storeys": values.storeys_of,
        "floor_area_m2": partial(values.number_of, units=values.AREA_UNITS),
        "built_year": values.built_year_of,
        "use": values.text_of,
        "notes": values.text_of,
        "lon": partial(values.number_of, units=values.DEGREES),
        "lat": partial(values.number_of, units=values.DEGREES),
    }


_EXTRA: dict[str, Parse] = {
    "text": values.text_of,
    "number": values.number_of,
    "boolean": values.truth_of,
}


def _ward_parser(wards: Mapping[str, str]) -> Parse:
    """Read a ward by its code (six digits; five without the check digit) or its name."""
    names = {values.folded(name): code for code, name in wards.items()}
    names |= {values.folded(name).removesuffix("区"): code for code, name in wards.items()}
    names |= {code[:5]: code for code in wards}
    # A spreadsheet takes the zero off 011011.
    names |= {code.lstrip("0"): code for code in wards if code.startswith("0")}

    def parse(cell: Cell) -> str | None:
        text = values.identifier_of(cell)
        if text is None or re.fullmatch(r"[0-9]{6}", text):
            return text
        found = names.get(values.folded(text))
        if found is None:
            allowed = "、".join(wards.values())
            raise ValueError(f"「{text[:40]}」という区はありません({allowed}、または6桁のコード)。")
        return found

    return parse


def _read(raw: RawRow, columns: list[tuple[str, int, Parse]], faults: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, place, parse in columns:
        try:
            found[name] = parse(raw.cells[place])
        except ValueError as error:
            faults.append(f"{name}: {error}")
    return found


def _location(lon: Any, lat: Any, faults: list[str]) -> dict[str, Any] | None:
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        faults.append("location: 経度と緯度の片方だけがあります。")
        return None
    return {"type": "Point", "coordinates": [lon, lat]}
