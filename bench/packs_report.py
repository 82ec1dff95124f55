"""The figures of packs as tables, and what became of the goals."""

from __future__ import annotations

from collections.abc import Iterator

from bench.packs_builds import AGAIN, COPY, OURS, PEERS, UNCHANGED, Build, Measured
from bench.tables import markdown, short

FASTER = {"fpdf2": 3.0, "typst": 4.0, "WeasyPrint": 15.0}
FASTER_THAN_PLATYPUS = 1.8  # than the quicker of its two ways
PEAK_MB, FILE_RATIO, REBUILD_RATIO = 120.0, 1.01, 1.5


def compared(found: Measured) -> str:
    """Return every way beside ours."""
    ours = found.builds[OURS]
    rows = []
    for name, build in sorted(found.builds.items(), key=lambda pair: pair[1].cpu_s):
        if build.failure:
            rows.append((name, build.failure, *[""] * 5))
            continue
        pages = f"{build.pages:,}" if build.pages else ""
        share = f"{build.bytes / found.photo_bytes:.4f}" if build.bytes else ""
        times = short(build.cpu_s / ours.cpu_s)
        rows.append((name, *_took(build), times, pages, share))
    head = ("", "CPU s", "wall s", "peak MB", "CPU ÷ Hantei's", "pages", "file ÷ photos")
    return markdown(head, rows)


def rebuilt(found: Measured) -> str:
    """Return rebuilds beside the plain copy."""
    copy = found.builds[COPY].cpu_s
    rows = [
        (name, *_took(build), f"{build.cpu_s / copy:.2f}") for name, build in found.builds.items()
    ]
    return markdown(("", "CPU s", "wall s", "peak MB", "CPU ÷ copy's"), rows)


def _took(build: Build) -> tuple[str, str, str]:
    return short(build.cpu_s), short(build.wall_s), short(build.own_mb)


def goals(found: Measured, again: Measured, large: Measured | None) -> str:
    """Return each goal, what was found, and whether it was met."""
    told = [
        *_faster(found),
        *(_peak(one) for one in (found, large) if one),
        *(_size(one) for one in (found, large) if one),
        *_rebuild(again),
    ]
    rows = [(goal, figure, "met" if met else "MISSED") for goal, figure, met in told]
    return markdown(("goal", "found", ""), rows)


Told = tuple[str, str, bool]


def _faster(found: Measured) -> Iterator[Told]:
    ours = found.builds[OURS].cpu_s
    platypus = [name for name, engine in PEERS.items() if engine.startswith("platypus")]
    quicker = min(found.builds[name].cpu_s for name in platypus)
    times = {name: found.builds[name].cpu_s / ours for name in FASTER}
    for name, goal in FASTER.items():
        figure = found.builds[name].failure or short(times[name])
        yield f"at least {goal:g} times as fast as {name}", figure, times[name] >= goal
    goal = f"at least {FASTER_THAN_PLATYPUS:g} times as fast as platypus, the quicker way"
    yield goal, short(quicker / ours), quicker / ours >= FASTER_THAN_PLATYPUS


def _peak(found: Measured) -> Told:
    peak = found.builds[OURS].own_mb
    goal = f"{found.name}: at most {PEAK_MB:g} MB above the application's own"
    return goal, f"{short(peak)} MB", peak <= PEAK_MB


def _size(found: Measured) -> Told:
    share = found.builds[OURS].bytes / found.photo_bytes
    goal = f"{found.name}: at most {FILE_RATIO:g} times the photos' bytes"
    return goal, f"{share:.4f}", share <= FILE_RATIO


def _rebuild(found: Measured) -> Iterator[Told]:
    copy = found.builds[COPY].cpu_s
    told = {AGAIN: "ordered again, nothing changed", UNCHANGED: "built from kept sheets"}
    for name, words in told.items():
        share = found.builds[name].cpu_s / copy
        goal = f"{words}: at most {REBUILD_RATIO:g} times a plain copy"
        yield goal, f"{share:.2f}", share <= REBUILD_RATIO
