"""The judgement table (判定表): every item, its answer, its points, subtotals and caps."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.score_model import Score, ScoreAxis, ScoreCategory
from inspection.packs.sections.context import SheetContext
from inspection.packs.sections.facts import judgement_color
from inspection.packs.sections.score_rows import (
    FINDING,
    LEAST,
    MARK_ROOM,
    MARK_SIZE,
    PAD,
    SIDE,
    WIDTHS,
    Row,
    item_row,
    split,
)

HEADINGS = ("評定区分", "番号", "評定項目", "判定の内容", "根拠", "評点", "小計")
HEADING_HEIGHT = 16.0
PAGE_ROOM = styles.BOTTOM - styles.TOP - HEADING_HEIGHT


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the categories, the steps after the caps, and the total."""
    score = context.case.score
    flow.space(6)
    context.section(flow, "table", keep=260)
    _heading(flow)
    for category in score.categories:
        _category(flow, category)
    _modifiers(flow, score, None)
    _total(context, flow)
    for axis in score.axes:
        _axis(flow, score, axis)


def _heading(flow: Flow) -> None:
    x = styles.LEFT
    for width, text in zip(WIDTHS, HEADINGS, strict=True):
        flow.ink.rect(x, flow.y, width, 16, styles.NAVY)
        white = styles.TextStyle(8, 11, bold=True, color=styles.WHITE)
        flow.ink.text(x + width / 2, flow.y + 11, text, white, "center")
        x += width
    flow.y += 16


def _category(flow: Flow, category: ScoreCategory) -> None:
    """Lay one category; it is moved whole if it fits a page, else cut between rows.

    A row taller than a page is cut between its lines.
    """
    rows = [item_row(flow, item) for item in category.items]
    least = _side_height(flow, category)
    whole = max(sum(row.height for row in rows), least)
    movable = whole <= PAGE_ROOM or max(rows[0].height, least) > flow.room
    if whole > flow.room and movable and not flow.fresh:
        _next_page(flow)
    first = True
    while rows:
        now, height = [], 0.0
        if rows[0].height > flow.room:
            rows[:1] = split(rows[0], flow.room)
        while rows and (not now or height + rows[0].height <= flow.room):
            now.append(rows.pop(0))
            height += now[-1].height
        _draw_category(flow, category, now, max(height, least), first, last=not rows)
        first = False
        if rows:
            _next_page(flow)


def _next_page(flow: Flow) -> None:
    flow.new_page()
    _heading(flow)


def _side_lines(flow: Flow, category: ScoreCategory) -> list[str]:
    return flow.wrap(f"{category.code} {category.label}", styles.TABLE_BOLD, WIDTHS[0] - 8)


def _side_height(flow: Flow, category: ScoreCategory) -> float:
    lines = len(_side_lines(flow, category))
    return lines * styles.TABLE_BOLD.leading + styles.TABLE_SMALL.leading + 2 * PAD


def _draw_category(
    flow: Flow, category: ScoreCategory, rows: list[Row], height: float, first: bool, last: bool
) -> None:
    ink, top = flow.ink, flow.y
    ink.rect(styles.LEFT, top, WIDTHS[0], height, styles.TINT)
    name = [*_side_lines(flow, category)] if first else [f"{category.code}(続き)"]
    flow.text_block(styles.LEFT + 4, top + PAD, WIDTHS[0] - 8, name, styles.TABLE_BOLD)
    cap = "上限なし" if category.cap is None else f"最高評点 {words.figure(category.cap)}"
    below = top + PAD + len(name) * styles.TABLE_BOLD.leading
    flow.text_block(styles.LEFT + 4, below, WIDTHS[0] - 8, [cap], styles.TABLE_SMALL)
    spread = (height - sum(row.height for row in rows)) / len(rows)
    y = top
    for row in rows:
        _draw_row(flow, row, y, row.height + spread)
        y += row.height + spread
    right = styles.RIGHT - WIDTHS[6]
    if last:
        _subtotal(flow, category, right, top, height)
    _frame(flow, top, height)
    flow.y = top + height


def _draw_row(flow: Flow, row: Row, y: float, height: float) -> None:
    x = styles.LEFT + WIDTHS[0]
    if row.scored:
        flow.ink.rect(x, y, styles.RIGHT - WIDTHS[6] - x, height, styles.PALE)
    flow.ink.line(x, y, styles.RIGHT - WIDTHS[6], y)
    for n, (column, width) in enumerate(zip(row.columns, WIDTHS[1:6], strict=True)):
        top = y + (height - column.height) / 2
        indent = MARK_ROOM if n == FINDING and row.mark else 0.0
        if indent:
            _mark(flow, row.mark or "", x + SIDE, y + height / 2)
        for text, style in column.lines:
            room = width - 2 * SIDE - indent
            flow.text_block(x + SIDE + indent, top, room, [text], style, column.align)
            top += style.leading
        x += width


def _mark(flow: Flow, mark: str, x: float, middle: float) -> None:
    """Draw a grade's mark in a solid tag: a bare ロ would look like an empty check box."""
    top = middle - MARK_SIZE / 2
    flow.ink.rect(x, top, MARK_SIZE, MARK_SIZE, styles.NAVY)
    flow.ink.text(x + MARK_SIZE / 2, top + 7.3, mark, styles.MARK, "center")


def _subtotal(flow: Flow, category: ScoreCategory, x: float, top: float, height: float) -> None:
    """Write the category's points; 25→20 with 上限 where the cap cuts."""
    middle = x + WIDTHS[6] / 2
    base = top + height / 2 + 3
    if category.raw > category.points:
        text = f"{words.figure(category.raw)}→{words.figure(category.points)}"
        flow.ink.label(middle, base - 4.5, text, styles.CUT, WIDTHS[6] - 8, "center")
        cue = styles.TextStyle(6.6, 9, bold=True, color=styles.RED)
        width = 19.0
        flow.ink.rect(middle - width / 2, base - 0.5, width, 9.4, None, styles.RED, 0.5)
        flow.ink.text(middle, base + 6.6, "上限", cue, "center")
    else:
        style = styles.FIGURE_BOLD if category.points else styles.FIGURE_GREY
        flow.ink.text(middle, base, words.figure(category.points), style, "center")


def _frame(flow: Flow, top: float, height: float) -> None:
    x = styles.LEFT
    flow.ink.line(styles.LEFT, top, styles.RIGHT, top, styles.NAVY_MID, 0.6)
    flow.ink.line(styles.LEFT, top + height, styles.RIGHT, top + height, styles.NAVY_MID, 0.6)
    for width in (*WIDTHS, 0):
        flow.ink.line(x, top, x, top + height)
        x += width


def _modifiers(flow: Flow, score: Score, axis: str | None) -> None:
    """Lay the categories' sum and each step after the caps, so that the column adds up."""
    steps = [each for each in score.modifiers if each.axis == axis]
    if not steps:
        return
    summed = sum(each.points for each in score.categories if each.axis == axis)
    _step(flow, "区分の計", "", words.figure(summed))
    for modifier in steps:
        notes = " ".join(filter(None, (modifier.effect, modifier.source)))
        _step(flow, modifier.label, notes, words.signed(modifier.points))


def _axis(flow: Flow, score: Score, axis: ScoreAxis) -> None:
    """Lay a second score below the total: the categories in it, its steps, its sum."""
    _modifiers(flow, score, axis.code)
    codes = "、".join(each.code for each in score.categories if each.axis == axis.code)
    told = f"区分{codes}(合計に含めない)"
    if axis.low != axis.high:
        told += f" 取りうる範囲 {words.figure(axis.low)}〜{words.figure(axis.high)}点"
    _step(flow, axis.label, told, words.figure(axis.total), kind="別の評点")


def _step(flow: Flow, name: str, notes: str, points: str, kind: str = "補正") -> None:
    """Lay one row across the columns of the items: a name, small notes, points."""
    room = sum(WIDTHS[1:6]) - 2 * SIDE
    columns = flow.wrap(name, styles.TABLE_BOLD, room), flow.wrap(notes, styles.TABLE_SMALL, room)
    heights = [len(columns[0]) * styles.TABLE_BOLD.leading]
    heights.append(len(columns[1]) * styles.TABLE_SMALL.leading if notes else 0.0)
    height = max(LEAST, sum(heights) + 2 * PAD)
    if height > flow.room:
        _next_page(flow)
    top, x = flow.y, styles.LEFT + WIDTHS[0]
    flow.ink.rect(styles.LEFT, top, WIDTHS[0], height, styles.TINT)
    kind = kind if notes else "上限適用後"
    flow.text_block(styles.LEFT + 4, top + PAD, WIDTHS[0] - 8, [kind], styles.TABLE_BOLD)
    flow.text_block(x + SIDE, top + PAD, room, columns[0], styles.TABLE_BOLD)
    if notes:
        flow.text_block(x + SIDE, top + PAD + heights[0], room, columns[1], styles.TABLE_SMALL)
    middle = styles.RIGHT - WIDTHS[6] / 2
    flow.ink.text(middle, top + height / 2 + 3, points, styles.FIGURE_BOLD, "center")
    for line in (styles.LEFT, x, styles.RIGHT - WIDTHS[6], styles.RIGHT):
        flow.ink.line(line, top, line, top + height)
    flow.ink.line(styles.LEFT, top + height, styles.RIGHT, top + height, styles.NAVY_MID, 0.6)
    flow.y += height


def _total(context: SheetContext, flow: Flow) -> None:
    score = context.case.score
    height = 21.0
    flow.ensure(height)
    ink, y = flow.ink, flow.y
    ink.rect(styles.LEFT, y, styles.WIDTH, height, styles.TINT, styles.NAVY, styles.RULE)
    base = y + 14
    ink.text(styles.LEFT + 6, base, "合計", styles.TextStyle(10, 14, bold=True, color=styles.NAVY))
    note = []
    if score.cut:
        note.append(f"上限による減 {words.figure(score.cut)}点")
    if score.low != score.high:
        note.append(f"取りうる範囲 {words.figure(score.low)}〜{words.figure(score.high)}点")
    if score.threshold is not None:
        note.append(f"基準 {words.limit(score.threshold, above=score.threshold_above)}")
    ink.text(styles.LEFT + WIDTHS[0] + 4, base, "　".join(note), styles.SMALL_INK)
    judged = styles.TextStyle(10, 14, bold=True, color=judgement_color(score.standing))
    ink.text(styles.RIGHT - WIDTHS[6] - 10, base, score.judgement_label, judged, "right")
    big = styles.TextStyle(12, 16, bold=True, color=styles.INK, tabular=True)
    ink.text(styles.RIGHT - WIDTHS[6] / 2, base + 0.5, words.figure(score.total), big, "center")
    flow.y += height
