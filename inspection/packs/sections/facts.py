"""The head of the sheet and the facts table (物件の概要)."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.ink import Color
from inspection.packs.model import House, Visit
from inspection.packs.score_model import ADVERSE, Score, TableReference
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import Cell, draw_row, label
from inspection.packs.text import TextStyle, text_width

LABEL = 25 * styles.MM
VALUE = styles.WIDTH / 2 - LABEL
RESULT_WIDTH = 62 * styles.MM
RESULT_HEIGHT = 17.5 * styles.MM

Pair = tuple[str, str | None]


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the sheet's title, its result at a glance, and the facts."""
    _title(context, flow)
    context.section(flow, "facts")
    house, visit = context.case.house, context.case.visit
    _full(flow, "所在", house.address)
    for left, right in _rows(_pairs(context, house, visit)):
        cells = [label(left[0], LABEL), Cell(left[1] or words.NONE, VALUE)]
        if right:
            cells += [label(right[0], LABEL), Cell(right[1] or words.NONE, VALUE)]
        else:
            cells[1] = Cell(left[1] or words.NONE, styles.WIDTH - LABEL)
        draw_row(flow, cells)
    for name, text in _long(context, house, visit):
        if text:
            _full(flow, name, text)


def _title(context: SheetContext, flow: Flow) -> None:
    ink, top = flow.ink, flow.y
    score, house = context.case.score, context.case.house
    number = context.document_number
    tag = 10 + styles.TABLE_LABEL.size * len(number) * 0.82
    ink.rect(styles.LEFT, top, tag, 14, styles.NAVY)
    white = styles.TextStyle(8.5, 11, bold=True, color=styles.WHITE)
    ink.text(styles.LEFT + tag / 2, top + 10.2, number, white, "center")
    ink.text(styles.LEFT + tag + 7, top + 10.2, f"番号 {house.code}", styles.CAPTION)
    title = context.office.wording.sheet_title
    room = styles.WIDTH - RESULT_WIDTH - 12
    ink.label(styles.LEFT, top + 38, title, styles.TITLE, room)
    _result(flow, styles.RIGHT - RESULT_WIDTH, top, score)
    flow.y = top + RESULT_HEIGHT + 1


def _result(flow: Flow, x: float, y: float, score: Score) -> None:
    """Draw the total and the judgement at a glance."""
    ink = flow.ink
    half = RESULT_WIDTH * 0.42
    ink.rect(x, y, RESULT_WIDTH, RESULT_HEIGHT, styles.WHITE, styles.NAVY, styles.RULE)
    ink.rect(x, y, RESULT_WIDTH, 13, styles.TINT, styles.NAVY, styles.HAIRLINE)
    ink.line(x + half, y, x + half, y + RESULT_HEIGHT, styles.NAVY, styles.HAIRLINE)
    ink.text(x + half / 2, y + 9.7, "評点", styles.TABLE_LABEL, "center")
    ink.text(x + half + (RESULT_WIDTH - half) / 2, y + 9.7, "判定", styles.TABLE_LABEL, "center")
    total = words.figure(score.total)
    big = _largest(flow, total, (20, 17, 14, 11), half - 22, styles.INK)
    base = y + 39
    width = ink.text(x + half / 2 - 5, base, total, big, "center")
    ink.text(x + half / 2 - 5 + width / 2 + 2.5, base, "点", styles.TABLE_BOLD)
    color, room = judgement_color(score.standing), RESULT_WIDTH - half - 8
    outcome = _largest(flow, score.judgement_label, (14, 12, 10, 8.5), room, color)
    lines, style = flow.fit(score.judgement_label, outcome, room)
    middle = y + 13 + (RESULT_HEIGHT - 13) / 2 - style.leading * len(lines) / 2
    flow.text_block(x + half, middle, RESULT_WIDTH - half, lines, style, "center")


def _largest(
    flow: Flow, text: str, sizes: tuple[float, ...], room: float, color: Color
) -> TextStyle:
    """Return the largest of the sizes in which the text takes one line, else the smallest."""
    choices = [TextStyle(size, size * 1.25, bold=True, color=color) for size in sizes]
    fitting = (each for each in choices if text_width(flow.fonts, text, each) <= room)
    return next(fitting, choices[-1])


def judgement_color(standing: str) -> Color:
    """Return red for the gravest outcome of a table, ink for the others."""
    return styles.RED if standing == ADVERSE else styles.INK


def _pairs(context: SheetContext, house: House, visit: Visit) -> list[Pair]:
    storeys = None if house.storeys is None else f"{words.figure(house.storeys)}階建"
    area = None if house.floor_area_m2 is None else f"{words.figure(house.floor_area_m2)} m²"
    structure = house.structure_label or words.STRUCTURES.get(house.structure or "")
    pairs: list[Pair] = [
        ("地番", None if context.public else house.lot_number),
        ("住居表示", None if context.public else house.residence_number),
        ("区", house.ward_name),
        ("用途", house.use),
        ("構造", structure),
        ("階数", storeys),
        ("延べ面積", area),
        ("建築年", house.built_year and words.built_year(house.built_year)),
        ("調査日時", words.era_time(visit.inspected_at)),
        ("調査方法", words.METHODS.get(visit.method, visit.method)),
        ("調査者", None if context.public else "、".join(visit.inspectors)),
        *((each.label, each.text) for each in house.extra),
    ]
    return [pair for pair in pairs if pair[1] or not context.public]


def _long(context: SheetContext, house: House, visit: Visit) -> list[Pair]:
    table = context.case.score.table
    named = f"{table.label or table.id}(版 {table.version})"
    if table.source:
        named += f"\n根拠:{table.source}"
    if table.status != "verified" and (told := checking(table)):
        named += f"\n※{told}"
    conditions = "、".join(f"{each.label}:{each.text}" for each in visit.conditions)
    return [
        ("適用評点表", named),
        ("前提条件", conditions),
        ("備考", None if context.public else house.notes),
    ]


def checking(table: TableReference) -> str:
    """Return whether the table was compared with its source, and its author's note on that."""
    if table.status == "verified" and table.checked_on:
        return f"原文と照合済み({words.era_date(table.checked_on)})"
    told = {
        "verified": "原文と照合済み",
        "unverified": "この評点表は原文との照合が済んでいない。",
        "example": "この評点表は計算の例であり、効力を持たない。",
    }.get(table.status or "", "")
    return told + (table.note or "") if table.status != "verified" else told


def _rows(pairs: list[Pair]) -> list[tuple[Pair, Pair | None]]:
    """Put short facts side by side."""
    padded: list[Pair | None] = [*pairs, None]
    return [(padded[n], padded[n + 1]) for n in range(0, len(pairs), 2)]


def _full(flow: Flow, name: str, text: str) -> None:
    draw_row(flow, [label(name, LABEL), Cell(text, styles.WIDTH - LABEL, one_line=False)])
