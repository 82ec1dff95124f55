"""The owner summary (所有者等調査). Never in the public edition."""

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import draw_row, label, prose

LABEL = 25 * styles.MM


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay what is known of the owner, one row each."""
    owner = context.case.owner
    if context.public or owner is None:
        return
    context.section(flow, "owner")
    rows = (
        ("氏名", owner.name),
        ("住所", owner.address),
        ("連絡先", owner.phone),
        ("調査の概要", owner.notes),
    )
    for name, text in rows:
        if text:
            draw_row(flow, [label(name, LABEL), prose(text, styles.WIDTH - LABEL)])
