"""Rows of cells with hairlines; a row that is too tall goes on overleaf."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.ink import Align, Color
from inspection.packs.text import TextStyle


@dataclass(frozen=True)
class Cell:
    """One cell: text, width in points, style. `one_line` shrinks to 85 % before it wraps."""

    text: str
    width: float
    style: TextStyle = styles.TABLE
    align: Align = "left"
    fill: Color | None = None
    one_line: bool = True


@dataclass(frozen=True)
class _Set:
    cell: Cell
    lines: list[str]
    style: TextStyle


LABEL_STYLE = styles.TABLE_LABEL


def label(text: str, width: float) -> Cell:
    """Return a tinted label cell."""
    return Cell(text, width, LABEL_STYLE, fill=styles.TINT)


def prose(text: str, width: float) -> Cell:
    """Return a cell of running text, which wraps at its full size."""
    return Cell(text, width, styles.TABLE, one_line=False)


def draw_row(
    flow: Flow,
    cells: Sequence[Cell],
    *,
    least: float = 0.0,
    repeat: Callable[[], None] | None = None,
    x: float = styles.LEFT,
) -> None:
    """Lay one row at the cursor; `repeat` draws the table's head again on a new page.

    A row taller than half a page is split between lines rather than moved whole.
    """
    rest = _set(flow, cells)
    while True:
        height = max(least, *(_height(each) for each in rest))
        if height <= flow.room:
            _draw(flow, rest, x, height)
            return
        splittable = height > (styles.BOTTOM - styles.TOP) / 2 and flow.room > 60
        if splittable:
            now, rest = _split(rest, flow.room)
            _draw(flow, now, x, flow.room)
        flow.new_page()
        if repeat:
            repeat()


def _set(flow: Flow, cells: Sequence[Cell]) -> list[_Set]:
    found = []
    for cell in cells:
        room = cell.width - 2 * styles.CELL_PAD_X
        if cell.one_line:
            lines, style = flow.fit(cell.text, cell.style, room)
        else:
            lines, style = flow.wrap(cell.text, cell.style, room), cell.style
        found.append(_Set(cell, lines, style))
    return found


def _height(one: _Set) -> float:
    return len(one.lines) * one.style.leading + 2 * styles.CELL_PAD_Y


def _split(row: list[_Set], room: float) -> tuple[list[_Set], list[_Set]]:
    now, rest = [], []
    for one in row:
        count = max(1, int((room - 2 * styles.CELL_PAD_Y) / one.style.leading))
        now.append(_Set(one.cell, one.lines[:count], one.style))
        rest.append(_Set(one.cell, one.lines[count:] or [""], one.style))
    return now, rest


def _draw(flow: Flow, row: list[_Set], x: float, height: float) -> None:
    for one in row:
        flow.ink.rect(x, flow.y, one.cell.width, height, one.cell.fill, styles.HAIR)
        block = len(one.lines) * one.style.leading
        top = flow.y + (height - block) / 2
        inner = one.cell.width - 2 * styles.CELL_PAD_X
        flow.text_block(x + styles.CELL_PAD_X, top, inner, one.lines, one.style, one.cell.align)
        x += one.cell.width
    flow.y += height
