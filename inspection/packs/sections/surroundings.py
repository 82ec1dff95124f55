"""The effect on the surroundings (周辺への影響)."""

from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the paragraphs; never in the public edition, which tells nothing of the neighbours."""
    if context.case.surroundings and not context.public:
        context.section(flow, "surroundings")
        for text in context.case.surroundings:
            flow.paragraph(text)
