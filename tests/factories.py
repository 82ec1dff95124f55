"""Bodies as a client sends them, good unless a test changes something, and pictures of its own."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from fractions import Fraction

from PIL import Image, ImageDraw

from tests.uploads.pictures import exif, with_exif

KOKURA = (130.8752, 33.8834)
"""Longitude and latitude of the house that `a_house` stands at."""

HUNDRED = {"2-2": ["i", "ro"], "2-3": ["ro"], "2-4": ["i"], "6-2": ["i"]}
"""Answers that make exactly 100 points under the wooden table: 50 + 25 + 15, and 10."""


def new_id() -> str:
    return str(uuid.uuid4())


def a_house(**changes):
    """A wooden house in Kokura; each has a case number of its own."""
    return {
        "code": f"K-{uuid.uuid4().hex[:10]}",
        "address": "北九州市小倉北区城内1番1号",
        "town": "小倉北区城内",
        "lot_number": "城内1番地1",
        "residence_number": "1番1号",
        "ward_code": "401064",
        "location": {"type": "Point", "coordinates": list(KOKURA)},
        "structure": "wooden",
        "storeys": 2,
        "floor_area_m2": 86.5,
        "built_year": 1958,
        "use": "住宅",
        "notes": "南側の塀が道路へ傾いている。",
        **changes,
    }


def an_inspection(house_id, **changes):
    """A visit on 12 May 2026 that makes exactly 100 points under the wooden table."""
    return {
        "house_id": str(house_id),
        "method": "full",
        "inspected_at": "2026-05-12T10:15:00+09:00",
        "inspectors": ["田中 一郎", "佐藤 花子"],
        "position": {
            "lon": KOKURA[0],
            "lat": KOKURA[1],
            "accuracy_m": 4.8,
            "fixed_at": "2026-05-12T10:14:58+09:00",
        },
        "answers": dict(HUNDRED),
        "conditions": {},
        "notes": {"2-2": "北西の柱が傾いている。"},
        "remarks": "郵便物がたまっている。",
        "expected_photos": [],
        **changes,
    }


def an_expected_photo(data, item="2-2", **changes):
    return {
        "id": new_id(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "item": item,
        **changes,
    }


def an_owner(**changes):
    return {
        "name": "見本 太郎",
        "address": "福岡市博多区見本町2丁目",
        "phone": "092-000-0000",
        "notes": "県外に転居、手紙に返事あり。",
        **changes,
    }


def a_meeting(**changes):
    return {
        "title": "第3回 判定委員会",
        "held_at": "2026-06-15T14:00:00+09:00",
        "number": 3,
        "place": "市役所 第2会議室",
        "agenda": ["開会", "議案の審議", "その他"],
        "members": ["山本委員長", "鈴木委員"],
        **changes,
    }


def a_case(inspection_id, **changes):
    return {
        "inspection_id": str(inspection_id),
        "proposal": "不良住宅と認定することが適当。",
        **changes,
    }


def a_decision(**changes):
    return {
        "decision": "approved",
        "reason": "事務局案のとおり。",
        "decided_on": "2026-06-15",
        **changes,
    }


def a_jpeg(number=1, *, lon=KOKURA[0], lat=KOKURA[1], width=480, height=360):
    """A JPEG as a tablet makes it, a picture of its own for each number, with place and time."""
    image = Image.new("RGB", (width, height), ((number * 67) % 256, (number * 131) % 256, 96))
    draw = ImageDraw.Draw(image)
    for step in range(1, 4 + number % 7):
        draw.ellipse((step * 20, step * 12 + number, step * 20 + 60, step * 12 + 90), fill="white")
    draw.text((20, 20), f"photo {number}", fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    camera = [(0x010F, 2, "Hantei"), (0x0110, 2, "Tablet")]
    taken = [(0x9003, 2, f"2026:05:12 10:{15 + number % 40}:30"), (0x9011, 2, "+09:00")]
    return with_exif(exif(camera, taken, _gps(lon, lat)), buffer.getvalue())


def _gps(lon, lat):
    return [
        (1, 2, "N" if lat >= 0 else "S"),
        (2, 5, _degrees(abs(lat))),
        (3, 2, "E" if lon >= 0 else "W"),
        (4, 5, _degrees(abs(lon))),
        (5, 1, [0]),
        (6, 5, [(125, 10)]),
        (16, 2, "T"),
        (17, 5, [(2250, 10)]),
        (31, 5, [(48, 10)]),
    ]


def _degrees(value):
    fraction = Fraction(value).limit_denominator(1_000_000)
    return [(fraction.numerator, fraction.denominator), (0, 1), (0, 1)]


def content_digest(data):
    """The header value of RFC 9530 for these bytes."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
