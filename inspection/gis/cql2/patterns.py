"""Patterns of LIKE, read once and written for each database."""

from __future__ import annotations

from inspection.gis.cql2.errors import refuse

ANY = "%"
ONE = "_"
_MAX_WILDCARDS = 20
_GLOB_SPECIAL = "*?["

Part = tuple[bool, str]
"""(is a wildcard, its letter)."""


def parse_pattern(pattern: str) -> list[Part]:
    r"""Return the letters and wildcards of a pattern; `\` makes the next letter an ordinary one.

    Several `%` in a row are one. Raises BadRequestError naming `filter`: ends with `\`, or with so
    many `%` that matching would take too long.
    """
    parts: list[Part] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            escaped = next(letters, None)
            if escaped is None:
                raise refuse("LIKE のパターンは \\ で終われません。\\ 自身は \\\\ と書きます。")
            parts.append((False, escaped))
        elif letter != ANY or parts[-1:] != [(True, ANY)]:
            parts.append((letter in (ANY, ONE), letter))
    if parts.count((True, ANY)) > _MAX_WILDCARDS:
        raise refuse(f"LIKE の % が多すぎます。{_MAX_WILDCARDS} 個までです。")
    return parts


def like_of(parts: list[Part]) -> str:
    r"""Return the pattern for PostgreSQL's LIKE with the escape `\`."""
    return "".join(
        letter if wild or letter not in "\\%_" else f"\\{letter}" for wild, letter in parts
    )


def glob_of(parts: list[Part]) -> str:
    """Return the pattern for SQLite's GLOB, which unlike its LIKE tells capitals apart."""
    return "".join(
        ("*" if letter == ANY else "?")
        if wild
        else (f"[{letter}]" if letter in _GLOB_SPECIAL else letter)
        for wild, letter in parts
    )
