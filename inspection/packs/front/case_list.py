"""The list of cases (資料1 案件一覧)."""

from collections.abc import Sequence

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import Places, front_flow, page_title
from inspection.packs.ink import Usage
from inspection.packs.model import Case, Snapshot
from inspection.packs.sections.facts import judgement_color
from inspection.packs.sheets import DrawnPage, case_number, finished
from inspection.packs.tables import Cell, draw_row
from inspection.packs.text import TextStyle

LIST_MM = (19, 20, 54, 26, 13, 31, 12)
LIST_HEADINGS = ("資料", "番号", "所在", "構造", "評点", "判定", "頁")


def draw(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    """Draw the list of cases as a table; every row leads to its sheet."""
    flow = front_flow(snapshot, fonts, usage, "資料1　案件一覧")
    page_title(flow, "案件一覧", "資料1")
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
    color = judgement_color(score.standing)
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
