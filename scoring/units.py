"""Points as whole numbers: a common unit before the caps' sums, decimals after the modifiers.

Exact: every number is an integer multiple of the unit, and integer sums are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

from scoring.states import States


@dataclass(frozen=True, slots=True)
class Unit:
    """The largest number of points that all points and caps of a table are multiples of."""

    size: Fraction

    def whole(self, points: Decimal) -> int:
        """How many units these points are."""
        units = Fraction(points) / self.size
        if units.denominator != 1:
            raise ValueError(f"{points} is no multiple of {self.size}")
        return int(units)

    def points(self, units: int) -> Decimal:
        """So many units in points."""
        exact = self.size * units
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def unit_of(states: States) -> Unit:
    """The unit of a table's item points and caps."""
    numbers = [Fraction(points) for points in _numbers(states) if points]
    if not numbers:
        return Unit(Fraction(1))
    below = lcm(*(number.denominator for number in numbers))
    return Unit(Fraction(gcd(*(int(number * below) for number in numbers)), below))


def scale_of(states: States) -> int:
    """By what a total of this table is multiplied to be whole: a power of ten.

    A multiplication adds its decimal places to those that a sum can have.
    """
    places = max((_places(points) for points in _numbers(states)), default=0)
    for modifier in states.table.modifiers:
        more = _places(modifier.operand)
        places = places + more if modifier.operation == "multiply" else max(places, more)
    return int(10**places)


def scaled(points: Decimal, scale: int) -> int:
    """Points times scale, exactly. Raises ValueError when that is not whole."""
    exact = Fraction(points) * scale
    if exact.denominator != 1:
        raise ValueError(f"{points} times {scale} is not whole")
    return int(exact)


def unscaled(number: int, scale: int) -> Decimal:
    """A whole number of a batch in points."""
    return Decimal(number) / scale


def _numbers(states: States) -> Iterable[Decimal]:
    for one in states.items:
        for worlds in one.points:
            for pair in worlds:
                yield from pair or ()
    yield from (category.cap for category in states.table.categories if category.cap is not None)


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
