"""The location map (位置図): vector drawing of our own data, north up, to scale.

Equirectangular projection about the house, in metres: over a few hundred metres its error is
below a line's width.
"""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.ink import Ink
from inspection.packs.model import Basemap, Case, House, Neighbour
from inspection.packs.score_model import ADVERSE, MIDDLE, MILD, OPEN
from inspection.packs.sections import map_marks as marks
from inspection.packs.sections.context import SheetContext
from inspection.packs.sections.map_frame import MapFrame, distance_m

LEGEND_AT = styles.LEFT + styles.MAP_WIDTH + 5 * styles.MM
BARS = (10, 20, 50, 100, 200, 500, 1000)


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the map with its legend; never in the public edition, nor without a position.

    It takes the rest of the page within bounds, for nothing else would fit below it.
    """
    house = context.case.house
    if context.public or house.lon is None or house.lat is None:
        return
    context.section(flow, "map", keep=styles.MAP_HEIGHT_LEAST + 16)
    height = min(max(flow.room - 16, styles.MAP_HEIGHT_LEAST), styles.MAP_HEIGHT_MOST)
    frame = MapFrame.around(house, context.case.neighbours, flow.y + 2, height)
    shown = [each for each in context.case.neighbours if frame.holds(each.lon, each.lat)]
    _map(context, flow.ink, frame, shown)
    _legend(context, flow, shown, frame)
    foot = frame.top + frame.height
    flow.ink.text(styles.LEFT, foot + 9, _credit(context.case.basemap), styles.SMALL)
    flow.y = foot + 13


def _credit(basemap: Basemap | None) -> str:
    if basemap:
        return basemap.attribution
    return "市の判定記録の座標から作成(WGS84、北が上)。背景地図なし。同心円は対象家屋からの距離。"


def _map(context: SheetContext, ink: Ink, frame: MapFrame, shown: list[Neighbour]) -> None:
    base = context.case.basemap
    ink.begin_clip(frame.left, frame.top, frame.width, frame.height)
    ink.rect(frame.left, frame.top, frame.width, frame.height, styles.PALE)
    if base:
        left, top = frame.project(base.west, base.north)
        right, bottom = frame.project(base.east, base.south)
        place = f"{context.document_number} {context.case.house.code} 背景地図"
        ink.image(base.image, place, left, top, right - left, bottom - top)
    _rings(ink, frame)
    marks.subject(ink, *frame.centre, radius=marks.RING)
    marks.neighbours(ink, frame, shown)
    ink.end_clip()
    _scale_bar(ink, frame, backed=base is not None)
    _north(ink, frame.left + frame.width - 15, frame.top + 9)
    ink.rect(frame.left, frame.top, frame.width, frame.height, None, styles.NAVY_MID, 0.7)


def _rings(ink: Ink, frame: MapFrame) -> None:
    """Draw the axes and rings of equal distance, with their metres."""
    x, y = frame.centre
    ink.line(frame.left, y, frame.left + frame.width, y, styles.NAVY_LIGHT, 0.3)
    ink.line(x, frame.top, x, frame.top + frame.height, styles.NAVY_LIGHT, 0.3)
    for metres in frame.rings:
        radius = metres * frame.scale
        ink.circle(x, y, radius, None, styles.NAVY_LIGHT, 0.4, "2 2")
        step = radius * 0.7071
        ink.rect(x + step - 12, y + step - 5.5, 24, 9, styles.PALE)
        ink.text(x + step, y + step + 1.6, words.distance(metres) or "", styles.SMALL, "center")


def _scale_bar(ink: Ink, frame: MapFrame, backed: bool) -> None:
    x, y = frame.left + 10, frame.top + frame.height - 9
    metres = max((each for each in BARS if each * frame.scale <= frame.width * 0.28), default=5)
    width = metres * frame.scale
    if backed:
        ink.rect(x - 6, y - 15, width + 26, 20, styles.WHITE)
    ink.rect(x, y - 3, width / 2, 3, styles.INK, styles.INK)
    ink.rect(x + width / 2, y - 3, width / 2, 3, styles.WHITE, styles.INK)
    ink.text(x, y - 6, "0", styles.SMALL, "center")
    ink.text(x + width, y - 6, words.distance(metres) or "", styles.SMALL, "center")


def _north(ink: Ink, x: float, y: float) -> None:
    ink.polygon([(x, y), (x + 5, y + 15), (x, y + 11)], styles.NAVY, styles.NAVY)
    ink.polygon([(x, y), (x - 5, y + 15), (x, y + 11)], styles.WHITE, styles.NAVY)
    ink.text(x, y + 24, "北", styles.TABLE_LABEL, "center")


def _legend(context: SheetContext, flow: Flow, shown: list[Neighbour], frame: MapFrame) -> None:
    """Write what the marks mean, then the neighbours with points, outcome and distance."""
    ink, x, y = flow.ink, LEGEND_AT, frame.top + 8
    ink.text(x, y, "凡例", styles.TABLE_LABEL)
    ink.line(x, y + 4, styles.RIGHT, y + 4, styles.NAVY_LIGHT, 0.6)
    y += 20
    marks.subject(ink, x + 10, y - 3, radius=9)
    ink.text(x + 26, y, "対象家屋", styles.SMALL_INK)
    for standing, text in _meanings(context.case, shown):
        y += 17
        marks.mark(ink, x + 10, y - 2.6, standing, "")
        ink.text(x + 26, y, text, styles.SMALL_INK)
    y += 26
    ink.text(x, y, "周辺の判定済み家屋", styles.TABLE_LABEL)
    ink.line(x, y + 4, styles.RIGHT, y + 4, styles.NAVY_LIGHT, 0.6)
    _list(flow, context.case.house, shown, y, frame.top + frame.height)


def _meanings(case: Case, shown: list[Neighbour]) -> list[tuple[str, str]]:
    """Return the outcomes that occur, the gravest first: standing and label, one line a label."""
    order = (ADVERSE, MIDDLE, MILD, OPEN)
    found = {(each.standing, each.judgement_label) for each in (*shown, case.score)}
    return sorted(found, key=lambda each: (order.index(each[0]), each[1]))


def _list(flow: Flow, house: House, shown: list[Neighbour], y: float, bottom: float) -> None:
    ink, x, style = flow.ink, LEGEND_AT, styles.SMALL_INK
    room = int((bottom - y - 6) // 12.5)
    most = len(shown) if len(shown) <= room else room - 1
    if not shown:
        ink.text(x, y + 15, "この範囲に判定済みの家屋はない。", styles.SMALL)
    for each in shown[:most]:
        y += 12.5
        ink.text(x + 4, y + 2, each.letter, styles.TABLE_BOLD, "center")
        ink.text(x + 44, y + 2, f"{words.figure(each.total)}点", styles.FIGURE, "right")
        ink.label(x + 50, y + 2, each.judgement_label, style, styles.RIGHT - x - 84)
        away = words.distance(distance_m(house, each.lon, each.lat)) or ""
        ink.text(styles.RIGHT, y + 2, away, style, "right")
    if len(shown) > most:
        ink.text(x, y + 14, f"ほか{len(shown) - most}件(図中に記号で示す)", styles.SMALL)
