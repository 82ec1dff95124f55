"""The sections of running text: owner, history, surroundings, proposal."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import Cell, draw_row, label

LABEL = 25 * styles.MM
DATE = 32 * styles.MM
EVENT = 38 * styles.MM


def owner(context: SheetContext, flow: Flow) -> None:
    """Lay the owner summary (所有者等調査); never in the public edition."""
    found = context.case.owner
    if context.public or found is None:
        return
    context.section(flow, "所有者等調査")
    rows = (
        ("氏名", found.name),
        ("住所", found.address),
        ("連絡先", found.phone),
        ("調査の概要", found.notes),
    )
    for name, text in rows:
        if text:
            draw_row(flow, [label(name, LABEL), _prose(text, styles.WIDTH - LABEL)])


def history(context: SheetContext, flow: Flow) -> None:
    """Lay the history (経緯), oldest first as the snapshot gives it."""
    if not context.case.history:
        return
    context.section(flow, "経緯")
    for entry in context.case.history:
        cells = [Cell(words.era_date(entry.on), DATE, styles.TABLE, fill=styles.TINT)]
        if entry.detail:
            cells += [Cell(entry.event, EVENT), _prose(entry.detail, styles.WIDTH - DATE - EVENT)]
        else:
            cells.append(_prose(entry.event, styles.WIDTH - DATE))
        draw_row(flow, cells)


def _prose(text: str, width: float) -> Cell:
    return Cell(text, width, styles.TABLE, one_line=False)


def surroundings(context: SheetContext, flow: Flow) -> None:
    """Lay the effect on the surroundings (周辺への影響)."""
    if context.case.surroundings:
        context.section(flow, "周辺への影響")
        flow.paragraph(context.case.surroundings)


def proposal(context: SheetContext, flow: Flow) -> None:
    """Lay the secretariat's proposal (事務局案) in a frame."""
    context.section(flow, "事務局案")
    text = context.case.proposal or "(なし)"
    draw_row(
        flow, [Cell(text, styles.WIDTH, styles.BODY, fill=styles.PALE, one_line=False)], least=30
    )
