"""What is shown of a photo: a report copy and a thumbnail, re-encoded in a limited process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import cast

from uploads.errors import NotAnImageError, PictureWorkerError
from uploads.images import MAX_BYTES, MAX_PIXELS, Probe, probe
from uploads.looks import Looks
from uploads.picture_server import Head, read_frame, write_frame

# A recipe's version belongs to its name: change the number when the pixels would change.
REPORT_RECIPE = "report-1.jpg"
THUMBNAIL_RECIPE = "thumbnail-1.jpg"
_PROJECT = Path(__file__).resolve().parent.parent
_CHILD_ENVIRONMENT = {
    # numpy's helper threads would not survive the fork of each picture.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc: pictures in pages of 2 MB where the kernel has them, a third of the page faults.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
_TOO_COSTLY = (
    "画像が大きすぎるか特殊な形式のため、処理できません。"
    "カメラで撮影したままの写真を送ってください。"
)
_HOSTILE = "画像を開けません。画像ではないデータが含まれているおそれがあります。"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost: pixels, file bytes, memory on top of the process's own, time.

    memory_bytes is enough for a progressive JPEG or a PNG with transparency of 100 megapixels.
    """

    max_pixels: int = MAX_PIXELS
    max_bytes: int = MAX_BYTES
    memory_bytes: int = 1_500_000_000
    cpu_s: int = 60
    wall_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Derivatives:
    """JPEG bytes in sRGB without any metadata; width and height are the original's, as shown.

    looks: measured on the report copy.
    """

    report: bytes
    thumbnail: bytes
    width: int
    height: int
    media_type: str
    looks: Looks


def make_derivatives(original: Path, limits: Limits | None = None) -> Derivatives:
    """Decode an original once and return its report copy (≤ 1600 px) and thumbnail (≤ 320 px).

    Orientation is applied, colours are converted to sRGB, all metadata is gone. The same
    bytes give the same bytes. Blocks for the 0.1 to some seconds that it takes; calls from
    several threads of a process wait for each other.
    Raises NotAnImageError when the picture is at fault (damage, limits), PictureWorkerError
    when the drawing process is (killed from outside): worth another try.
    """
    allowed = limits or Limits()
    probed = probe(original, allowed.max_bytes, allowed.max_pixels)
    head, bodies = _SERVER.ask(_order(original, probed, allowed))
    if head["ended"] == "drawn":
        report, thumbnail = bodies
        looks = Looks(**head["looks"])
        return Derivatives(report, thumbnail, probed.width, probed.height, probed.media_type, looks)
    if head["ended"] == "killed":
        raise PictureWorkerError(f"the process that drew {original.name} was killed")
    if head["ended"] in ("memory", "timeout"):
        raise NotAnImageError(_TOO_COSTLY)
    raise NotAnImageError(head.get("reason", _HOSTILE))


def _order(original: Path, probed: Probe, limits: Limits) -> Head:
    return {
        "path": str(original.resolve()),
        "probe": asdict(probed),
        "max_pixels": limits.max_pixels,
        "memory_bytes": limits.memory_bytes,
        "cpu_s": limits.cpu_s,
        "wall_s": limits.wall_s,
    }


class _PictureServer:
    """The drawing process of this process: started when first needed, again after it died."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def ask(self, order: Head) -> tuple[Head, list[bytes]]:
        """Send one order and wait for its answer; PictureWorkerError when there is none."""
        if self._owner != os.getpid():
            # After a fork the parent's process must not be shared: answers would be mixed up.
            self._forget()
        with self._lock:
            process = self._running()
            try:
                write_frame(cast(BufferedWriter, process.stdin), order)
                return read_frame(cast(BufferedReader, process.stdout))
            except (OSError, EOFError) as error:
                self.stop()
                raise PictureWorkerError("the drawing process ended unexpectedly") from error
            except BaseException:
                # Interrupted between order and answer: the next answer would be the wrong one.
                self.stop()
                raise

    def stop(self) -> None:
        """End the drawing process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                cast(BufferedWriter, pipe).close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "uploads.picture_server"],
                cwd=_PROJECT,
                env=os.environ | _CHILD_ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process


_SERVER = _PictureServer()
