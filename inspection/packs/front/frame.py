"""What the pages around the sheets share: page numbers, running head, title."""

from dataclasses import dataclass

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.ink import Usage
from inspection.packs.model import Snapshot
from inspection.packs.sheets import running_head
from inspection.packs.text import text_width


@dataclass(frozen=True)
class Places:
    """Page numbers (from 1) by named place; an unknown place is 0, as in the counting draft."""

    pages: dict[str, int]

    def __getitem__(self, target: str) -> str:
        return str(self.pages.get(target, 0))


def meeting_name(snapshot: Snapshot) -> str:
    """Return 第12回 老朽空き家判定委員会."""
    meeting = snapshot.meeting
    return words.meeting_name(meeting.number, meeting.title)


def has_references(snapshot: Snapshot) -> bool:
    """Whether there is reference material: chapters of its own, or rule tables in use."""
    return bool(snapshot.references or snapshot.cases)


def front_flow(snapshot: Snapshot, fonts: FontSet, usage: Usage, head: str) -> Flow:
    """Return a flow whose pages carry the meeting's name and `head`."""
    names = [meeting_name(snapshot), head]
    return Flow(fonts, usage, lambda ink: running_head(ink, snapshot, names))


def page_title(flow: Flow, text: str, number: str = "") -> None:
    """Lay a page's title, with its document number (資料1) in a tag before it."""
    x, base = styles.LEFT, flow.y + 18
    if number:
        width = text_width(flow.fonts, number, styles.TAG) + 14
        flow.ink.rect(x, base - 12.5, width, 15, styles.NAVY)
        flow.ink.text(x + width / 2, base - 2, number, styles.TAG, "center")
        x += width + 9
    flow.ink.text(x, base, text, styles.TITLE)
    flow.y += 36
