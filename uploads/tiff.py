"""The TIFF block in which EXIF is written: directories of tagged values, read with suspicion.

Nothing here raises: a value that lies outside the block, or of a type that does not exist, is
left out. Source: TIFF 6.0, section 2; Exif 3.0 (CIPA DC-008), 4.6.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

EXIF_POINTER, GPS_POINTER = 0x8769, 0x8825
# More entries than any camera writes, and longer values than we ever read.
_MAX_ENTRIES, _MAX_VALUES = 1_000, 4_096
# TIFF type -> letter for struct; 2 (text) and 7 (undefined) stay bytes, 5 and 10 are fractions.
_NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}
_FRACTIONS = {5: "I", 10: "i"}

Value = bytes | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Directories:
    """Tag -> value of the three directories that matter. Fractions are floats.

    A fraction with denominator zero, and a float that is not finite, is NaN. `readable` is
    false when there is no TIFF block at all.
    """

    main: dict[int, Value]
    exif: dict[int, Value]
    gps: dict[int, Value]
    readable: bool


def read_directories(block: bytes) -> Directories:
    """Read IFD0 and the EXIF and GPS directories it points to."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return Directories({}, {}, {}, readable=False)
    (start,) = struct.unpack_from(f"{order}I", block, 4)
    main = _directory(block, order, start)
    return Directories(
        main,
        _directory(block, order, _pointer(main, EXIF_POINTER)),
        _directory(block, order, _pointer(main, GPS_POINTER)),
        readable=bool(main),
    )


def _pointer(directory: dict[int, Value], tag: int) -> int:
    value = directory.get(tag)
    return int(value[0]) if isinstance(value, tuple) and value and value[0] > 0 else 0


def _directory(block: bytes, order: str, start: int) -> dict[int, Value]:
    if not 8 <= start <= len(block) - 2:
        return {}
    (count,) = struct.unpack_from(f"{order}H", block, start)
    found: dict[int, Value] = {}
    for entry in range(min(count, _MAX_ENTRIES)):
        at = start + 2 + 12 * entry
        if at + 12 > len(block):
            break
        tag, kind, values = struct.unpack_from(f"{order}HHI", block, at)
        value = _value(block, order, kind, values, at + 8)
        if value is not None:
            found.setdefault(tag, value)
    return found


def _value(block: bytes, order: str, kind: int, count: int, at: int) -> Value | None:
    letter = _NUMBERS.get(kind) or _FRACTIONS.get(kind) or ("s" if kind in (2, 7) else None)
    if letter is None or not 0 < count <= _MAX_VALUES:
        return None
    parts = count * 2 if kind in _FRACTIONS else count
    size = struct.calcsize(f"{order}{parts}{letter}")
    if size > 4:
        (at,) = struct.unpack_from(f"{order}I", block, at)
    if at + size > len(block):
        return None
    numbers = struct.unpack_from(f"{order}{parts}{letter}", block, at)
    if letter == "s":
        return bytes(numbers[0])
    if kind in _FRACTIONS:
        return tuple(map(_fraction, numbers[::2], numbers[1::2]))
    return tuple(float(number) if math.isfinite(number) else math.nan for number in numbers)


def _fraction(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else math.nan
