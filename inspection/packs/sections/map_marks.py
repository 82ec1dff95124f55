"""The marks on the location map: the house, its neighbours, kept apart from each other."""

import math
from collections.abc import Sequence

from inspection.packs import styles
from inspection.packs.ink import Color, Ink
from inspection.packs.model import Neighbour
from inspection.packs.score_model import ADVERSE, MIDDLE, OPEN
from inspection.packs.sections.map_frame import MapFrame

RING = 12.0
SIZE = 5.2
APART = 12.5  # points between the middles of two marks

Place = tuple[float, float]


COLORS: dict[str, Color] = {ADVERSE: styles.RED, MIDDLE: styles.NAVY_MID, OPEN: styles.GREY}


def subject(ink: Ink, x: float, y: float, radius: float) -> None:
    """Draw the house under judgement: a gable in a ring."""
    ink.circle(x, y, radius, styles.WHITE, styles.WHITE, 3)
    ink.circle(x, y, radius, None, styles.NAVY, 1.6)
    shape = ((0, -6.5), (6, -0.8), (4.2, -0.8), (4.2, 5), (-4.2, 5), (-4.2, -0.8), (-6, -0.8))
    unit = radius / RING
    ink.polygon([(x + u * unit, y + v * unit) for u, v in shape], styles.NAVY)


def mark(ink: Ink, x: float, y: float, standing: str, letter: str) -> None:
    """Draw a neighbour by its outcome's standing, its letter in white.

    Square for the gravest outcome, circle for the mildest, diamond between, triangle for open.
    """
    fill, size = COLORS.get(standing, styles.NAVY), SIZE
    if standing == OPEN:
        corners = ((0, -1.55), (1.4, 0.95), (-1.4, 0.95))
        ink.polygon([(x + size * u, y + size * v) for u, v in corners], fill, styles.WHITE, 0.8)
    elif standing == MIDDLE:
        reach = size * 1.35
        corners = ((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
        ink.polygon(list(corners), fill, styles.WHITE, 0.8)
    elif standing != ADVERSE:
        ink.circle(x, y, size, fill, styles.WHITE, 0.8)
    else:
        ink.rect(x - size * 0.95, y - size * 0.95, size * 1.9, size * 1.9, fill, styles.WHITE, 0.8)
    white = styles.TextStyle(6.6 if len(letter) < 2 else 5.2, 8, bold=True, color=styles.WHITE)
    ink.text(x, y + 2.4, letter, white, "center")


def neighbours(ink: Ink, frame: MapFrame, shown: Sequence[Neighbour]) -> None:
    """Draw all neighbours; one that would cover another is moved aside, on a leader."""
    truths = [frame.project(each.lon, each.lat) for each in shown]
    places = spread(frame, truths)
    for (x, y), truth in zip(places, truths, strict=True):
        if (x, y) != truth:
            ink.line(*truth, x, y, styles.INK, 0.5)
            ink.circle(*truth, 1.3, styles.INK)
    for each, (x, y) in zip(shown, places, strict=True):
        mark(ink, x, y, each.standing, each.letter)


def spread(frame: MapFrame, truths: Sequence[Place]) -> list[Place]:
    """Return where each mark goes: its true place, or the nearest free one around it."""
    placed: list[Place] = []
    for truth in truths:
        placed.append(next((each for each in _around(truth) if _free(frame, each, placed)), truth))
    return placed


def _around(truth: Place) -> list[Place]:
    x, y = truth
    ways = [math.radians(angle) for angle in range(45, 405, 30)]
    return [truth] + [
        (x + far * math.cos(way), y - far * math.sin(way))
        for far in (14, 21, 30, 42)
        for way in ways
    ]


def _free(frame: MapFrame, place: Place, placed: Sequence[Place]) -> bool:
    x, y = place
    middle = frame.centre
    return (
        frame.contains(x, y, margin=8)
        and math.hypot(x - middle[0], y - middle[1]) >= RING + SIZE + 2
        and all(math.hypot(x - u, y - v) >= APART for u, v in placed)
    )
