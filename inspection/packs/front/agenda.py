"""The agenda (次第) and the members (委員名簿)."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import Places, front_flow, meeting_name, page_title
from inspection.packs.ink import Usage
from inspection.packs.model import Snapshot
from inspection.packs.sheets import DrawnPage, finished
from inspection.packs.tables import Cell, draw_row
from inspection.packs.text import TextStyle


def draw(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    """Draw the agenda and the members; no page where the snapshot has neither."""
    meeting = snapshot.meeting
    if not meeting.agenda and not meeting.members:
        return []
    flow = front_flow(snapshot, fonts, usage, "次第")
    page_title(flow, "次　第")
    flow.paragraph(meeting_name(snapshot), styles.BODY_BOLD)
    flow.paragraph(words.era_time(meeting.held_at, weekday=True))
    if meeting.place:
        flow.paragraph(meeting.place)
    flow.space(10)
    item = TextStyle(10.5, 23, color=styles.INK)
    for n, text in enumerate(meeting.agenda, 1):
        _numbered(flow, str(n), text, item)
    if meeting.members:
        flow.space(14)
        flow.section("委員名簿")
        for start in range(0, len(meeting.members), 2):
            pair = meeting.members[start : start + 2]
            draw_row(flow, [Cell(each, styles.WIDTH / 2, styles.BODY) for each in pair], least=22)
    return finished(flow)


def _numbered(flow: Flow, number: str, text: str, style: TextStyle) -> None:
    indent = 24.0
    flow.ensure(style.leading)
    bold = TextStyle(style.size, style.leading, bold=True, color=styles.NAVY)
    flow.ink.text(styles.LEFT + 6, flow.y + style.leading * 0.74, number, bold)
    flow.paragraph(text, style, indent=indent)
