"""Damaged and hostile pictures: name -> bytes. None of them may be accepted or crash anything."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.uploads.pictures import (
    a_photo,
    box,
    encoded,
    jpeg_segment,
    mpf_jpeg,
    quarters,
    samsung_trailer,
    video,
)

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def a_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("evil.sh", "rm -rf /")
    return buffer.getvalue()


def png_chunk(kind, content):
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def png(width, height, *chunks, depth=8, colour=2):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = b"".join(chunks) or png_chunk(b"IDAT", zlib.compress(b"\0" * 50_000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + body + png_chunk(b"IEND", b"")


def resized_jpeg(width, height):
    """A JPEG whose frame header lies about its size."""
    jpeg = encoded()
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def replaced(data, old, new):
    assert old in data
    return data.replace(old, new, 1)


def jpegs():
    jpeg = a_photo()
    scan = jpeg[jpeg.index(b"\xff\xda") : -2]
    yield "jpeg cut in the scan", jpeg[: len(jpeg) // 2]
    yield "jpeg cut in a header", jpeg[:40]
    yield "jpeg of two bytes", jpeg[:2]
    yield "jpeg of three bytes", jpeg[:3]
    yield "jpeg without its end", jpeg[:-2]
    yield "jpeg with half its end marker", jpeg[:-1]
    yield "jpeg without a picture", b"\xff\xd8\xff\xd9"
    yield "jpeg of headers only", jpeg[: jpeg.index(b"\xff\xda")] + b"\xff\xd9"
    yield "jpeg with a scan before the frame", jpeg[:2] + scan + jpeg[2:]
    yield "jpeg 0 wide", resized_jpeg(0, 480)
    yield "jpeg 0 high", resized_jpeg(640, 0)
    yield "jpeg bomb", resized_jpeg(65_535, 65_535)
    yield "jpeg with segment length 0", jpeg[:2] + b"\xff\xe1\0\0" + jpeg[2:]
    yield "jpeg with segment length 1", jpeg[:2] + b"\xff\xe1\0\1" + jpeg[2:]
    yield "jpeg of endless segments", jpeg[:2] + jpeg_segment(0xE5, b"") * 20_000 + jpeg[2:]
    yield "jpeg of endless scans", jpeg[:-2] + scan[:200] * 200 + jpeg[-2:]
    yield "jpeg with two frames", jpeg[:2] + jpeg_segment(0xC0, _frame(8, 3)) + jpeg[2:]
    yield "jpeg with 12 bit", jpeg[:2] + jpeg_segment(0xC1, _frame(12, 3)) + jpeg[2:]
    yield "jpeg with 2 components", jpeg[:2] + jpeg_segment(0xC0, _frame(8, 2)) + jpeg[2:]
    yield "jpeg lossless", jpeg[:2] + jpeg_segment(0xC3, _frame(8, 3)) + jpeg[2:]
    yield "jpeg arithmetic", jpeg[:2] + jpeg_segment(0xC9, _frame(8, 3)) + jpeg[2:]
    yield "jpeg with garbage between segments", jpeg[:2] + b"garbage" + jpeg[2:]
    yield "jpeg in a jpeg", jpeg[:2] + jpeg + jpeg[2:]
    yield "jpeg of FF", b"\xff\xd8" + b"\xff" * 100_000
    frame = jpeg_segment(0xC0, _frame(8, 3))
    table = jpeg_segment(0xC4, b"\0" * 17)
    yield "jpeg of 60000 frames", jpeg[:2] + frame * 60_000 + jpeg[2:]
    yield "jpeg of 60000 huffman tables", jpeg[:2] + table * 60_000 + jpeg[2:]
    yield "jpeg of 60000 comments", jpeg[:2] + jpeg_segment(0xFE, b"") * 60_000 + jpeg[2:]
    yield "jpeg cut in its tables", jpeg[: jpeg.index(b"\xff\xc4") + 9]
    yield "jpeg cut behind its frame", jpeg[: jpeg.index(b"\xff\xc0") + 19]
    yield "jpeg cut at its scan", jpeg[: jpeg.index(b"\xff\xda") + 2]
    yield (
        "jpeg whose height is told later",
        resized_jpeg(640, 0)[:-2] + b"\xff\xdc\0\4\1\xe0\xff\xd9",
    )
    yield "jpeg of hierarchical frames", jpeg[:2] + b"\xff\xde\0\x08\0\0\0\0\0\0" + jpeg[2:-2]


def _frame(precision, components):
    content = struct.pack(">BHHB", precision, 480, 640, components)
    return content + b"\1\x11\0" * components


def polyglots():
    jpeg = a_photo()
    bodies = {"zip": a_zip(), "html": HTML, "pdf": PDF, "script": b"#!/bin/sh\n", "elf": b"\x7fELF"}
    for name, body in bodies.items():
        yield f"jpeg + {name}", jpeg + body
        yield f"jpeg + padding + {name}", jpeg + b"\0" * 64 + body
        yield f"png + {name}", encoded(kind="PNG") + body
        yield f"webp + {name}", encoded(kind="WEBP") + body
    more = {
        "gif": encoded(kind="GIF"),
        "png": encoded(kind="PNG"),
        "rar": b"Rar!\x1a\7\1\0" + b"\0" * 40,
        "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 40,
        "exe": b"MZ\x90\0" + b"\0" * 60,
        "java": b"\xca\xfe\xba\xbe\0\0\0\x34",
        "php": b"<?php system($_GET[0]);",
        "javascript": b"/**/=1;alert(1)//",
    }
    for name, body in more.items():
        yield f"jpeg + {name}", jpeg + body
    yield "png + video", encoded(kind="PNG") + video()
    yield "webp + jpeg", encoded(kind="WEBP") + jpeg
    yield "gif + jpeg", encoded(kind="GIF") + jpeg
    yield "zip + jpeg", a_zip() + jpeg
    yield "pdf + jpeg", PDF + jpeg
    yield "html + jpeg", HTML + jpeg
    yield "jpeg + video + zip", jpeg + video() + a_zip()
    yield "jpeg + video with a zip in a box", jpeg + video() + box(b"free", a_zip())
    yield "jpeg + html as a video", jpeg + box(b"ftyp", b"mp42") + HTML
    yield "jpeg + video without content", jpeg + box(b"ftyp", b"mp42\0\0\0\0")
    yield "jpeg + unannounced jpeg", jpeg + encoded()
    yield "mpf jpeg + pdf", mpf_jpeg() + PDF
    yield "mpf jpeg with a cut second picture", mpf_jpeg()[:-300]
    yield "samsung notes with a zip", jpeg + samsung_trailer(b"Image_UTC_Data", a_zip() * 50)
    yield "samsung notes behind html", jpeg + HTML + samsung_trailer(b"Image_UTC_Data", b"1")
    yield "samsung motion photo with html", jpeg + samsung_trailer(content=HTML * 200)
    yield "zip in a comment", jpeg[:-2] + jpeg_segment(0xFE, a_zip()) + jpeg[-2:]
    yield "heic + html", encoded(kind="HEIF") + HTML
    yield "heic + zip", encoded(kind="HEIF") + a_zip()


def pngs():
    good = encoded(kind="PNG")
    yield "png cut", good[: len(good) // 2]
    yield "png without its end", good[:-12]
    yield "png with a wrong crc", good[:40] + bytes((good[40] ^ 1,)) + good[41:]
    yield "png 0 wide", png(0, 10)
    yield "png 0 high", png(10, 0)
    yield "png bomb", png(50_000, 50_000)
    yield "png bomb of 1 bit", png(1 << 31, 1 << 31, depth=1, colour=0)
    yield "png with impossible depth", png(10, 10, depth=3)
    yield "png without pixels", png(10, 10, png_chunk(b"tEXt", b"a\0b"))
    yield "png of two headers", png(10, 10, png_chunk(b"IHDR", b"\0" * 13))
    yield "png with a chunk beyond its end", good[:33] + b"\x7f\xff\xff\xff" + good[37:]


def webps():
    good = encoded(kind="WEBP")
    yield "webp cut", good[: len(good) // 2]
    yield "webp longer than it says", good + b"\0\0"
    yield "webp without chunks", b"RIFF\4\0\0\0WEBP"
    yield "webp with an unknown chunk", b"RIFF\x0c\0\0\0WEBPABCD\0\0\0\0"
    yield "webp with a broken key frame", replaced(good, b"\x9d\x01\x2a", b"\0\0\0")
    canvas = struct.pack("<II", 0, 0)[:4] + b"\xff\xff\xff" * 2
    body = b"VP8X" + struct.pack("<I", 10) + canvas + good[12:]
    yield "webp bomb", b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    yield "webp of sound", b"RIFF\x04\0\0\0WAVE"


def heics():
    good = encoded(kind="HEIF")
    size = good.index(b"ispe") + 8
    yield "heic cut", good[: len(good) - 200]
    yield "heic of its first box", good[: int.from_bytes(good[:4], "big")]
    yield "heic 0 wide", good[:size] + b"\0\0\0\0" + good[size + 4 :]
    yield "heic bomb", good[:size] + b"\0\1\0\0\0\1\0\0" + good[size + 8 :]
    yield "heic without primary item", replaced(good, b"pitm", b"skip")
    yield "heic without locations cut short", replaced(good, b"iloc", b"skip")[:-50]
    yield "heic with a box larger than itself", replaced(good, good[:4], b"\x7f\xff\xff\xff")
    yield "heic with a box of size 4", good + b"\0\0\0\4free"
    yield "avif", box(b"ftyp", b"avif\0\0\0\0avifmif1") + box(b"meta", b"\0" * 40)
    yield "heic without size", replaced(good, b"ispe", b"skip")


def others():
    yield "nothing", b""
    yield "one byte", b"\xff"
    yield "html", HTML
    yield "pdf", PDF
    yield "zip", a_zip()
    yield "gif", encoded(kind="GIF")
    yield "bmp", encoded(kind="BMP")
    yield "tiff", encoded(kind="TIFF")
    yield "eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"
    yield "svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    yield "jpeg 2000", encoded(quarters(64, 64), kind="JPEG2000")
    yield "video", video()
    yield "psd", b"8BPS\0\1" + b"\0" * 6 + b"\0\3\0\0\0\x10\0\0\0\x10\0\x08\0\3"
    yield "ico", encoded(quarters(64, 64), kind="ICO")
    yield "pcx", encoded(kind="PCX")
    yield "tga", encoded(kind="TGA")
    yield "dds", encoded(kind="DDS")
    yield "ppm", encoded(kind="PPM")
    yield "raw photo", b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 99
    yield "big tiff", b"II\x2b\0\x08\0\0\0" + b"\0" * 99
    yield "jpeg xl", b"\xff\x0a" + b"\0" * 99
    yield "jpeg xl in a box", box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    yield "wmf", b"\xd7\xcd\xc6\x9a" + b"\0" * 99
    yield "eps with a preview", b"\xc5\xd0\xd3\xc6" + b"\0" * 26 + b"%!PS-Adobe-3.0 EPSF-3.0\n"
    yield "svg with a mark and a script", b"\xef\xbb\xbf<?xml version='1.0'?><svg onload='x()'/>"
    yield "xml bomb", b"<!DOCTYPE x [<!ENTITY a '" + b"a" * 999 + b"'>]><x>&a;</x>"
    yield "gzip", b"\x1f\x8b\x08" + b"\0" * 99
    yield "tar", b"photo.jpg".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 999
    yield "film", box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"mdat", b"\0" * 99)
    yield "film that says it is heic", box(b"ftyp", b"heic\0\0\0\0heic") + box(b"moov", b"\0" * 99)
    yield "sound", b"ID3\4\0\0\0\0\0\0" + b"\0" * 99
    yield "zeros", b"\0" * 100_000
    yield "spaces and a jpeg", b"   " + a_photo()
    yield "jpeg behind a mark", b"\xef\xbb\xbf" + a_photo()
    yield "riff magic alone", b"RIFF"
    yield "heic magic alone", b"\0\0\0\x18ftypheic"
    yield "webp magic alone", b"RIFF\4\0\0\0WEBP"
    yield "jpeg magic and text", b"\xff\xd8\xff" + b"hello world" * 99
    yield "png magic alone", b"\x89PNG\r\n\x1a\n"


HOSTILE = {
    name: data
    for source in (jpegs, polyglots, pngs, webps, heics, others)
    for name, data in source()
}
