"""Steps and headers of tus 1.0 that several test modules need."""

from __future__ import annotations

import base64
import hashlib
import random

from tests.factories import a_jpeg, new_id

TUS = {"Tus-Resumable": "1.0.0"}
OFFSET_STREAM = {"Content-Type": "application/offset+octet-stream"}
MAX_SIZE = 60_000_000


def base64_of(value):
    data = value if isinstance(value, bytes) else str(value).encode()
    return base64.b64encode(data).decode()


def metadata(**values):
    """The header for these values; a value of None is a key without one."""
    pairs = (k if v is None else f"{k} {base64_of(v)}" for k, v in values.items())
    return ",".join(pairs)


def announcing(visit, data, **values):
    """Headers that announce a photo of a visit; `sha256=…` and the like change the metadata."""
    known = {"photo_id": new_id(), "inspection_id": visit, "item": "2-2"}
    said = {key: value for key, value in (known | values).items() if value is not ...}
    return TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata(**said)}


def created(caller, visit, data, **values):
    """Create an upload and return its path for the caller."""
    reply = caller.post("//uploads", headers=announcing(visit, data, **values))
    assert reply.status_code == 201, reply.text
    return "/" + reply.headers["Location"]


def patch(caller, url, offset, data, headers=None):
    said = TUS | OFFSET_STREAM | {"Upload-Offset": str(offset)} | (headers or {})
    return caller.send("PATCH", url, data=data, headers=said)


def head(caller, url):
    return caller.send("HEAD", url, headers=TUS)


def offset_of(caller, url):
    reply = head(caller, url)
    assert reply.status_code == 200, reply.status_code
    return int(reply.headers["Upload-Offset"])


def checksum(algorithm, data):
    return {"Upload-Checksum": f"{algorithm} {base64_of(hashlib.new(algorithm, data).digest())}"}


def a_large_jpeg(size, number=1):
    """A picture of exactly so many bytes, filled up with segments that readers pass over."""
    picture, noise = a_jpeg(number), random.Random(number)
    segments, left = [], size - len(picture)
    while left:
        length = left if left <= 60_000 else min(60_000, left - 4)
        segments.append(b"\xff\xef" + (length - 2).to_bytes(2, "big") + noise.randbytes(length - 4))
        left -= length
    return picture[:2] + b"".join(segments) + picture[2:]
