"""Exports as a table, and their goals: met or missed."""

from __future__ import annotations

from bench.gis_export import LIMIT_S, TIMES, Exports, Taken
from bench.gis_report import Goal
from bench.tables import markdown, short

GOAL_TIMES = 2.5
MOST_MORE_MB = 16.0
"""Noise of a process that has a hundred; the larger file has some 400 MB more."""


def table(exports: Exports) -> str:
    """Return a line for each format, ours beside ogr2ogr's."""
    rows = []
    for kind, taken in exports.ours.items():
        theirs = ("–", "–", "–")
        if kind in exports.theirs:
            theirs = _theirs(taken, exports.theirs[kind])
        rows.append(
            (
                kind.extension,
                f"{short(taken.first_s)} s",
                f"{short(taken.all_s)} s",
                *theirs[:2],
                f"{short(taken.memory_mb)} MB",
                theirs[2],
                f"{short(taken.file_mb)} MB",
            )
        )
    head = ("format", "first byte", "all", "ogr2ogr", "times", "memory", "ogr2ogr's", "file")
    return (
        f"### Export of {exports.houses:,} houses\n\n{markdown(head, rows)}\n\n"
        f"Bare COPY of the GeoJSON's text: {short(exports.bare_s)} s. GeoJSON: the median of {TIMES}. "
        "Memory is the peak beyond what the process held; ogr2ogr's is its whole process."
    )


def _theirs(ours: Taken, theirs: Taken | None) -> tuple[str, str, str]:
    if theirs is None:
        return f"> {short(LIMIT_S)} s", f"> {short(LIMIT_S / ours.all_s)} ×", "–"
    times = f"{short(theirs.all_s / ours.all_s)} ×"
    return f"{short(theirs.all_s)} s", times, f"{short(theirs.memory_mb)} MB"


def goals(exports: Exports) -> list[Goal]:
    """Return the goals for GeoJSON as lines of the table of goals."""
    kind = next(iter(exports.theirs))
    whole, theirs, part = exports.ours[kind], exports.theirs[kind], exports.smaller
    times = (LIMIT_S if theirs is None else theirs.all_s) / whole.all_s
    more = whole.memory_mb - part.memory_mb
    return [
        (
            "export as GeoJSON",
            "ogr2ogr",
            f"≥ {GOAL_TIMES:g} ×",
            "",
            f"{short(times)} ×",
            _verdict(times >= GOAL_TIMES),
        ),
        (
            f"its memory for {short(whole.file_mb)} MB",
            f"that for {short(part.file_mb)} MB",
            f"≤ {MOST_MORE_MB:g} MB more",
            "",
            f"{short(more)} MB",
            _verdict(more <= MOST_MORE_MB),
        ),
    ]


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"
