"""Deliberate faults in a copy of the evaluator, each of which the tests of scoring must notice.

Run it with `python -m tests.scoring.mutants`: one line a fault, exit status 1 if one survives.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Fast files first: the run of a fault ends at the first failing test.
TESTS = (
    "test_example_tables.py",
    "test_rule_cases.py",
    "test_formula.py",
    "test_explain.py",
    "test_full_format_properties.py",
    "test_interval.py",
    "test_reach.py",
)
# Where a fault of these modules shows; tried first.
NEAR = {
    "interval.py": ("test_interval.py", "test_reach.py"),
    "reach.py": ("test_reach.py", "test_interval.py"),
    "lattice.py": ("test_reach.py", "test_interval.py"),
    "walk.py": ("test_reach.py", "test_interval.py"),
    "worlds.py": ("test_interval.py",),
}


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


def survives(fault: Fault) -> str | None:
    """What to say of a fault that no test noticed, or that could not be made; None if one did."""
    source = (ROOT / "scoring" / fault.module).read_text(encoding="utf-8")
    if source.count(fault.old) != 1:
        return f"{fault.module} has the text {source.count(fault.old)} times, not once: {fault.old}"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "scoring", copy / "scoring", ignore=_compiled)
        shutil.copytree(ROOT / "tests" / "scoring", copy / "tests" / "scoring", ignore=_compiled)
        shutil.copy(ROOT / "pyproject.toml", copy)
        changed = source.replace(fault.old, fault.new)
        (copy / "scoring" / fault.module).write_text(changed, encoding="utf-8")
        return None if _fails(copy, NEAR.get(fault.module, ())) else "no test noticed it"


def _fails(copy: Path, near: tuple[str, ...]) -> bool:
    tests = [f"tests/scoring/{name}" for name in dict.fromkeys((*near, *TESTS))]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    # Python's own path would lead back to the real package.
    clean = {key: found for key, found in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=copy, env=clean, capture_output=True, text=True, check=False)
    # 1: a test failed; 2: a shipped table no longer loads, which stops the collection.
    return done.returncode in (1, 2)


def _compiled(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("__pycache__", ".hypothesis")]


def sound() -> bool:
    """Whether the same tests pass in a copy without a fault."""
    return survives(Fault("none", "judgement.py", "@remembered\n", "@remembered\n")) is not None


def run() -> dict[str, str]:
    """Every fault that survives, with the reason; two are tried at a time."""
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(survives, FAULTS)
    return {fault.name: said for fault, said in zip(FAULTS, found, strict=True) if said}


if __name__ == "__main__":
    left = run()
    for fault in FAULTS:
        print(f"{'SURVIVES' if fault.name in left else 'killed  '}  {fault.name}")
    for name, said in left.items():
        print(f"{name}: {said}")
    sys.exit(bool(left) or not sound())
