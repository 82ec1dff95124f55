"""The matter before the cases: cover, agenda (次第), contents (目次), list of cases (案件一覧)."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.ink import Ink, Usage
from inspection.packs.model import Case, Snapshot
from inspection.packs.sections.facts import judgement_color
from inspection.packs.sheets import DrawnPage, case_number, finished, running_head
from inspection.packs.tables import Cell, draw_row
from inspection.packs.text import TextStyle, text_width

LIST_MM = (17, 25, 66, 27, 13, 17, 10)
LIST_HEADINGS = ("資料", "番号", "所在", "構造", "評点", "判定", "頁")
PAGE_AT = styles.RIGHT
JUDGED_AT = styles.RIGHT - 22 * styles.MM
TOTAL_AT = styles.RIGHT - 41 * styles.MM


@dataclass(frozen=True)
class Places:
    """Page numbers (from 1) by named place; drawing asks for the number as text."""

    pages: dict[str, int]

    def __getitem__(self, target: str) -> str:
        return str(self.pages.get(target, 0))


@dataclass(frozen=True)
class Part:
    """One part of the front matter: its named place, its title, its pages."""

    target: str
    title: str
    pages: list[DrawnPage]


def draw_front(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[Part]:
    """Draw all of the front matter; how many pages it takes does not depend on `places`."""
    parts = [Part("cover", "表紙", _cover(snapshot, fonts, usage))]
    if snapshot.meeting.agenda or snapshot.meeting.members:
        parts.append(Part("agenda", "次第", _agenda(snapshot, fonts, usage)))
    parts.append(Part("contents", "目次", _contents(snapshot, fonts, usage, places)))
    parts.append(Part("cases", "資料1 案件一覧", _case_list(snapshot, fonts, usage, places)))
    return parts


def meeting_name(snapshot: Snapshot) -> str:
    """Return 第12回 老朽空き家判定委員会."""
    meeting = snapshot.meeting
    numbered = "" if meeting.number is None else f"第{meeting.number}回"
    return meeting.title if numbered in meeting.title else f"{numbered} {meeting.title}"


def _cover(snapshot: Snapshot, fonts: FontSet, usage: Usage) -> list[DrawnPage]:
    flow = Flow(fonts, usage)
    ink, meeting = flow.ink, snapshot.meeting
    _edition_box(ink, snapshot)
    ink.rect(styles.LEFT, 84 * styles.MM, styles.WIDTH, 1.6, styles.NAVY)
    y = 84 * styles.MM + 46
    if meeting.number is not None:
        big = TextStyle(15, 22, bold=True, color=styles.NAVY_MID)
        ink.text(styles.LEFT, y, f"第{meeting.number}回", big)
        y += 36
    title = TextStyle(27, 38, bold=True, color=styles.NAVY)
    for line in flow.wrap(meeting.title, title, styles.WIDTH):
        ink.text(styles.LEFT, y, line, title)
        y += title.leading
    ink.text(styles.LEFT, y, snapshot.office.document_title, TextStyle(15, 22, color=styles.INK))
    y += 26
    ink.rect(styles.LEFT, y, styles.WIDTH, 0.6, styles.NAVY)
    _cover_facts(flow, snapshot, y + 30)
    office = snapshot.office
    ink.rect(styles.LEFT, 245 * styles.MM, 3.2, 34, styles.NAVY)
    ink.text(
        styles.LEFT + 12,
        245 * styles.MM + 13,
        office.city,
        TextStyle(13, 18, bold=True, color=styles.INK),
    )
    ink.text(
        styles.LEFT + 12,
        245 * styles.MM + 31,
        office.secretariat,
        TextStyle(10.5, 16, color=styles.INK),
    )
    return finished(flow)


def _edition_box(ink: Ink, snapshot: Snapshot) -> None:
    width, height, top = 46 * styles.MM, 30.0, 24 * styles.MM
    x = styles.RIGHT - width
    if snapshot.edition == "public":
        style = TextStyle(13, 18, bold=True, color=styles.NAVY)
        ink.rect(x, top, width, height, None, styles.NAVY, 1.2)
        ink.text(x + width / 2, top + 20, "公開用", style, "center")
        return
    style = TextStyle(15, 18, bold=True, color=styles.INK)
    ink.rect(x, top, width, height, None, styles.INK, 1.4)
    ink.rect(x + 2.4, top + 2.4, width - 4.8, height - 4.8, None, styles.INK, 0.5)
    ink.text(x + width / 2, top + 20.4, "取扱注意", style, "center")
    note = "非公開の会議資料です。個人情報を含みます。"
    ink.text(styles.RIGHT, top + height + 11, note, styles.SMALL, "right")


def _cover_facts(flow: Flow, snapshot: Snapshot, y: float) -> None:
    meeting = snapshot.meeting
    rows = (
        ("日時", words.era_time(meeting.held_at, weekday=True)),
        ("場所", meeting.place),
        ("案件", f"{len(snapshot.cases)}件"),
    )
    name = TextStyle(10, 16, bold=True, color=styles.NAVY)
    value = TextStyle(12, 18, color=styles.INK)
    for label, text in rows:
        if not text:
            continue
        lines = flow.wrap(text, value, styles.WIDTH - 60)
        flow.ink.text(styles.LEFT, y, label, name)
        for line in lines:
            flow.ink.text(styles.LEFT + 48, y, line, value)
            y += value.leading
        y += 8


def _agenda(snapshot: Snapshot, fonts: FontSet, usage: Usage) -> list[DrawnPage]:
    flow = _flow(snapshot, fonts, usage, "次第")
    meeting = snapshot.meeting
    _title(flow, "次　第")
    flow.paragraph(meeting_name(snapshot), styles.BODY_BOLD)
    flow.paragraph(words.era_time(meeting.held_at, weekday=True))
    if meeting.place:
        flow.paragraph(meeting.place)
    flow.space(10)
    item = TextStyle(10.5, 23, color=styles.INK)
    for n, text in enumerate(meeting.agenda, 1):
        _numbered(flow, str(n), text, item)
    if meeting.members:
        flow.space(14)
        flow.section("委員名簿")
        for start in range(0, len(meeting.members), 2):
            pair = meeting.members[start : start + 2]
            draw_row(flow, [Cell(each, styles.WIDTH / 2, styles.BODY) for each in pair], least=22)
    return finished(flow)


def _numbered(flow: Flow, number: str, text: str, style: TextStyle) -> None:
    indent = 24.0
    flow.ensure(style.leading)
    bold = TextStyle(style.size, style.leading, bold=True, color=styles.NAVY)
    flow.ink.text(styles.LEFT + 6, flow.y + style.leading * 0.74, number, bold)
    flow.paragraph(text, style, indent=indent)


def _contents(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    flow = _flow(snapshot, fonts, usage, "目次")
    _title(flow, "目　次")
    _contents_heading(flow)
    if snapshot.meeting.agenda or snapshot.meeting.members:
        _entry(flow, "次第", "agenda", places)
    _entry(flow, "資料1　案件一覧", "cases", places)
    _entry(flow, "資料2　判定調書", "case-0" if snapshot.cases else "cases", places)
    for n, case in enumerate(snapshot.cases):
        _entry(
            flow,
            f"{case_number(n)}　{case.house.code}　{case.house.address}",
            f"case-{n}",
            places,
            case,
        )
    if snapshot.references:
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
    color = judgement_color(case.score.judgement)
    style = TextStyle(8.5, 11.8, bold=color == styles.RED, color=color)
    room = JUDGED_AT - TOTAL_AT - 8
    lines, used = flow.fit(case.score.judgement_label, style, room)
    flow.ink.text(JUDGED_AT, base, lines[0], used, "right")


def _leader(ink: Ink, start: float, end: float, base: float) -> None:
    """Draw dots on a common grid, so that they stand under each other."""
    step = 4.0
    first = -(-start // step) * step
    if first < end:
        ink.line(first, base - 1.2, end, base - 1.2, styles.NAVY_LIGHT, 0.9, f"0.9 {step - 0.9:g}")


def _case_list(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    flow = _flow(snapshot, fonts, usage, "資料1　案件一覧")
    _title(flow, "案件一覧", "資料1")
    flow.paragraph(_tally(snapshot.cases))
    flow.space(5)
    widths = [each * styles.MM for each in LIST_MM]
    _list_heading(flow, widths)
    for n, case in enumerate(snapshot.cases):
        _list_row(flow, widths, n, case, places)
    return finished(flow)


def _tally(cases: Sequence[Case]) -> str:
    counts: dict[str, int] = {}
    for case in cases:
        counts[case.score.judgement_label] = counts.get(case.score.judgement_label, 0) + 1
    told = "、".join(f"{label} {count}件" for label, count in counts.items())
    return f"案件数 {len(cases)}件" + (f"({told})" if told else "")


def _list_heading(flow: Flow, widths: list[float]) -> None:
    white = TextStyle(8, 11, bold=True, color=styles.WHITE)
    x = styles.LEFT
    for width, text in zip(widths, LIST_HEADINGS, strict=True):
        flow.ink.rect(x, flow.y, width, 17, styles.NAVY)
        flow.ink.text(x + width / 2, flow.y + 11.5, text, white, "center")
        x += width
    flow.y += 17


def _list_row(flow: Flow, widths: list[float], n: int, case: Case, places: Places) -> None:
    house, score = case.house, case.score
    color = judgement_color(score.judgement)
    judged = TextStyle(8.5, 11.8, bold=color == styles.RED, color=color)
    structure = house.structure_label or words.STRUCTURES.get(house.structure or "", words.NONE)
    fill = styles.PALE if n % 2 else None
    columns = (
        (case_number(n), styles.TABLE, "left"),
        (house.code, styles.TABLE, "left"),
        (house.address, styles.TABLE, "left"),
        (structure, styles.TABLE, "left"),
        (words.figure(score.total), styles.FIGURE_BOLD, "right"),
        (score.judgement_label, judged, "center"),
        (places[f"case-{n}"], styles.FIGURE, "right"),
    )
    cells = [
        Cell(text, width, style, align, fill)
        for (text, style, align), width in zip(columns, widths, strict=True)
    ]
    draw_row(flow, cells, least=20, repeat=lambda: _list_heading(flow, widths))
    # The row has just been laid: its foot is the cursor.
    flow.ink.link(styles.LEFT, flow.y - 20, styles.WIDTH, 20, f"case-{n}")


def _flow(snapshot: Snapshot, fonts: FontSet, usage: Usage, head: str) -> Flow:
    name = f"{meeting_name(snapshot)}　{head}"
    return Flow(fonts, usage, lambda ink: running_head(ink, snapshot, name))


def _title(flow: Flow, text: str, number: str = "") -> None:
    x, base = styles.LEFT, flow.y + 18
    if number:
        width = text_width(flow.fonts, number, styles.TABLE_LABEL) + 14
        flow.ink.rect(x, base - 12.5, width, 15, styles.NAVY)
        white = TextStyle(8.5, 11, bold=True, color=styles.WHITE)
        flow.ink.text(x + width / 2, base - 2, number, white, "center")
        x += width + 9
    flow.ink.text(x, base, text, styles.TITLE)
    flow.y += 36
