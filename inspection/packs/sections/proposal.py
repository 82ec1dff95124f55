"""The secretariat's proposal (事務局案)."""

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import Cell, draw_row


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the proposal in a frame, which goes on overleaf with it.

    Never in the public edition: a clerk's free text may name people.
    """
    if context.public:
        return
    context.section(flow, "事務局案")
    text = context.case.proposal or "(なし)"
    cell = Cell(text, styles.WIDTH, styles.BODY, fill=styles.PALE, one_line=False)
    draw_row(flow, [cell], least=30)
