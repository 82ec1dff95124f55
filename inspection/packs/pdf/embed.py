"""One subset font in the file: Identity-H, glyph ids kept, ToUnicode for every glyph used.

Glyph ids are the font's own (the subset retains them), so a page's text does not depend on what
other pages use. That is what lets pages be drawn, kept and assembled separately.
"""

import hashlib
from collections.abc import Collection

import uharfbuzz as hb

from inspection.packs.fonts import Face
from inspection.packs.pdf.objects import Name, Ref
from inspection.packs.pdf.writer import PdfFile

_KEPT = {"head", "hhea", "hmtx", "maxp", "loca", "glyf", "cvt ", "fpgm", "prep"}
_CMAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_CMAP_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def put_font(file: PdfFile, face: Face, glyphs: Collection[int], ref: Ref) -> None:
    """Write the Type 0 font of `face` under `ref`, with the outlines of `glyphs` only."""
    used = sorted(glyphs)
    name = Name(f"{_tag(used)}+{face.postscript_name}")
    program = _subset(face, used)
    font_file = file.put_stream({"Length1": len(program)}, program)
    descriptor = file.put(
        {
            "Type": Name("FontDescriptor"),
            "FontName": name,
            "Flags": 4,
            "FontBBox": [face.scaled(each) for each in face.bbox],
            "ItalicAngle": 0,
            "Ascent": face.scaled(face.ascent),
            "Descent": face.scaled(face.descent),
            "CapHeight": face.scaled(face.cap_height),
            "StemV": 120 if face.bold else 80,
            "FontFile2": font_file,
        }
    )
    descendant = file.put(
        {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": {"Registry": "Adobe", "Ordering": "Identity", "Supplement": 0},
            "FontDescriptor": descriptor,
            "DW": 1000,
            "W": _widths(face, used),
            "CIDToGIDMap": Name("Identity"),
        }
    )
    to_unicode = file.put_stream({}, _to_unicode(face, used))
    file.put(
        {
            "Type": Name("Font"),
            "Subtype": Name("Type0"),
            "BaseFont": name,
            "Encoding": Name("Identity-H"),
            "DescendantFonts": [descendant],
            "ToUnicode": to_unicode,
        },
        ref,
    )


def _tag(used: list[int]) -> str:
    digest = hashlib.sha256(",".join(map(str, used)).encode("ascii")).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _subset(face: Face, used: list[int]) -> bytes:
    request = hb.SubsetInput()
    request.glyph_set.set({0, *used})
    request.flags = (
        hb.SubsetFlags.RETAIN_GIDS
        | hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        | hb.SubsetFlags.NOTDEF_OUTLINE
    )
    request.drop_table_tag_set.set(
        {int.from_bytes(tag.encode("ascii")) for tag in face.table_tags if tag not in _KEPT}
    )
    return hb.subset(face.hb_face, request).blob.data


def _widths(face: Face, used: list[int]) -> list[object]:
    widths: list[object] = []
    for glyph in used:
        width = face.scaled(face.advance(glyph))
        if width != 1000:
            widths += [glyph, [width]]
    return widths


def _to_unicode(face: Face, used: list[int]) -> bytes:
    lines = [
        f"<{glyph:04X}> <{face.text_of(glyph).encode('utf-16-be').hex().upper()}>"
        for glyph in used
        if face.text_of(glyph)
    ]
    parts = [_CMAP_HEAD]
    for start in range(0, len(lines), 100):  # a block may hold 100 lines at most
        block = lines[start : start + 100]
        parts.append(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n")
    return ("".join(parts) + _CMAP_TAIL).encode("ascii")
