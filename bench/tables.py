"""Measurements as a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table; the first column reads from the left, figures from the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def short(number: float) -> str:
    """Return a figure with three digits that mean something."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"
