"""Strings to clusters: what is drawn as one unit, and how wide it is."""

import re
import unicodedata
from dataclasses import dataclass, replace

from inspection.packs.fonts import FontSet

# か + U+3099, as file systems of Apple decompose it. Nothing else is composed: NFC would replace
# the compatibility ideographs that occur in names.
_DECOMPOSED_KANA = re.compile("[\u3041-\u30ff][\u3099\u309a]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_INVISIBLE = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A text style: size and leading in points, colour as RGB in 0..1.

    tabular: all digits take the same width, for columns of figures.
    """

    size: float
    leading: float
    bold: bool = False
    color: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tabular: bool = False

    def scaled(self, factor: float) -> "TextStyle":
        """Return the style with size and leading multiplied."""
        return replace(self, size=self.size * factor, leading=self.leading * factor)


def clean(text: str) -> str:
    """Return the text without what cannot be drawn: controls, invisible marks; line ends are \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _DECOMPOSED_KANA.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    return _INVISIBLE.sub("", text)


def clusters(text: str) -> list[str]:
    """Split a line into clusters: characters, each with its variation selector."""
    if not _SELECTORS.search(text):
        return list(text)
    found: list[str] = []
    for character in text:
        if _SELECTORS.match(character):
            if found and len(found[-1]) == 1:
                found[-1] += character
        else:
            found.append(character)
    return found


def cluster_width(fonts: FontSet, cluster: str, style: TextStyle) -> float:
    """Return the advance of one cluster in em."""
    if style.tabular and cluster == "1":
        cluster = "0"
    return fonts.glyph(cluster, style.bold).width


def text_width(fonts: FontSet, text: str, style: TextStyle) -> float:
    """Return the width of one line in points."""
    return style.size * sum(cluster_width(fonts, each, style) for each in clusters(text))
