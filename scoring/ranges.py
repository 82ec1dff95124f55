"""Ranges of measured values and of counts, each end open or closed, and how they join."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

Number = int | Decimal | Fraction
End = Decimal | Fraction  # a fraction where the rule is written as one, such as 1/60


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high` in the unit of the value; None is unbounded, an open end is left out."""

    low: End | None = None
    high: End | None = None
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: Number) -> bool:
        # Decimals and fractions compare exactly with each other.
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return not (
            self.high is not None and (value > self.high or (self.high_open and value == self.high))
        )

    def __str__(self) -> str:
        """As a Japanese reader expects it: 0.4以上0.6未満."""
        parts = []
        if self.low is not None:
            parts.append(f"{plain(self.low)}{'超' if self.low_open else '以上'}")
        if self.high is not None:
            parts.append(f"{plain(self.high)}{'未満' if self.high_open else '以下'}")
        return "".join(parts) or "制限なし"

    def is_empty(self) -> bool:
        """Whether no value at all lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


def plain(number: End) -> str:
    """A number as people write it: a fraction as one, no exponent, no trailing zeros."""
    if isinstance(number, Fraction):
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole(bounds: Range) -> Range:
    """The same set of whole numbers with closed ends; the ends must be whole."""
    low = None if bounds.low is None else Decimal(int(bounds.low) + bounds.low_open)
    high = None if bounds.high is None else Decimal(int(bounds.high) - bounds.high_open)
    return Range(low, high)


def bad_joint(ranges: Sequence[Range], whole_numbers: bool) -> str | None:
    """The first gap or overlap between neighbouring ranges in words, or None when all join."""
    closed = [whole(bounds) for bounds in ranges] if whole_numbers else list(ranges)
    floor = Decimal("-Infinity")
    closed.sort(key=lambda r: (floor if r.low is None else r.low, r.low_open))
    for left, right in pairwise(closed):
        fault = _joint(left, right, whole_numbers)
        if fault:
            return fault
    return None


def _joint(left: Range, right: Range, whole_numbers: bool) -> str | None:
    if left.high is None or right.low is None:
        return f"範囲「{left}」と「{right}」が重なっています"
    step = Fraction(right.low) - Fraction(left.high)
    if whole_numbers:
        step -= 1
    both_open, both_closed = (
        left.high_open and right.low_open,
        not (left.high_open or right.low_open),
    )
    if step > 0:
        return f"範囲「{left}」と「{right}」の間がどの評価にも入りません"
    if step == 0 and both_open:
        return f"ちょうど {plain(right.low)} がどの評価にも入りません(「{left}」と「{right}」の間)"
    if step < 0 or (both_closed and not whole_numbers):
        return f"範囲「{left}」と「{right}」が重なっています"
    return None
