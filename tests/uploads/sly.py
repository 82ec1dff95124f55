"""Pictures that are hostile inside a correct shell: name -> bytes.

Whatever the probe says of them, nothing may crash, hang, or eat memory beyond the limits.
"""

from __future__ import annotations

import random
import struct
import zlib

from tests.uploads.heif_boxes import Item, a_tile, full, grid, heif, overlay, size_of
from tests.uploads.hostile import HTML, PDF, a_zip, png, png_chunk, replaced, resized_jpeg
from tests.uploads.pictures import (
    a_photo,
    encoded,
    exif,
    jpeg_segment,
    mpf_jpeg,
    quarters,
    video,
    with_exif,
)


def before_scan(jpeg, *segments):
    """A JPEG with these segments in front of its first scan."""
    at = jpeg.index(b"\xff\xda")
    return jpeg[:at] + b"".join(segments) + jpeg[at:]


def jpegs():
    jpeg = encoded()
    progressive = encoded(progressive=True)
    table = jpeg[jpeg.index(b"\xff\xc4") :]
    table = table[: 2 + int.from_bytes(table[2:4], "big")]
    scans = progressive.split(b"\xff\xda")
    refinement = b"\xff\xda" + scans[-1][:-2]
    yield "jpeg of 9000 huffman tables", before_scan(jpeg, table * 9000)
    yield (
        "jpeg with an overfull huffman table",
        before_scan(jpeg, jpeg_segment(0xC4, b"\0" + b"\xff" * 16 + b"\0" * 255 * 16)),
    )
    yield "jpeg with an empty huffman table", before_scan(jpeg, jpeg_segment(0xC4, b"\0" * 17))
    yield "jpeg with a huffman table cut short", before_scan(jpeg, jpeg_segment(0xC4, b"\0\x10"))
    yield "jpeg with quantisation by zero", before_scan(jpeg, jpeg_segment(0xDB, b"\0" * 65))
    yield "jpeg with table 15", before_scan(jpeg, jpeg_segment(0xDB, b"\x0f" + b"\1" * 64))
    yield "jpeg with restart at every block", before_scan(jpeg, jpeg_segment(0xDD, b"\0\1"))
    yield "jpeg that lies about its size upwards", resized_jpeg(9000, 9000)
    yield "jpeg that lies about its size downwards", resized_jpeg(8, 8)
    yield "jpeg of one column", resized_jpeg(1, 60_000)
    yield "progressive jpeg of 90 scans", progressive[:-2] + refinement * 80 + b"\xff\xd9"
    yield "progressive jpeg that lies", _with_size(progressive, 0xC2, 9000, 9000)
    yield "progressive jpeg without its first scans", scans[0] + b"\xff\xda" + scans[-1]
    yield "jpeg with an empty scan", jpeg[: jpeg.index(b"\xff\xda") + 14] + b"\xff\xd9"
    noise = random.Random(4).randbytes(4000).replace(b"\xff", b"\xfe")
    yield "jpeg with noise as its scan", jpeg[: jpeg.index(b"\xff\xda") + 14] + noise + b"\xff\xd9"
    yield "jpeg with sampling 4 to 1", _with_sampling(jpeg, 0x44)
    yield "jpeg with sampling 0", _with_sampling(jpeg, 0)
    yield (
        "jpeg with a scan of no component",
        replaced(jpeg, b"\xff\xda\0\x0c\3", b"\xff\xda\0\x0c\0"),
    )
    yield (
        "jpeg with a scan of unknown components",
        replaced(jpeg, b"\xff\xda\0\x0c\3\1", b"\xff\xda\0\x0c\3\x77"),
    )
    yield (
        "jpeg that says it is cmyk",
        jpeg[:2] + jpeg_segment(0xEE, b"Adobe\0\x64\0\0\0\0\2") + jpeg[2:],
    )
    yield "jpeg with a profile of 16 MB", _with_profile(jpeg, b"\0" * 60_000, 255)
    yield "jpeg with the first part of a profile", _with_profile(jpeg, b"\0" * 99, 1, of=200)
    yield (
        "jpeg with photoshop resources that overrun",
        jpeg[:2]
        + jpeg_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff")
        + jpeg[2:],
    )
    yield "jpeg with an exif loop", with_exif(exif([(0x8769, 4, [8]), (0x8825, 4, [8])]))
    yield (
        "jpeg with a next directory that is the first",
        with_exif(exif([(0x0112, 3, [6])])[:-4] + struct.pack("<I", 8)),
    )
    yield "jpeg with an orientation of 9", with_exif(exif([(0x0112, 3, [9])]))
    yield (
        "jpeg with a thumbnail that is a bomb",
        with_exif(exif([(0x0201, 4, [8]), (0x0202, 4, [0xFFFFFFFF])])),
    )


def _with_size(jpeg, frame, width, height):
    at = jpeg.index(bytes((0xFF, frame))) + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def _with_sampling(jpeg, value):
    at = jpeg.index(b"\xff\xc0") + 11
    return jpeg[:at] + bytes((value,)) + jpeg[at + 1 :]


def _with_profile(jpeg, content, parts, of=None):
    segments = (
        jpeg_segment(0xE2, b"ICC_PROFILE\0" + bytes((part, of or parts)) + content)
        for part in range(1, parts + 1)
    )
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def polyglots():
    jpeg = encoded()
    for name, body in (("html", HTML), ("pdf", PDF), ("script", b"*/alert(1);/*")):
        yield f"jpeg with {name} in a comment", jpeg[:2] + jpeg_segment(0xFE, body) + jpeg[2:]
        yield f"png with {name} in a text", png(8, 8, png_chunk(b"tEXt", b"a\0" + body), PIXELS)
    yield "jpeg with html in its maker's name", with_exif(exif([(0x010F, 2, HTML)]))
    yield "jpeg with a zip in an early segment", jpeg[:2] + jpeg_segment(0xE5, a_zip()) + jpeg[2:]
    yield (
        "jpeg with gif in a comment",
        jpeg[:2] + jpeg_segment(0xFE, encoded(kind="GIF")) + jpeg[2:],
    )
    yield "jpeg with a video in a comment", jpeg[:2] + jpeg_segment(0xFE, video()) + jpeg[2:]
    yield "jpeg + video with html", jpeg + video().replace(b"\x12" * 300, HTML.ljust(300))
    yield "webp with html in a chunk", _webp(_chunk(b"XMP ", HTML))
    yield "heic with html in a box", encoded(kind="HEIF") + full(b"free", HTML)
    yield "mpf jpeg with offsets beyond the end", _mpf(b"\xff\xff\xff\xf0")
    yield "mpf jpeg with a second picture that is a bomb", _second_bomb()


def _mpf(offset):
    data = bytearray(mpf_jpeg())
    at = data.index(b"MPF\0") + 4
    for place in range(at + 60, at + 90, 4):
        data[place : place + 4] = offset
    return bytes(data)


def _second_bomb():
    data = mpf_jpeg()
    second = data.index(b"\xff\xd8\xff", 4)
    at = data.index(b"\xff\xc0", second) + 5
    return data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]


PIXELS = png_chunk(b"IDAT", zlib.compress((b"\0" + b"\x80" * 24) * 8))


def a_bomb(megabytes):
    """Zeros, deflated to a thousandth."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(megabytes)) + packer.flush()


def pngs():
    bomb = a_bomb(100)
    yield "png with a text bomb", png(8, 8, png_chunk(b"zTXt", b"a\0\0" + bomb), PIXELS)
    yield "png with an itxt bomb", png(8, 8, png_chunk(b"iTXt", b"a\0\1\0\0\0" + bomb), PIXELS)
    yield "png with a profile bomb", png(8, 8, png_chunk(b"iCCP", b"a\0\0" + bomb), PIXELS)
    small = png_chunk(b"zTXt", b"a\0\0" + a_bomb(1)[:-4])
    yield "png with 200 small text bombs", png(8, 8, small * 200, PIXELS)
    yield "png with 20000 texts", png(8, 8, png_chunk(b"tEXt", b"a\0b") * 20_000, PIXELS)
    yield "png whose pixels are a bomb", png(8, 8, png_chunk(b"IDAT", bomb))
    yield (
        "png of 99 megapixels of one bit",
        png(
            9900,
            9900,
            png_chunk(b"IDAT", zlib.compress(b"\0" * (1238 + 1) * 9900)),
            depth=1,
            colour=0,
        ),
    )
    yield "png of too few pixels", png(4000, 4000, PIXELS)
    yield "png without pixels in its pixels", png(8, 8, png_chunk(b"IDAT", b""))
    yield "png of 20000 pieces", png(8, 8, *_pieces())
    yield "png with noise as its pixels", png(8, 8, png_chunk(b"IDAT", b"\x78\x9c" + b"\x55" * 90))
    yield "png with a preset dictionary", png(8, 8, png_chunk(b"IDAT", b"\x78\xbb" + b"\0" * 40))
    yield "png with filter 9", png(8, 8, png_chunk(b"IDAT", zlib.compress(b"\x09" * 200)))
    yield "png with a palette of nothing", png(8, 8, PIXELS, colour=3)
    yield "png with a palette of 300", png(8, 8, png_chunk(b"PLTE", b"\1" * 900), PIXELS, colour=3)
    yield "png with a palette of 1 byte", png(8, 8, png_chunk(b"PLTE", b"\1"), PIXELS, colour=3)
    yield "png with too much transparency", png(8, 8, png_chunk(b"tRNS", b"\1" * 9000), PIXELS)
    yield (
        "png of 2 billion frames",
        png(8, 8, png_chunk(b"acTL", b"\x7f\xff\xff\xff\0\0\0\0"), PIXELS),
    )
    yield (
        "png with a frame beyond itself",
        png(
            8,
            8,
            png_chunk(b"acTL", struct.pack(">II", 2, 0)),
            png_chunk(b"fcTL", struct.pack(">5IHHBB", 0, 9999, 9999, 50, 50, 1, 1, 0, 0)),
            PIXELS,
        ),
    )
    yield "png with a critical chunk of nobody", png(8, 8, png_chunk(b"EVIL", b"\0" * 9), PIXELS)
    yield "png with an exif of noise", png(8, 8, png_chunk(b"eXIf", b"\x13" * 5000), PIXELS)
    yield "png with zero resolution", png(8, 8, png_chunk(b"pHYs", b"\0" * 9), PIXELS)
    yield "png with gamma 0", png(8, 8, png_chunk(b"gAMA", b"\0" * 4), PIXELS)


def _pieces():
    data = zlib.compress((b"\0" + b"\x80" * 24) * 8)
    yield from (png_chunk(b"IDAT", b"") for _ in range(20_000))
    yield png_chunk(b"IDAT", data)


def _chunk(kind, content):
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _webp(*chunks, picture=None):
    body = b"WEBP" + b"".join(chunks[:0]) + (picture or encoded(kind="WEBP")[12:])
    extended = _chunk(
        b"VP8X", b"\x0c\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")
    )
    body = b"WEBP" + extended + body[4:] + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _lossless(width, height, noise):
    bits = (width - 1) | (height - 1) << 14
    content = b"\x2f" + struct.pack("<I", bits) + noise
    body = b"WEBP" + _chunk(b"VP8L", content)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webps():
    good = encoded(kind="WEBP")
    small = _chunk(b"VP8X", b"\0" * 4 + b"\x09\0\0" * 2)
    body = b"WEBP" + small + good[12:]
    yield (
        "webp with a canvas smaller than its picture",
        b"RIFF" + struct.pack("<I", len(body)) + body,
    )
    yield "webp of 9000 chunks", _webp(_chunk(b"JUNK", b"") * 9000)
    yield "webp with a profile of noise", _webp(_chunk(b"ICCP", b"\x13" * 5000))
    yield "webp with an exif of noise", _webp(_chunk(b"EXIF", b"\x13" * 5000))
    yield "webp with alpha of noise", _webp(_chunk(b"ALPH", b"\x05" + b"\x13" * 500))
    yield "webp with a frame header of noise", good[:20] + good[20:30] + b"\xaa" * (len(good) - 30)
    chance = random.Random(4863)
    for number in range(6):
        # Code lengths of noise: the shape of CVE-2023-4863, a table longer than its room.
        noise = chance.randbytes(3000)
        yield f"lossless webp with code lengths of noise {number}", _lossless(4000, 4000, noise)
    yield "lossless webp of ones", _lossless(9000, 9000, b"\xff" * 500)
    yield "lossless webp of zeros", _lossless(9000, 9000, b"\0" * 500)
    frame = _chunk(b"ANMF", b"\xff" * 6 + b"\xff\x03\0" * 2 + b"\0" * 4 + good[12:])
    head = _chunk(b"VP8X", b"\2\0\0\0" + b"\xff\x03\0" * 2) + _chunk(b"ANIM", b"\0" * 6)
    body = b"WEBP" + head + frame * 30
    yield (
        "animated webp with frames beyond the canvas",
        b"RIFF" + struct.pack("<I", len(body)) + body,
    )


def heics():
    data, configuration = a_tile()
    size = size_of(64, 64)

    def tile(number=2):
        return Item(number, b"hvc1", data, [], [size, configuration])

    def a_grid(rows, columns, width, height, made_of, says=None):
        return Item(
            1,
            b"grid",
            grid(rows, columns, width, height),
            made_of,
            [size_of(*(says or (width, height)))],
        )

    yield "heic grid", heif(a_grid(1, 2, 128, 64, [2, 2]), tile())
    yield "heic grid of itself", heif(a_grid(1, 1, 64, 64, [1]))
    inner = Item(2, b"grid", grid(1, 1, 64, 64), [1], [size])
    yield "heic grids of each other", heif(a_grid(1, 1, 64, 64, [2]), inner)
    yield "heic grid of a missing item", heif(a_grid(1, 1, 64, 64, [9]))
    yield "heic grid of 256 by 256", heif(a_grid(256, 256, 9900, 9900, [2] * 65_535), tile())
    yield "heic grid of one tile for many", heif(a_grid(100, 100, 6400, 6400, [2]), tile())
    yield (
        "heic grid that says it is small",
        heif(a_grid(200, 200, 50_000, 50_000, [2] * 40_000, says=(64, 64)), tile()),
    )
    yield (
        "heic grid of 32 bits",
        heif(a_grid(1, 1, 2**32 - 1, 2**32 - 1, [2], says=(64, 64)), tile()),
    )
    yield "heic grid of size 0", heif(a_grid(1, 1, 0, 0, [2], says=(64, 64)), tile())
    yield "heic grid without data", heif(Item(1, b"grid", b"", [2], [size]), tile())
    for name, width, height, made_of in (
        ("of 32 bits", 2**32 - 1, 2**32 - 1, [2]),
        ("of itself", 64, 64, [1]),
        ("of 5000 layers", 64, 64, [2] * 5000),
    ):
        item = Item(1, b"iovl", overlay(width, height, len(made_of)), made_of, [size])
        yield f"heic overlay {name}", heif(item, tile())
    yield "heic identity of itself", heif(Item(1, b"iden", b"", [1], [size]))
    chain = [Item(n, b"iden", b"", [n + 1], [size]) for n in range(1, 60)]
    yield "heic identity of 59 others", heif(*chain, tile(60))
    yield (
        "heic that says it is larger",
        heif(Item(1, b"hvc1", data, [], [size_of(9000, 9000), configuration])),
    )
    yield (
        "heic that says it is smaller",
        heif(Item(1, b"hvc1", data, [], [size_of(8, 8), configuration])),
    )
    yield "heic without a configuration", heif(Item(1, b"hvc1", data, [], [size]))
    yield (
        "heic with a configuration of noise",
        heif(Item(1, b"hvc1", data, [], [size, full(b"hvcC", b"\x55" * 90)])),
    )
    yield (
        "heic with noise as its picture",
        heif(Item(1, b"hvc1", random.Random(2).randbytes(900), [], [size, configuration])),
    )
    yield "heic without data", heif(Item(1, b"hvc1", b"", [], [size, configuration]))
    yield (
        "heic with lengths of nothing",
        heif(Item(1, b"hvc1", b"\xff\xff\xff\xff" * 50, [], [size, configuration])),
    )
    yield "heic of jpeg", heif(Item(1, b"jpeg", encoded(quarters(64, 64)), [], [size]))
    yield "heic of av1", heif(Item(1, b"av01", data, [], [size, full(b"av1C", b"")]))
    yield "heic of mime", heif(Item(1, b"mime", HTML, [], [size]))
    crop = full(b"clap", struct.pack(">8I", 1, 1, 1, 1, 2**31, 1, 2**31, 1))[:8] + struct.pack(
        ">8I", 64, 1, 64, 1, 2**31, 1, 2**31, 1
    )
    yield (
        "heic cropped out of itself",
        heif(Item(1, b"hvc1", data, [], [size, crop, configuration])),
    )


def lies():
    """Good pictures under false colours, harmless but never to be trusted by name or type."""
    yield "jpeg with orientation in a heic's box", a_photo("HEIF", 6)
    yield (
        "png in shades of 16 bits cut short",
        encoded(kind="PNG")[:-40] + encoded(kind="PNG")[-12:],
    )


SLY = {
    name: data for source in (jpegs, polyglots, pngs, webps, heics, lies) for name, data in source()
}
