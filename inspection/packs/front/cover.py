"""The cover (表紙)."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import Places
from inspection.packs.ink import Usage
from inspection.packs.model import PUBLIC, SECRETARIAT, Snapshot
from inspection.packs.sheets import DrawnPage, finished
from inspection.packs.text import TextStyle

BOX_WIDTH, BOX_HEIGHT = 46 * styles.MM, 30.0
NOTICE_WIDTH = 110 * styles.MM


def draw(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[DrawnPage]:
    """Draw the cover: number, title, date, place, secretariat, and how to handle the file."""
    flow = Flow(fonts, usage)
    ink, meeting = flow.ink, snapshot.meeting
    _edition_box(flow, snapshot)
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
    subtitle = TextStyle(15, 22, color=styles.INK)
    for line in flow.wrap(snapshot.office.wording.document_title, subtitle, styles.WIDTH):
        ink.text(styles.LEFT, y, line, subtitle)
        y += subtitle.leading
    y += 4
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


def _edition_box(flow: Flow, snapshot: Snapshot) -> None:
    """Draw the box that tells the edition, and the office's notice below it."""
    ink, top, wording = flow.ink, 24 * styles.MM, snapshot.office.wording
    x = styles.RIGHT - BOX_WIDTH
    if snapshot.edition == PUBLIC:
        style = TextStyle(13, 18, bold=True, color=styles.NAVY)
        ink.rect(x, top, BOX_WIDTH, BOX_HEIGHT, None, styles.NAVY, 1.2)
        ink.text(x + BOX_WIDTH / 2, top + 20, "公開用", style, "center")
    else:
        style = TextStyle(15, 18, bold=True, color=styles.INK)
        ink.rect(x, top, BOX_WIDTH, BOX_HEIGHT, None, styles.INK, 1.4)
        ink.rect(x + 2.4, top + 2.4, BOX_WIDTH - 4.8, BOX_HEIGHT - 4.8, None, styles.INK, 0.5)
        ink.text(x + BOX_WIDTH / 2, top + 20.4, "取扱注意", style, "center")
    notice = wording.public_notice if snapshot.edition == PUBLIC else wording.notice
    if snapshot.edition == SECRETARIAT:
        notice = f"事務局用(写真の点検結果と確認事項を含みます)。\n{notice}".strip()
    lines = flow.wrap(notice, styles.SMALL, NOTICE_WIDTH)
    y = top + BOX_HEIGHT + 4
    flow.text_block(styles.RIGHT - NOTICE_WIDTH, y, NOTICE_WIDTH, lines, styles.SMALL, "right")


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
