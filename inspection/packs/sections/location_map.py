"""The location map (位置図): vector drawing of our own data, north up, to scale.

Equirectangular projection about the house, in metres: over a few hundred metres its error is
below a line's width.
"""

import math
from collections.abc import Callable

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.ink import Color, Ink
from inspection.packs.model import Basemap, House, Neighbour
from inspection.packs.sections.context import SheetContext

METRES_A_DEGREE = 111_132.954  # of latitude, mean; of longitude times the latitude's cosine
RADII = (50, 100, 150, 200, 300, 500, 800, 1200, 2000)
BARS = (10, 20, 50, 100, 200, 500, 1000)
Project = Callable[[float, float], tuple[float, float]]


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the map with its legend; never in the public edition, nor without a position."""
    house = context.case.house
    if context.public or house.lon is None or house.lat is None:
        return
    credit = _credit(context.case.basemap)
    context.section(flow, "位置図", keep=styles.MAP_HEIGHT + 14)
    shown = [each for each in context.case.neighbours if _metres(house, each) <= RADII[-1]]
    radius = _radius(house, shown)
    top = flow.y + 2
    _map(context, flow, top, radius, shown)
    _legend(flow, house, shown, styles.LEFT + styles.MAP_WIDTH + 5 * styles.MM, top)
    flow.ink.text(styles.LEFT, top + styles.MAP_HEIGHT + 9, credit, styles.SMALL)
    flow.y = top + styles.MAP_HEIGHT + 13


def offset_m(house: House, lon: float, lat: float) -> tuple[float, float]:
    """Return metres east and north of the house."""
    east = (lon - house.lon) * METRES_A_DEGREE * math.cos(math.radians(house.lat))
    return east, (lat - house.lat) * METRES_A_DEGREE


def _metres(house: House, other: Neighbour) -> float:
    return math.hypot(*offset_m(house, other.lon, other.lat))


def _radius(house: House, shown: list[Neighbour]) -> int:
    """Return the metres from the house to the map's upper edge: all neighbours lie inside."""
    far = max((_metres(house, each) for each in shown), default=0)
    return next((each for each in RADII if far <= each * 0.9), RADII[-1])


def _credit(basemap: Basemap | None) -> str:
    if basemap:
        return basemap.attribution
    return "市の判定記録の座標から作成(WGS84、北が上)。背景地図なし。同心円は対象家屋からの距離。"


def mark_color(judgement: str) -> Color:
    """Return a neighbour's colour: red judged, grey open, navy not."""
    return {"undetermined": styles.GREY, "not_substandard": styles.NAVY}.get(judgement, styles.RED)


def _map(
    context: SheetContext, flow: Flow, top: float, radius: int, shown: list[Neighbour]
) -> None:
    ink, house = flow.ink, context.case.house
    wide, high = styles.MAP_WIDTH, styles.MAP_HEIGHT
    scale = high / 2 / radius

    def project(lon: float, lat: float) -> tuple[float, float]:
        east, north = offset_m(house, lon, lat)
        return styles.LEFT + wide / 2 + east * scale, top + high / 2 - north * scale

    ink.begin_clip(styles.LEFT, top, wide, high)
    ink.rect(styles.LEFT, top, wide, high, styles.PALE)
    if context.case.basemap:
        _raster(ink, context, project)
    _rings(ink, project(house.lon, house.lat), radius, scale)
    for each in shown:
        x, y = project(each.lon, each.lat)
        _mark(ink, x, y, each.judgement, each.letter)
    _subject(ink, *project(house.lon, house.lat))
    ink.end_clip()
    _scale_bar(ink, styles.LEFT + 8, top + high - 9, radius, scale)
    _north(ink, styles.LEFT + wide - 15, top + 9)
    ink.rect(styles.LEFT, top, wide, high, None, styles.NAVY_MID, 0.7)


def _raster(ink: Ink, context: SheetContext, project: Project) -> None:
    base = context.case.basemap
    left, top = project(base.west, base.north)
    right, bottom = project(base.east, base.south)
    place = f"{context.document_number} {context.case.house.code} 背景地図"
    ink.image(base.image, place, left, top, right - left, bottom - top)


def _rings(ink: Ink, centre: tuple[float, float], radius: int, scale: float) -> None:
    """Draw the axes and rings of equal distance, with their metres."""
    x, y = centre
    reach = styles.MAP_WIDTH
    ink.line(x - reach, y, x + reach, y, styles.NAVY_LIGHT, 0.3)
    ink.line(x, y - reach, x, y + reach, styles.NAVY_LIGHT, 0.3)
    for part in (0.5, 1.0, 1.5):
        metres = radius * part
        ink.circle(x, y, metres * scale, None, styles.NAVY_LIGHT, 0.4, "2 2")
        step = metres * scale * 0.7071
        ink.rect(x + step - 11, y + step - 5.5, 22, 9, styles.PALE)
        ink.text(x + step, y + step + 1.6, words.distance(metres) or "", styles.SMALL, "center")


def _mark(ink: Ink, x: float, y: float, judgement: str, letter: str) -> None:
    """Draw a neighbour: square judged, circle not, triangle open; its letter in white."""
    color, size = mark_color(judgement), 5.2
    if judgement == "not_substandard":
        ink.circle(x, y, size, color, styles.WHITE, 0.8)
    elif judgement == "undetermined":
        points = [
            (x, y - size * 1.35),
            (x + size * 1.25, y + size * 0.9),
            (x - size * 1.25, y + size * 0.9),
        ]
        ink.polygon(points, color, styles.WHITE, 0.8)
    else:
        ink.rect(x - size * 0.95, y - size * 0.95, size * 1.9, size * 1.9, color, styles.WHITE, 0.8)
    white = styles.TextStyle(6.8, 8, bold=True, color=styles.WHITE)
    ink.text(x, y + 2.5, letter, white, "center")


def _subject(ink: Ink, x: float, y: float) -> None:
    """Draw the house under judgement: a gable in two rings."""
    ink.circle(x, y, 12, None, styles.WHITE, 4)
    ink.circle(x, y, 12, None, styles.NAVY, 1.6)
    roof = [
        (x, y - 6.5),
        (x + 6, y - 0.8),
        (x + 4.2, y - 0.8),
        (x + 4.2, y + 5),
        (x - 4.2, y + 5),
        (x - 4.2, y - 0.8),
        (x - 6, y - 0.8),
    ]
    ink.polygon(roof, styles.NAVY, styles.WHITE, 0.6)


def _scale_bar(ink: Ink, x: float, y: float, radius: int, scale: float) -> None:
    metres = max((each for each in BARS if each <= radius * 0.6), default=BARS[0])
    width = metres * scale
    ink.rect(x - 4, y - 14, width + 34, 19, styles.WHITE)
    ink.rect(x, y - 3, width / 2, 3, styles.INK, styles.INK)
    ink.rect(x + width / 2, y - 3, width / 2, 3, styles.WHITE, styles.INK)
    ink.text(x, y - 5.5, "0", styles.SMALL, "center")
    ink.text(x + width, y - 5.5, words.distance(metres) or "", styles.SMALL, "center")


def _north(ink: Ink, x: float, y: float) -> None:
    ink.polygon([(x, y), (x + 5, y + 15), (x, y + 11)], styles.NAVY, styles.NAVY)
    ink.polygon([(x, y), (x - 5, y + 15), (x, y + 11)], styles.WHITE, styles.NAVY)
    ink.text(x, y + 24, "北", styles.TABLE_LABEL, "center")


def _legend(flow: Flow, house: House, shown: list[Neighbour], x: float, top: float) -> None:
    """Write what the marks mean, then the neighbours with points, outcome and distance."""
    ink, y = flow.ink, top + 8
    ink.text(x, y, "凡例", styles.TABLE_LABEL)
    y += 19
    _subject(ink, x + 12, y - 3)
    ink.text(x + 30, y, "対象家屋", styles.SMALL_INK)
    for judgement, text in (
        ("substandard", "不良住宅と判定"),
        ("not_substandard", "非該当"),
        ("undetermined", "未確定"),
    ):
        y += 17
        _mark(ink, x + 12, y - 2.8, judgement, "")
        ink.text(x + 30, y, text, styles.SMALL_INK)
    y += 22
    ink.text(x, y, "周辺の判定済み家屋", styles.TABLE_LABEL)
    ink.line(x, y + 4, styles.RIGHT, y + 4, styles.NAVY_LIGHT, 0.6)
    room = int((top + styles.MAP_HEIGHT - y - 6) // 12)
    _list(flow, house, shown, x, y, room)


def _list(flow: Flow, house: House, shown: list[Neighbour], x: float, y: float, room: int) -> None:
    ink = flow.ink
    if not shown:
        ink.text(x, y + 15, "周辺に判定済みの家屋はない。", styles.SMALL)
    most = room if len(shown) <= room else room - 1
    for each in shown[:most]:
        y += 12
        ink.text(x, y + 2, each.letter, styles.TABLE_BOLD)
        ink.text(x + 40, y + 2, f"{words.figure(each.total)}点", styles.FIGURE, "right")
        style = styles.SMALL_INK
        ink.text(x + 46, y + 2, each.judgement_label, style)
        ink.text(styles.RIGHT, y + 2, words.distance(_metres(house, each)) or "", style, "right")
    if len(shown) > most:
        ink.text(x, y + 14, f"ほか{len(shown) - most}件(図中に記号で示す)", styles.SMALL)
