"""The matter before the cases: one file each, listed once in `PARTS`."""

from collections.abc import Callable
from dataclasses import dataclass

from inspection.packs.fonts import FontSet
from inspection.packs.front import agenda, case_list, contents, cover, summary
from inspection.packs.front.frame import Places
from inspection.packs.ink import Usage
from inspection.packs.model import Snapshot
from inspection.packs.sheets import DrawnPage

Draw = Callable[[Snapshot, FontSet, Usage, Places], list[DrawnPage]]

# Named place, title in the outline, how it is drawn. A new part is one line here.
PARTS: tuple[tuple[str, str, Draw], ...] = (
    ("cover", "表紙", cover.draw),
    ("agenda", "次第", agenda.draw),
    ("contents", "目次", contents.draw),
    ("cases", "資料1-1 案件一覧", case_list.draw),
    ("summary", "資料1-2 案件の集計", summary.draw),
)


@dataclass(frozen=True)
class Part:
    """One part as drawn: its named place, its title, its pages."""

    target: str
    title: str
    pages: list[DrawnPage]


def draw_front(snapshot: Snapshot, fonts: FontSet, usage: Usage, places: Places) -> list[Part]:
    """Draw the front matter; how many pages it takes does not depend on `places`."""
    drawn = (
        Part(target, title, draw(snapshot, fonts, usage, places)) for target, title, draw in PARTS
    )
    return [part for part in drawn if part.pages]
