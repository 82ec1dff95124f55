"""The cursor that lays blocks down a page and goes on to the next one."""

from collections.abc import Callable

from inspection.packs import styles
from inspection.packs.fonts import FontSet
from inspection.packs.ink import Align, Ink, Usage
from inspection.packs.linebreak import break_line
from inspection.packs.text import TextStyle, clean, cluster_width, clusters, text_width


class Flow:
    """Pages under way: `ink` is the page being drawn, `y` the top of what comes next.

    on_page: draws what every page carries (its running head).
    """

    def __init__(
        self, fonts: FontSet, usage: Usage, on_page: Callable[[Ink], None] | None = None
    ) -> None:
        self.fonts = fonts
        self.usage = usage
        self.pages: list[Ink] = []
        self._on_page = on_page
        self.new_page()

    def new_page(self) -> None:
        """Begin a page."""
        self.ink = Ink(self.fonts, self.usage)
        self.pages.append(self.ink)
        if self._on_page:
            self._on_page(self.ink)
        self.y = styles.TOP

    @property
    def room(self) -> float:
        """Points left on this page."""
        return styles.BOTTOM - self.y

    @property
    def fresh(self) -> bool:
        """Whether nothing was laid on this page yet."""
        return self.y <= styles.TOP

    @property
    def heading_height(self) -> float:
        """Points that a section heading takes, with the gap before it."""
        return 35.0

    def ensure(self, height: float) -> None:
        """Begin a page unless `height` fits on this one (or this one is empty already)."""
        if height > self.room and not self.fresh:
            self.new_page()

    def space(self, height: float) -> None:
        """Leave a gap; none at the head of a page."""
        if not self.fresh:
            self.y += height

    def wrap(self, text: str, style: TextStyle, width: float) -> list[str]:
        """Break a text into lines no wider than `width` points."""
        lines: list[str] = []
        for paragraph in clean(text).split("\n"):
            units = clusters(paragraph)
            widths = [style.size * cluster_width(self.fonts, each, style) for each in units]
            lines += break_line(units, widths, width)
        return lines

    def fit(self, text: str, style: TextStyle, width: float) -> tuple[list[str], TextStyle]:
        """Return one line shrunk to 85 % at most if that makes it fit, else wrapped lines."""
        text = clean(text)
        wide = max((text_width(self.fonts, each, style) for each in text.split("\n")), default=0)
        if "\n" not in text and width < wide <= width / styles.SHRINK:
            return [text], style.scaled(width / wide)
        return self.wrap(text, style, width), style

    def paragraph(self, text: str, style: TextStyle = styles.BODY, indent: float = 0.0) -> None:
        """Lay a paragraph, going on to further pages; never one line alone at a foot or a head."""
        lines = self.wrap(text, style, styles.WIDTH - indent)
        if len(lines) > 1:
            self.ensure((3 if len(lines) == 3 else 2) * style.leading)
        for n, line in enumerate(lines):
            before_last = n == len(lines) - 2 and n > 0
            self.ensure((2 if before_last else 1) * style.leading)
            self.ink.text(styles.LEFT + indent, self.y + style.leading * 0.74, line, style)
            self.y += style.leading

    def section(self, title: str, keep: float = 60.0) -> None:
        """Lay a section heading with its bar, and keep it with `keep` points of what follows."""
        self.space(11)
        self.ensure(self.heading_height - 11 + keep)
        self.ink.rect(styles.LEFT, self.y, 3.2, 13.5, styles.NAVY)
        self.ink.text(styles.LEFT + 8.5, self.y + 10.6, title, styles.SECTION)
        self.ink.line(styles.LEFT, self.y + 17, styles.RIGHT, self.y + 17, styles.NAVY_LIGHT, 0.6)
        self.y += 22

    def text_block(
        self,
        x: float,
        y: float,
        width: float,
        lines: list[str],
        style: TextStyle,
        align: Align = "left",
    ) -> None:
        """Draw lines from the top `y` down, in a column."""
        at = {"left": x, "center": x + width / 2, "right": x + width}[align]
        for n, line in enumerate(lines):
            self.ink.text(at, y + style.leading * (n + 0.74), line, style, align)
