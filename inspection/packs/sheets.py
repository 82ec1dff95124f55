"""One case drawn to pages, apart from the document that holds it.

A sheet knows neither its page numbers nor the other cases, and its text uses the fonts' own glyph
ids, so a sheet may be kept and used again while (template version, snapshot of the case, photo
hashes) stay the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.ink import Ink, Link, PlacedImage, Usage
from inspection.packs.model import PUBLIC, SECRETARIAT, Case, Snapshot
from inspection.packs.pdf.writer import deflate
from inspection.packs.sections import (
    checks,
    decision,
    facts,
    history,
    location_map,
    owner,
    photos,
    proposal,
    remarks,
    result,
    score_table,
    surroundings,
)
from inspection.packs.sections.context import SheetContext
from inspection.packs.text import text_width

Section = Callable[[SheetContext, Flow], None]

# The order of the sheet. A new section is one function here.
SECTIONS: tuple[Section, ...] = (
    facts.draw,
    result.draw,
    location_map.draw,
    score_table.draw,
    remarks.draw,
    photos.draw,
    checks.draw,
    owner.draw,
    history.draw,
    surroundings.draw,
    proposal.draw,
    decision.draw,
)


@dataclass(frozen=True)
class DrawnPage:
    """One page as plain data: deflated content stream, images it shows, links it carries."""

    content: bytes
    images: tuple[PlacedImage, ...]
    links: tuple[Link, ...]


def draw_sheet(snapshot: Snapshot, index: int, fonts: FontSet, usage: Usage) -> list[DrawnPage]:
    """Draw case `index` (from 0) of the snapshot; `usage` collects glyphs and missing ones."""
    case = snapshot.cases[index]
    context = SheetContext(
        case=case,
        edition=snapshot.edition,
        office=snapshot.office,
        document_number=case_number(index),
    )
    flow = Flow(fonts, usage, lambda ink: running_head(ink, snapshot, _head(case, index)))
    for section in SECTIONS:
        section(context, flow)
    return finished(flow)


def finished(flow: Flow) -> list[DrawnPage]:
    """Return the pages of a flow as plain data."""
    return [
        DrawnPage(deflate(ink.content()), tuple(ink.images), tuple(ink.links)) for ink in flow.pages
    ]


def case_number(index: int) -> str:
    """Return the document number of a case: 資料2-1, 資料2-2, …"""
    return f"資料2-{index + 1}"


def running_head(ink: Ink, snapshot: Snapshot, words: Sequence[str]) -> None:
    """Draw the running head: what this page belongs to, and the edition.

    words: from the most to the least needed; the last are left out where there is no room, for
    they stand on the sheet itself.
    """
    mark, baseline = edition_mark(snapshot), styles.HEAD_BASELINE
    ink.text(styles.RIGHT, baseline, mark, styles.RUNNING, "right")
    room = styles.WIDTH - text_width(ink.fonts, mark, styles.RUNNING) - 14
    while len(words) > 1 and _wide(ink, words) > room:
        words = words[:-1]
    ink.label(styles.LEFT, baseline, "　".join(words), styles.RUNNING, room)
    y = styles.HEAD_BASELINE + 5
    ink.line(styles.LEFT, y, styles.RIGHT, y, styles.HAIR)


def edition_mark(snapshot: Snapshot) -> str:
    """Return the edition's words for the head of every page."""
    marks = {PUBLIC: "公開用", SECRETARIAT: "事務局用・取扱注意"}
    return marks.get(snapshot.edition, "非公開・取扱注意")


def _wide(ink: Ink, words: Sequence[str]) -> float:
    return text_width(ink.fonts, "　".join(words), styles.RUNNING)


def _head(case: Case, index: int) -> list[str]:
    return [case_number(index), case.house.code, case.house.address]
