"""The part of the PDF/A lint on fonts (6.2.11): embedded, complete, true widths, text for each."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Name

TAGGED = re.compile(r"/[A-Z]{6}\+.+")


def findings(pdf) -> Iterator[str]:
    """Yield what is wrong with the fonts of a document and with their use."""
    fonts, used = _used(pdf)
    for key, font in fonts.items():
        yield from _font(font, used[key], f"font {font.BaseFont}")


def _used(pdf) -> tuple[dict, dict[object, set[int]]]:
    """Return the fonts by object, and the glyph ids that the pages show with each."""
    fonts, used = {}, defaultdict(set)
    for page in pdf.pages:
        key = None
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                font = page.Resources.Font[str(operands[0])]
                key = font.objgen
                fonts[key] = font
            elif str(operator) in ("Tj", "TJ"):
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                for each in parts:
                    if isinstance(each, pikepdf.String):
                        codes = bytes(each)
                        used[key] |= {
                            int.from_bytes(codes[n : n + 2]) for n in range(0, len(codes), 2)
                        }
    return fonts, used


def _font(font, used: set[int], where: str) -> Iterator[str]:
    if font.get("/Subtype") != Name.Type0 or font.get("/Encoding") != Name("/Identity-H"):
        yield f"6.2.11.3 {where}: not Type 0 with Identity-H"
        return
    inner = font.DescendantFonts[0]
    system = inner.CIDSystemInfo
    if (str(system.Registry), str(system.Ordering)) != ("Adobe", "Identity"):
        yield f"6.2.11.3 {where}: CIDSystemInfo"
    if inner.Subtype != Name.CIDFontType2 or inner.get("/CIDToGIDMap") != Name.Identity:
        yield f"6.2.11.3 {where}: no CIDToGIDMap"
    names = {str(font.BaseFont), str(inner.BaseFont), str(inner.FontDescriptor.FontName)}
    if len(names) != 1 or not TAGGED.fullmatch(names.pop()):
        yield f"6.2.11.4 {where}: name without the tag of a subset, or more than one name"
    if "/FontFile2" not in inner.FontDescriptor:
        yield f"6.2.11.4 {where}: not embedded"
        return
    yield from _program(inner, used, where)
    yield from _texts(font, used, where)


def _program(inner, used: set[int], where: str) -> Iterator[str]:
    """Check every glyph shown: there, not .notdef, as wide as the font program says."""
    program = inner.FontDescriptor.FontFile2.read_bytes()
    face = TTFont(io.BytesIO(program), lazy=True)
    order, widths = face.getGlyphOrder(), _widths(inner)
    unit = 1000 / face["head"].unitsPerEm
    if "/CIDSet" in inner.FontDescriptor:
        yield f"6.2.11.4 {where}: a CIDSet, which this lint does not read"
    for glyph in sorted(used):
        if glyph == 0 or glyph >= len(order):
            yield f"6.2.11.8 {where}: glyph {glyph} is .notdef or not there"
            continue
        told = widths.get(glyph, float(inner.get("/DW", 1000)))
        if abs(told - face["hmtx"][order[glyph]][0] * unit) > 1:
            yield f"6.2.11.5 {where}: width of glyph {glyph}"


def _widths(inner) -> dict[int, float]:
    found, entries = {}, list(inner.get("/W", []))
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, pikepdf.Array):
            found |= {first + n: float(each) for n, each in enumerate(second)}
        else:
            width = float(entries.pop(0))
            found |= dict.fromkeys(range(first, int(second) + 1), width)
    return found


def _texts(font, used: set[int], where: str) -> Iterator[str]:
    """Check that ToUnicode gives each glyph shown a text that is one."""
    told = {}
    for glyph, text in re.findall(
        rb"<([0-9A-F]{4})> <([0-9A-F]+)>",
        font.ToUnicode.read_bytes().split(b"endcodespacerange")[1],
    ):
        told[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for glyph in sorted(used):
        text = told.get(glyph)
        if not text or any(each in text for each in "\0\ufeff\ufffe"):
            yield f"6.2.11.7 {where}: no text for glyph {glyph}"
