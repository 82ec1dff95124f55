"""The judgement table (判定表): every item, its answer, its points, subtotals and caps."""

from dataclasses import dataclass

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.ink import Align
from inspection.packs.model import ScoreCategory, ScoreItem
from inspection.packs.sections.context import SheetContext
from inspection.packs.sections.facts import judgement_color
from inspection.packs.text import TextStyle

# Widths of the columns: category, number, item, finding, source, points, subtotal.
_MM = (29, 10.5, 37, 47, 20, 12, 19.5)
WIDTHS = tuple(each * styles.MM for each in _MM)
HEADINGS = ("評定区分", "番号", "評定項目", "判定の内容", "根拠", "評点", "小計")
ANSWERS = {"none": "該当なし", "na": "該当する部位なし", "unknown": "確認不可"}
PAD = 2.6
LEAST = 16.2
SIDE = styles.CELL_PAD_X * 0.8
MARK_SIZE = 9.6
MARK_ROOM = MARK_SIZE + 3.6
FINDING = 2  # the column of the finding, among those of a row


@dataclass(frozen=True)
class _Row:
    item: ScoreItem
    columns: list[tuple[list[str], TextStyle, Align]]
    height: float


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the table, then the remarks by item."""
    score = context.case.score
    flow.space(6)
    context.section(flow, "判定表", keep=260)
    _heading(flow)
    for category in score.categories:
        _category(flow, category)
    _total(context, flow)
    _notes(context, flow)


def finding(item: ScoreItem) -> str:
    """Return what was found, in the committee's words; the grade's mark is drawn before it."""
    answer = item.answer
    if isinstance(answer, str):
        return ANSWERS.get(answer, answer)
    graded = item.grade_label or ""
    if isinstance(answer, dict):
        graded = "、".join(part for part in (graded, _measured(answer)) if part)
    return graded or ("該当なし" if not item.points else words.NONE)


def _measured(answer: dict[str, object]) -> str:
    if "count" in answer:
        return f"個数 {answer['count']}"
    if "value" in answer:
        return f"実測値 {answer['value']}"
    inputs = answer.get("inputs")
    if isinstance(inputs, dict):
        return "、".join(f"{name}={value}" for name, value in inputs.items())
    return ""


def _heading(flow: Flow) -> None:
    x = styles.LEFT
    for width, text in zip(WIDTHS, HEADINGS, strict=True):
        flow.ink.rect(x, flow.y, width, 16, styles.NAVY)
        white = styles.TextStyle(8, 11, bold=True, color=styles.WHITE)
        flow.ink.text(x + width / 2, flow.y + 11, text, white, "center")
        x += width
    flow.y += 16


def _row(flow: Flow, item: ScoreItem) -> _Row:
    scored = item.points > 0
    body = styles.TABLE_BOLD if scored else styles.TABLE
    muted = styles.TABLE_GREY if not scored else styles.TABLE
    found = styles.TABLE if scored or item.answer == "unknown" else styles.TABLE_GREY
    points = styles.FIGURE_BOLD if scored else styles.FIGURE_GREY
    texts = (
        (item.code, muted, "center"),
        (item.label, body, "left"),
        (finding(item), found, "left"),
        (item.source or "", styles.TABLE_SMALL, "left"),
        (_points(item), points, "right"),
    )
    columns = []
    for n, ((text, style, align), width) in enumerate(zip(texts, WIDTHS[1:6], strict=True)):
        # A code is centred and short: it may come nearer to the lines than running text.
        sides = 2.0 if n == 0 else 2 * SIDE
        room = width - sides - (MARK_ROOM if n == FINDING and item.mark else 0)
        lines, used = flow.fit(text, style, room)
        columns.append((lines, used, align))
    height = max(len(lines) * style.leading + 2 * PAD for lines, style, _ in columns)
    return _Row(item, columns, max(height, LEAST))


def _points(item: ScoreItem) -> str:
    return words.NONE if item.answer == "unknown" else words.figure(item.points)


def _category(flow: Flow, category: ScoreCategory) -> None:
    """Lay one category; it is moved whole if it fits a page, else cut between rows."""
    rows = [_row(flow, item) for item in category.items]
    least = _side_height(flow, category)
    whole = max(sum(row.height for row in rows), least)
    movable = whole <= styles.BOTTOM - styles.TOP - 16 or rows[0].height > flow.room
    if whole > flow.room and movable and not flow.fresh:
        flow.new_page()
        _heading(flow)
    first = True
    while rows:
        now, height = [], 0.0
        while rows and (not now or height + rows[0].height <= flow.room):
            now.append(rows.pop(0))
            height += now[-1].height
        _draw_category(flow, category, now, max(height, least), first, last=not rows)
        first = False
        if rows:
            flow.new_page()
            _heading(flow)


def _side_lines(flow: Flow, category: ScoreCategory) -> list[str]:
    return flow.wrap(f"{category.code} {category.label}", styles.TABLE_BOLD, WIDTHS[0] - 8)


def _side_height(flow: Flow, category: ScoreCategory) -> float:
    lines = len(_side_lines(flow, category))
    return lines * styles.TABLE_BOLD.leading + styles.TABLE_SMALL.leading + 2 * PAD


def _draw_category(
    flow: Flow, category: ScoreCategory, rows: list[_Row], height: float, first: bool, last: bool
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


def _draw_row(flow: Flow, row: _Row, y: float, height: float) -> None:
    x = styles.LEFT + WIDTHS[0]
    if row.item.points > 0:
        flow.ink.rect(x, y, styles.RIGHT - WIDTHS[6] - x, height, styles.PALE)
    flow.ink.line(x, y, styles.RIGHT - WIDTHS[6], y)
    for n, ((lines, style, align), width) in enumerate(zip(row.columns, WIDTHS[1:6], strict=True)):
        block = y + (height - len(lines) * style.leading) / 2
        indent = MARK_ROOM if n == FINDING and row.item.mark else 0.0
        if indent:
            _mark(flow, row.item.mark or "", x + SIDE, block + style.leading / 2)
        flow.text_block(x + SIDE + indent, block, width - 2 * SIDE - indent, lines, style, align)
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
        note.append(f"基準 {words.figure(score.threshold)}点以上")
    ink.text(styles.LEFT + WIDTHS[0] + 4, base, "　".join(note), styles.SMALL_INK)
    judged = styles.TextStyle(10, 14, bold=True, color=judgement_color(score.judgement))
    ink.text(styles.RIGHT - WIDTHS[6] - 10, base, score.judgement_label, judged, "right")
    big = styles.TextStyle(12, 16, bold=True, color=styles.INK, tabular=True)
    ink.text(styles.RIGHT - WIDTHS[6] / 2, base + 0.5, words.figure(score.total), big, "center")
    flow.y += height


def _notes(context: SheetContext, flow: Flow) -> None:
    """Lay the inspectors' remarks, by item and as a whole; never in the public edition."""
    visit = context.case.visit
    if context.public or not (visit.notes or visit.remarks):
        return
    context.section(flow, "調査所見")
    for note in visit.notes:
        head = " ".join(each for each in (note.code, note.label) if each)
        flow.paragraph(f"【{head}】{note.text}")
    if visit.remarks:
        flow.paragraph(visit.remarks if not visit.notes else f"【全体】{visit.remarks}")
