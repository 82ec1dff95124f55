"""The effect on the surroundings (周辺への影響)."""

from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the text; nothing where there is none."""
    if context.case.surroundings:
        context.section(flow, "周辺への影響")
        flow.paragraph(context.case.surroundings)
