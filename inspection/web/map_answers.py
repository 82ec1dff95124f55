"""Answers as the page shows them: figures, tables of bounded length, a map."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from inspection.auth import Actor
from inspection.gis.questions import answers, changes, tables
from inspection.gis.questions.cells import CellCounts
from inspection.gis.questions.drawing import read_drawing
from inspection.gis.questions.tally import Tally
from inspection.packs.words import figure
from inspection.web.map_picture import MAX_SHAPES, STEPS, Cell, Mark, Picture

MAX_ROWS = 200
MAX_MARKS = 1_000
_FIGURE = re.compile(r"[0-9,.]+|―")
_CHANGED = ",".join(name for name in changes.CLASSES if name != changes.SAME)
JUDGEMENTS = tables.JUDGEMENTS
Given = MultiDict[str, str]


@dataclass(frozen=True)
class Table:
    """Rows under headings; `left_out` more rows stand in the files only."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    left_out: int = 0

    @cached_property
    def figures(self) -> list[bool]:
        """Whether each column holds figures only, which stand to the right."""
        return [
            n > 0 and all(_FIGURE.fullmatch(row[n]) for row in self.rows)
            for n in range(len(self.headings))
        ]


@dataclass
class Shown:
    """An answer on the page. facts: label, figure, unit; legend: CSS class and words."""

    facts: list[tuple[str, str, str]]
    tables: list[Table]
    picture: Markup | None = None
    legend: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def wards(given: Given, actor: Actor) -> Shown:
    """Show counts by ward."""
    counts = answers.ask_wards(given, actor)
    return Shown(_facts(counts.total), [_table("区ごとの数", tables.ward_rows(counts))])


def meshes(given: Given, actor: Actor) -> Shown:
    """Show counts by mesh."""
    return _cells(answers.ask_meshes(given, actor))


def hexagons(given: Given, actor: Actor) -> Shown:
    """Show counts by hexagon."""
    return _cells(answers.ask_hexagons(given, actor))


def _cells(counts: CellCounts) -> Shown:
    rows = list(tables.cell_rows(counts))
    fullest = sorted(rows[1:], key=lambda row: (-row[1], row[0]))
    picture = Picture()
    if len(counts.cells) <= MAX_SHAPES:
        picture.cells = [
            Cell(ring, tally.houses, f"{code} {tally.houses}戸")
            for code, ring, tally in counts.in_order()
        ]
    shown = Shown(
        [*_facts(counts.total), ("区画", f"{len(counts.cells):,}", "")],
        [_table(f"家屋の多い順（{counts.grid.title}）", [rows[0], *fullest])],
        picture.svg(f"区画ごとの家屋数の地図。{counts.grid.title}"),
        _shades(picture),
    )
    if len(counts.cells) > MAX_SHAPES:
        shown.notes.append(
            "区画が多いため、地図は描きません。区を選ぶか、区画を大きくしてください。"
        )
    if counts.unplaced.houses:
        shown.notes.append(
            f"位置のない家屋が {counts.unplaced.houses:,} 戸あり、区画には入りません。"
        )
    return shown


def _shades(picture: Picture) -> list[tuple[str, str]]:
    steps = picture.steps()
    if not steps:
        return []
    first = STEPS - len(steps) + 1
    lows = [1, *(most + 1 for most in steps[:-1])]
    return [
        (f"shade-{first + n}", f"{low}戸" if low == most else f"{low}～{most}戸")
        for n, (low, most) in enumerate(zip(lows, steps, strict=True))
    ]


def near(given: Given, drawn: bytes, actor: Actor) -> Shown:
    """Show the houses near a drawing, the nearest first, and their counts by ward."""
    found = answers.ask_near(MultiDict({**given, "limit": str(MAX_MARKS)}), drawn, actor)
    pieces = read_drawing(drawn, answers.drawing_crs(given)).pieces
    picture = Picture()
    if len(pieces) <= MAX_SHAPES - MAX_MARKS:
        picture.lines = pieces.tolist()
    for each in found.nearest:
        house = each.house
        kind = "grave" if house.properties["judgement"] == "substandard" else "plain"
        title = f"{house.properties['code']} {each.distance_m:.0f}m"
        picture.marks.append(Mark((house.lon or 0, house.lat or 0), kind, title))
    total = found.counts.total
    rows = _near_rows(found.nearest)
    listed = Table("近い順", rows[0], rows[1 : MAX_ROWS + 1], max(total.houses - MAX_ROWS, 0))
    by_ward = _table("区ごとの数", tables.ward_rows(found.counts))
    label = f"図形から {given.get('distance_m')}m 以内の家屋の地図"
    legend = [("drawn", "図形"), ("grave", JUDGEMENTS["substandard"]), ("plain", "そのほかの家屋")]
    return Shown(
        _facts(total), [listed, by_ward] if total.houses else [], picture.svg(label), legend
    )


def _near_rows(houses: Sequence[Any]) -> list[list[str]]:
    rows = [["案件番号", "距離(m)", "所在地", "評点", "判定"]]
    for each in houses:
        values = each.house.properties
        judgement = JUDGEMENTS.get(values["judgement"] or "", values["judgement"] or "調査なし")
        rows.append([values["code"], f"{each.distance_m:.1f}", values["address"] or "",
                     figure(values["total"]), judgement])  # fmt: skip
    return rows


def change(given: Given, actor: Actor) -> Shown:
    """Show what changed: counts by ward, the houses that changed, and where they are."""
    question = answers.ask_changes(MultiDict({"change": _CHANGED, **given}), actor)
    counted = answers.change_counts(question)
    rows, _ = question.page(MAX_MARKS, None)
    picture = Picture()
    for _, lon, lat, *values in rows:
        named = tables.change_properties(values)
        if lon is not None:
            title = f"{named['code']} {changes.LABELS[named['change']]}"
            picture.marks.append(Mark((lon, lat), named["change"], title))
    total = counted["total"]
    facts = [("比べた家屋", f"{total['houses']:,}", "戸")]
    facts += [(changes.LABELS[name], f"{total[name]:,}", "戸") for name in changes.CLASSES]
    facts.append(("判定が変わった", f"{total['judgement_changed']:,}", "戸"))
    legend = [(name, changes.LABELS[name]) for name in changes.CLASSES if name != changes.SAME]
    shown = Shown(facts, [_ward_changes(counted)], picture.svg("変化のあった家屋の地図"), legend)
    asked = sum(total[name] for name in question.classes)
    if rows:
        headings, *listed = _change_rows(rows)
        shown.tables.append(
            Table("変化のあった家屋", headings, listed[:MAX_ROWS], max(asked - MAX_ROWS, 0))
        )  # fmt: skip
    if asked > MAX_MARKS:
        shown.notes.append(f"地図は、変化のあった家屋のうち、初めの {MAX_MARKS:,} 戸です。")
    return shown


def _ward_changes(counted: dict[str, Any]) -> Table:
    names = ("houses", *changes.CLASSES, "judgement_changed", "without_visit")
    headings = ["区", "比べた家屋", *changes.LABELS.values(), "判定が変わった", "調査なし"]
    rows = [
        [item["ward_name"] or item["ward_code"] or "区の記載なし", *(f"{item[n]:,}" for n in names)]
        for item in counted["items"]
    ]
    rows.append(["計", *(f"{counted['total'][name]:,}" for name in names)])
    return Table("区ごとの数", headings, rows)


def _change_rows(rows: Iterable[Any]) -> list[list[str]]:
    shown = [["案件番号", "変化", "評点(前→後)", "判定(前→後)", "所在地"]]
    for _, _, _, *values in rows:
        named = tables.change_properties(values)
        both = [
            JUDGEMENTS.get(named[k] or "", named[k] or "―")
            for k in ("judgement_from", "judgement_to")
        ]
        shown.append([
            named["code"], changes.LABELS[named["change"]],
            f"{figure(named['total_from'])} → {figure(named['total_to'])}",
            " → ".join(both) if both[0] != both[1] else both[0], named["address"] or "",
        ])  # fmt: skip
    return shown


def _facts(total: Tally) -> list[tuple[str, str, str]]:
    return [
        ("家屋", f"{total.houses:,}", "戸"),
        ("調査済み", f"{total.inspected:,}", "戸"),
        (JUDGEMENTS["substandard"], f"{total.judgements['substandard']:,}", "戸"),
        ("平均評点", figure(total.mean_total), "点" if total.inspected else ""),
        ("最高評点", figure(total.max_total), "点" if total.inspected else ""),
    ]


def _table(caption: str, rows: Iterable[Sequence[Any]]) -> Table:
    headings, *listed = itertools.islice(rows, None)
    shown = [[_text(value) for value in row] for row in listed[:MAX_ROWS]]
    return Table(caption, [str(h) for h in headings], shown, max(len(listed) - MAX_ROWS, 0))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else figure(value)


SHOWN: dict[str, Callable[[Given, Actor], Shown]] = {
    "wards": wards,
    "meshes": meshes,
    "hexagons": hexagons,
    "changes": change,
}
