"""A lint of PDF/A-2b (ISO 19005-2) for the files that we write, read by pikepdf and fontTools.

It is ours, not a certified validator: it checks the clauses that such a file can break, and is
stricter where we mean to be (no transparency, actions or form at all). `findings(path)` returns
one line a breach. Each check has a test that breaks it (test_pdfa.py).
"""

import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.packs import pdfa_fonts

A4 = (595.276, 841.89)
_NAMES = """q Q cm w J j M d i re m l c v y h S s f F f* B B* b b* n W W* rg RG g G
BT ET Td TD Tm T* Tf Tc Tw Tz TL Ts Tr Tj TJ ' " Do BMC BDC EMC MP DP"""
OPERATORS = frozenset(_NAMES.split())
FORBIDDEN_KEYS = {
    "/SMask": "transparency",
    "/Group": "transparency group",
    "/JS": "JavaScript",
    "/JavaScript": "JavaScript",
    "/AA": "additional actions",
    "/OpenAction": "action at opening",
    "/A": "action",
    "/EmbeddedFiles": "embedded file",
    "/EF": "embedded file",
    "/XFA": "XFA form",
    "/Alternates": "alternate image",
    "/OPI": "OPI",
    "/TR": "transfer function",
    "/HTP": "halftone phase",
    "/Ref": "reference XObject",
    "/FFilter": "external stream",
    "/FDecodeParms": "external stream",
    "/Crypt": "encryption",
    "/Encrypt": "encryption",
    "/OCProperties": "optional content",
    "/PresSteps": "presentation steps",
    "/Perms": "usage rights",
}


def findings(path) -> list[str]:
    """Return what breaks the rules, one line each; an empty list for a good file."""
    found = list(_of_bytes(path.read_bytes()))
    with pikepdf.open(path) as pdf:
        checks = (_trailer, _metadata, _intent, _objects, _pages, _outline, pdfa_fonts.findings)
        for check in checks:
            try:
                found += check(pdf)
            except pikepdf.PdfError as error:
                found.append(f"unreadable: {error}")
    return found


def _of_bytes(data: bytes) -> Iterator[str]:
    """6.1.2 to 6.1.4, 6.1.9: header, binary comment, cross-reference table, spacing, end."""
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4,}\n", data):
        yield "6.1.2 header: no version and binary comment on the first two lines"
    if not re.search(rb"\nstartxref\n(\d+)\n%%EOF\n?\Z", data):
        yield "6.1.3 end: no startxref, or data after %%EOF"
        return
    start = int(re.search(rb"\nstartxref\n(\d+)\n%%EOF\n?\Z", data)[1])
    head = re.match(rb"xref\n0 (\d+)\n", data[start : start + 40])
    if head is None:
        yield "6.1.4 cross-reference table: not where startxref says"
        return
    at = start + head.end()
    for number in range(int(head[1])):
        entry = data[at + 20 * number : at + 20 * number + 20]
        if number and not re.match(rb"%d 0 obj\n" % number, data[int(entry[:10]) :][:24]):
            yield f"6.1.4 cross-reference table: object {number} is not at its offset"
            return


def _trailer(pdf) -> Iterator[str]:
    identity = pdf.trailer.get("/ID")
    if identity is None or len(identity) != 2 or not all(len(bytes(each)) for each in identity):
        yield "6.1.3 trailer: no /ID"
    if "/Encrypt" in pdf.trailer or pdf.is_encrypted:
        yield "6.1.3 trailer: encrypted"


def _metadata(pdf) -> Iterator[str]:
    """6.6.2: the packet in plain text, its identification, and the same as Info."""
    root, info = pdf.Root, pdf.docinfo
    packet = root.get("/Metadata")
    if packet is None:
        yield "6.6.2 metadata: none"
        return
    if packet.get("/Filter") is not None:
        yield "6.6.2 metadata: compressed"
    text = packet.read_bytes().decode("utf-8")
    if re.search(r"<\?xpacket[^>]*(bytes|encoding)=", text):
        yield "6.6.2 metadata: packet with bytes or encoding"
    xmp = pdf.open_metadata()  # not entered: leaving it would write Info anew
    if (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance")) != ("2", "B"):
        yield "6.6.4 identification: not part 2, conformance B"
    pairs = {
        "/Title": xmp.get("dc:title"),
        "/Author": (xmp.get("dc:creator") or [None])[0],
        "/Subject": xmp.get("dc:description"),
        "/Producer": xmp.get("pdf:Producer"),
        "/Keywords": xmp.get("pdf:Keywords"),
        "/Creator": xmp.get("xmp:CreatorTool"),
        "/CreationDate": xmp.get("xmp:CreateDate"),
        "/ModDate": xmp.get("xmp:ModifyDate"),
    }
    for key, told in pairs.items():
        if key in info and str(info[key]) != told:
            yield f"6.6.3 Info {key}: {info[key]!s} is not {told} of the metadata"
    if str(root.get("/Lang", "")) != "ja-JP":
        yield "Lang: not ja-JP"


def _intent(pdf) -> Iterator[str]:
    """6.2.2: one output intent with an embedded RGB profile of version 4 at most."""
    intents = [each for each in pdf.Root.get("/OutputIntents", []) if each.S == Name.GTS_PDFA1]
    if len(intents) != 1:
        yield "6.2.2 output intent: not exactly one"
        return
    profile = intents[0].DestOutputProfile
    data = profile.read_bytes()
    good = data[36:40] == b"acsp" and data[12:16] in (b"mntr", b"prtr", b"scnr", b"spac")
    if not good or data[16:20] != b"RGB " or int(profile.N) != 3 or data[8] > 4:
        yield "6.2.2 output intent: no RGB profile of ICC version 4 or less"
    if b"N\0o\0 \0c\0o\0p\0y\0r\0i\0g\0h\0t" not in data:
        yield "output intent: the profile's licence is not the one that we know"


def _objects(pdf) -> Iterator[str]:
    for each in pdf.objects:
        where = f"object {each.objgen[0]}"
        if isinstance(each, Stream):
            yield from _stream(each, where)
        yield from _value(each, where)


def _value(value, where: str, depth: int = 0) -> Iterator[str]:
    """6.1.13 limits, and keys that no dictionary of ours may have."""
    if isinstance(value, Dictionary | Stream):
        for key, each in value.items():
            if key in FORBIDDEN_KEYS:
                yield f"{where}: {key} ({FORBIDDEN_KEYS[key]})"
            if (key in ("/CA", "/ca") and float(each) != 1) or (
                key == "/BM" and each != Name.Normal
            ):
                yield f"{where}: {key} (transparency)"
            if len(key.encode()) > 128:
                yield f"6.1.13 {where}: name too long"
            if not getattr(each, "is_indirect", False):
                yield from _value(each, where, depth + 1)
    elif isinstance(value, Array):
        for each in value:
            if not getattr(each, "is_indirect", False):
                yield from _value(each, where, depth + 1)
    elif isinstance(value, String) and len(bytes(value)) > 32_767:
        yield f"6.1.13 {where}: string too long"


def _stream(stream, where: str) -> Iterator[str]:
    """6.1.7, 6.2.8: filters, length, images and their colours."""
    filters = stream.get("/Filter", Array([]))
    names = [filters] if isinstance(filters, Name) else list(filters)
    allowed = {Name.FlateDecode, Name.DCTDecode}
    if any(each not in allowed for each in names):
        yield f"6.1.7 {where}: filter {names}"
    if "/F" in stream:
        yield f"6.1.7 {where}: external stream"
    if int(stream.Length) != len(stream.read_raw_bytes()):
        yield f"6.1.7 {where}: Length"
    if stream.get("/Subtype") == Name.Image:
        yield from _image(stream, where)
    elif stream.get("/Type") == Name.XObject:
        yield f"6.2.9 {where}: XObject that is no image"


def _image(image, where: str) -> Iterator[str]:
    if image.ColorSpace not in (Name.DeviceRGB, Name.DeviceGray):
        yield f"6.2.4 {where}: {image.ColorSpace} has no meaning under an RGB intent"
    if int(image.BitsPerComponent) != 8 or image.get("/Interpolate", False):
        yield f"6.2.8 {where}: bits or interpolation"
    if image.get("/Filter") == Name.DCTDecode:
        data = image.read_raw_bytes()
        frame = re.search(rb"\xff[\xc0-\xc2]..(.)(..)(..)(.)", data, re.DOTALL)
        components = {Name.DeviceRGB: 3, Name.DeviceGray: 1}.get(image.ColorSpace)
        size = (int.from_bytes(frame[3]), int.from_bytes(frame[2]))
        if frame[4][0] != components or size != (int(image.Width), int(image.Height)):
            yield f"6.2.8 {where}: the JPEG is not what its entries say"
        if b"Exif\0\0" in data or b"http://ns.adobe.com/xap" in data:
            yield f"{where}: the JPEG carries metadata"


def _pages(pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        where = f"page {number}"
        if [float(each) for each in page.MediaBox] != [0, 0, *A4]:
            yield f"{where}: not A4"
        yield from _content(page, where)
        for annotation in page.get("/Annots", []):
            flags = int(annotation.get("/F", 0))
            if annotation.Subtype != Name.Link or not flags & 4 or flags & (1 | 2 | 32 | 256):
                yield f"6.3 {where}: annotation that is no printed link"
            if "/Dest" not in annotation or annotation.Dest[0].get("/Type") != Name.Page:
                yield f"{where}: link that leads nowhere"
    if "/PageLabels" not in pdf.Root:
        yield "page labels: none"


def _content(page, where: str) -> Iterator[str]:
    """6.2.2, 6.1.13: operators, nesting, resources that are there."""
    depth = deepest = 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        depth += (name == "q") - (name == "Q")
        deepest = max(deepest, depth)
        if name not in OPERATORS:
            yield f"6.2.2 {where}: operator {name}"
        kind = {"Tf": "/Font", "Do": "/XObject"}.get(name)
        if kind and str(operands[0]) not in page.Resources.get(kind, {}):
            yield f"6.2.2 {where}: {operands[0]} is no resource"
    if depth or deepest > 28:
        yield f"6.1.13 {where}: q and Q nested {deepest}, {depth} left open"


def _outline(pdf) -> Iterator[str]:
    known = {page.objgen for page in pdf.pages}
    with pdf.open_outline() as outline:
        items = list(outline.root)
        if not items:
            yield "outline: none"
        while items:
            item = items.pop()
            items += item.children
            if item.destination is None or item.destination[0].objgen not in known:
                yield f"outline: {item.title} leads nowhere"
