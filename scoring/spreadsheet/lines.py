"""Finding headings and blocks on a sheet, and the cells that stand below them."""

from collections.abc import Iterator, Mapping, Sequence

from scoring.spreadsheet.columns import Column
from scoring.spreadsheet.grid import Cell, Grid
from scoring.spreadsheet.layout import BLOCK, FIRST_ROWS, MEMO, Block

Row = list[Cell]
Line = dict[Column, Cell]  # the cells of one row by column; empty ones too


def heading_row(rows: Sequence[Row], columns: Sequence[Column]) -> Row | None:
    """The row that holds most of the headings, at least two, among the first ones."""
    headings = {column.heading for column in columns}
    best = max(rows[:FIRST_ROWS], key=lambda row: _hits(row, headings), default=None)
    return best if best is not None and _hits(best, headings) >= 2 else None


def _hits(row: Row, headings: set[str]) -> int:
    return sum(1 for cell in row if isinstance(cell.value, str) and cell.value.strip() in headings)


def columns_below(
    grid: Grid, header: Row, columns: Sequence[Column]
) -> tuple[dict[int, Column], list[Cell]]:
    """Which column stands where, and the heading cells that are none of them.

    Notes a heading that stands twice, and a required one that is missing.
    """
    known = {column.heading: column for column in columns}
    found: dict[int, Column] = {}
    others = []
    for cell in header:
        heading = str(cell.value).strip() if cell.value is not None else ""
        if heading in known:
            if known[heading] in found.values():
                grid.faults.add(cell.place, f"見出し「{heading}」が二つあります", "一つだけ")
            found[cell.column] = known[heading]
        elif heading and not heading.startswith(MEMO):
            others.append(cell)
    for column in columns:
        if column.required and column not in found.values():
            place = f"{header[0].sheet}!{header[0].row}行"
            grid.faults.add(
                f"{place}({column.heading})",
                f"見出し「{column.heading}」がありません",
                "この見出しの列を作る",
            )
    return found, others


def refuse_headings(grid: Grid, cells: Sequence[Cell], columns: Sequence[Column]) -> None:
    """Note headings that mean nothing."""
    allowed = "、".join(column.heading for column in columns)
    for cell in cells:
        found = f"見出し「{str(cell.value)[:30]}」は読み取れません"
        grid.faults.add(cell.place, found, f"{allowed}。覚え書きの列は見出しを「{MEMO}」で始める")


def line_of(row: Row, found: Mapping[int, Column]) -> Line:
    """The cells of a row by column; what the row does not reach is an empty cell."""
    sheet, number = row[0].sheet, row[0].row
    return {
        column: row[place - 1] if place <= len(row) else Cell(sheet, number, place, None)
        for place, column in found.items()
    }


def refuse_stray(grid: Grid, row: Row, header: Row) -> None:
    """Note values that stand below no heading."""
    for cell in row:
        headless = cell.column > len(header) or header[cell.column - 1].value is None
        if cell.value is not None and headless:
            grid.faults.add(cell.place, "見出しのない列に値があります", "見出しを付けるか、消す")


def blocks(grid: Grid, sheet: str, known: Sequence[Block]) -> Iterator[tuple[Block, list[Row]]]:
    """The titled lists of a sheet, each with its rows, the headings first.

    Notes a block whose title means nothing.
    """
    current: tuple[Block, list[Row]] | None = None
    titles = {block.title: block for block in known}
    for row in grid.rows(sheet):
        first = row[0].value
        if isinstance(first, str) and first.strip().startswith(BLOCK):
            if current:
                yield current
            current = None
            title = first.strip().lstrip(BLOCK).strip()
            if title in titles:
                current = (titles[title], [])
            else:
                allowed = "、".join(BLOCK + " " + title for title in titles)
                grid.faults.add(row[0].place, f"「{title[:30]}」という表は読み取れません", allowed)
        elif current:
            current[1].append(row)
    if current:
        yield current
