"""The committee's opinion and decision (委員会意見・決定欄), and the stamp boxes (押印欄)."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import LABEL_STYLE, Cell, draw_row, label

LABEL = 25 * styles.MM
OPINION_LEAST = 26 * styles.MM
OPINION_MOST = 52 * styles.MM


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the boxes together on one page; a decision already taken is filled in."""
    roles = context.office.stamp_roles
    stamps = _stamp_rows(roles) * (styles.STAMP_HEIGHT + 6) + 6 if roles else 0
    fixed = 22 + 2 * 24 + stamps
    context.section(flow, "委員会意見・決定欄", keep=fixed + OPINION_LEAST - 22)
    decision = context.case.decision
    _choices(flow, decision.decision if decision else None)
    decided = (
        words.era_date(decision.decided_on)
        if decision and decision.decided_on
        else "　　　年　　月　　日"
    )
    draw_row(flow, [label("決定年月日", LABEL), Cell(decided, styles.WIDTH - LABEL)], least=22)
    opinion = min(max(flow.room - stamps - 8, OPINION_LEAST), OPINION_MOST)
    reason = decision.reason if decision and decision.reason else ""
    draw_row(
        flow,
        [label("意見・理由\n付帯条件", LABEL), Cell(reason, styles.WIDTH - LABEL, one_line=False)],
        least=opinion,
    )
    if roles:
        flow.y += 8
        flow.ensure(stamps)
        _stamps(flow, roles)


def _choices(flow: Flow, decided: str | None) -> None:
    height = 24.0
    ink, y = flow.ink, flow.y
    ink.rect(styles.LEFT, y, LABEL, height, styles.TINT, styles.HAIR)
    ink.text(styles.LEFT + styles.CELL_PAD_X, y + 15, "決定", LABEL_STYLE)
    ink.rect(styles.LEFT + LABEL, y, styles.WIDTH - LABEL, height, None, styles.HAIR)
    x = styles.LEFT + LABEL + 14
    for code, text in words.DECISIONS.items():
        ink.check_box(x, y + 15.6, 9.5, checked=code == decided)
        ink.text(x + 14, y + 15.6, text, styles.TextStyle(10, 14, bold=True, color=styles.INK))
        x += 84
    flow.y += height


def _per_row() -> int:
    return int(styles.WIDTH // styles.STAMP_WIDTH)


def _stamp_rows(roles: tuple[str, ...]) -> int:
    return -(-len(roles) // _per_row())


def _stamps(flow: Flow, roles: tuple[str, ...]) -> None:
    """Draw the stamp boxes from the right, the role above the place for the seal."""
    width, height = styles.STAMP_WIDTH, styles.STAMP_HEIGHT
    for start in range(0, len(roles), _per_row()):
        row = roles[start : start + _per_row()]
        x = styles.RIGHT - len(row) * width
        for role in row:
            flow.ink.rect(x, flow.y, width, height, None, styles.NAVY_MID, 0.6)
            flow.ink.rect(x, flow.y, width, 14, styles.TINT, styles.NAVY_MID, 0.6)
            lines, style = flow.fit(role, styles.TextStyle(7.4, 7.4, color=styles.INK), width - 3)
            top = flow.y + (14 - len(lines) * style.leading) / 2 + 0.6
            flow.text_block(x, top, width, lines, style, "center")
            x += width
        flow.y += height + 6
