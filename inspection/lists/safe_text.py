"""Text that an office program takes as text: no formula, no character that a cell cannot hold."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CELL_CHARACTERS = 32_767


def printable(text: str) -> str:
    """Return text without control characters, at most as long as a cell of a workbook holds."""
    return _CONTROLS.sub("", text)[:CELL_CHARACTERS]


def unformulated(text: str) -> str:
    """Return text that a spreadsheet program opening a text file does not run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
