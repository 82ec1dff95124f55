"""The secretariat's proposal (事務局案)."""

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.sections import decision
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import Cell, draw_row


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the proposal in a frame, on the page of the decision's boxes where that is possible.

    Never in the public edition: a clerk's free text may name people.
    """
    if context.public:
        return
    text = context.case.proposal or "(なし)"
    lines = len(flow.wrap(text, styles.BODY, styles.WIDTH - 2 * styles.CELL_PAD_X))
    own = max(30.0, lines * styles.BODY.leading + 2 * styles.CELL_PAD_Y)
    boxes = flow.heading_height + decision.least_height(context.office.stamp_roles)
    boxes += context.note_height(flow, "decision")
    together = own + boxes <= styles.BOTTOM - styles.TOP - flow.heading_height
    context.section(flow, "proposal", keep=own + boxes if together else 60)
    cell = Cell(text, styles.WIDTH, styles.BODY, fill=styles.PALE, one_line=False)
    draw_row(flow, [cell], least=30)
