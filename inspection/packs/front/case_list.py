"""The list of cases (資料1 案件一覧)."""

from collections.abc import Sequence

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import Places, front_flow, page_title
from inspection.packs.ink import Align, Usage
from inspection.packs.model import Case, Snapshot
from inspection.packs.sections.facts import judgement_color
from inspection.packs.sheets import DrawnPage, case_number, finished
from inspection.packs.tables import Cell, draw_row
from inspection.packs.text import TextStyle

# Heading and width in mm; the decision stands there once one was taken.
COLUMNS = (
    ("資料", 19),
    ("番号", 20),
    ("所在", 54),
    ("構造", 26),
    ("評点", 13),
    ("判定", 31),
    ("頁", 12),
)
DECIDED = (
    ("資料", 17), ("番号", 19), ("所在", 52), ("構造", 21), ("評点", 12), ("判定", 29), ("決定", 14), ("頁", 11)
)  # fmt: skip

Columns = Sequence[tuple[str, float]]


def draw(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    """Draw the list of cases as a table; every row leads to its sheet."""
    flow = front_flow(snapshot, fonts, usage, "資料1-1　案件一覧")
    page_title(flow, "案件一覧", "資料1-1")
    _prose(flow, snapshot.office.wording.opening)
    flow.paragraph(_tally(snapshot.cases))
    flow.space(5)
    decided = any(case.decision for case in snapshot.cases)
    chosen = DECIDED if decided else COLUMNS
    columns = [(name, width * styles.MM) for name, width in chosen]
    _list_heading(flow, columns)
    for n, case in enumerate(snapshot.cases):
        _list_row(flow, columns, n, case, places)
    flow.space(10)
    _prose(flow, snapshot.office.wording.closing)
    return finished(flow)


def _prose(flow: Flow, paragraphs: Sequence[str]) -> None:
    for text in paragraphs:
        flow.paragraph(text)
        flow.space(4)


def _tally(cases: Sequence[Case]) -> str:
    counts: dict[str, int] = {}
    for case in cases:
        counts[case.score.judgement_label] = counts.get(case.score.judgement_label, 0) + 1
    told = "、".join(f"{label} {count}件" for label, count in counts.items())
    return f"案件数 {len(cases)}件" + (f"({told})" if told else "")


def _list_heading(flow: Flow, columns: Columns) -> None:
    white = TextStyle(8, 11, bold=True, color=styles.WHITE)
    x = styles.LEFT
    for text, width in columns:
        flow.ink.rect(x, flow.y, width, 17, styles.NAVY)
        flow.ink.text(x + width / 2, flow.y + 11.5, text, white, "center")
        x += width
    flow.y += 17


def _list_row(flow: Flow, columns: Columns, n: int, case: Case, places: Places) -> None:
    house, score = case.house, case.score
    color = judgement_color(score.standing)
    judged = TextStyle(8.5, 11.8, bold=color == styles.RED, color=color)
    structure = house.structure_label or words.STRUCTURES.get(house.structure or "", words.NONE)
    fill = styles.PALE if n % 2 else None
    decision = words.DECISIONS[case.decision.decision] if case.decision else ""
    shown: dict[str, tuple[str, TextStyle, Align]] = {
        "資料": (case_number(n), styles.TABLE, "left"),
        "番号": (house.code, styles.TABLE, "left"),
        "所在": (house.address, styles.TABLE, "left"),
        "構造": (structure, styles.TABLE, "left"),
        "評点": (words.figure(score.total), styles.FIGURE_BOLD, "right"),
        "判定": (score.judgement_label, judged, "center"),
        "決定": (decision, styles.TABLE_BOLD, "center"),
        "頁": (places[f"case-{n}"], styles.FIGURE, "right"),
    }
    cells = []
    for name, width in columns:
        text, style, align = shown[name]
        cells.append(Cell(text, width, style, align, fill))
    draw_row(flow, cells, least=20, repeat=lambda: _list_heading(flow, columns))
    # The row has just been laid: its foot is the cursor.
    flow.ink.link(styles.LEFT, flow.y - 20, styles.WIDTH, 20, f"case-{n}")
