"""Python values to PDF syntax: dict, list, str (a text string), bytes (raw syntax), numbers."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """An indirect reference to object `number`."""

    number: int


class Name(str):
    """A PDF name, without its slash."""

    __slots__ = ()


def number(value: float) -> str:
    """Return a coordinate or width with at most three decimals and no exponent."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def text_string(value: str) -> bytes:
    """Return a text string: ASCII as a literal, everything else as UTF-16BE in hex."""
    if value.isascii() and value.isprintable():
        escaped = value.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({escaped})".encode("ascii")
    return b"<FEFF" + value.encode("utf-16-be").hex().upper().encode("ascii") + b">"


def serialise(value: Any) -> bytes:
    """Return the PDF syntax of a value; bytes are taken as syntax already."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Ref):
        return b"%d 0 R" % value.number
    if isinstance(value, Name):
        return b"/" + value.encode("ascii")
    if isinstance(value, str):
        return text_string(value)
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, int | float):
        return number(value).encode("ascii")
    if isinstance(value, dict):
        body = b"".join(
            b"/" + key.encode("ascii") + b" " + serialise(each) for key, each in value.items()
        )
        return b"<<" + body + b">>"
    return b"[" + b" ".join(serialise(each) for each in value) + b"]"
