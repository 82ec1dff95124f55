"""The meeting on one page (資料1-2 案件の集計): by judgement, ward, points and decision."""

from collections import Counter
from collections.abc import Sequence

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front import tally
from inspection.packs.front.frame import Places, front_flow, page_title
from inspection.packs.front.tally import Outcome
from inspection.packs.ink import Color, Usage
from inspection.packs.model import Snapshot
from inspection.packs.score_model import ADVERSE, MIDDLE, MILD
from inspection.packs.sheets import DrawnPage, finished
from inspection.packs.tables import Cell, draw_row, label
from inspection.packs.text import TextStyle, text_width

# Apart in mono printing too: dark, middle, light; what is open is white.
FILLS: dict[str, Color] = {
    ADVERSE: styles.RED,
    MIDDLE: styles.NAVY_MID,
    MILD: styles.NAVY_LIGHT,
}
DARK = (ADVERSE, MIDDLE)
LABEL = 32 * styles.MM
NUMBER = 15 * styles.MM
BAR = 9.0
ROW = 17.0
CHART_HEIGHT = 42 * styles.MM
WHITE_FIGURE = TextStyle(7, 9, bold=True, color=styles.WHITE, tabular=True)
NOTE = TextStyle(7, 9, bold=True, color=styles.RED)
DARK_FIGURE = TextStyle(7, 9, bold=True, color=styles.INK, tabular=True)


def draw(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    """Draw the summary; no page for a meeting without cases."""
    if not snapshot.cases:
        return []
    flow = front_flow(snapshot, fonts, usage, "資料1-2　案件の集計")
    page_title(flow, "案件の集計", "資料1-2")
    outcomes = tally.outcomes(snapshot.cases)
    _judgements(flow, tally.by_outcome(snapshot.cases), outcomes, len(snapshot.cases))
    _wards(flow, tally.by_ward(snapshot.cases), outcomes)
    _points(flow, snapshot, outcomes)
    _decisions(flow, snapshot, outcomes)
    return finished(flow)


def _judgements(
    flow: Flow, counts: Counter[Outcome], outcomes: Sequence[Outcome], total: int
) -> None:
    """Lay one row an outcome: label, cases, share, bar; then their sum."""
    flow.section("判定別")
    room = styles.WIDTH - LABEL - 2 * NUMBER - 16
    for outcome in outcomes:
        count = counts[outcome]
        _row_label(flow, outcome.label)
        x = styles.LEFT + LABEL + NUMBER
        flow.ink.text(x, flow.y + 11.5, f"{count}件", styles.FIGURE_BOLD, "right")
        share = f"{count * 100 / total:.1f}%"
        flow.ink.text(x + NUMBER, flow.y + 11.5, share, styles.FIGURE, "right")
        _bar(flow, x + NUMBER + 8, room * count / total, outcome, "")
        flow.y += ROW
    _sum_line(flow, f"{total}件")


def _sum_line(flow: Flow, text: str) -> None:
    flow.ink.line(styles.LEFT, flow.y, styles.RIGHT, flow.y, styles.NAVY_LIGHT, 0.6)
    flow.ink.text(styles.LEFT + 2, flow.y + 11.5, "計", styles.TABLE_LABEL)
    x = styles.LEFT + LABEL + NUMBER
    flow.ink.text(x, flow.y + 11.5, text, styles.FIGURE_BOLD, "right")
    flow.y += ROW


def _wards(flow: Flow, counts: dict[str, Counter[Outcome]], outcomes: Sequence[Outcome]) -> None:
    """Lay one row a ward: cases, and a bar of its outcomes; the bars share one scale."""
    flow.section("区別")
    _legend(flow, outcomes)
    most = max(sum(each.values()) for each in counts.values())
    x = styles.LEFT + LABEL + NUMBER
    room = styles.RIGHT - x - 8
    for ward, found in counts.items():
        _row_label(flow, ward)
        flow.ink.text(x, flow.y + 11.5, f"{found.total()}件", styles.FIGURE_BOLD, "right")
        left = x + 8
        for outcome in outcomes:
            if count := found[outcome]:
                width = room * count / most
                _bar(flow, left, width, outcome, str(count))
                left += width
        flow.y += ROW


def _legend(flow: Flow, outcomes: Sequence[Outcome]) -> None:
    x = styles.LEFT + LABEL + NUMBER + 8
    for outcome in outcomes:
        width = text_width(flow.fonts, outcome.label, styles.SMALL_INK) + 12
        if x + width > styles.RIGHT:
            flow.y += 11
            x = styles.LEFT + LABEL + NUMBER + 8
        _swatch(flow, x, flow.y + 1.5, 7, 7, outcome)
        flow.ink.text(x + 11, flow.y + 8, outcome.label, styles.SMALL_INK)
        x += width + 12
    flow.y += 13


def _row_label(flow: Flow, text: str) -> None:
    flow.ink.label(styles.LEFT + 2, flow.y + 11.5, text, styles.TABLE, LABEL - 6)


def _bar(flow: Flow, x: float, width: float, outcome: Outcome, text: str) -> None:
    _swatch(flow, x, flow.y + 4, width, BAR, outcome)
    if text and width > text_width(flow.fonts, text, WHITE_FIGURE) + 3:
        style = WHITE_FIGURE if outcome.standing in DARK else DARK_FIGURE
        flow.ink.text(x + width / 2, flow.y + 11, text, style, "center")


def _swatch(flow: Flow, x: float, y: float, width: float, height: float, outcome: Outcome) -> None:
    """Fill by the outcome's standing; one that is open is white, for mono printing too."""
    fill = FILLS.get(outcome.standing, styles.WHITE)
    flow.ink.rect(x, y, width, height, fill, styles.WHITE if fill != styles.WHITE else styles.GREY)


def _points(flow: Flow, snapshot: Snapshot, outcomes: Sequence[Outcome]) -> None:
    """Draw how many cases lie in each span of points, as columns by outcome."""
    flow.section("評点の分布", keep=CHART_HEIGHT + 24)
    flow.y += 10
    step, bins = tally.spans(snapshot.cases)
    ink, foot = flow.ink, flow.y + CHART_HEIGHT
    left, width = styles.LEFT + 24, styles.WIDTH - 24
    most = max(each.total() for each in bins)
    column = width / len(bins)
    unit = (CHART_HEIGHT - 14) / most
    for n, counts in enumerate(bins):
        x, y = left + n * column + column * 0.15, foot
        for outcome in outcomes:
            height = counts[outcome] * unit
            if height:
                _swatch(flow, x, y - height, column * 0.7, height, outcome)
                y -= height
        if counts.total():
            text = str(counts.total())
            ink.text(x + column * 0.35, y - 3, text, styles.FIGURE_BOLD, "center")
        ink.text(left + n * column, foot + 10, str(n * step), styles.SMALL, "center")
    ink.text(left + width, foot + 10, str(len(bins) * step), styles.SMALL, "right")
    ink.text(styles.LEFT, foot + 10, "評点", styles.SMALL)
    ink.line(left, foot, left + width, foot, styles.GREY, 0.6)
    _limits(flow, snapshot, left, column / step, foot)
    flow.y = foot + 18


def _limits(flow: Flow, snapshot: Snapshot, left: float, unit: float, foot: float) -> None:
    """Mark the thresholds of the tables in use; `unit`: points of the page a point of the score."""
    limits = {score.threshold for score in (case.score for case in snapshot.cases)}
    for limit in sorted(each for each in limits if each is not None):
        x, top = left + limit * unit, foot - CHART_HEIGHT
        if x <= styles.RIGHT:
            flow.ink.line(x, top, x, foot, styles.RED, 0.8, "3 2")
            text = f"基準 {words.figure(limit)}点"
            flow.ink.text(x, top - 2, text, NOTE, "center")


def _decisions(flow: Flow, snapshot: Snapshot, outcomes: Sequence[Outcome]) -> None:
    """Lay the decisions by outcome; nothing before the first one is taken."""
    counts = tally.by_decision(snapshot.cases)
    if not any(decision for decision in counts):
        return
    names: list[str | None] = [*words.DECISIONS, None]
    flow.section("委員会の決定", keep=24 + ROW * (len(outcomes) + 1))
    width = (styles.WIDTH - LABEL * 1.4) / (len(names) + 1)
    heads = [words.DECISIONS.get(each or "", "未決定") for each in names]
    first = LABEL * 1.4
    draw_row(flow, [label("判定", first), *(label(each, width) for each in (*heads, "計"))])
    for outcome in outcomes:
        found = [counts.get(each, Counter())[outcome] for each in names]
        _numbers(flow, outcome.label, first, [*found, sum(found)], width, styles.FIGURE)
    sums = [counts.get(each, Counter()).total() for each in names]
    _numbers(flow, "計", first, [*sums, sum(sums)], width, styles.FIGURE_BOLD)


def _numbers(
    flow: Flow, name: str, first: float, counts: list[int], width: float, style: TextStyle
) -> None:
    cells = [label(name, first), *(Cell(str(each), width, style, "right") for each in counts)]
    draw_row(flow, cells)
