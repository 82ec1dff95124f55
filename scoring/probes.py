"""Counts and values that between them have every meaning that a measured item knows."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from scoring.model import Answer, Item
from scoring.ranges import Range

MOST_COUNTS = 4096  # counts tried one by one
_FAR = Decimal(10) ** 11  # beyond every limit that a table may set but within what is accepted


def probes(readings: Sequence[Item]) -> list[Answer]:
    """Answers to measured readings of one item: each whole count, and each side of every bound.

    An answer by the inputs of a formula means what the value means, or unknown.
    """
    modes = {reading.mode for reading in readings}
    found = [Answer("count", number=number) for number in _counts(readings)]
    if modes & {"range", "formula"}:
        found += [Answer("value", number=number) for number in _values(_bounds(readings))]
    return found


def _bounds(readings: Iterable[Item]) -> list[Decimal]:
    """Every number at which the meaning of a measured value may change."""
    ranges = [reading.measure.limits for reading in readings if reading.measure is not None]
    ranges += [
        grade.range for reading in readings for grade in reading.grades if grade.range is not None
    ]
    units = {reading.per_unit.most for reading in readings if reading.per_unit is not None}
    return sorted({end for bounds in ranges for end in _ends(bounds)} | set(map(Decimal, units)))


def _ends(bounds: Range) -> list[Decimal]:
    # A fraction as near as decimals come: what lies between the ends is tried on both sides of it.
    return [
        end if isinstance(end, Decimal) else Decimal(end.numerator) / Decimal(end.denominator)
        for end in (bounds.low, bounds.high)
        if end is not None
    ]


def _counts(readings: Sequence[Item]) -> Iterable[Decimal]:
    counted = [reading for reading in readings if reading.mode == "count"]
    if not counted:
        return []
    bounds = _bounds(counted)
    low, high = (bounds[0], bounds[-1]) if bounds else (Decimal(0), Decimal(0))
    if high - low <= MOST_COUNTS:
        return [Decimal(number) for number in range(int(low) - 1, int(high) + 3)]
    whole = {number.to_integral_value() for number in bounds}
    return sorted({number + step for number in whole for step in (-1, 0, 1)} | {_FAR})


def _values(bounds: Sequence[Decimal]) -> Iterable[Decimal]:
    between = [(one + two) / 2 for one, two in pairwise(bounds)]
    outside = [bounds[0] - 1, bounds[-1] + 1] if bounds else [Decimal(0)]
    return sorted({*bounds, *between, *outside, -_FAR, _FAR})
