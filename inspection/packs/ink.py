"""One page's drawing operators. Coordinates are points from the page's upper left, y downwards."""

from dataclasses import dataclass, field
from typing import Literal

from inspection.packs import styles
from inspection.packs.fonts import FontSet, Glyph
from inspection.packs.model import StoredImage
from inspection.packs.pdf.objects import number
from inspection.packs.text import TextStyle, cluster_width, clusters, text_width

Color = tuple[float, float, float]
Align = Literal["left", "center", "right"]
_CIRCLE = 0.5523  # control point distance that makes four Bézier curves a circle


def _actual(text: str) -> str:
    return f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>>"


@dataclass
class Usage:
    """What drawing used: glyph ids by face, and the characters that no font has."""

    glyphs: dict[str, set[int]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def add(self, other: "Usage") -> None:
        """Count in what another drawing used."""
        for face, gids in other.glyphs.items():
            self.glyphs.setdefault(face, set()).update(gids)
        self.missing |= other.missing


@dataclass(frozen=True)
class Link:
    """A rectangle (left, top, right, bottom) that leads to a named place."""

    box: tuple[float, float, float, float]
    target: str


@dataclass(frozen=True)
class PlacedImage:
    """An image resource of a page; `place` says where it is shown, for error messages."""

    name: str
    image: StoredImage
    place: str


class Ink:
    """Collects the content stream of one page."""

    def __init__(self, fonts: FontSet, usage: Usage) -> None:
        self.fonts = fonts
        self.usage = usage
        self.images: list[PlacedImage] = []
        self.links: list[Link] = []
        self._ops: list[str] = []
        self._state: dict[str, object] = {}

    def content(self) -> bytes:
        """Return the content stream, not compressed."""
        return "\n".join(self._ops).encode("ascii")

    def text(
        self, x: float, baseline: float, text: str, style: TextStyle, align: Align = "left"
    ) -> float:
        """Draw one line; `x` is its left edge, middle or right edge. Return its width in points."""
        width = text_width(self.fonts, text, style)
        if not text:
            return 0.0
        if align != "left":
            x -= width / 2 if align == "center" else width
        self._set("rg", style.color)
        self._ops.append(f"BT {number(x)} {self._y(baseline)} Td")
        # Readers take the room beside a centred 1 for a space: tell them the whole text.
        whole = style.tabular and "1" in text
        if whole:
            self._ops.append(f"{_actual(text)} BDC")
        self._runs(text, style, plain=whole)
        self._ops.append("EMC ET" if whole else "ET")
        return width

    def label(
        self,
        x: float,
        baseline: float,
        text: str,
        style: TextStyle,
        room: float,
        align: Align = "left",
    ) -> None:
        """Draw a short label on one line, made smaller as far as it must be to fit `room`.

        Only for labels that stand in full elsewhere (running heads, contents); text wraps.
        """
        width = text_width(self.fonts, text, style)
        self.text(x, baseline, text, style.scaled(min(1.0, room / max(width, 1.0))), align)

    def _runs(self, text: str, style: TextStyle, plain: bool) -> None:
        """Show the clusters, run by run of one face; `plain` leaves out actual texts."""
        face = ""
        shown: list[str] = []
        for cluster in clusters(text):
            glyph = self.fonts.glyph(cluster, style.bold)
            actual = None if plain else glyph.actual
            self._note(glyph, cluster)
            if glyph.face != face or actual:
                self._show(shown)
                if glyph.face != face:
                    face = glyph.face
                    self._ops.append(f"/{face} {number(style.size)} Tf")
            shown.append(self._code(cluster, glyph, style))
            if actual:
                self._show(shown, actual)
        self._show(shown)

    def _note(self, glyph: Glyph, cluster: str) -> None:
        self.usage.glyphs.setdefault(glyph.face, set()).add(glyph.gid)
        if glyph.missing:
            self.usage.missing.add(cluster)

    def _code(self, cluster: str, glyph: Glyph, style: TextStyle) -> str:
        if style.tabular and cluster == "1":  # the one digit that is narrower: centre it
            room = (cluster_width(self.fonts, cluster, style) - glyph.width) * 500
            return f"> {number(-room)} <{glyph.gid:04X}> {number(-room)} <"
        return f"{glyph.gid:04X}"

    def _show(self, shown: list[str], actual: str | None = None) -> None:
        if not shown:
            return
        show = f"[<{''.join(shown)}>] TJ".replace("<>", "")
        if actual:
            show = f"{_actual(actual)} BDC {show} EMC"
        self._ops.append(show)
        shown.clear()

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        color: Color = styles.HAIR,
        width: float = styles.HAIRLINE,
        dash: str = "",
    ) -> None:
        """Draw a straight line; `dash` is the operand of the d operator ("2 2")."""
        self._stroke_state(color, width, dash)
        self._ops.append(f"{number(x0)} {self._y(y0)} m {number(x1)} {self._y(y1)} l S")

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Color | None = None,
        stroke: Color | None = None,
        line: float = styles.HAIRLINE,
        dash: str = "",
    ) -> None:
        """Draw a rectangle from its upper left corner."""
        path = f"{number(x)} {self._y(y + height)} {number(width)} {number(height)} re"
        self._paint(path, fill, stroke, line, dash)

    def polygon(
        self,
        points: list[tuple[float, float]],
        fill: Color | None = None,
        stroke: Color | None = None,
        line: float = styles.HAIRLINE,
    ) -> None:
        """Draw a closed polygon."""
        steps = [f"{number(x)} {self._y(y)}" for x, y in points]
        path = f"{steps[0]} m " + " ".join(f"{step} l" for step in steps[1:]) + " h"
        self._paint(path, fill, stroke, line)

    def polyline(self, points: list[tuple[float, float]], color: Color, width: float) -> None:
        """Draw an open polygon with round joins."""
        self._stroke_state(color, width, "")
        steps = [f"{number(x)} {self._y(y)}" for x, y in points]
        self._ops.append(
            f"1 j 1 J {steps[0]} m " + " ".join(f"{s} l" for s in steps[1:]) + " S 0 j 0 J"
        )

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: Color | None = None,
        stroke: Color | None = None,
        line: float = styles.HAIRLINE,
        dash: str = "",
    ) -> None:
        """Draw a circle about (x, y)."""
        bend, top = radius * _CIRCLE, styles.PAGE_HEIGHT - y
        curves = (
            (radius, bend, bend, radius, 0, radius),
            (-bend, radius, -radius, bend, -radius, 0),
            (-radius, -bend, -bend, -radius, 0, -radius),
            (bend, -radius, radius, -bend, radius, 0),
        )
        steps = [
            " ".join(number(v + (x, top)[n % 2]) for n, v in enumerate(curve)) + " c"
            for curve in curves
        ]
        path = f"{number(x + radius)} {number(top)} m " + " ".join(steps)
        self._paint(path, fill, stroke, line, dash)

    def check_box(self, x: float, baseline: float, size: float, checked: bool = False) -> None:
        """Draw a check box as a vector, standing on the text's baseline."""
        top = baseline - size * 0.88
        self.rect(x, top, size, size, styles.WHITE, styles.INK, 0.7)
        if checked:
            mark = ((0.2, 0.52), (0.42, 0.76), (0.84, 0.2))
            points = [(x + size * u, top + size * v) for u, v in mark]
            self.polyline(points, styles.INK, 1.3)

    def image(
        self, image: StoredImage, place: str, x: float, y: float, width: float, height: float
    ) -> None:
        """Place a stored JPEG into a rectangle."""
        name = f"I{image.sha256[:16]}"
        if all(each.name != name for each in self.images):
            self.images.append(PlacedImage(name, image, place))
        self._ops.append(
            f"q {number(width)} 0 0 {number(height)} {number(x)} {self._y(y + height)} cm /{name} Do Q"
        )

    def begin_clip(self, x: float, y: float, width: float, height: float) -> None:
        """Keep what follows inside a rectangle, until `end_clip`."""
        self._ops.append(
            f"q {number(x)} {self._y(y + height)} {number(width)} {number(height)} re W n"
        )
        self._state.clear()

    def end_clip(self) -> None:
        """End the innermost clip."""
        self._ops.append("Q")
        self._state.clear()

    def link(self, x: float, y: float, width: float, height: float, target: str) -> None:
        """Make a rectangle lead to a named place."""
        self.links.append(Link((x, y, x + width, y + height), target))

    def _y(self, y: float) -> str:
        return number(styles.PAGE_HEIGHT - y)

    def _set(self, operator: str, color: Color) -> None:
        if self._state.get(operator) != color:
            self._state[operator] = color
            self._ops.append(" ".join(number(float(part)) for part in color) + f" {operator}")

    def _stroke_state(self, color: Color, width: float, dash: str) -> None:
        self._set("RG", color)
        if self._state.get("w") != width:
            self._state["w"] = width
            self._ops.append(f"{number(width)} w")
        if self._state.get("d", "") != dash:
            self._state["d"] = dash
            self._ops.append(f"[{dash}] 0 d")

    def _paint(
        self, path: str, fill: Color | None, stroke: Color | None, line: float, dash: str = ""
    ) -> None:
        if fill is not None:
            self._set("rg", fill)
        if stroke is not None:
            self._stroke_state(stroke, line, dash)
        operator = {(True, True): "B", (True, False): "f", (False, True): "S"}.get(
            (fill is not None, stroke is not None), "n"
        )
        self._ops.append(f"{path} {operator}")
