"""What the inspectors wrote (調査所見), by item and as a whole. Never in the public edition."""

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the remarks; the first two lines are enough to begin on this page."""
    visit = context.case.visit
    if context.public or not (visit.notes or visit.remarks):
        return
    context.section(flow, "remarks", keep=2 * styles.BODY.leading)
    for note in visit.notes:
        head = " ".join(each for each in (note.code, note.label) if each)
        flow.paragraph(f"【{head}】{note.text}")
    if visit.remarks:
        flow.paragraph(visit.remarks if not visit.notes else f"【全体】{visit.remarks}")
