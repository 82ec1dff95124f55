"""One row of the judgement table: what its cells say, how high it is, and where it may be cut."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.ink import Align
from inspection.packs.score_model import Quantity, ScoreItem
from inspection.packs.text import TextStyle

# Widths of the columns: category, number, item, finding, source, points, subtotal.
_MM = (29, 10.5, 37, 47, 20, 12, 19.5)
WIDTHS = tuple(each * styles.MM for each in _MM)
ANSWERS = {"none": "該当なし", "na": "該当する部位なし", "unknown": "確認不可"}
PAD = 2.6
LEAST = 16.2
SIDE = styles.CELL_PAD_X * 0.8
MARK_SIZE = 9.6
MARK_ROOM = MARK_SIZE + 3.6
FINDING = 2  # the column of the finding, among those of a row

Line = tuple[str, TextStyle]


@dataclass(frozen=True)
class Column:
    """The lines of one cell, each in its style."""

    lines: tuple[Line, ...]
    align: Align

    @property
    def height(self) -> float:
        """Points from the first line's top to the last one's foot."""
        return sum(style.leading for _, style in self.lines)


@dataclass(frozen=True)
class Row:
    """One row, or the part of one that stands on a page. mark: the grade's, in its first part."""

    columns: tuple[Column, ...]
    scored: bool
    mark: str | None = None

    @property
    def height(self) -> float:
        """Points from line to line."""
        return max(LEAST, *(column.height + 2 * PAD for column in self.columns))


def item_row(flow: Flow, item: ScoreItem) -> Row:
    """Set the row of an item."""
    scored = item.points > 0
    body = styles.TABLE_BOLD if scored else styles.TABLE
    muted = styles.TABLE_GREY if not scored else styles.TABLE
    found = styles.TABLE if scored or item.answer == "unknown" else styles.TABLE_GREY
    points = styles.FIGURE_BOLD if scored else styles.FIGURE_GREY
    cells: tuple[tuple[list[Line], Align], ...] = (
        ([(item.code, muted)], "center"),
        ([(item.label, body)], "left"),
        ([(finding(item), found), *_details(item)], "left"),
        ([(item.source or "", styles.TABLE_SMALL)], "left"),
        ([(_points(item), points)], "right"),
    )
    columns = []
    for n, ((texts, align), width) in enumerate(zip(cells, WIDTHS[1:6], strict=True)):
        # A code is centred and short: it may come nearer to the lines than running text.
        sides = 2.0 if n == 0 else 2 * SIDE
        room = width - sides - (MARK_ROOM if n == FINDING and item.mark else 0)
        columns.append(Column(_set(flow, texts, room), align))
    return Row(tuple(columns), scored, item.mark)


def _set(flow: Flow, texts: Sequence[Line], room: float) -> tuple[Line, ...]:
    lines: list[Line] = []
    for text, style in texts:
        fitted, used = flow.fit(text, style, room)
        lines += [(line, used) for line in fitted]
    return tuple(lines)


def split(row: Row, room: float) -> tuple[Row, Row]:
    """Cut a row between lines: what fits into `room` points (at least a line), and the rest."""
    now, rest = [], []
    for column in row.columns:
        used, count = 2 * PAD, 0
        for _, style in column.lines:
            used += style.leading
            if count and used > room:
                break
            count += 1
        now.append(replace(column, lines=column.lines[:count]))
        rest.append(replace(column, lines=column.lines[count:]))
    return replace(row, columns=tuple(now)), replace(row, columns=tuple(rest), mark=None)


def finding(item: ScoreItem) -> str:
    """Return what was found, in the committee's words; the grade's mark is drawn before it."""
    answer = item.answer
    if not item.applies:
        return "対象外(条件により適用しない)"
    if isinstance(answer, str):
        return ANSWERS.get(answer, answer)
    graded = item.grade_label or ("該当なし" if not item.points else "")
    if not isinstance(answer, dict):
        return graded or words.NONE
    if "count" in answer:
        count = _counted(item, answer["count"])
        return f"{graded}({count})" if graded else count
    value = item.value if item.value is not None else answer.get("value")
    if value is None:  # the formula divides by zero: the item counts as unknown
        return item.grade_label or "計算できない(確認不可)"
    unit = f" {item.unit}" if item.unit else ""
    named = f"{item.measure} = " if item.measure else "実測値 "
    named += f"{words.measured(value)}{unit}"
    return f"{named}\n{graded}" if graded else named


def _counted(item: ScoreItem, count: float) -> str:
    return f"{words.figure(count)}{item.unit}" if item.unit else f"個数 {words.figure(count)}"


def _details(item: ScoreItem) -> list[Line]:
    """Return what stands below the finding in small type: a formula's inputs, a borrowed item."""
    details = [inputs(item.inputs)] if item.inputs else []
    if item.borrowed:
        details.append(f"※{item.borrowed}")
    return [(text, styles.TABLE_SMALL) for text in details]


def inputs(quantities: Sequence[Quantity]) -> str:
    """Return the inputs of a formula, the unit once after those that share it."""
    parts = []
    for n, each in enumerate(quantities):
        following = quantities[n + 1].unit if n + 1 < len(quantities) else None
        unit = f"\u00a0{each.unit}" if each.unit and each.unit != following else ""
        parts.append(f"{each.code}\u00a0{words.measured(each.value)}{unit}")
    return "、".join(parts)


def _points(item: ScoreItem) -> str:
    return words.NONE if item.answer == "unknown" else words.figure(item.points)
