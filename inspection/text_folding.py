"""Texts made equal whatever their case: one rule for Python, SQLite and PostgreSQL."""

from __future__ import annotations


def fold(text: str) -> str:
    """Return a text with its case folded: `Ａ` and `ａ`, `ß` and `SS`, `Σ`, `σ` and `ς` become one.

    Up and then down, which both ICU (PostgreSQL) and Python do by Unicode's tables; a sigma at the
    end of a word is made like the others. Width is kept: `Ａ` is not `A`.
    """
    return text.upper().lower().replace("ς", "σ")
