"""HEIF files made by hand: items, references and properties as a test wants them, true or not."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from tests.uploads.pictures import box, encoded, quarters


@dataclass
class Item:
    """One item: its number, its kind, its data, the items it is made of (dimg), its properties."""

    number: int
    kind: bytes
    data: bytes = b""
    made_of: list[int] = field(default_factory=list)
    properties: list[bytes] = field(default_factory=list)


def full(kind, content=b"", version=0, flags=0):
    return box(kind, bytes((version,)) + flags.to_bytes(3, "big") + content)


def size_of(width, height):
    return full(b"ispe", struct.pack(">II", width & 0xFFFFFFFF, height & 0xFFFFFFFF))


def heif(*items, primary=1, brands=b"heicmif1"):
    """A HEIF file of these items, their data in one mdat behind the meta box."""
    head = box(b"ftyp", b"heic\0\0\0\0" + brands)
    empty = _meta(items, primary, 0)
    return head + _meta(items, primary, len(head) + len(empty) + 8) + box(b"mdat", _data(items))


def _data(items):
    return b"".join(item.data for item in items)


def _meta(items, primary, start):
    parts = [
        full(b"hdlr", b"\0" * 4 + b"pict" + b"\0" * 13),
        full(b"pitm", struct.pack(">H", primary)),
        full(b"iinf", struct.pack(">H", len(items)) + b"".join(map(_entry, items))),
        _references(items),
        _properties(items),
        _locations(items, start),
    ]
    return full(b"meta", b"".join(parts))


def _entry(item):
    return full(b"infe", struct.pack(">HH", item.number, 0) + item.kind + b"\0", version=2)


def _references(items):
    made = [
        box(b"dimg", struct.pack(f">HH{len(i.made_of)}H", i.number, len(i.made_of), *i.made_of))
        for i in items
        if i.made_of
    ]
    return full(b"iref", b"".join(made)) if made else b""


def _properties(items):
    boxes, uses = [], []
    for item in items:
        places = range(len(boxes) + 1, len(boxes) + 1 + len(item.properties))
        boxes += item.properties
        uses.append(struct.pack(">HB", item.number, len(places)) + bytes(places))
    ipma = full(b"ipma", struct.pack(">I", len(uses)) + b"".join(uses))
    return box(b"iprp", box(b"ipco", b"".join(boxes)) + ipma)


def _locations(items, start):
    rows = b""
    for item in items:
        rows += struct.pack(">HHHII", item.number, 0, 1, start, len(item.data))
        start += len(item.data)
    return full(b"iloc", b"\x44\x00" + struct.pack(">H", len(items)) + rows)


def grid(rows, columns, width, height):
    """The data of a grid item, with a size of 32 bits."""
    return struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)


def overlay(width, height, count):
    """The data of an overlay item: a canvas and places for `count` pictures."""
    return struct.pack(">BB4HII", 0, 1, 0, 0, 0, 0, width, height) + b"\0" * 8 * count


def a_tile():
    """Coded data and decoder configuration of a real 64 × 64 picture."""
    good = encoded(quarters(64, 64), "HEIF")
    at = good.index(b"hvcC") - 4
    configuration = good[at : at + int.from_bytes(good[at : at + 4], "big")]
    at = good.index(b"mdat") - 4
    return good[at + 8 : at + int.from_bytes(good[at : at + 4], "big")], configuration
