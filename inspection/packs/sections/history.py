"""The history (経緯): earlier visits and decisions, in the snapshot's order."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import Cell, draw_row, prose

DATE = 32 * styles.MM
EVENT = 38 * styles.MM


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay one row an entry: date, event, how it ended. Never in the public edition."""
    if context.public or not context.case.history:
        return
    context.section(flow, "history")
    for entry in context.case.history:
        cells = [Cell(words.era_date(entry.on), DATE, styles.TABLE, fill=styles.TINT)]
        if entry.detail:
            cells += [prose(entry.event, EVENT), prose(entry.detail, styles.WIDTH - DATE - EVENT)]
        else:
            cells.append(prose(entry.event, styles.WIDTH - DATE))
        draw_row(flow, cells)
