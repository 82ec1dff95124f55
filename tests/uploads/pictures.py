"""Good pictures for tests: small, real files of every accepted format, with chosen EXIF."""

from __future__ import annotations

import io
import struct

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

CORNERS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220), "white": (240,) * 3}


def quarters(width=640, height=480):
    """A picture whose four quarters are red, green, blue and white, clockwise from top left."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    x, y = width // 2, height // 2
    draw.rectangle((0, 0, x, y), CORNERS["red"])
    draw.rectangle((x, 0, width, y), CORNERS["green"])
    draw.rectangle((x, y, width, height), CORNERS["blue"])
    draw.rectangle((0, y, x, height), CORNERS["white"])
    return image


def encoded(image=None, kind="JPEG", **options):
    buffer = io.BytesIO()
    (image or quarters()).save(buffer, kind, **options)
    return buffer.getvalue()


def exif(main=(), photo=(), gps=(), order="<"):
    """A TIFF block; each directory is a list of (tag, type, values).

    Types: 1 byte, 2 text (str or bytes), 3 short, 4 long, 5 fractions (pairs), 12 double.
    """
    first = 8
    main = list(main)
    if photo:
        main.append((0x8769, 4, [0]))
    if gps:
        main.append((0x8825, 4, [0]))
    second = first + _length(main)
    third = second + _length(photo)
    places = {0x8769: second, 0x8825: third}
    main = [(tag, kind, [places[tag]] if values == [0] else values) for tag, kind, values in main]
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", first)
    parts = [_directory(main, first, order)]
    if photo:
        parts.append(_directory(photo, second, order))
    if gps:
        parts.append(_directory(gps, third, order))
    return head + b"".join(parts)


def _packed(kind, values, order="<"):
    if kind in (2, 7):
        text = values.encode() if isinstance(values, str) else values
        return len(text) + 1, text + b"\0"
    if kind in (5, 10):
        flat = [number for pair in values for number in pair]
        return len(values), struct.pack(f"{order}{len(flat)}{'I' if kind == 5 else 'i'}", *flat)
    letter = {1: "B", 3: "H", 4: "I", 11: "f", 12: "d"}[kind]
    return len(values), struct.pack(f"{order}{len(values)}{letter}", *values)


def _length(entries):
    if not entries:
        return 0
    long = (len(_packed(kind, values)[1]) for _, kind, values in entries)
    return 2 + 12 * len(entries) + 4 + sum(size + size % 2 for size in long if size > 4)


def _directory(entries, start, order):
    table, heap = b"", b""
    heap_start = start + 2 + 12 * len(entries) + 4
    for tag, kind, values in entries:
        count, data = _packed(kind, values, order)
        if len(data) <= 4:
            value = data.ljust(4, b"\0")
        else:
            value = struct.pack(f"{order}I", heap_start + len(heap))
            heap += data + b"\0" * (len(data) % 2)
        table += struct.pack(f"{order}HHI", tag, kind, count) + value
    return struct.pack(f"{order}H", len(entries)) + table + b"\0" * 4 + heap


KOKURA_GPS = [
    (1, 2, "N"),
    (2, 5, [(33, 1), (53, 1), (123, 100)]),
    (3, 2, "E"),
    (4, 5, [(130, 1), (52, 1), (3072, 100)]),
    (5, 1, [0]),
    (6, 5, [(125, 10)]),
    (7, 5, [(1, 1), (15, 1), (30, 1)]),
    (16, 2, "T"),
    (17, 5, [(2250, 10)]),
    (29, 2, "2026:05:12"),
    (31, 5, [(48, 10)]),
]
AT_TEN = [(0x9003, 2, "2026:05:12 10:15:30"), (0x9011, 2, "+09:00")]
CAMERA = [(0x010F, 2, "Hantei"), (0x0110, 2, "Test camera")]


def a_photo(kind="JPEG", orientation=None, image=None, gps=KOKURA_GPS, photo=AT_TEN, **options):
    """A picture as a phone makes it, with place, time, direction and camera."""
    main = list(CAMERA)
    if orientation:
        main.append((0x0112, 3, [orientation]))
    block = exif(sorted(main), photo, gps)
    return encoded(image, kind, exif=b"Exif\0\0" + block, **options)


def jpeg_segment(marker, content):
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def with_exif(block, jpeg=None):
    """A JPEG with these very bytes as its EXIF block."""
    jpeg = jpeg or encoded()
    return jpeg[:2] + jpeg_segment(0xE1, b"Exif\0\0" + block) + jpeg[2:]


def box(kind, content=b""):
    return struct.pack(">I", len(content) + 8) + kind + content


def video():
    """The outline of an MP4: what follows a motion photo."""
    return (
        box(b"ftyp", b"mp42\0\0\0\0mp42isom")
        + box(b"mdat", b"\x12" * 500)
        + box(b"moov", b"\0" * 99)
    )


def samsung_trailer(name=b"MotionPhoto_Data", content=None, kind=0x0A30):
    content = video() if content is None else content
    block = struct.pack("<HHI", 0, kind, len(name)) + name + content
    directory = b"SEFH" + struct.pack("<II", 107, 1)
    directory += struct.pack("<HHII", 0, kind, len(block), len(block))
    return block + directory + struct.pack("<I", len(directory)) + b"SEFT"


def mpf_jpeg():
    """A JPEG with a second picture behind it, announced by an MPF index (as Pillow writes MPO)."""
    buffer = io.BytesIO()
    quarters().save(buffer, "MPO", save_all=True, append_images=[quarters(320, 240)])
    return buffer.getvalue()
