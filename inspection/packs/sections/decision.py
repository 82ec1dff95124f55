"""The committee's opinion and decision (委員会意見・決定欄), and the stamp boxes (押印欄)."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.model import Decision
from inspection.packs.sections.context import SheetContext
from inspection.packs.tables import LABEL_STYLE, Cell, draw_row, label

LABEL = 25 * styles.MM
GAP = 3 * styles.MM
CHOICE_WIDTH = 19 * styles.MM
CHOICE_GAP = 20.0
OPINION_LEAST = 20 * styles.MM
OPINION_MOST = 56 * styles.MM


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the boxes together on one page; a decision already taken is filled in.

    The stamps stand beside the decision, or below everything when the roles are too many. The
    public edition has neither stamps nor opinion: it tells the decision's outcome, once there is one.
    """
    if context.public:
        _outcome(context, flow)
        return
    roles = context.office.stamp_roles
    below = _stamps_below(roles)
    beside = not below
    context.section(flow, "decision", keep=least_height(roles))
    decision = context.case.decision
    width = styles.WIDTH
    if roles and beside:
        width -= len(roles) * styles.STAMP_WIDTH + GAP
        _stamps(flow, roles, flow.y)
    _decision(flow, decision, width)
    flow.y += GAP
    opinion = min(max(flow.room - below - 4, OPINION_LEAST), OPINION_MOST)
    reason = decision.reason if decision and decision.reason else ""
    cell = Cell(reason, styles.WIDTH - LABEL, styles.BODY, one_line=False)
    draw_row(flow, [label("意見・理由\n付帯条件", LABEL), cell], least=opinion)
    if below:
        flow.y += 8
        flow.ensure(below - 8)
        for start in range(0, len(roles), _per_row()):
            _stamps(flow, roles[start : start + _per_row()], flow.y)
            flow.y += styles.STAMP_HEIGHT + 6


def least_height(roles: tuple[str, ...]) -> float:
    """Return the height of the boxes of the closed edition, without the heading."""
    return styles.STAMP_HEIGHT + GAP + OPINION_LEAST + _stamps_below(roles)


def _stamps_below(roles: tuple[str, ...]) -> float:
    """Return the height of the stamps below the boxes; 0 where they stand beside the decision."""
    least = LABEL + len(words.DECISIONS) * CHOICE_WIDTH
    beside = len(roles) * styles.STAMP_WIDTH <= styles.WIDTH - least - GAP
    return 0.0 if beside else _stamp_rows(roles) * (styles.STAMP_HEIGHT + 6) + 8


def _outcome(context: SheetContext, flow: Flow) -> None:
    """Draw the outcome and its date, without the reason, which may name people."""
    decision = context.case.decision
    if decision is None:
        return
    context.section(flow, "outcome", keep=24)
    day = words.era_date(decision.decided_on) if decision.decided_on else words.NONE
    room = styles.WIDTH / 2 - LABEL
    outcome = Cell(words.DECISIONS[decision.decision], room, styles.BODY_BOLD)
    draw_row(
        flow, [label("決定", LABEL), outcome, label("決定年月日", LABEL), Cell(day, room)], least=24
    )


def _decision(flow: Flow, decision: Decision | None, width: float) -> None:
    """Draw the check boxes and the date, together as high as a stamp box."""
    height, x = styles.STAMP_HEIGHT / 2, styles.LEFT
    for name in ("決定", "決定年月日"):
        flow.ink.rect(x, flow.y, LABEL, height, styles.TINT, styles.HAIR)
        base = flow.y + height / 2 + 3
        flow.ink.text(x + styles.CELL_PAD_X, base, name, LABEL_STYLE)
        flow.ink.rect(x + LABEL, flow.y, width - LABEL, height, None, styles.HAIR)
        if name == "決定":
            _choices(flow, x + LABEL + 12, base + 0.6, decision)
        else:
            _date(flow, x + LABEL + 12, base, decision)
        flow.y += height


def _choices(flow: Flow, x: float, base: float, decision: Decision | None) -> None:
    for code, text in words.DECISIONS.items():
        checked = decision is not None and code == decision.decision
        flow.ink.check_box(x, base, 9.5, checked)
        x += 14 + flow.ink.text(x + 14, base, text, styles.CHOICE) + CHOICE_GAP


def _date(flow: Flow, x: float, base: float, decision: Decision | None) -> None:
    if decision and decision.decided_on:
        flow.ink.text(x, base, words.era_date(decision.decided_on), styles.BODY)
        return
    for n, unit in enumerate(("令和", "年", "月", "日")):  # room between them to write in
        flow.ink.text(x + (0, 48, 82, 116)[n], base, unit, styles.BODY)


def _per_row() -> int:
    return int(styles.WIDTH // styles.STAMP_WIDTH)


def _stamp_rows(roles: tuple[str, ...]) -> int:
    return -(-len(roles) // _per_row())


def _stamps(flow: Flow, roles: tuple[str, ...], y: float) -> None:
    """Draw a row of stamp boxes at the right edge, the role above the place for the seal."""
    width, height = styles.STAMP_WIDTH, styles.STAMP_HEIGHT
    x = styles.RIGHT - len(roles) * width
    named = [flow.fit(role, styles.STAMP_ROLE, width - 3) for role in roles]
    band = max(15.0, *(len(lines) * style.leading + 5 for lines, style in named))
    for lines, style in named:
        flow.ink.rect(x, y, width, height, None, styles.NAVY_MID, 0.6)
        flow.ink.rect(x, y, width, band, styles.TINT, styles.NAVY_MID, 0.6)
        top = y + (band - len(lines) * style.leading) / 2 + 0.4
        flow.text_block(x, top, width, lines, style, "center")
        x += width
