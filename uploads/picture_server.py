"""The small process in which pictures are decoded: one limited child for each picture.

`python -m uploads.picture_server` reads orders from standard input and answers on standard
output. It loads Pillow once, has no threads and no database, and forks for each picture
(1 ms, against 60 to 80 ms for a new interpreter), so a hostile file ends only its own child.
Forking here and not in the caller keeps the caller's threads and connections out of it.

A frame is a four-byte length and a JSON head, whose "sizes" count the bytes of the bodies
that follow it.
"""

from __future__ import annotations

import gc
import io
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from uploads.errors import NotAnImageError
from uploads.images import Probe
from uploads.looks import looks_of
from uploads.render import render

Head = dict[str, Any]
# Largest answer of a child: two JPEGs of a megabyte or so, with room.
_ANSWER_BYTES = 32_000_000


def write_frame(stream: BinaryIO, head: Head, bodies: tuple[bytes, ...] = ()) -> None:
    """Write one order or answer."""
    text = json.dumps({**head, "sizes": [len(body) for body in bodies]}).encode()
    stream.write(b"".join((struct.pack(">I", len(text)), text, *bodies)))
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[Head, list[bytes]]:
    """Read one order or answer; EOFError when the other side is gone."""
    (length,) = struct.unpack(">I", _exactly(stream, 4))
    head: Head = json.loads(_exactly(stream, length))
    return head, [_exactly(stream, size) for size in head["sizes"]]


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Answer orders until the caller is gone."""
    while True:
        try:
            order, _ = read_frame(orders)
        except EOFError:
            return
        answers.write(_answer(order))
        answers.flush()


def _answer(order: Head) -> bytes:
    """Have one picture drawn by a child; the child's frame, or one that tells how it ended."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        _draw_and_exit(order, receive, send)
    os.close(send)
    try:
        answer, in_time = _collect(receive, order["wall_s"])
    finally:
        os.close(receive)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    if in_time and os.waitstatus_to_exitcode(status) == 0:
        return answer
    ended = "timeout" if not in_time else _ending(os.waitstatus_to_exitcode(status))
    head = {"ended": ended, "peak_bytes": _bytes(used), "sizes": []}
    text = json.dumps(head).encode()
    return struct.pack(">I", len(text)) + text


def _bytes(used: resource.struct_rusage) -> int:
    """Return the most memory that a process held; the system tells it in KiB."""
    return used.ru_maxrss * 1024


def _ending(code: int) -> str:
    """Name how a child ended: SIGKILL is the system's doing, other signals the picture's."""
    return "killed" if code == -signal.SIGKILL or code > 0 else "crashed"


def _collect(descriptor: int, wall_s: float) -> tuple[bytes, bool]:
    """Read until the child closes its end; false when it took too long or said too much."""
    deadline = time.monotonic() + wall_s
    parts: list[bytes] = []
    total = 0
    while (left := deadline - time.monotonic()) > 0 and total <= _ANSWER_BYTES:
        if not select.select([descriptor], [], [], left)[0]:
            break
        part = os.read(descriptor, 1 << 20)
        if not part:
            return b"".join(parts), True
        parts.append(part)
        total += len(part)
    return b"", False


def _draw_and_exit(order: Head, receive: int, send: int) -> None:
    """Run in the child: draw under limits, write one frame, never return."""
    code = 1
    with suppress(BaseException):
        os.close(receive)
        _limit(order["memory_bytes"], order["cpu_s"])
        with os.fdopen(send, "wb") as stream:
            head: Head
            pictures: tuple[bytes, ...] = ()
            try:
                probed = Probe(**order["probe"])
                *bodies, looks = render(Path(order["path"]), probed, order["max_pixels"])
                head, pictures = {"ended": "drawn", "looks": asdict(looks)}, tuple(bodies)
            except NotAnImageError as error:
                head = {"ended": "refused", "reason": error.reason}
            except MemoryError:
                head = {"ended": "memory"}
            head["peak_bytes"] = _bytes(resource.getrusage(resource.RUSAGE_SELF))
            write_frame(stream, head, pictures)
        code = 0
    os._exit(code)


def _limit(memory_bytes: int, cpu_s: int) -> None:
    """Take away what a picture does not need: memory, time, files, core dumps."""
    for kind, value in (
        (resource.RLIMIT_AS, _address_space() + memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        # Some systems refuse some limits (RLIMIT_AS on macOS); the wall clock remains.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _address_space() -> int:
    """Bytes mapped already, which the limit counts too; 0 where /proc does not tell."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


def _warm_up() -> None:
    """Load what every child needs, lest each loads it anew: 30 ms of CPU a picture.

    Pillow imports its formats at the first picture; how a picture looks takes tables of its own.
    """
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 96).convert("RGB").save(buffer, "JPEG")
    with Image.open(buffer, formats=["JPEG"]) as image:
        looks_of(image)
    gc.freeze()  # a collection in a child would copy every page that it looks at


if __name__ == "__main__":
    # The caller's Ctrl-C reaches the whole group; this process ends when its input does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    serve(sys.stdin.buffer, sys.stdout.buffer)
