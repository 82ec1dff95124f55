"""The deliberate faults that mutants.py puts into copies of scoring/."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One text of a module of scoring/ replaced by another."""

    name: str
    module: str
    old: str
    new: str


FAULTS = (
    Fault(
        "the lightest grade counts",
        "findings.py",
        "found[-1].points, found[-1:]",
        "found[0].points, found[:1]",
    ),
    Fault(
        "caps do not cut",
        "model.py",
        "return raw if self.cap is None else min(raw, self.cap)",
        "return raw",
    ),
    Fault(
        "units beyond the most count",
        "findings.py",
        "units = min(count, per_unit.most)",
        "units = count",
    ),
    Fault(
        "unknown cannot be the gravest grade",
        "findings.py",
        "for grade in item.grades))",
        "for grade in item.grades[:-1]))",
    ),
    Fault(
        "sums leave out the last grade",
        "findings.py",
        "sum((grade.points for grade in grades), ZERO), grades",
        "sum((grade.points for grade in grades[:-1]), ZERO), grades",
    ),
    Fault(
        "a closed lower end is open",
        "ranges.py",
        "value < self.low or (self.low_open and value == self.low)",
        "value <= self.low",
    ),
    Fault(
        "an open lower end is closed",
        "ranges.py",
        "value < self.low or (self.low_open and value == self.low)",
        "value < self.low",
    ),
    Fault(
        "a closed upper end is open",
        "ranges.py",
        "self.high_open and value == self.high",
        "value == self.high",
    ),
    Fault(
        "`unless` is not heard",
        "worlds.py",
        "return wanted and not (part.unless is not None and truths[part.unless])",
        "return wanted",
    ),
    Fault("`when` is not heard", "worlds.py", "part.when is None or truths[part.when]", "True"),
    Fault(
        "no item stands in another's place",
        "worlds.py",
        "if truths[found.when]), None)",
        "if False), None)",
    ),
    Fault(
        "modifiers work in the wrong order",
        "worlds.py",
        "for modifier in self.modifiers(axis):",
        "for modifier in reversed(self.modifiers(axis)):",
    ),
    Fault(
        "a factor is added", "deciding.py", "points * self.operand if", "points + self.operand if"
    ),
    Fault(
        "modifiers do not mind their axis",
        "worlds.py",
        "if modifier.axis == axis and applies",
        "if applies",
    ),
    Fault(
        "all of is any of",
        "judgement.py",
        'any(parts) if kind == "any_of" else all(parts)',
        "any(parts)",
    ),
    Fault(
        "a heavier grade is not as grave",
        "judgement.py",
        "codes.index(grade.code) >= codes.index(wanted)",
        "grade.code == wanted",
    ),
    Fault(
        "findings are counted once", "judgement.py", "return [Feature(need,", "return [Feature(1,"
    ),
    Fault(
        "a decision is not heard",
        "judgement.py",
        "return judgement.code == override",
        "return False",
    ),
    Fault(
        "the last judgement that holds wins",
        "judgement.py",
        "for judgement in self.deciding:",
        "for judgement in reversed(self.deciding):",
    ),
    Fault(
        "an axis goes into the total",
        "judgement.py",
        "if axis == category.axis else ZERO",
        "if axis in (category.axis, None) else ZERO",
    ),
    Fault(
        "conditions are not tried both ways",
        "worlds.py",
        "(False, True) if truths[code] is None",
        "(False,) if truths[code] is None",
    ),
    Fault(
        "the upper bound is the lower",
        "interval.py",
        "max(world.extreme(-1, axis) for world in worlds)",
        "max(world.extreme(0, axis) for world in worlds)",
    ),
    Fault("open items are forgotten", "interval.py", "if len(outcomes) == 1:", "if outcomes:"),
    Fault(
        "conditions are never open",
        "interval.py",
        "return any(_differ(one, two, override) for one, two in pairs)",
        "return False",
    ),
    Fault(
        "an item never means another thing under a condition",
        "interval.py",
        "a.item is b.item and a.replaced is b.replaced and a.applies == b.applies",
        "True",
    ),
    Fault(
        "worlds that are alike never differ",
        "reach.py",
        "return bool(self.states & ~same)",
        "return False",
    ),
    Fault(
        "worlds that are not alike never differ",
        "walk.py",
        "return any(without(a) != held(b) for a, b in totals)",
        "return False",
    ),
    Fault(
        "patterns do not mind what is known",
        "reach.py",
        "known += self.lattice.raws(item.code, finding)[0]",
        "pass",
    ),
    Fault(
        "an item turns the outcome wherever it adds points",
        "reach.py",
        "return every & ~same",
        "return every",
    ),
    Fault(
        "an item is tried against its own category only",
        "reach.py",
        "sums = spread(sums, share.moves)",
        "pass",
    ),
    Fault(
        "places mind no caps",
        "lattice.py",
        "raw if cap is None else min(raw, cap)",
        "raw",
    ),
    Fault(
        "places mind no axis",
        "lattice.py",
        "return moved + self.steps[self.axes[category]] * units",
        "return moved + self.steps[0] * units",
    ),
    Fault(
        "the walk leaves its own category out",
        "walk.py",
        "tuple(lifted(place, plus(others, vector)) for vector in items[at])",
        "tuple(lifted(place, vector) for vector in items[at])",
    ),
    Fault(
        "unknown counts as the gravest",
        "evaluate.py",
        'end = -1 if table.unknown == "worst" else 0',
        "end = -1",
    ),
    Fault(
        "an undetermined judgement is decided",
        "evaluate.py",
        'bounds.outcomes if table.unknown == "interval" else {counted}',
        "{counted}",
    ),
    Fault("division is multiplication", "formula.py", "return left / right", "return left * right"),
    Fault(
        "division by nothing is nothing", "formula.py", "raise UndefinedResultError", "return left"
    ),
)
