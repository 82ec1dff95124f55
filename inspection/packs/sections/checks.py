"""What the secretariat has to look after (確認事項): in its own edition only."""

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay one box to tick a point; nothing where there is none."""
    points = context.case.checks
    if not points or not context.own:
        return
    context.section(flow, "checks", keep=2 * styles.BODY.leading)
    for point in points:
        flow.ensure(styles.BODY.leading)
        flow.ink.check_box(styles.LEFT + 2, flow.y + styles.BODY.leading * 0.74, 7.5)
        flow.paragraph(point, styles.BODY, indent=15)
