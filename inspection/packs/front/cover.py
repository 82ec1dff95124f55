"""The cover (表紙)."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import Places
from inspection.packs.ink import Ink, Usage
from inspection.packs.model import Snapshot
from inspection.packs.sheets import DrawnPage, finished
from inspection.packs.text import TextStyle


def draw(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    """Draw the cover: number, title, date, place, secretariat, and how to handle the file."""
    flow = Flow(fonts, usage)
    ink, meeting = flow.ink, snapshot.meeting
    _edition_box(ink, snapshot)
    ink.rect(styles.LEFT, 84 * styles.MM, styles.WIDTH, 1.6, styles.NAVY)
    y = 84 * styles.MM + 46
    if meeting.number is not None and f"第{meeting.number}回" not in meeting.title:
        big = TextStyle(15, 22, bold=True, color=styles.NAVY_MID)
        ink.text(styles.LEFT, y, f"第{meeting.number}回", big)
        y += 36
    title = TextStyle(27, 38, bold=True, color=styles.NAVY)
    for line in flow.wrap(meeting.title, title, styles.WIDTH):
        ink.text(styles.LEFT, y, line, title)
        y += title.leading
    ink.text(styles.LEFT, y, snapshot.office.document_title, TextStyle(15, 22, color=styles.INK))
    y += 26
    ink.rect(styles.LEFT, y, styles.WIDTH, 0.6, styles.NAVY)
    _cover_facts(flow, snapshot, y + 30)
    _issuer(flow, snapshot)
    return finished(flow)


def _issuer(flow: Flow, snapshot: Snapshot) -> None:
    """Draw the city and its secretariat at the foot, behind a bar as high as they are."""
    office, top, x = snapshot.office, 245 * styles.MM, styles.LEFT + 12
    name = TextStyle(13, 18, bold=True, color=styles.INK)
    secretariat = TextStyle(10.5, 16, color=styles.INK)
    lines, style = flow.fit(office.secretariat, secretariat, styles.WIDTH - 12)
    flow.ink.rect(styles.LEFT, top, 3.2, 20 + len(lines) * style.leading, styles.NAVY)
    flow.ink.text(x, top + 13, office.city, name)
    flow.text_block(x, top + 19, styles.WIDTH - 12, lines, style)


def _edition_box(ink: Ink, snapshot: Snapshot) -> None:
    width, height, top = 46 * styles.MM, 30.0, 24 * styles.MM
    x = styles.RIGHT - width
    if snapshot.edition == "public":
        style = TextStyle(13, 18, bold=True, color=styles.NAVY)
        ink.rect(x, top, width, height, None, styles.NAVY, 1.2)
        ink.text(x + width / 2, top + 20, "公開用", style, "center")
        return
    style = TextStyle(15, 18, bold=True, color=styles.INK)
    ink.rect(x, top, width, height, None, styles.INK, 1.4)
    ink.rect(x + 2.4, top + 2.4, width - 4.8, height - 4.8, None, styles.INK, 0.5)
    ink.text(x + width / 2, top + 20.4, "取扱注意", style, "center")
    note = "非公開の会議資料です。個人情報を含みます。"
    ink.text(styles.RIGHT, top + height + 11, note, styles.SMALL, "right")


def _cover_facts(flow: Flow, snapshot: Snapshot, y: float) -> None:
    meeting = snapshot.meeting
    rows = (
        ("日時", words.era_time(meeting.held_at, weekday=True)),
        ("場所", meeting.place),
        ("案件", f"{len(snapshot.cases)}件"),
    )
    name = TextStyle(10, 16, bold=True, color=styles.NAVY)
    value = TextStyle(12, 18, color=styles.INK)
    for label, text in rows:
        if not text:
            continue
        lines = flow.wrap(text, value, styles.WIDTH - 60)
        flow.ink.text(styles.LEFT, y, label, name)
        for line in lines:
            flow.ink.text(styles.LEFT + 48, y, line, value)
            y += value.leading
        y += 8
