"""The contents (目次): dot leaders, total, judgement, page."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import Places, front_flow, has_references, page_title
from inspection.packs.ink import Ink, Usage
from inspection.packs.model import Case, Snapshot
from inspection.packs.sections.facts import judgement_color
from inspection.packs.sheets import DrawnPage, case_number, finished
from inspection.packs.text import TextStyle

PAGE_AT = styles.RIGHT
JUDGED_AT = styles.RIGHT - 13 * styles.MM
TOTAL_AT = styles.RIGHT - 47 * styles.MM


def draw(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    """Draw the contents; every line leads to its page."""
    flow = front_flow(snapshot, fonts, usage, "目次")
    page_title(flow, "目　次")
    _contents_heading(flow)
    if snapshot.meeting.agenda or snapshot.meeting.members:
        _entry(flow, "次第", "agenda", places)
    _entry(flow, "資料1-1　案件一覧", "cases", places)
    if snapshot.cases:
        _entry(flow, "資料1-2　案件の集計", "summary", places)
    _entry(flow, "資料2　判定調書", "case-0" if snapshot.cases else "cases", places)
    for n, case in enumerate(snapshot.cases):
        _entry(
            flow,
            f"{case_number(n)}　{case.house.code}　{case.house.address}",
            f"case-{n}",
            places,
            case,
        )
    if has_references(snapshot):
        _entry(flow, "資料3　参考資料", "references", places)
    return finished(flow)


def _contents_heading(flow: Flow) -> None:
    y = flow.y + 8
    for x, text in ((TOTAL_AT, "評点"), (JUDGED_AT, "判定"), (PAGE_AT, "頁")):
        flow.ink.text(x, y, text, styles.SMALL, "right")
    flow.ink.line(styles.LEFT, y + 4, styles.RIGHT, y + 4, styles.NAVY_LIGHT, 0.6)
    flow.y = y + 8


def _entry(flow: Flow, text: str, target: str, places: Places, case: Case | None = None) -> None:
    """Lay one line of the contents: text, dot leaders, total, judgement, page; a link."""
    style = styles.TABLE if case else styles.TABLE_BOLD
    height = 16.0 if case else 19.0
    indent = 10.0 if case else 0.0
    room = TOTAL_AT - 26 - styles.LEFT - indent
    lines, used = flow.fit(text, style, room)
    extra = (len(lines) - 1) * style.leading
    if height + extra > flow.room:
        flow.new_page()
        _contents_heading(flow)
    for n, line in enumerate(lines):
        base = flow.y + height * 0.7 + n * style.leading
        width = flow.ink.text(styles.LEFT + indent, base, line, used)
    end = TOTAL_AT - 22 if case else PAGE_AT - 22
    _leader(flow.ink, styles.LEFT + indent + width + 4, end, base)
    if case:
        _judged(flow, case, base)
    flow.ink.text(PAGE_AT, base, places[target], styles.FIGURE, "right")
    flow.ink.link(styles.LEFT, flow.y, styles.WIDTH, height + extra, target)
    flow.y += height + extra


def _judged(flow: Flow, case: Case, base: float) -> None:
    flow.ink.text(TOTAL_AT, base, words.figure(case.score.total), styles.FIGURE, "right")
    color = judgement_color(case.score.standing)
    style = TextStyle(8.5, 11.8, bold=color == styles.RED, color=color)
    room = JUDGED_AT - TOTAL_AT - 8
    flow.ink.label(JUDGED_AT, base, case.score.judgement_label, style, room, "right")


def _leader(ink: Ink, start: float, end: float, base: float) -> None:
    """Draw dots on a common grid, so that they stand under each other."""
    step = 4.0
    first = -(-start // step) * step
    if first < end:
        ink.line(first, base - 1.2, end, base - 1.2, styles.NAVY_LIGHT, 0.9, f"0.9 {step - 0.9:g}")
